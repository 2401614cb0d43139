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
