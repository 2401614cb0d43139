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
func canonical(raw []byte) ([]byte, error) { return new(former).form(raw) }

// encode writes a value whose numbers are normal. encoding/json sorts members.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), err
}

// former writes the forms of texts, each in one pass over it. It learns from one
// what the next is like; the zero value has learned nothing.
type former struct {
	raw, out []byte
	members  []formed // of the objects that are open
	scratch  []byte
	shapes   shapes
	last     twin
}

// form is canonical's; what it gives is good until the next.
func (f *former) form(raw []byte) ([]byte, error) {
	f.raw, f.out, f.members = raw, slices.Grow(f.out[:0], len(raw)), f.members[:0]
	at, ok := f.value(rawjson.Space(raw, 0), 0)
	if !ok || rawjson.Space(raw, at) != len(raw) {
		return nil, errJSON
	}
	return f.out, nil
}

// formed is where a member stands in what is written.
type formed struct {
	name     []byte
	from, to int
}

// value writes the value that begins at a place, and gives the place behind it.
func (f *former) value(at, depth int) (end int, ok bool) {
	if at >= len(f.raw) {
		return at, false
	}
	switch c := f.raw[at]; {
	case c == '"':
		_, end, ok = f.text(at)
		return end, ok
	case c == '{' && depth < rawjson.MaxDepth:
		return f.nested(at, depth)
	case c == '[' && depth < rawjson.MaxDepth:
		return f.list(at, depth+1)
	case c == '-', c >= '0' && c <= '9':
		if end, ok = rawjson.NumberEnd(f.raw, at); ok {
			f.out = append(f.out, plain(string(f.raw[at:end]))...)
		}
		return end, ok
	}
	if end, ok = rawjson.LiteralEnd(f.raw, at); ok {
		f.out = append(f.out, f.raw[at:end]...)
	}
	return end, ok
}

// text writes a string, and also gives what it says.
func (f *former) text(at int) (says []byte, end int, ok bool) {
	end, simple, ok := rawjson.StringEnd(f.raw, at)
	if !ok {
		return nil, end, false
	}
	quoted := f.raw[at:end]
	if says, ok = rawjson.Text(quoted, simple); !ok {
		return nil, end, false
	}
	if !simple || bytes.Contains(says, []byte("\u2028")) || bytes.Contains(says, []byte("\u2029")) {
		var err error
		if quoted, err = encode(string(says)); err != nil {
			return nil, end, false
		}
	}
	f.out = append(f.out, quoted...)
	return says, end, true
}

// next goes on behind an element: more tells that another one comes.
func (f *former) next(at int, closing byte) (_ int, more, ok bool) {
	at = rawjson.Space(f.raw, at)
	switch {
	case at == len(f.raw):
		return at, false, false
	case f.raw[at] == ',':
		f.out = append(f.out, ',')
		return rawjson.Space(f.raw, at+1), true, true
	}
	return at + 1, false, f.raw[at] == closing
}

// empty tells whether the list or object that begins at a place is; at is that of
// its first element.
func (f *former) empty(from int, closing byte) (at int, yes bool) {
	f.out = append(f.out, f.raw[from])
	at = rawjson.Space(f.raw, from+1)
	return at, at < len(f.raw) && f.raw[at] == closing
}

func (f *former) list(from, depth int) (at int, ok bool) {
	at, none := f.empty(from, ']')
	if none {
		f.out = append(f.out, ']')
		return at + 1, true
	}
	for more := true; more; {
		if at, ok = f.value(at, depth); !ok {
			return at, false
		}
		if at, more, ok = f.next(at, ']'); !ok {
			return at, false
		}
	}
	f.out = append(f.out, ']')
	return at, true
}

func (f *former) object(from, depth int) (at int, ok bool) {
	at, none := f.empty(from, '}')
	if none {
		f.out = append(f.out, '}')
		return at + 1, true
	}
	outer, start := len(f.members), len(f.out)
	for more := true; more; {
		m := formed{from: len(f.out)}
		if m.name, at, ok = f.text(at); !ok {
			return at, false
		}
		if at = rawjson.Space(f.raw, at); at == len(f.raw) || f.raw[at] != ':' {
			return at, false
		}
		f.out = append(f.out, ':')
		if at, ok = f.value(rawjson.Space(f.raw, at+1), depth); !ok {
			return at, false
		}
		m.to = len(f.out)
		f.members = append(f.members, m)
		if at, more, ok = f.next(at, '}'); !ok {
			return at, false
		}
	}
	f.order(start, f.members[outer:])
	f.members = f.members[:outer]
	f.out = append(f.out, '}')
	return at, true
}

// order puts the members that were written from start on in their order. Of those
// of one name the last stays.
func (f *former) order(start int, list []formed) {
	inOrder := true
	for i := 1; i < len(list) && inOrder; i++ {
		inOrder = bytes.Compare(list[i-1].name, list[i].name) < 0
	}
	if inOrder {
		return
	}
	f.scratch = append(f.scratch[:0], f.out[start:]...)
	f.out = f.out[:start]
	for _, i := range f.shapes.order(list) {
		m := list[i]
		f.out = append(append(f.out, f.scratch[m.from-start:m.to-start]...), ',')
	}
	f.out = f.out[:len(f.out)-1]
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
