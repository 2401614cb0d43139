package apiserver

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPathsAreInTheOrderInWhichAPersonReads(t *testing.T) {
	t.Parallel()
	want := []string{"", "If-Match", "a", "a.b", "a[2]", "a[2].b", "a[10]", "ab", "ab[0][1]", "ab[0][11]", "b"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, comparePaths)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMisspeltNameIsRecognised(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		path, right string
		want        bool
	}{
		{"frist_name", "first_name", true},
		{"firstname", "first_name", true},
		{"Phone", "phone", true},
		{"contact.emial", "contact.email", true},
		{"emial", "contact.email", false},
		{"nickname", "first_name", false},
		{"url", "uri", false}, // short names are near each other
		{"zzz", "name", false},
		{"", "first_name", false},
	} {
		if got := misspelt(tc.path, tc.right); got != tc.want {
			t.Errorf("%q for %q: %t", tc.path, tc.right, got)
		}
	}
}

func TestAValueIsCutOutAtItsPath(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body, path string
		gone       string // the path of what went
		found      found
		left       string
	}{
		"a property":                     {`{"a":1,"b":2}`, "a", "a", itself, `{"b":2}`},
		"a property of a property":       {`{"a":{"b":1,"c":2}}`, "a.b", "a.b", itself, `{"a":{"c":2}}`},
		"a property of an item":          {`{"a":[{"b":1},{"b":2}]}`, "a[1].b", "a[1].b", itself, `{"a":[{"b":1},{}]}`},
		"an item goes with its list":     {`{"a":[1,2],"b":3}`, "a[1]", "a", itself, `{"b":3}`},
		"a list in a list goes with all": {`{"a":[[1],[2]]}`, "a[1][0]", "a", itself, `{}`},
		"a name with points":             {`{"a":{"b.c[0]":1}}`, "a.b.c[0]", "a.b.c[0]", itself, `{"a":{}}`},
		"a name that begins another":     {`{"a":1,"a.b":{"c":2}}`, "a.b.c", "a.b.c", itself, `{"a":1,"a.b":{}}`},
		"what isn't there":               {`{"a":{"b":1}}`, "a.c", "", nothing, `{"a":{"b":1}}`},
		"an item beyond the last":        {`{"a":[1]}`, "a[7]", "", nothing, `{"a":[1]}`},
		"an item that is no number":      {`{"a":[1]}`, "a[x]", "", nothing, `{"a":[1]}`},
		"a path that breaks off":         {`{"a":[1]}`, "a[", "", nothing, `{"a":[1]}`},
	} {
		var tree any
		if err := json.Unmarshal([]byte(tc.body), &tree); err != nil {
			t.Fatal(err)
		}
		gone, is := cut(tree, tc.path)
		left, err := json.Marshal(tree)
		if err != nil || gone != tc.gone || is != tc.found || string(left) != tc.left {
			t.Errorf("%s: went %q (%d), left %s, %v", name, gone, is, left, err)
		}
	}
}

// FuzzCut: whatever is told to be at fault, taking it out leaves what can be read.
func FuzzCut(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":[1,2]}],"c.d":{"e":1}}`), "a[0].b[1]")
	f.Add([]byte(`{"c.d":{"e":1}}`), "c.d.e")
	f.Add([]byte(`[[1]]`), "[0][0]")
	f.Fuzz(func(t *testing.T, data []byte, path string) {
		var tree any
		if json.Unmarshal(data, &tree) != nil {
			return
		}
		gone, is := cut(tree, path)
		if is != itself && gone != "" {
			t.Errorf("%q went, and nothing was found", gone)
		}
		if len(gone) > len(path) || gone != path[:len(gone)] {
			t.Errorf("%q went for %q", gone, path)
		}
		if again, is := cut(tree, gone); is == itself && again == gone && gone != "" {
			t.Errorf("%q is still in it", gone)
		}
	})
}
