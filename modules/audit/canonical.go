package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/omnicrm/omnicrm/platform/rawjson"
)

var errJSON = errors.New("audit: not one JSON value")

// canonical writes a JSON value in the one form that is hashed. It is RFC 8785's,
// but that members are in the order of their UTF-8 bytes, that U+2028 and U+2029
// are escaped, and that numbers keep all their digits: without exponent, trailing
// zeros or a sign on zero. Of members of one name the last stands. So a value has
// the same form whether it comes from PostgreSQL's jsonb or from a file.
func canonical(raw []byte) ([]byte, error) {
	out, at, ok := appendForm(make([]byte, 0, len(raw)), raw, rawjson.Space(raw, 0), 0)
	if !ok || rawjson.Space(raw, at) != len(raw) {
		return nil, errJSON
	}
	return out, nil
}

// encode writes a value whose numbers are normal. encoding/json sorts members.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// appendForm appends the form of the value that begins at a place, and gives the
// place behind it.
func appendForm(out, raw []byte, at, depth int) (_ []byte, end int, ok bool) {
	if at >= len(raw) {
		return out, at, false
	}
	switch c := raw[at]; {
	case c == '"':
		out, _, end, ok = appendString(out, raw, at)
		return out, end, ok
	case c == '{' && depth < rawjson.MaxDepth:
		return appendObject(out, raw, at, depth+1)
	case c == '[' && depth < rawjson.MaxDepth:
		return appendList(out, raw, at, depth+1)
	case c == '-', c >= '0' && c <= '9':
		if end, ok = rawjson.NumberEnd(raw, at); ok {
			out = append(out, plain(string(raw[at:end]))...)
		}
		return out, end, ok
	}
	if end, ok = rawjson.LiteralEnd(raw, at); ok {
		out = append(out, raw[at:end]...)
	}
	return out, end, ok
}

// appendString also gives what the string says.
func appendString(out, raw []byte, at int) (_ []byte, says string, end int, ok bool) {
	end, simple, ok := rawjson.StringEnd(raw, at)
	if !ok {
		return out, "", end, false
	}
	quoted := raw[at:end]
	if says, ok = rawjson.Text(quoted, simple); !ok {
		return out, "", end, false
	}
	if !simple || strings.ContainsAny(says, "\u2028\u2029") {
		var err error
		if quoted, err = encode(says); err != nil {
			return out, "", end, false
		}
	}
	return append(out, quoted...), says, end, true
}

func appendList(out, raw []byte, at, depth int) (_ []byte, end int, ok bool) {
	out = append(out, '[')
	at = rawjson.Space(raw, at+1)
	for first := true; at < len(raw) && (raw[at] != ']' || !first); first = false {
		if out, at, ok = appendForm(out, raw, at, depth); !ok {
			return out, at, false
		}
		at = rawjson.Space(raw, at)
		switch {
		case at < len(raw) && raw[at] == ',':
			out, at = append(out, ','), rawjson.Space(raw, at+1)
		case at < len(raw) && raw[at] == ']':
			return append(out, ']'), at + 1, true
		default:
			return out, at, false
		}
	}
	return append(out, ']'), at + 1, at < len(raw)
}

// formed is where the form of a member stands in what is written.
type formed struct {
	name     string
	from, to int
}

func appendObject(out, raw []byte, at, depth int) (_ []byte, end int, ok bool) {
	list := make([]formed, 0, 32)
	out = append(out, '{')
	start := len(out)
	at = rawjson.Space(raw, at+1)
	for first := true; at < len(raw) && (raw[at] != '}' || !first); first = false {
		m := formed{from: len(out)}
		if out, m.name, at, ok = appendString(out, raw, at); !ok {
			return out, at, false
		}
		if at = rawjson.Space(raw, at); at == len(raw) || raw[at] != ':' {
			return out, at, false
		}
		if out, at, ok = appendForm(append(out, ':'), raw, rawjson.Space(raw, at+1), depth); !ok {
			return out, at, false
		}
		m.to = len(out)
		list = append(list, m)
		at = rawjson.Space(raw, at)
		switch {
		case at < len(raw) && raw[at] == ',':
			out, at = append(out, ','), rawjson.Space(raw, at+1)
		case at < len(raw) && raw[at] == '}':
			return append(sorted(out, start, list), '}'), at + 1, true
		default:
			return out, at, false
		}
	}
	return append(out, '}'), at + 1, at < len(raw)
}

// sorted puts the members that were written from start on in their order.
func sorted(out []byte, start int, list []formed) []byte {
	byName := func(a, b formed) int { return strings.Compare(a.name, b.name) }
	inOrder := true
	for i := 1; i < len(list) && inOrder; i++ {
		inOrder = list[i-1].name < list[i].name
	}
	if inOrder {
		return out
	}
	written := bytes.Clone(out[start:])
	slices.SortStableFunc(list, byName)
	out = out[:start]
	for i, m := range list {
		if i+1 < len(list) && list[i+1].name == m.name {
			continue
		}
		out = append(append(out, written[m.from-start:m.to-start]...), ',')
	}
	return out[:len(out)-1]
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
