package contact

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/currency"
	"golang.org/x/text/unicode/norm"
)

const (
	maxAmount   = 1e15 // beyond it JSON numbers lose digits on the way
	maxURL      = 2000
	maxSelected = 100
)

// encode gives the form of a value that is stored, or what to mend. "" and null
// are no value: nil. was is the value there was, which an archived option may
// keep.
func (f Field) encode(raw, was any, country string) (value any, mend string) {
	if raw == nil || raw == "" {
		return nil, ""
	}
	switch f.Kind {
	case FieldNumber:
		return f.number(raw)
	case FieldMoney:
		return f.money(raw)
	case FieldCheckbox:
		if b, ok := raw.(bool); ok {
			return b, ""
		}
		return nil, "Send true or false."
	case FieldMultiSelect:
		return f.choices(raw, was)
	}
	s, ok := raw.(string)
	if !ok {
		return nil, "Send a text, in quotes."
	}
	switch f.Kind {
	case FieldText, FieldLongText:
		return f.words(s)
	case FieldDate, FieldDateTime:
		return f.moment(s)
	case FieldPhone:
		p, ok := ParsePhone(tidy(s), country)
		return told(p, ok, "Write it with its country, like +14155550123.")
	case FieldEmail:
		s = strings.ToLower(tidy(s))
		return told(s, validEmail(s), "Write it like maria@example.com.")
	case FieldURL:
		s = strings.TrimSpace(s)
		u, err := url.Parse(s)
		return told(s, err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && len(s) <= maxURL && clean(s),
			"Write it like https://www.example.com, with at most 2000 characters.")
	case FieldSelect:
		o, ok := f.option(s, was == s)
		return told(o.Key, ok, f.optionsMend())
	case FieldFile, FieldReference:
		id, err := uuid.Parse(s)
		return told(id.String(), err == nil, "Send an id.")
	}
	return nil, "There is no such kind of field."
}

func told(s string, ok bool, mend string) (any, string) {
	if !ok {
		return nil, mend
	}
	return s, ""
}

func (f Field) words(s string) (any, string) {
	limit, s := MaxText, norm.NFC.String(s)
	if f.Kind == FieldText {
		s = tidy(s)
	} else {
		limit, s = MaxLongText, strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	}
	if s == "" {
		return nil, ""
	}
	if f.Unique || f.Indexed {
		limit = MaxIndexedText
	}
	if f.Rules.MaxLength != nil {
		limit = min(limit, *f.Rules.MaxLength)
	}
	n := utf8.RuneCountInString(s)
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }):
		return nil, "It holds characters that can't be shown."
	case n > limit:
		return nil, fmt.Sprintf("Use at most %d characters.", limit)
	case f.Rules.MinLength != nil && n < *f.Rules.MinLength:
		return nil, fmt.Sprintf("Use at least %d characters.", *f.Rules.MinLength)
	}
	if f.Rules.Pattern != "" {
		whole, err := regexp.Compile(`^(?:` + f.Rules.Pattern + `)$`)
		if err != nil || !whole.MatchString(s) {
			return nil, "It must match " + f.Rules.Pattern + "."
		}
	}
	return s, ""
}

// float reads a JSON number, however it came.
func float(raw any) (float64, bool) {
	var n float64
	switch v := raw.(type) {
	case float64:
		n = v
	case json.Number:
		f, err := v.Float64()
		if err != nil {
			return 0, false
		}
		n = f
	default:
		return 0, false
	}
	return n, !math.IsNaN(n) && math.Abs(n) <= maxAmount
}

func (f Field) number(raw any) (any, string) {
	n, ok := float(raw)
	if !ok {
		return nil, "Send a number of at most 15 digits, without quotes."
	}
	if mend := f.Rules.between(n); mend != "" {
		return nil, mend
	}
	return plainNumber(n), ""
}

// plainNumber has no exponent and fifteen digits that count: what a JSON number
// keeps everywhere.
func plainNumber(n float64) json.Number {
	if n == 0 {
		return "0" // never -0
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err == nil {
		n = short
	}
	return json.Number(strconv.FormatFloat(n, 'f', -1, 64))
}

func (r FieldRules) between(n float64) string {
	switch {
	case r.Min != nil && n < *r.Min:
		return "It must be at least " + string(plainNumber(*r.Min)) + "."
	case r.Max != nil && n > *r.Max:
		return "It must be at most " + string(plainNumber(*r.Max)) + "."
	}
	return ""
}

func (f Field) money(raw any) (any, string) {
	const mend = `Send {"amount": 1250, "currency": "USD"}: whole minor units and the letters of ISO 4217.`
	o, ok := raw.(map[string]any)
	if !ok || len(o) != 2 {
		return nil, mend
	}
	n, ok := float(o["amount"])
	code, text := o["currency"].(string)
	code = strings.ToUpper(strings.TrimSpace(code))
	if !ok || !text || n != math.Trunc(n) || !validCurrency(code) {
		return nil, mend
	}
	if len(f.Rules.Currencies) > 0 && !slices.Contains(f.Rules.Currencies, code) {
		return nil, "The currency is one of: " + strings.Join(f.Rules.Currencies, ", ") + "."
	}
	if mend := f.Rules.between(n); mend != "" {
		return nil, mend
	}
	return map[string]any{"amount": plainNumber(n), "currency": code}, ""
}

func validCurrency(code string) bool {
	u, err := currency.ParseISO(code)
	return err == nil && u.String() == code
}

func anyDate(s string) bool {
	d, err := time.Parse(time.DateOnly, s)
	return err == nil && d.Year() >= 1
}

func (f Field) moment(s string) (any, string) {
	s = strings.TrimSpace(s)
	day, out := s, s
	if f.Kind == FieldDate {
		if !anyDate(s) {
			return nil, "Write it like 2026-01-31."
		}
	} else {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil || at.UTC().Year() < 1 || at.UTC().Year() > 9999 {
			return nil, "Write it like 2026-01-31T12:00:00Z."
		}
		out = at.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano)
		day = out[:len(time.DateOnly)]
	}
	switch {
	case f.Rules.Earliest != "" && day < f.Rules.Earliest:
		return nil, "It must not be before " + f.Rules.Earliest + "."
	case f.Rules.Latest != "" && day > f.Rules.Latest:
		return nil, "It must not be after " + f.Rules.Latest + "."
	}
	return out, ""
}

// typed is a value as contact_value keeps it: number and time are nil where the
// kind has none.
type typed struct {
	text   string
	number *string
	time   *time.Time
}

func (f Field) typed(value any) typed {
	switch v := value.(type) {
	case json.Number:
		s := v.String()
		return typed{text: s, number: &s}
	case map[string]any: // money
		s := fmt.Sprint(v["amount"])
		return typed{text: s + " " + fmt.Sprint(v["currency"]), number: &s}
	case string:
		for kind, layout := range map[FieldKind]string{FieldDate: time.DateOnly, FieldDateTime: time.RFC3339Nano} {
			if at, err := time.Parse(layout, v); f.Kind == kind && err == nil {
				return typed{text: v, time: &at}
			}
		}
		return typed{text: v}
	}
	return typed{text: fmt.Sprint(value)}
}
