package rawjson_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/rawjson"
)

func TestMembersStandAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	got, ok := rawjson.Members([]byte(" {\"b\": [1, {\"x\": \"}\"}], \"\\u0061\":\"é\\\"\",\"n\":-1.5e+3 ,\"t\" :true,\"o\":{},\"l\":[]} \n"))
	want := []rawjson.Member{
		{Name: []byte("b"), Value: json.RawMessage(`[1, {"x": "}"}]`)},
		{Name: []byte("a"), Value: json.RawMessage(`"é\""`)},
		{Name: []byte("n"), Value: json.RawMessage(`-1.5e+3`)},
		{Name: []byte("t"), Value: json.RawMessage(`true`)},
		{Name: []byte("o"), Value: json.RawMessage(`{}`)},
		{Name: []byte("l"), Value: json.RawMessage(`[]`)},
	}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Error(diff, ok)
	}
	for name, near := range map[string]int{"b": 0, "n": 5, "l": 99} {
		if rawjson.Find(got, []byte(name), near) == nil {
			t.Errorf("%s is not found from %d", name, near)
		}
	}
	if rawjson.Find(got, []byte("none"), 0) != nil {
		t.Error("something is found that is not there")
	}
}

func TestATextMayBeAsDeepAsForEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, depth := range []int{rawjson.MaxDepth - 1, rawjson.MaxDepth} {
		raw := []byte(`{"a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`)
		if _, ok := rawjson.Members(raw); ok != json.Valid(raw) {
			t.Errorf("%d lists in an object: %t", depth, ok)
		}
	}
}

// FuzzMembers holds Members to what encoding/json makes of the same text.
func FuzzMembers(f *testing.F) {
	for _, s := range []string{
		``, ` `, `{}`, ` { } `, `{"a":1}`, `{"a":1}}`, `{"a":1,}`, `{,}`, `{"a"}`, `{"a":}`, `{"a":01}`, `{"a":1.}`, `{"a":-}`, `{"a":1e}`, `{"a":.5}`,
		`{"a":tru}`, `{"a":nulll}`, `{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\ud800"}`, "{\"a\":\"\x01\"}", "{\"a\":\"\xff\"}", "{\"\xff\":1}", `{"a":[1,]}`, `{"a":[}`,
		`{"a":{"b":[{}, [], ""]}}`, `{"a":1 "b":2}`, `[1]`, `"x"`, `{"a":1,"a":2}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var want map[string]json.RawMessage
		valid := json.Unmarshal(raw, &want) == nil && rawjson.IsObject(raw)
		got, ok := rawjson.Members(bytes.Clone(raw))
		if ok != valid {
			t.Fatalf("it is %t for a text that encoding/json takes: %t", ok, valid)
		}
		if !valid {
			return
		}
		byName := map[string]json.RawMessage{}
		for _, m := range got {
			byName[string(m.Name)] = m.Value
		}
		if len(want) == 0 {
			want = map[string]json.RawMessage{}
		}
		if !reflect.DeepEqual(byName, want) {
			t.Fatalf("got %q, want %q", byName, want)
		}
	})
}
