package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCanonicalForms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{ "b": 1, "a": [ true, null ] }`:       `{"a":[true,null],"b":1}`,
		`"<é\u00e9\u2028>"`:                     `"<éé\u2028>"`,
		`1.50`:                                  `1.5`,
		`-0.0`:                                  `0`,
		`-0`:                                    `0`,
		`1e21`:                                  `1000000000000000000000`,
		`1.5E+2`:                                `150`,
		`12e-4`:                                 `0.0012`,
		`-12.3e-1`:                              `-1.23`,
		`100`:                                   `100`,
		`0.00`:                                  `0`,
		`12345678901234567890.1234567890123450`: `12345678901234567890.123456789012345`,
	} {
		got, err := canonical([]byte(in))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v", in, got, err)
		}
		if again, err := canonical(got); err != nil || string(again) != string(got) {
			t.Errorf("%s is not its own form: %s, %v", got, again, err)
		}
	}
	for _, in := range []string{``, `{`, `1 2`, `{"a":}`} {
		if got, err := canonical([]byte(in)); err == nil {
			t.Errorf("%q: got %s", in, got)
		}
	}
}

// FuzzCanonical holds the form to the plain way to it: decode, mend the numbers,
// encode with members in order. What is hashed once must be hashed so for ever.
func FuzzCanonical(f *testing.F) {
	for _, s := range []string{
		``, ` `, `{}`, ` [ ] `, `[1,]`, `[,]`, `{,}`, `{"a":1,}`, `{"b":{"d":1,"c":[{"f":1.0,"e":null}]},"a":"x"}`, `{"a":1,"b":2,"a":3}`, `{"aa":1,"b":2}`,
		`{"\u0062":1,"a":2}`, "\"\xff\"", "{\"\xff\":1,\"\xfe\":2}", "\"\u2028\"", `"\u2028\ud800\/\b\f\u0001\u007f<>&"`, "\"\x7f\"", "\"\x01\"", `-0`, `-0.0e5`, `01`, `1.`,
		`1e400000`, `[true,false,null]`, `nul`, `truefalse`, `{"a" 1}`, `{"a":1 "b":2}`, `{"a":1]`, `[1}`, `1 1`, `"a`, `{"é":1,"e":2}`, "{\"\u2029\":{}}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		want, wrong := decodedForm(raw)
		got, err := canonical(bytes.Clone(raw))
		if (err == nil) != (wrong == nil) || err == nil && !bytes.Equal(got, want) {
			t.Fatalf("%q: got %q, %v; want %q, %v", raw, got, err, want, wrong)
		}
		// What a text before it taught changes nothing, right or wrong as it was.
		var taught former
		for _, around := range [][2]string{{"", ""}, {"", ""}, {`{"b":`, `,"a":[1]}`}, {`[`, `]`}, {`{"b":`, `,"a":1}`}, {"", ""}} {
			text := slices.Concat([]byte(around[0]), raw, []byte(around[1]))
			want, wrong := decodedForm(text)
			got, err := taught.form(text)
			if (err == nil) != (wrong == nil) || err == nil && !bytes.Equal(got, want) {
				t.Fatalf("taught, %q: got %q, %v; want %q, %v", text, got, err, want, wrong)
			}
		}
	})
}

func TestWhatIsLearnedOfARecordFitsTheNext(t *testing.T) {
	t.Parallel()
	var taught former
	long := func(last string) string {
		return `{"zz":"` + strings.Repeat("x", leastTwin) + `","a":1.0,"b":` + last + `}`
	}
	texts := []string{
		`{"custom":` + long("2") + `,"tags":["a"]}`, `{"custom":` + long("2") + `,"tags":["a","b"]}`, // the same
		`{"custom":` + long("3") + `,"tags":[]}`, `{"custom":` + long("3") + `, "tags":[]}`, // another value
		long("3"), `[` + long("3") + `,` + long("3") + `]`, `{"custom":[[` + long("3") + `]]}`, // elsewhere
		`{"custom":` + long("3")[:leastTwin] + `"}}`, `{"tags":1,"custom":` + long("3") + `,"tags":2}`, // cut off; a name twice
		`{"tags":3,"custom":` + long("4") + `,"tags":4}`, `{"custom":` + long("4") + `1}`,
	}
	for i := range 2 * mostShapes {
		texts = append(texts, `{"custom":{"z":1,"`+strings.Repeat("n", i+1)+`":2},"b":`+long("4")+`,"a":0}`)
	}
	for range 2 {
		for _, text := range texts {
			want, wrong := decodedForm([]byte(text))
			got, err := taught.form([]byte(text))
			if (err == nil) != (wrong == nil) || err == nil && !bytes.Equal(got, want) {
				t.Errorf("%s: got %s, %v; want %s, %v", text, got, err, want, wrong)
			}
		}
	}
}

func decodedForm(raw []byte) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errJSON
	}
	return encode(normal(v))
}

func normal(v any) any {
	switch v := v.(type) {
	case json.Number:
		return json.Number(plain(v.String()))
	case []any:
		for i := range v {
			v[i] = normal(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = normal(v[k])
		}
	}
	return v
}

func TestChanges(t *testing.T) {
	t.Parallel()
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for name, tc := range map[string]struct {
		before, after json.RawMessage
		want          []Change
	}{
		"a field":                    {raw(`{"a":1,"b":2}`), raw(`{"a":1,"b":3}`), []Change{{"b", raw(`2`), raw(`3`)}}},
		"a field within":             {raw(`{"c":{"x":1,"y":1}}`), raw(`{"c":{"x":1,"y":2}}`), []Change{{"c.y", raw(`1`), raw(`2`)}}},
		"a list is one field":        {raw(`{"t":["a"]}`), raw(`{"t":["a","b"]}`), []Change{{"t", raw(`["a"]`), raw(`["a","b"]`)}}},
		"a field that came":          {raw(`{}`), raw(`{"a":null}`), []Change{{"a", nil, raw(`null`)}}},
		"a creation":                 {nil, raw(`{"a":1}`), []Change{{"a", nil, raw(`1`)}}},
		"a deletion":                 {raw(`{"a":1}`), nil, []Change{{"a", raw(`1`), nil}}},
		"the same number":            {raw(`{"a":1.0}`), raw(`{"a":1}`), nil},
		"what every change changes":  {raw(`{"version":1,"updated_at":"x"}`), raw(`{"version":2,"updated_at":"y"}`), nil},
		"a value that is no object":  {raw(`1`), raw(`2`), []Change{{"", raw(`1`), raw(`2`)}}},
		"an object that was emptied": {raw(`{"c":{"x":1}}`), raw(`{"c":{}}`), []Change{{"c", nil, raw(`{}`)}, {"c.x", raw(`1`), nil}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, changes(tc.before, tc.after)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
