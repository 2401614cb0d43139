package audit_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
)

func TestOldEntriesGoBehindASignedCut(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	if _, err := v.service.SetPolicy(v.as(v.one), 29, -1); err == nil {
		t.Error("a policy of 29 days")
	}
	long := 400 * 24 * time.Hour
	v.clock.Advance(-3 * long) // the database's own clock has the last word on what is old
	v.happens(3, uuid.New(), "a@example.com")
	v.clock.Advance(long - time.Hour)
	v.keep()
	if got, err := v.verify(); err != nil || got.First != 1 {
		t.Errorf("before its time: %+v, %v", got, err)
	}
	v.happens(2, uuid.New(), "b@example.com")
	v.clock.Advance(2 * time.Hour)
	v.keep()
	got, err := v.verify()
	if err != nil || got.First != 4 || got.Entries != 2 {
		t.Errorf("after it: %+v, %v", got, err)
	}
	v.tamper(`delete from audit_entry where seq = 4`)
	if _, err := v.verify(); err == nil {
		t.Error("more is missing than was cut, and nobody noticed")
	}
}

func TestAPolicyIsTheSubAccountsOwn(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	after, err := v.service.SetPolicy(v.as(v.one), 90, 0)
	if err != nil || after.Version != 1 {
		t.Fatalf("got %+v, %v", after, err)
	}
	if _, err := v.service.SetPolicy(v.as(v.one), 100, 0); err == nil {
		t.Error("a stale edit passed")
	}
	if p, err := v.service.Policy(v.as(v.one)); err != nil || p.RetentionDays != 90 {
		t.Errorf("got %+v, %v", p, err)
	}
	if p, err := v.service.Policy(v.as(v.two)); err != nil || p.RetentionDays != audit.DefaultRetentionDays {
		t.Errorf("another's: %+v, %v", p, err)
	}
	if _, err := v.consumer.Once(t.Context(), v.one.SubAccount); err != nil {
		t.Fatal(err)
	}
	if got := v.list(v.one, audit.Query{Action: audit.EventPolicyChanged}).Items; len(got) != 1 || len(got[0].Changes()) != 1 {
		t.Errorf("got %+v", got)
	}
}
