package events_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/events"
)

func TestAChangeTellsNoMoreThanWhatDiffers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ before, after, was, is string }{
		"a value": {
			`{"id":1,"name":"Ada","score":1,"tags":["a"]}`, `{"id":1,"name":"Ada","score":2,"tags":["a"]}`,
			`{"id":1,"name":"Ada","score":1}`, `{"id":1,"name":"Ada","score":2}`,
		},
		"a list, which is one value": {`{"tags":["a","b"]}`, `{"tags":["a"]}`, `{"tags":["a","b"]}`, `{"tags":["a"]}`},
		"a member of an object": {
			`{"custom":{"plan":"gold","size":1}}`, `{"custom":{"plan":"blue","size":1}}`,
			`{"custom":{"plan":"gold"}}`, `{"custom":{"plan":"blue"}}`,
		},
		"a member that came": {`{"custom":{}}`, `{"custom":{"plan":"gold"}}`, `{"custom":{}}`, `{"custom":{"plan":"gold"}}`},
		"a member that went": {
			`{"custom":{"plan":"gold","size":1}}`, `{"custom":{"size":1}}`, `{"custom":{"plan":"gold"}}`, `{"custom":{}}`,
		},
		"an object that was nothing": {`{"custom":null}`, `{"custom":{"plan":"gold"}}`, `{"custom":null}`, `{"custom":{"plan":"gold"}}`},
		"members in another order":   {`{"a":1,"b":2,"c":3}`, `{"c":3,"b":4,"a":1}`, `{"b":2}`, `{"b":4}`},
		"a name inside that differs": {`{"company":{"id":1,"name":"x"}}`, `{"company":{"id":1,"name":"y"}}`, `{"company":{"name":"x"}}`, `{"company":{"name":"y"}}`},
		"a name with quotes in it":   {`{"custom":{"a\"b":1}}`, `{"custom":{"a\"b":2}}`, `{"custom":{"a\"b":1}}`, `{"custom":{"a\"b":2}}`},
		"nothing":                    {`{"id":1,"score":2}`, `{"id":1,"score":2}`, `{"id":1}`, `{"id":1}`},
		"what is no object":          {`[1]`, `[2]`, `[1]`, `[2]`},
	} {
		c, err := events.Differing(json.RawMessage(tc.before), json.RawMessage(tc.after))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(`{"before":`+tc.was+`,"after":`+tc.is+`}`, string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
