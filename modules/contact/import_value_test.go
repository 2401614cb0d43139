package contact

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCellsAreReadAsPeopleWriteValues(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("here", 3600)
	us, de := reading{country: "US", zone: zone}, reading{country: "DE", zone: zone}
	set := func(r reading, change func(*ImportSettings)) reading {
		change(&r.settings)
		return r
	}
	comma := set(us, func(s *ImportSettings) { s.Decimal = "," })
	dmy := set(us, func(s *ImportSettings) { s.DateOrder = "dmy" })
	euro := set(de, func(s *ImportSettings) { s.Currency = "EUR" })
	canada := set(us, func(s *ImportSettings) { s.Currency = "CAD" })
	amount := func(n float64, code string) any { return map[string]any{"amount": n, "currency": code} }
	colours := []Option{{Key: "red", Label: "Red, bright"}, {Key: "blue", Label: "Blue"}, {Key: "old", Label: "Old", Archived: true}}
	for name, c := range map[string]struct {
		r    reading
		kind FieldKind
		cell string
		want any // nil: it is refused
	}{
		"a number with a point":                  {us, FieldNumber, "1234.5", 1234.5},
		"a number with a comma":                  {us, FieldNumber, "12,5", 12.5},
		"thousands by commas, as the US writes":  {us, FieldNumber, "1,234", 1234.0},
		"the same is a fraction in Germany":      {de, FieldNumber, "1,234", 1.234},
		"thousands by points in Germany":         {de, FieldNumber, "1.234", 1234.0},
		"both marks: the last is the fraction's": {us, FieldNumber, "1.234.567,89", 1234567.89},
		"many commas part thousands":             {de, FieldNumber, "1,234,567", 1234567.0},
		"the chosen mark holds":                  {comma, FieldNumber, "1,234", 1.234},
		"a broken group is refused":              {comma, FieldNumber, "12.34", nil},
		"spaces and apostrophes part thousands":  {de, FieldNumber, "1 234'567", 1234567.0},
		"a minus that is a dash":                 {us, FieldNumber, "−5", -5.0},
		"words are no number":                    {us, FieldNumber, "five", nil},
		"dollars before it":                      {us, FieldMoney, "$1,234.50", amount(123450, "USD")},
		"dollars of Canada":                      {canada, FieldMoney, "$5", amount(500, "CAD")},
		"euros behind it":                        {de, FieldMoney, "1.234,5 €", amount(123450, "EUR")},
		"letters of the currency":                {us, FieldMoney, "JPY 1200", amount(1200, "JPY")},
		"less than nothing":                      {us, FieldMoney, "-$12.50", amount(-1250, "USD")},
		"the file's currency":                    {euro, FieldMoney, "12,50", amount(1250, "EUR")},
		"no currency at all":                     {us, FieldMoney, "12.50", nil},
		"fractions of a cent":                    {us, FieldMoney, "$12.505", nil},
		"fractions of a yen":                     {us, FieldMoney, "¥12.5", nil},
		"a day by ISO":                           {us, FieldDate, "2026-01-31", "2026-01-31"},
		"month first in the US":                  {us, FieldDate, "1/31/2026", "2026-01-31"},
		"day first in Germany":                   {de, FieldDate, "31/1/2026", "2026-01-31"},
		"points are day first":                   {us, FieldDate, "31.1.2026", "2026-01-31"},
		"the chosen order":                       {dmy, FieldDate, "01/02/2026", "2026-02-01"},
		"two digits of a year":                   {de, FieldDate, "5.6.85", "1985-06-05"},
		"a month by name":                        {us, FieldDate, "January 2, 2026", "2026-01-02"},
		"a day with a time":                      {us, FieldDate, "2026-01-31T10:00:00.000Z", "2026-01-31"},
		"no such day":                            {dmy, FieldDate, "31/02/2026", nil},
		"a time with its zone":                   {us, FieldDateTime, "2026-01-31T12:00:00+02:00", "2026-01-31T10:00:00Z"},
		"a time of here":                         {de, FieldDateTime, "31.01.2026 12:00", "2026-01-31T11:00:00Z"},
		"a time by the twelve hours":             {us, FieldDateTime, "1/31/2026, 1:05 pm", "2026-01-31T12:05:00Z"},
		"a day alone is its first moment":        {us, FieldDateTime, "2026-01-31", "2026-01-30T23:00:00Z"},
		"nonsense for a time":                    {us, FieldDateTime, "2026-01-31 25:00", nil},
		"a word for yes":                         {de, FieldCheckbox, "Ja", true},
		"a word for no":                          {de, FieldCheckbox, "nein", false},
		"another word":                           {de, FieldCheckbox, "perhaps", nil},
		"options by commas":                      {us, FieldMultiSelect, "Blue, red", []any{"Blue", "red"}},
		"an option with a comma in its label":    {us, FieldMultiSelect, "Red, bright", []any{"Red, bright"}},
		"several such by semicolons":             {us, FieldMultiSelect, "Red, bright;blue", []any{"Red, bright", "blue"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, mend := c.r.value(Field{Kind: c.kind, Options: colours}, c.cell)
			if diff := cmp.Diff(c.want, got); diff != "" || (mend == "") != (c.want != nil) {
				t.Error(diff, mend)
			}
		})
	}
}
