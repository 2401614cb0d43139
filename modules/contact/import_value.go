package contact

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
)

// value reads a cell for a custom field, as people write such values in tables;
// it gives what Field.encode takes, or what to mend.
func (r reading) value(f Field, cell string) (raw any, mend string) {
	switch f.Kind {
	case FieldNumber:
		s, ok := r.decimal(cell)
		n, err := strconv.ParseFloat(s, 64)
		if !ok || err != nil {
			return nil, "Write a number, like " + r.example() + "."
		}
		return n, ""
	case FieldMoney:
		return r.money(f, cell)
	case FieldDate:
		day, ok := r.day(cell)
		if !ok {
			return nil, "Write a day, like 2026-01-31."
		}
		return day, ""
	case FieldDateTime:
		at, ok := r.moment(cell)
		if !ok {
			return nil, "Write a day and a time, like 2026-01-31 12:00."
		}
		return at.Format(time.RFC3339Nano), ""
	case FieldCheckbox:
		b, ok := yesNo(cell)
		if !ok {
			return nil, "Write yes or no."
		}
		return b, ""
	case FieldMultiSelect:
		return f.several(cell), ""
	}
	return cell, ""
}

// several are the options that a cell names, by label or key: one whole, or
// several by semicolons, strokes, lines or else commas.
func (f Field) several(cell string) (out []any) {
	if _, whole := f.option(tidy(cell), false); whole {
		return []any{tidy(cell)}
	}
	by := ","
	if strings.ContainsAny(cell, ";|\n") {
		by = ";|\n"
	}
	for part := range strings.FieldsFuncSeq(cell, func(c rune) bool { return strings.ContainsRune(by, c) }) {
		if part = tidy(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// yesNo reads the words of checkboxes; ok is false for others.
func yesNo(s string) (yes, ok bool) {
	s = fold(tidy(s))
	if slices.Contains([]string{"yes", "y", "true", "1", "x", "ja", "j", "wahr", "si", "verdadero", "oui", "vrai", "on", "all", "checked"}, s) {
		return true, true
	}
	return false, slices.Contains([]string{"no", "n", "false", "0", "-", "nein", "falsch", "falso", "non", "faux", "off", "none", "unchecked"}, s)
}

// points are the countries that write 1,234.5 where others write 1.234,5.
var points = []string{
	"US", "GB", "CA", "AU", "NZ", "IE", "IN", "PK", "BD", "LK", "MX", "PH", "SG", "MY", "TH", "HK", "CN", "TW", "JP", "KR", "IL", "NG", "KE",
	"GH", "EG", "SA", "AE", "DO", "GT", "HN", "NI", "PA", "PR", "SV", "CH",
}

func (r reading) mark() string {
	switch {
	case r.settings.Decimal != "":
		return r.settings.Decimal
	case slices.Contains(points, r.country):
		return "."
	}
	return ","
}

func (r reading) example() string {
	if r.mark() == "," {
		return "1234,5"
	}
	return "1234.5"
}

var (
	wholeNumber = regexp.MustCompile(`^[0-9]+$`)
	grouped     = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{2,3})*,[0-9]{3}$`)
)

// decimal gives a number as Go writes it. Where the settings don't say which
// mark is the decimal one, the last of two is, and one alone is unless it could
// part thousands: then it is what it is in the sub-account's country.
func (r reading) decimal(s string) (string, bool) {
	s = strings.Map(func(c rune) rune {
		if strings.ContainsRune(" \u00a0\u202f'’_", c) {
			return -1
		}
		return c
	}, s)
	sign := ""
	if rest, minus := strings.CutPrefix(strings.ReplaceAll(s, "−", "-"), "-"); minus {
		sign, s = "-", rest
	} else {
		s = strings.TrimPrefix(s, "+")
	}
	mark, last := r.mark(), strings.LastIndexAny(s, ".,")
	if r.settings.Decimal == "" && last >= 0 {
		alone := strings.Count(s, s[last:last+1]) == 1
		thousands := !strings.ContainsAny(s[:last], ".,") && grouped.MatchString(strings.ReplaceAll(s, ".", ","))
		switch {
		case !alone: // it parts thousands
			mark = strings.Trim(".,", s[last:last+1])
		case !thousands:
			mark = s[last : last+1]
		}
	}
	whole, fraction, broken := strings.Cut(s, mark)
	other := strings.Trim(".,", mark)
	if strings.Contains(whole, other) {
		if whole = strings.ReplaceAll(whole, other, ","); !grouped.MatchString(whole) {
			return "", false
		}
		whole = strings.ReplaceAll(whole, ",", "")
	}
	if whole == "" && broken {
		whole = "0"
	}
	if !wholeNumber.MatchString(whole) || broken && !wholeNumber.MatchString(fraction) {
		return "", false
	}
	if broken {
		return sign + whole + "." + fraction, true
	}
	return sign + whole, true
}

var symbols = map[string]string{"€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "$": "USD", "US$": "USD", "CHF": "CHF", "R$": "BRL", "zł": "PLN"}

var dollars = []string{"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP"}

// money reads an amount with its currency before or behind it, or without one.
func (r reading) money(f Field, cell string) (any, string) {
	amount := strings.TrimSpace(strings.TrimFunc(cell, func(c rune) bool { return !strings.ContainsRune("0123456789.,", c) }))
	around := strings.TrimSpace(strings.Replace(cell, amount, "", 1))
	negative := strings.HasPrefix(around, "-") || strings.HasPrefix(around, "−") || strings.HasSuffix(around, "-")
	around = strings.TrimSpace(strings.Trim(around, "-−+ \u00a0"))
	code := strings.ToUpper(around)
	if known, ok := symbols[around]; ok {
		code = known
	}
	if around == "" || around == "$" && slices.Contains(dollars, r.settings.Currency) {
		code = r.settings.Currency
		if code == "" && len(f.Rules.Currencies) == 1 {
			code = f.Rules.Currencies[0]
		}
	}
	if code == "" {
		return nil, "Write its currency, like 12.50 USD, or choose one for the whole file."
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return nil, "Write an amount and its currency, like 12.50 USD."
	}
	digits, _ := currency.Standard.Rounding(unit)
	s, ok := r.decimal(amount)
	whole, fraction, _ := strings.Cut(s, ".")
	fraction = strings.TrimRight(fraction, "0")
	if !ok || len(fraction) > digits {
		return nil, "Write an amount like " + r.example() + ", with at most " + strconv.Itoa(digits) + " digits behind it."
	}
	minor, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", digits-len(fraction)), 10, 64)
	if err != nil {
		return nil, "This amount is too large."
	}
	if negative {
		minor = -minor
	}
	return map[string]any{"amount": float64(minor), "currency": code}, ""
}
