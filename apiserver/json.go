package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// maxDepth of nested lists and objects; no body of ours needs more than three.
const maxDepth = 32

// jsonFormat reads and writes JSON.
var jsonFormat = huma.Format{
	Marshal: func(w io.Writer, v any) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return e.Encode(v)
	},
	Unmarshal: func(data []byte, v any) error {
		if tooDeep(data) {
			return fmt.Errorf("lists and objects may stand at most %d deep in each other", maxDepth)
		}
		if !utf8.Valid(data) {
			return errors.New("it is not UTF-8")
		}
		if holdsNUL(data) {
			return errors.New("a text holds the character U+0000, which can't be kept")
		}
		if err := json.Unmarshal(data, v); err != nil {
			return readable(err)
		}
		return ambiguous(data)
	},
}

// readable says in words where JSON is broken, or which value is of another type
// than the schema lets through (1.0 is a whole number there).
func readable(err error) error {
	var syntax *json.SyntaxError
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("%s, at character %d", syntax.Error(), syntax.Offset)
	case errors.As(err, &mistyped) && mistyped.Field != "":
		return fmt.Errorf("mistyped %s: %s", mistyped.Field, mistyped.Type)
	case errors.As(err, &mistyped):
		return fmt.Errorf("the %s is beyond what can be kept", mistyped.Value)
	}
	return err
}

// ambiguous refuses, in JSON that is valid, what a decoder would take silently for
// something else: half a character, and a name that stands twice in an object, of
// which the last would win.
func ambiguous(data []byte) error {
	var open []map[string]bool // the names of each object that is open; nil for a list
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{':
			open = append(open, map[string]bool{})
		case '[':
			open = append(open, nil)
		case '}', ']':
			open = open[:len(open)-1]
		case '"':
			end := textEnd(data, i)
			text := data[i:end]
			i = end - 1
			if halved(text) {
				return fmt.Errorf("half a character (a lone surrogate) stands in %s", text)
			}
			if !bytes.HasPrefix(bytes.TrimLeft(data[end:], " \t\r\n"), []byte(":")) {
				continue
			}
			var name string
			if err := json.Unmarshal(text, &name); err != nil {
				return err
			}
			if open[len(open)-1][name] {
				return fmt.Errorf("the name %s stands twice in one object", text)
			}
			open[len(open)-1][name] = true
		}
	}
	return nil
}

// textEnd is behind the closing quote of the text that begins at i.
func textEnd(data []byte, i int) int {
	for i++; data[i] != '"'; i++ {
		if data[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// halved looks for the escape of a surrogate without its other half: the decoder
// would put U+FFFD there.
func halved(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if i++; text[i] != 'u' {
			continue
		}
		unit := func(at int) rune {
			if at+6 > len(text) || text[at] != '\\' || text[at+1] != 'u' {
				return 0
			}
			n, err := strconv.ParseUint(string(text[at+2:at+6]), 16, 16)
			if err != nil {
				return 0
			}
			return rune(n)
		}
		first := unit(i - 1)
		if !utf16.IsSurrogate(first) {
			continue
		}
		if utf16.DecodeRune(first, unit(i+5)) == utf8.RuneError {
			return true
		}
		i += 10 // the second half
	}
	return false
}

// holdsNUL looks for the escape of U+0000, which PostgreSQL keeps in no text; the
// bare character is no JSON.
func holdsNUL(data []byte) bool {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(data[i:], []byte(`\u0000`)) {
			return true
		}
		i++ // whatever is escaped
	}
	return false
}

// tooDeep counts brackets outside of strings.
func tooDeep(data []byte) bool {
	depth, text, escaped := 0, false, false
	for _, b := range data {
		switch {
		case escaped:
			escaped = false
		case text && b == '\\':
			escaped = true
		case b == '"':
			text = !text
		case text:
		case b == '{' || b == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case b == '}' || b == ']':
			depth--
		}
	}
	return false
}
