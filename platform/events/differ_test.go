package events_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

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

type place struct {
	Street string `json:"street"`
	City   string `json:"city"`
}

type odd struct{ text string }

func (o odd) MarshalJSON() ([]byte, error) {
	if o.text == "" {
		return nil, errors.New("nothing to write")
	}
	return json.Marshal(o.text)
}

type record struct {
	ID      string         `json:"id"`
	Name    string         `json:"name"`
	Score   int            `json:"score"`
	Share   float64        `json:"share"`
	Sure    bool           `json:"sure"`
	Tags    []string       `json:"tags"`
	Custom  map[string]any `json:"custom"`
	Place   place          `json:"place"`
	Before  *place         `json:"before"`
	At      time.Time      `json:"at"`
	Note    string         `json:"note,omitempty"`
	Odd     odd            `json:"odd"`
	Secret  string         `json:"-"`
	private int
	place
}

// What two records differ in is what their texts differ in, however they are
// compared.
func TestRecordsDifferAsTheirTextsDo(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	tags := []string{"a", "b"}
	whole := record{
		ID: "1", Name: "Ada", Score: 1, Share: 0.5, Sure: true, Tags: tags, Custom: map[string]any{"plan": "gold", "size": 1},
		Place: place{"Main St", "Rome"}, Before: &place{"High St", "Oslo"}, At: at, Note: "x", Odd: odd{"y"}, Secret: "z", private: 1,
		place: place{"Embedded St", "Bern"},
	}
	for name, change := range map[string]func(r *record){
		"nothing":                  func(*record) {},
		"the name":                 func(r *record) { r.Name = "Eve" },
		"numbers":                  func(r *record) { r.Score, r.Share, r.Sure = 0, 1, false },
		"the same list again":      func(r *record) { r.Tags = slices.Clone(tags) },
		"a part of the same list":  func(r *record) { r.Tags = tags[:1] },
		"no list":                  func(r *record) { r.Tags = nil },
		"an empty list":            func(r *record) { r.Tags = []string{} },
		"a value inside":           func(r *record) { r.Custom = map[string]any{"plan": "blue", "size": 1} },
		"another type of the same": func(r *record) { r.Custom = map[string]any{"plan": "gold", "size": 1.0} },
		"an object":                func(r *record) { r.Place.City = "Pisa" },
		"an equal object":          func(r *record) { r.Before = &place{"High St", "Oslo"} },
		"no object":                func(r *record) { r.Before = nil },
		"the same time elsewhere":  func(r *record) { r.At = at.In(time.FixedZone("", 3600)) },
		"the same time":            func(r *record) { r.At = at.Local().UTC() },
		"what is left out":         func(r *record) { r.Note = "" },
		"what writes itself":       func(r *record) { r.Odd = odd{"z"} },
		"what is not written":      func(r *record) { r.Secret, r.private = "other", 2 },
		"what is embedded":         func(r *record) { r.City = "Basel" },
	} {
		after := whole
		change(&after)
		for _, sides := range [][2]any{{whole, after}, {&whole, &after}, {&after, &whole}, {whole, &after}} {
			got, err := events.Differing(sides[0], sides[1])
			if err != nil {
				t.Fatal(err)
			}
			was, err := json.Marshal(sides[0])
			if err != nil {
				t.Fatal(err)
			}
			is, err := json.Marshal(sides[1])
			if err != nil {
				t.Fatal(err)
			}
			want, err := events.Differing(json.RawMessage(was), json.RawMessage(is))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(text(t, want), text(t, got)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

func text(t *testing.T, c events.Change) string {
	t.Helper()
	out, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
