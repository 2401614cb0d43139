package apiserver

import (
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
