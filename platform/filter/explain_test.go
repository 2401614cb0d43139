package filter_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/filter"
)

func TestAFilterTellsWhySomethingIsInIt(t *testing.T) {
	t.Parallel()
	f, err := filter.Parse([]byte(`{"and":[
		{"field":"name","op":"contains","value":"mar"},
		{"or":[{"field":"tags","op":"any_of","value":["vip"]},{"related":"notes","times":{"op":"at_least","value":2}}]},
		{"not":{"field":"size","op":"at_least","value":10}}]}`), catalogue())
	ok(t, err)
	note := thing{values: map[string]any{"body": "hello"}}
	maria := thing{values: map[string]any{"name": "Maria", "tags": []string{"lead"}}, notes: []thing{note, note}}
	got := f.Explain(filter.Env{Now: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}, maria, nil)
	want := filter.Verdict{Kind: "and", Holds: true, Parts: []filter.Verdict{
		{Path: "and[0]", Kind: "condition", Holds: true, Words: "name contains “mar”"},
		{Path: "and[1]", Kind: "or", Holds: true, Parts: []filter.Verdict{
			{Path: "and[1].or[0]", Kind: "condition", Words: "tags have “vip”"},
			{Path: "and[1].or[1]", Kind: "condition", Holds: true, Words: "has at least 2 notes", Found: 2},
		}},
		{Path: "and[2]", Kind: "not", Holds: true, Parts: []filter.Verdict{
			{Path: "and[2].not", Kind: "condition", Words: "size is at least 10"},
		}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
