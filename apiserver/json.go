package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

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
		if holdsNUL(data) {
			return errors.New("a text holds the character U+0000, which can't be kept")
		}
		return readable(json.Unmarshal(data, v))
	},
}

// readable says in words where JSON is broken.
func readable(err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Errorf("%s, at character %d", syntax.Error(), syntax.Offset)
	}
	return err
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
