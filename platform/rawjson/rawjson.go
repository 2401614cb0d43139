// Package rawjson looks into JSON text without decoding it: for who needs one
// member of many, or only wants to know whether two texts differ. It accepts
// exactly what encoding/json does.
package rawjson

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// MaxDepth is how deep a text may be: encoding/json's.
const MaxDepth = 10_000

// Member is a member of an object. Both are parts of the text it was found in,
// but for a name that is written with escapes.
type Member struct {
	Name  []byte
	Value json.RawMessage
}

// Members gives the members of an object as they stand, a name that stands twice
// as two. It is false for what is no object, or no JSON.
func Members(raw []byte) (list []Member, ok bool) {
	ok = Each(raw, func(m Member) {
		if list == nil {
			list = make([]Member, 0, 32)
		}
		list = append(list, m)
	})
	if !ok {
		return nil, false
	}
	return list, true
}

// Each hands over the members of an object as they stand. It is false for what is
// no object, or no JSON: what was handed over by then says nothing.
func Each(raw []byte, take func(Member)) bool {
	at := Space(raw, 0)
	if at == len(raw) || raw[at] != '{' {
		return false
	}
	at = Space(raw, at+1)
	if at < len(raw) && raw[at] == '}' {
		return Space(raw, at+1) == len(raw)
	}
	for {
		m, behind, ok := member(raw, at)
		if !ok {
			return false
		}
		take(m)
		if at = Space(raw, behind); at == len(raw) {
			return false
		}
		switch raw[at] {
		case ',':
			at = Space(raw, at+1)
		case '}':
			return Space(raw, at+1) == len(raw)
		default:
			return false
		}
	}
}

func member(raw []byte, from int) (m Member, at int, ok bool) {
	at, plain, ok := StringEnd(raw, from)
	if !ok {
		return m, at, false
	}
	if m.Name, ok = Text(raw[from:at], plain); !ok {
		return m, at, false
	}
	if at = Space(raw, at); at == len(raw) || raw[at] != ':' {
		return m, at, false
	}
	from = Space(raw, at+1)
	at, ok = end(raw, from, 1)
	m.Value = raw[from:at:at]
	return m, at, ok
}

// Find gives the value of a name, nil if there is none. near is where it most
// likely stands: two texts of one shape have it at the same place.
func Find(list []Member, name []byte, near int) json.RawMessage {
	if near < len(list) && bytes.Equal(list[near].Name, name) {
		return list[near].Value
	}
	for _, m := range list {
		if bytes.Equal(m.Name, name) {
			return m.Value
		}
	}
	return nil
}

// IsObject looks at the first character of a value.
func IsObject(raw []byte) bool {
	at := Space(raw, 0)
	return at < len(raw) && raw[at] == '{'
}

// Text is what a string with its quotes says. plain is StringEnd's; then it is a
// part of the text.
func Text(quoted []byte, plain bool) (says []byte, ok bool) {
	if plain {
		return quoted[1 : len(quoted)-1 : len(quoted)-1], true
	}
	var s string
	ok = json.Unmarshal(quoted, &s) == nil
	return []byte(s), ok
}

// Space gives the place of the next character that is no white space.
func Space(raw []byte, at int) int {
	for at < len(raw) && (raw[at] == ' ' || raw[at] == '\n' || raw[at] == '\t' || raw[at] == '\r') {
		at++
	}
	return at
}

// usual are the characters that stand in a string for themselves, alone.
var usual = func() (t [256]bool) {
	for c := byte(' '); c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// StringEnd gives the place behind the string that begins at a place. plain tells
// that it says what stands between its quotes, byte by byte.
func StringEnd(raw []byte, at int) (end int, plain, ok bool) {
	if at >= len(raw) || raw[at] != '"' {
		return at, false, false
	}
	plain = true
	ascii := true
	for i := at + 1; i < len(raw); i++ {
		if usual[raw[i]] {
			continue
		}
		switch c := raw[i]; {
		case c == '"':
			return i + 1, plain && (ascii || utf8.Valid(raw[at+1:i])), true
		case c < ' ':
			return i, false, false
		case c >= utf8.RuneSelf:
			ascii = false
		case c == '\\':
			n := escape(raw[i+1:])
			if n == 0 {
				return i, false, false
			}
			plain, i = false, i+n
		}
	}
	return len(raw), false, false
}

// escape is how long what stands behind a backslash is; 0 if it may not stand there.
func escape(raw []byte) int {
	switch {
	case len(raw) == 0:
		return 0
	case raw[0] != 'u':
		if bytes.IndexByte([]byte(`"\/bfnrt`), raw[0]) < 0 {
			return 0
		}
		return 1
	case len(raw) < 5:
		return 0
	}
	for _, c := range raw[1:5] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return 0
		}
	}
	return 5
}

// NumberEnd gives the place behind the number that begins at a place.
func NumberEnd(raw []byte, at int) (end int, ok bool) {
	if at < len(raw) && raw[at] == '-' {
		at++
	}
	whole := digits(raw, at)
	if whole == at || raw[at] == '0' && whole > at+1 {
		return at, false
	}
	at = whole
	if at < len(raw) && raw[at] == '.' {
		fraction := digits(raw, at+1)
		if fraction == at+1 {
			return at, false
		}
		at = fraction
	}
	if at < len(raw) && (raw[at] == 'e' || raw[at] == 'E') {
		if at++; at < len(raw) && (raw[at] == '+' || raw[at] == '-') {
			at++
		}
		exponent := digits(raw, at)
		if exponent == at {
			return at, false
		}
		at = exponent
	}
	return at, true
}

func digits(raw []byte, at int) int {
	for at < len(raw) && raw[at] >= '0' && raw[at] <= '9' {
		at++
	}
	return at
}

// LiteralEnd gives the place behind the true, false or null that begins at a place.
func LiteralEnd(raw []byte, at int) (end int, ok bool) {
	for _, word := range []string{"true", "false", "null"} {
		if bytes.HasPrefix(raw[at:], []byte(word)) {
			return at + len(word), true
		}
	}
	return at, false
}

// end gives the place behind the value that begins at a place, so many objects
// and lists deep.
func end(raw []byte, at, depth int) (int, bool) {
	if at >= len(raw) {
		return at, false
	}
	switch c := raw[at]; {
	case c == '"':
		at, _, ok := StringEnd(raw, at)
		return at, ok
	case c == '{', c == '[':
		return nestEnd(raw, at, depth+1)
	case c == '-', c >= '0' && c <= '9':
		return NumberEnd(raw, at)
	}
	return LiteralEnd(raw, at)
}

func nestEnd(raw []byte, at, depth int) (_ int, ok bool) {
	if depth > MaxDepth {
		return at, false
	}
	object, closing := raw[at] == '{', raw[at]+2 // ASCII has ] and } two behind [ and {
	if at = Space(raw, at+1); at < len(raw) && raw[at] == closing {
		return at + 1, true
	}
	for {
		if object {
			if at, _, ok = StringEnd(raw, at); !ok {
				return at, false
			}
			if at = Space(raw, at); at == len(raw) || raw[at] != ':' {
				return at, false
			}
			at = Space(raw, at+1)
		}
		if at, ok = end(raw, at, depth); !ok {
			return at, false
		}
		if at = Space(raw, at); at == len(raw) {
			return at, false
		}
		switch raw[at] {
		case ',':
			at = Space(raw, at+1)
		case closing:
			return at + 1, true
		default:
			return at, false
		}
	}
}
