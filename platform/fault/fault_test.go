package fault_test

import (
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/platform/fault"
)

var errDuplicate = fault.New(fault.Conflict, "contact.duplicate", "Somebody has this phone number already.")

func TestAFaultKeepsItsIdentityAcrossBoundaries(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("create: %w", errDuplicate.With("field", "phone").At("phone", "Taken.").Wrap(io.EOF))
	if !errors.Is(err, errDuplicate) || !errors.Is(err, io.EOF) {
		t.Errorf("%v is no longer what it was", err)
	}
	if code, ok := fault.CodeOf(err); code != fault.Conflict || !ok {
		t.Errorf("code %q, %t", code, ok)
	}
	f, _ := fault.As(err)
	if diff := cmp.Diff(map[string]any{"field": "phone"}, f.Meta); diff != "" {
		t.Error(diff)
	}
	if f.Message == f.Error() {
		t.Error("the log says no more than the user sees")
	}
}

func TestDecoratingADeclaredFaultLeavesItAsItWas(t *testing.T) {
	t.Parallel()
	_ = errDuplicate.With("a", 1).At("b", "c").After(time.Second).Wrap(io.EOF)
	if len(errDuplicate.Meta) > 0 || len(errDuplicate.Fields) > 0 || errDuplicate.RetryAfter > 0 || errDuplicate.Unwrap() != nil {
		t.Errorf("the variable changed: %+v", errDuplicate)
	}
}

func TestChecksReportEveryBrokenRuleAtOnce(t *testing.T) {
	t.Parallel()
	var none fault.Checks
	none.Check(true, "name", "unused")
	if err := none.Err("x"); err != nil {
		t.Errorf("no rule was broken, yet %v", err)
	}

	var inner, outer fault.Checks
	inner.Check(false, "city", "Give a city.")
	outer.Check(false, "name", "Give a name.")
	outer.Merge("address", inner.Err("address.invalid"))
	outer.Merge("", inner.Err("address.invalid"))
	f, _ := fault.As(outer.Err("contact.invalid"))
	want := []fault.Field{
		{Path: "name", Message: "Give a name."},
		{Path: "address.city", Message: "Give a city."},
		{Path: "city", Message: "Give a city."},
	}
	if diff := cmp.Diff(want, f.Fields); diff != "" {
		t.Error(diff)
	}
}

func TestRefusalsOfSeveralChecksAreJoined(t *testing.T) {
	t.Parallel()
	one, two := fault.New(fault.Invalid, "a.invalid", "No.").At("a", "x"), fault.New(fault.Invalid, "b.invalid", "No.").At("b", "y", "c")
	away, broken := fault.New(fault.Unavailable, "a.away", "Later."), errors.New("broken")
	for name, tc := range map[string]struct {
		errs   []error
		want   error // equal by slug
		fields int
	}{
		"nothing was refused":                    {errs: []error{nil, nil}},
		"one of them":                            {errs: []error{nil, two}, want: two, fields: 1},
		"both, under the first's slug":           {errs: []error{one, nil, two}, want: one, fields: 2},
		"what is no refusal comes first":         {errs: []error{one, away}, want: away},
		"and so does what is no fault":           {errs: []error{one, broken}, want: broken},
		"what was joined before is joined again": {errs: []error{fault.Join(one, two), two}, want: one, fields: 3},
	} {
		got := fault.Join(tc.errs...)
		if !errors.Is(got, tc.want) {
			t.Errorf("%s: got %v", name, got)
		}
		if f, ok := fault.As(got); ok && len(f.Fields) != tc.fields {
			t.Errorf("%s: %d fields", name, len(f.Fields))
		}
	}
	if len(one.Fields) != 1 {
		t.Error("joining has changed what was joined")
	}
}

func TestWhatARuleGoesByIsNamedWithIt(t *testing.T) {
	t.Parallel()
	var inner, outer fault.Checks
	inner.CheckBeside(true, "x", "held", "y")
	inner.CheckBeside(false, "options", "Only a select has them.", "kind", "")
	outer.Merge("field", inner.Err("field.invalid"))
	f, _ := fault.As(outer.Err("form.invalid"))
	if len(f.Fields) != 1 || f.Fields[0].Path != "field.options" || fmt.Sprint(f.Fields[0].Beside) != "[field.kind field]" {
		t.Errorf("%+v", f.Fields)
	}
}
