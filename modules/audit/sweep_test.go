package audit_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// watched runs Watch until it has swept once and waits for its next hour.
func watched(t *testing.T, service *audit.Service, c *clock.Fake) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		service.Watch(ctx)
	}()
	c.AwaitSleepers(1)
	stop()
	<-over
	c.Advance(time.Hour) // nobody waits any more
}

func TestAnInstallationWithoutSubAccountsKeepsItsAudit(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	alone := tenancy.Tenant{Agency: uuid.New()}
	signed := func() int {
		t.Helper()
		got, err := v.service.VerifyControl(t.Context(), alone.Agency, nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Checkpoints
	}
	record(t.Context(), t, v.service, v.control, alone, "role.made")
	foreign, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	watched(t, v.service, v.clock)
	if signed() != 1 {
		t.Fatal("nobody signed it")
	}
	// A sweep that fails is no sweep: the next one does what it left.
	record(t.Context(), t, v.service, v.control, alone, "role.made")
	v.clock.Advance(48 * time.Hour)
	box, err := secrets.NewBox(foreign)
	if err != nil {
		t.Fatal(err)
	}
	watched(t, audit.New(audit.Options{Control: v.control, Clock: v.clock, Box: box}), v.clock)
	if signed() != 1 {
		t.Fatal("it was signed without the key")
	}
	watched(t, v.service, v.clock)
	if signed() != 2 {
		t.Error("what a sweep that failed left was not done by the next one")
	}
}
