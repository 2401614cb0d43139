package apiserver

import (
	"encoding/json"
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
