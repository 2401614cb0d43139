package apiserver

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
)

// FuzzJSONDepth: what is let through is never deeper than the limit.
func FuzzJSONDepth(f *testing.F) {
	f.Add([]byte(`{"a":["\"[[[[",{"b":[]}]}`))
	f.Add([]byte(strings.Repeat("[", 40)))
	f.Add([]byte(`"\\"[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) == nil && !tooDeep(data) && depth(v) > maxDepth {
			t.Errorf("depth %d of %s", depth(v), data)
		}
	})
}

// FuzzJSONNUL: what is let through holds no U+0000, and nothing else is refused
// for it.
func FuzzJSONNUL(f *testing.F) {
	f.Add([]byte(`{"a\u0000":1}`))
	f.Add([]byte(`["\\u0000", "\\\u0000", "\u0000"]`))
	f.Add([]byte(`"\\\\u0000"`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil {
			return
		}
		// The decoder drops what a repeated name held first; so does whoever reads it.
		plain, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if holdsNUL(plain) && !holdsNUL(data) {
			t.Errorf("let through: %q", data)
		}
		if !strings.Contains(string(data), `u0000`) && holdsNUL(data) {
			t.Errorf("refused: %q", data)
		}
	})
}

// FuzzJSONAmbiguous: of what is let through the decoder has dropped no text, as it
// does where a name stands twice.
func FuzzJSONAmbiguous(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1},"b":[{"b":1},{"b":"2"}],"c":"\"b\":"}`))
	f.Add([]byte(`{"a":1,"\u0061":2}`))
	f.Add([]byte(`["\ud83d\ude00","\\ud83d","\ud83d\u0041"]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if json.Unmarshal(data, &v) != nil || ambiguous(data) != nil {
			return
		}
		written := 0
		for d := json.NewDecoder(bytes.NewReader(data)); ; {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, is := token.(string); is {
				written++
			}
		}
		if kept := textsIn(v); kept != written {
			t.Errorf("%d of %d texts are left: %q", kept, written, data)
		}
	})
}

// textsIn counts the texts in a value, names of objects too.
func textsIn(v any) (n int) {
	switch v := v.(type) {
	case string:
		return 1
	case []any:
		for _, item := range v {
			n += textsIn(item)
		}
	case map[string]any:
		for _, item := range v {
			n += 1 + textsIn(item)
		}
	}
	return n
}

func depth(v any) int {
	deepest, inner := 0, []any(nil)
	switch v := v.(type) {
	case []any:
		inner = v
	case map[string]any:
		for _, item := range v {
			inner = append(inner, item)
		}
	default:
		return 0
	}
	for _, item := range inner {
		deepest = max(deepest, depth(item))
	}
	return deepest + 1
}

// FuzzIfMatch: only an ETag of ours is a version, and it comes back the same.
func FuzzIfMatch(f *testing.F) {
	for _, seed := range []string{`"3"`, `W/"3"`, `*`, ``, `"03"`, `"-1"`, `"3", "4"`, `3`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		n, err := Precondition{IfMatch: header}.version()
		if err == nil && n != 0 && etag(n) != header {
			t.Errorf("%q reads as %d", header, n)
		}
		if err == nil && n == 0 && header != "" && header != "*" {
			t.Errorf("%q reads as any", header)
		}
	})
}
