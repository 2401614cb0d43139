package audit_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

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

func TestAChainThatCannotBeKeptIsTriedEverMoreSeldomAndToldOnce(t *testing.T) {
	t.Parallel()
	_, control, now, dsns := newControl(t)
	keys, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	box, err := secrets.NewBox(keys)
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	service := audit.New(audit.Options{Control: control, Clock: now, Box: box, Log: slog.New(slog.NewTextHandler(&log, nil))})
	v := &vault{journal: &journal{t: t}, super: dsns.Super}
	broken, sound := tenancy.Tenant{Agency: uuid.New()}, tenancy.Tenant{Agency: uuid.New()}
	for _, at := range []tenancy.Tenant{broken, sound} {
		record(t.Context(), t, service, control, at, "role.made")
	}
	v.force(dsns.Super, []string{
		`create sequence tried`, `grant all on tried to public`,
		`create function refuse() returns trigger language plpgsql as $$ begin perform nextval('tried'); raise exception 'no room'; end $$`,
		`create trigger refuse before insert on audit_checkpoint for each row when (new.chain_id = '` + broken.Agency.String() + `') execute function refuse()`,
	})
	var tries []int
	hours := 80
	for range hours {
		watched(t, service, now)
		var n int
		err := control.InTx(t.Context(), func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `select coalesce(pg_sequence_last_value('tried'), 0)`).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
		tries = append(tries, n)
	}
	// At 0, 1, 3, 7, 15, 31, 55 and 79 hours.
	if last := tries[hours-1]; last != 8 || tries[0] != 1 || tries[1] != 2 || tries[2] != 2 || tries[3] != 3 || tries[54] != 6 || tries[55] != 7 {
		t.Errorf("tried so often by each hour: %v", tries)
	}
	if n := strings.Count(log.String(), "can't be kept"); n != 1 || service.Failing() != 1 {
		t.Errorf("told %d times, %d fail:\n%s", n, service.Failing(), log.String())
	}
	if got, err := service.VerifyControl(t.Context(), sound.Agency, nil); err != nil || got.Checkpoints == 0 {
		t.Errorf("another chain was held up: %+v %v", got, err)
	}
	v.force(dsns.Super, []string{`drop trigger refuse on audit_checkpoint`})
	now.Advance(24 * time.Hour)
	watched(t, service, now)
	if got, err := service.VerifyControl(t.Context(), broken.Agency, nil); err != nil || got.Checkpoints != 1 || service.Failing() != 0 ||
		!strings.Contains(log.String(), "is kept again") {
		t.Errorf("it is not kept again: %+v %v, %d fail", got, err, service.Failing())
	}
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
