package contact

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func some[T any](v T) *T { return &v }

func TestValuesAreKeptInOneForm(t *testing.T) {
	t.Parallel()
	gold := []Option{{Key: "gold", Label: "Gold plan"}, {Key: "silver", Label: "Silver"}, {Key: "old", Label: "Old", Archived: true}}
	for name, c := range map[string]struct {
		field    Field
		raw, was any
		want     any
		mend     string // a part of it; "" for none
	}{
		"a text has single spaces":       {Field{Kind: FieldText}, "  a  b ", nil, "a b", ""},
		"an empty text is no value":      {Field{Kind: FieldText}, "  ", nil, nil, ""},
		"a text that is a number":        {Field{Kind: FieldText}, 5.0, nil, nil, "in quotes"},
		"a text with a bell":             {Field{Kind: FieldText}, "a\x07b", nil, nil, "can't be shown"},
		"a text that is too long":        {Field{Kind: FieldText}, strings.Repeat("x", MaxText+1), nil, nil, "at most 1000"},
		"an indexed text":                {Field{Kind: FieldText, Indexed: true}, strings.Repeat("x", MaxIndexedText+1), nil, nil, "at most 500"},
		"a text that is too short":       {Field{Kind: FieldText, Rules: FieldRules{MinLength: some(3)}}, "ab", nil, nil, "at least 3"},
		"a text with its own limit":      {Field{Kind: FieldText, Rules: FieldRules{MaxLength: some(3)}}, "abcd", nil, nil, "at most 3"},
		"a text that matches":            {Field{Kind: FieldText, Rules: FieldRules{Pattern: "[A-Z]{2}|x"}}, "AB", nil, "AB", ""},
		"a text that matches in part":    {Field{Kind: FieldText, Rules: FieldRules{Pattern: "[A-Z]{2}|x"}}, "ABC", nil, nil, "must match"},
		"lines":                          {Field{Kind: FieldLongText}, "a\r\nb\n", nil, "a\nb", ""},
		"a number":                       {Field{Kind: FieldNumber}, 12.50, nil, json.Number("12.5"), ""},
		"a number of many digits":        {Field{Kind: FieldNumber}, json.Number("0.1000000000000000055"), nil, json.Number("0.1"), ""},
		"a number in quotes":             {Field{Kind: FieldNumber}, "12", nil, nil, "without quotes"},
		"a number beyond":                {Field{Kind: FieldNumber}, 1e16, nil, nil, "15 digits"},
		"a number below the least":       {Field{Kind: FieldNumber, Rules: FieldRules{Min: some(1.0)}}, 0.0, nil, nil, "at least 1"},
		"money":                          {Field{Kind: FieldMoney}, map[string]any{"amount": 1250.0, "currency": "usd"}, nil, map[string]any{"amount": json.Number("1250"), "currency": "USD"}, ""},
		"money with a part of a cent":    {Field{Kind: FieldMoney}, map[string]any{"amount": 0.5, "currency": "USD"}, nil, nil, "minor units"},
		"money with something else":      {Field{Kind: FieldMoney}, map[string]any{"amount": 1.0, "currency": "USD", "x": 1}, nil, nil, "minor units"},
		"money of no country":            {Field{Kind: FieldMoney}, map[string]any{"amount": 1.0, "currency": "ABC"}, nil, nil, "ISO 4217"},
		"money of another currency":      {Field{Kind: FieldMoney, Rules: FieldRules{Currencies: []string{"EUR"}}}, map[string]any{"amount": 1.0, "currency": "USD"}, nil, nil, "EUR"},
		"a day":                          {Field{Kind: FieldDate}, "2026-02-28", nil, "2026-02-28", ""},
		"a day that isn't":               {Field{Kind: FieldDate}, "2026-02-30", nil, nil, "2026-01-31"},
		"a day that is too early":        {Field{Kind: FieldDate, Rules: FieldRules{Earliest: "2026-03-01"}}, "2026-02-28", nil, nil, "before 2026-03-01"},
		"a time elsewhere":               {Field{Kind: FieldDateTime}, "2026-02-01T01:00:00+02:00", nil, "2026-01-31T23:00:00Z", ""},
		"a time without its zone":        {Field{Kind: FieldDateTime}, "2026-02-01T01:00:00", nil, nil, "Z"},
		"a number to call":               {Field{Kind: FieldPhone}, "(415) 555-0123", nil, "+14155550123", ""},
		"no number to call":              {Field{Kind: FieldPhone}, "12", nil, nil, "+14155550123"},
		"an e-mail address":              {Field{Kind: FieldEmail}, "A@X.example", nil, "a@x.example", ""},
		"no e-mail address":              {Field{Kind: FieldEmail}, "a@", nil, nil, "maria@"},
		"a page":                         {Field{Kind: FieldURL}, "https://x.example/a?b", nil, "https://x.example/a?b", ""},
		"a page that runs":               {Field{Kind: FieldURL}, "javascript:alert(1)", nil, nil, "https://"},
		"an option":                      {Field{Kind: FieldSelect, Options: gold}, "gold", nil, "gold", ""},
		"an option by its label":         {Field{Kind: FieldSelect, Options: gold}, "GOLD plan", nil, "gold", ""},
		"an option that isn't":           {Field{Kind: FieldSelect, Options: gold}, "iron", nil, nil, "gold, silver"},
		"an archived option":             {Field{Kind: FieldSelect, Options: gold}, "old", nil, nil, "gold, silver"},
		"an archived option that it had": {Field{Kind: FieldSelect, Options: gold}, "old", "old", "old", ""},
		"options in their order":         {Field{Kind: FieldMultiSelect, Options: gold}, []any{"silver", "gold", "gold"}, nil, []any{"gold", "silver"}, ""},
		"no options":                     {Field{Kind: FieldMultiSelect, Options: gold}, []any{}, nil, nil, ""},
		"options that aren't":            {Field{Kind: FieldMultiSelect, Options: gold}, []any{7.0}, nil, nil, "gold, silver"},
		"yes":                            {Field{Kind: FieldCheckbox}, true, nil, true, ""},
		"yes in words":                   {Field{Kind: FieldCheckbox}, "yes", nil, nil, "true or false"},
		"a file":                         {Field{Kind: FieldFile}, "01920E5C-7F3A-7C1E-9D59-0242AC120005", nil, "01920e5c-7f3a-7c1e-9d59-0242ac120005", ""},
		"no record":                      {Field{Kind: FieldReference}, "7", nil, nil, "an id"},
		"null":                           {Field{Kind: FieldNumber}, nil, nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, mend := c.field.encode(c.raw, c.was, "US")
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if (mend == "") != (c.mend == "") || !strings.Contains(mend, c.mend) {
				t.Errorf("says %q, want %q", mend, c.mend)
			}
		})
	}
}

// Whatever is sent for whatever kind: it is refused with a mend, or kept in a form that is read back as it was, that is
// taken as it is, and whose typed columns PostgreSQL takes.
func TestAKeptValueIsTakenAsItIs(t *testing.T) {
	t.Parallel()
	options := []Option{{Key: "a", Label: "A"}, {Key: "b", Label: "B"}}
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"a", "b", "2026-01-31", "0000-00-00", "2026-01-31T23:59:60Z", "9999-12-31T23:59:59-01:00", "2026-01-31T12:00:00.1234567Z", "+14155550123",
		"a@x.example", "https://x.example", "01920e5c-7f3a-7c1e-9d59-0242ac120005", "  x  ", "USD",
	}))
	scalar := rapid.OneOf(
		rapid.Map(word, func(s string) any { return s }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	)
	rapid.Check(t, func(r *rapid.T) {
		f := Field{Kind: rapid.SampledFrom(FieldKinds()).Draw(r, "kind"), Options: options, Indexed: rapid.Bool().Draw(r, "indexed")}
		var raw any
		switch rapid.IntRange(0, 3).Draw(r, "shape") {
		case 0:
			raw = map[string]any{"amount": scalar.Draw(r, "amount"), "currency": word.Draw(r, "currency")}
		case 1:
			list := []any{}
			for range rapid.IntRange(0, 3).Draw(r, "n") {
				list = append(list, scalar.Draw(r, "item"))
			}
			raw = list
		default:
			raw = scalar.Draw(r, "raw")
		}
		value, mend := f.encode(raw, nil, "US")
		if mend != "" {
			if value != nil {
				r.Fatalf("%v is refused and kept as %v", raw, value)
			}
			return
		}
		if value == nil {
			return
		}
		text, err := json.Marshal(Values{"x": value})
		if err != nil || strings.Contains(string(text), `\u0000`) {
			r.Fatalf("%v can't be kept: %s %v", value, text, err)
		}
		var back Values
		if err := json.Unmarshal(text, &back); err != nil {
			r.Fatal(err)
		}
		if diff := cmp.Diff(value, back["x"]); diff != "" {
			r.Fatal("it is read back as another:", diff)
		}
		again, mend := f.encode(back["x"], nil, "US")
		if diff := cmp.Diff(value, again); diff != "" || mend != "" {
			r.Fatalf("what was kept is changed once more: %s %s", mend, diff)
		}
		k := f.typed(value)
		if k.text == "" || strings.ContainsRune(k.text, 0) || (f.Kind == FieldDate || f.Kind == FieldDateTime) != (k.time != nil) ||
			(f.Kind == FieldNumber || f.Kind == FieldMoney) != (k.number != nil) {
			r.Fatalf("%v is typed as %+v", value, k)
		}
		if k.number != nil {
			if _, err := fmt.Sscan(*k.number, new(float64)); err != nil {
				r.Fatalf("%q is no number", *k.number)
			}
		}
	})
}

func TestAKeyIsMadeOfAName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Plan": "plan", "  Été  2026!": "ete_2026", "2nd phone": "f_2nd_phone", "日本": "field", strings.Repeat("x", 90): strings.Repeat("x", 56),
	} {
		if got := slug(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
		if !fieldKey.MatchString(slug(name)) {
			t.Errorf("%q gives %q", name, slug(name))
		}
	}
}
