package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
)

var errJSON = errors.New("audit: not one JSON value")

// canonical writes a JSON value in the one form that is hashed. It is RFC 8785's,
// but that members are in the order of their UTF-8 bytes, that U+2028 and U+2029
// are escaped, and that numbers keep all their digits: without exponent, trailing
// zeros or a sign on zero. So a value has the same form whether it comes from
// PostgreSQL's jsonb or from a file.
func canonical(raw []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, errors.Join(errJSON, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errJSON
	}
	return encode(normal(v))
}

// encode writes a value whose numbers are normal. encoding/json sorts members.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

func normal(v any) any {
	switch v := v.(type) {
	case json.Number:
		return json.Number(plain(v.String()))
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = normal(v[k])
		}
	}
	return v
}

// maxExponent is beyond what PostgreSQL's numeric writes without an exponent.
const maxExponent = 200_000

// plain writes a number without exponent and without zeros that say nothing.
func plain(n string) string {
	sign, digits := "", strings.ToLower(n)
	if rest, negative := strings.CutPrefix(digits, "-"); negative {
		sign, digits = "-", rest
	}
	mantissa, exponent, scientific := strings.Cut(digits, "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if scientific {
		shift, err := strconv.Atoi(exponent)
		if err != nil || shift > maxExponent || shift < -maxExponent {
			return n
		}
		whole, fraction = moved(whole, fraction, shift)
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	switch {
	case fraction != "":
		return sign + whole + "." + fraction
	case whole == "0":
		return "0"
	}
	return sign + whole
}

// moved moves the decimal point.
func moved(whole, fraction string, by int) (string, string) {
	if by >= 0 {
		if missing := by - len(fraction); missing > 0 {
			fraction += strings.Repeat("0", missing)
		}
		return whole + fraction[:by], fraction[by:]
	}
	if missing := -by - len(whole); missing > 0 {
		whole = strings.Repeat("0", missing) + whole
	}
	return whole[:len(whole)+by], whole[len(whole)+by:] + fraction
}
