package filter_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
)

func TestAFilterTellsEveryFaultWithItsPlace(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want []string // paths
	}{
		"no JSON":                      {`{"and":[`, []string{""}},
		"two values":                   {`{"field":"name","op":"empty"} 1`, []string{""}},
		"a list":                       {`[]`, []string{""}},
		"nothing asked":                {`{}`, []string{""}},
		"an empty group":               {`{"and":[]}`, []string{"and"}},
		"a group of no list":           {`{"or":{"field":"name","op":"empty"}}`, []string{"or"}},
		"two things at once":           {`{"and":[],"or":[]}`, []string{""}},
		"an unknown member":            {`{"field":"name","op":"is","value":"a","case":true}`, []string{"case"}},
		"a member twice":               {`{"field":"name","op":"is","value":"a","value":"b"}`, []string{"value"}},
		"an unknown field":             {`{"field":"nom","op":"is","value":"a"}`, []string{"field"}},
		"an operator of another kind":  {`{"field":"name","op":"at_least","value":1}`, []string{"op"}},
		"no operator":                  {`{"field":"name"}`, []string{"op"}},
		"no value":                     {`{"field":"name","op":"is"}`, []string{"value"}},
		"null as a value":              {`{"field":"name","op":"is","value":null}`, []string{"value"}},
		"an empty text":                {`{"field":"name","op":"is","value":""}`, []string{"value"}},
		"a text that folds to nothing": {`{"field":"name","op":"contains","value":"\u0301"}`, []string{"value"}},
		"a value where none belongs":   {`{"field":"name","op":"empty","value":true}`, []string{"value"}},
		"a zero byte":                  {`{"field":"name","op":"is","value":"a\u0000"}`, []string{"value"}},
		"a text too long":              {`{"field":"name","op":"is","value":"` + strings.Repeat("a", 201) + `"}`, []string{"value"}},
		"a text for a number":          {`{"field":"size","op":"is","value":"1"}`, []string{"value"}},
		"a number too long":            {`{"field":"size","op":"is","value":1e999999999}`, []string{"value"}},
		"a number of too many digits":  {`{"field":"size","op":"is","value":0.` + strings.Repeat("3", 40) + `}`, []string{"value"}},
		"ends the wrong way round":     {`{"field":"size","op":"between","value":{"from":2,"to":1}}`, []string{"value"}},
		"one end":                      {`{"field":"size","op":"between","value":{"from":2}}`, []string{"value"}},
		"an end too many":              {`{"field":"size","op":"between","value":{"from":1,"to":2,"by":1}}`, []string{"value.by"}},
		"two currencies":               {`{"field":"doc.price","op":"between","value":{"from":{"amount":1,"currency":"EUR"},"to":{"amount":2,"currency":"USD"}}}`, []string{"value.to"}},
		"an amount with a fraction":    {`{"field":"doc.price","op":"is","value":{"amount":1.5,"currency":"EUR"}}`, []string{"value"}},
		"an option that isn't":         {`{"field":"color","op":"any_of","value":["red","green"]}`, []string{"value[1]"}},
		"an empty list":                {`{"field":"tags","op":"any_of","value":[]}`, []string{"value"}},
		"a day that isn't":             {`{"field":"born","op":"on","value":"2026-02-30"}`, []string{"value"}},
		"a moment for a day":           {`{"field":"born","op":"before","value":"2026-02-03T00:00:00Z"}`, []string{"value"}},
		"on a moment":                  {`{"field":"seen","op":"on","value":"2026-02-03T00:00:00Z"}`, []string{"value"}},
		"no unit":                      {`{"field":"born","op":"in_last","value":7}`, []string{"value"}},
		"two units":                    {`{"field":"born","op":"in_last","value":{"days":7,"weeks":1}}`, []string{"value"}},
		"a period without reason":      {`{"field":"born","op":"in_last","value":{"days":100000}}`, []string{"value.days"}},
		"an anniversary in two years":  {`{"field":"born","op":"anniversary_in_next","value":{"months":24}}`, []string{"value"}},
		"ago and in":                   {`{"field":"born","op":"before","value":{"ago":{"days":1},"in":{"days":1}}}`, []string{"value"}},
		"an id that isn't":             {`{"field":"owner","op":"any_of","value":["me","1"]}`, []string{"value[1]"}},
		"me where no people are":       {`{"field":"doc.owner","op":"is","value":"me"}`, []string{"value"}},
		"an unknown relation":          {`{"related":"deals"}`, []string{"related"}},
		"an unknown event":             {`{"event":"rocket.launched"}`, []string{"event"}},
		"a relation inside a relation": {`{"related":"notes","where":{"related":"notes"}}`, []string{"where.related"}},
		"a field of another noun":      {`{"related":"notes","where":{"field":"name","op":"empty"}}`, []string{"where.field"}},
		"times without a number":       {`{"related":"notes","times":{"op":"at_least","value":-1}}`, []string{"times.value"}},
		"times by another operator":    {`{"related":"notes","times":{"op":"contains","value":1}}`, []string{"times"}},
		"times with a member too many": {`{"related":"notes","times":{"op":"is","value":1,"of":2}}`, []string{"times.of"}},
		"times the wrong way round":    {`{"related":"notes","times":{"op":"between","value":{"from":2,"to":1}}}`, []string{"times.value"}},
		"a window of nothing":          {`{"event":"note.pinned","within":{"days":0}}`, []string{"within.days"}},
		"too deep":                     {strings.Repeat(`{"not":`, 9) + `{"field":"name","op":"empty"}` + strings.Repeat("}", 9), []string{strings.Repeat("not.", 7) + "not"}},
		"so deep that nothing is read": {strings.Repeat(`{"not":`, 40) + `1` + strings.Repeat("}", 40), []string{""}},
		"too many":                     {`{"or":[` + strings.Repeat(`{"field":"name","op":"empty"},`, 200) + `{"field":"name","op":"empty"}]}`, []string{"or[199]"}},
		"too large":                    {`{"field":"name","op":"is","value":"` + strings.Repeat("a", filter.MaxBytes) + `"}`, []string{""}},
		"all that is wrong, at once, in place": {
			`{"and":[{"field":"nope","op":"is","value":1},{"or":[{"field":"size","op":"is","value":"x"},{"not":{"field":"tags","op":"is","value":"a"}}]},{"hello":1}]}`,
			[]string{"and[0].field", "and[1].or[0].value", "and[1].or[1].not.op", "and[2].hello", "and[2]"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := filter.Parse([]byte(c.in), catalogue())
			f, is := fault.As(err)
			if !is || f.Code != fault.Invalid || f.Slug != "filter.invalid" {
				t.Fatalf("got %v", err)
			}
			var paths []string
			for _, field := range f.Fields {
				paths = append(paths, field.Path)
			}
			if diff := cmp.Diff(c.want, paths); diff != "" {
				t.Errorf("%s\n%v", diff, err)
			}
		})
	}
}

func TestAFilterComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"": "null", " null ": "null",
		`{ "field" : "size", "op":"is", "value": 1.50 }`: `{"field":"size","op":"is","value":1.50}`,
	} {
		f, err := filter.Parse([]byte(in), catalogue())
		ok(t, err)
		out, err := json.Marshal(f)
		ok(t, err)
		if string(out) != want || f.Everything() != (want == "null") {
			t.Errorf("%q came back as %s", in, out)
		}
	}
}

func TestAFilterTellsWhatItUses(t *testing.T) {
	t.Parallel()
	f, err := filter.Parse([]byte(`{"and":[{"field":"name","op":"empty"},{"not":{"or":[{"field":"size","op":"empty"},{"field":"name","op":"not_empty"}]}},
		{"related":"notes","where":{"field":"body","op":"empty"}}]}`), catalogue())
	ok(t, err)
	if got := f.Uses(); !slices.Equal(got, []string{"name", "size", "notes"}) {
		t.Errorf("got %v", got)
	}
}
