package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// value is JSON whose members keep their order and are never lost: the standard
// decoder takes the last of two members with one name and says nothing.
type value struct {
	kind    byte // '{', '[', '"', '0', 't', 'n'
	members []member
	items   []value
	text    string // of a string or a number
	yes     bool
}

type member struct {
	name string
	value
}

const (
	object  = '{'
	array   = '['
	text    = '"'
	numeral = '0'
	truth   = 't'
	nothing = 'n'
)

// jsonDepth is as deep as a filter of MaxDepth can nest its lists and objects.
const jsonDepth = 2*MaxDepth + 6

var errJSONDepth = fmt.Errorf("lists and objects stand more than %d deep in each other", jsonDepth)

// readJSON reads one JSON value and nothing behind it.
func readJSON(raw []byte) (value, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := readValue(d, 0)
	if err != nil {
		return value{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return value{}, errors.New("something follows behind its end")
	}
	return v, nil
}

func readValue(d *json.Decoder, depth int) (value, error) {
	token, err := d.Token()
	if err != nil {
		return value{}, err
	}
	switch t := token.(type) {
	case json.Delim:
		if depth >= jsonDepth {
			return value{}, errJSONDepth
		}
		if t == '[' {
			return readList(d, depth)
		}
		return readObject(d, depth)
	case string:
		return value{kind: text, text: t}, nil
	case json.Number:
		return value{kind: numeral, text: t.String()}, nil
	case bool:
		return value{kind: truth, yes: t}, nil
	}
	return value{kind: nothing}, nil
}

func readList(d *json.Decoder, depth int) (value, error) {
	v := value{kind: array}
	for d.More() {
		item, err := readValue(d, depth+1)
		if err != nil {
			return value{}, err
		}
		v.items = append(v.items, item)
	}
	_, err := d.Token()
	return v, err
}

func readObject(d *json.Decoder, depth int) (value, error) {
	v := value{kind: object}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return value{}, err
		}
		name, ok := token.(string)
		if !ok {
			return value{}, errors.New("a member has no name")
		}
		item, err := readValue(d, depth+1)
		if err != nil {
			return value{}, err
		}
		v.members = append(v.members, member{name, item})
	}
	_, err := d.Token()
	return v, err
}

func (v value) get(name string) (value, bool) {
	for _, m := range v.members {
		if m.name == name {
			return m.value, true
		}
	}
	return value{}, false
}

// whole reads a number without a fraction.
func (v value) whole() (int, bool) {
	n, err := strconv.Atoi(v.text)
	return n, v.kind == numeral && err == nil
}

// below is the path of a member.
func below(p, name string) string {
	if p == "" {
		return name
	}
	return p + "." + name
}

func item(p string, i int) string { return p + "[" + strconv.Itoa(i) + "]" }

func list(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
}
