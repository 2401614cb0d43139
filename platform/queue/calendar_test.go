package queue_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// in runs fn in a transaction of the context's sub-account.
func (n *night) in(ctx context.Context, fn func(tx pgx.Tx) error) {
	n.t.Helper()
	if err := n.tenants.InTenant(ctx, fn); err != nil {
		n.t.Fatal(err)
	}
}

func (n *night) put(ctx context.Context, s queue.Schedule) {
	n.t.Helper()
	n.in(ctx, func(tx pgx.Tx) error { return n.calendar().Put(ctx, tx, s) })
}

// asOwner changes the schema.
func (n *night) asOwner(sql string) {
	n.t.Helper()
	conn, err := pgx.Connect(n.t.Context(), n.dsns.Migrator)
	if err != nil {
		n.t.Fatal(err)
	}
	defer func() { _ = conn.Close(n.t.Context()) }()
	if _, err := conn.Exec(n.t.Context(), sql); err != nil {
		n.t.Fatal(err)
	}
}

// listed gives the one schedule of a sub-account.
func (n *night) listed(ctx context.Context) (only queue.ScheduleInfo) {
	n.t.Helper()
	n.in(ctx, func(tx pgx.Tx) error {
		all, err := n.calendar().List(ctx, tx)
		if err == nil && len(all) != 1 {
			n.t.Fatalf("%d schedules", len(all))
		}
		only = all[0]
		return err
	})
	return only
}

func daily(cron string) queue.Schedule {
	return queue.Schedule{Key: "digest", Cron: cron, Payload: greet{"everybody"}}
}

func at(t *testing.T, s string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return out.UTC()
}

func TestAScheduleEnqueuesItsJobWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	n := newNight(t) // 10:00 in Berlin
	n.put(n.ada, daily("30 10 * * *"))
	n.sweep()
	if n.pending(n.ada) != 0 {
		t.Fatal("it did not wait")
	}
	n.clock.Advance(30 * time.Minute)
	n.sweep()
	n.sweep()
	if got := n.pending(n.ada); got != 1 {
		t.Fatalf("%d jobs", got)
	}
	want := queue.ScheduleInfo{
		Key: "digest", Cron: "30 10 * * *", Zone: "Europe/Berlin", Queue: queue.Automation, Kind: "test.greet", Enabled: true,
		NextRunAt: at(t, "2026-11-02T10:30:00+01:00"), LastRunAt: new(n.clock.Now()),
	}
	if diff := cmp.Diff(want, n.listed(n.ada)); diff != "" {
		t.Error(diff)
	}
	var heard string
	queue.Register(n.registry, func(ctx context.Context, job queue.Job[greet]) error {
		actor, _ := tenancy.ActorFrom(ctx)
		heard = actor.Name + " greets " + job.Args.Name
		return nil
	})
	n.work(func() bool { return n.pending(n.ada) == 0 })
	if heard != "schedule digest greets everybody" {
		t.Errorf("heard %q", heard)
	}
}

func TestMissedTimesRunOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.put(n.ada, daily("*/15 * * * *"))
	n.clock.Advance(50 * time.Hour)
	n.sweep()
	if got := n.pending(n.ada); got != 1 {
		t.Errorf("%d jobs for 200 missed times", got)
	}
	if next := n.listed(n.ada).NextRunAt; !next.Equal(n.clock.Now().Add(15 * time.Minute)) {
		t.Errorf("next at %v", next)
	}
}

func TestASlowRunIsNotDoubled(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.put(n.ada, daily("*/15 * * * *"))
	for range 3 {
		n.clock.Advance(15 * time.Minute)
		n.sweep()
	}
	if got := n.pending(n.ada); got != 1 {
		t.Errorf("%d jobs wait though none has run", got)
	}
}

func TestManySchedulersEnqueueOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	for range 4 {
		n.put(n.ada, queue.Schedule{Key: uuid.NewString(), Cron: "0 11 * * *", Payload: greet{"x"}})
	}
	n.clock.Advance(time.Hour)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 3 {
				n.sweep()
			}
		})
	}
	all.Wait()
	if got := n.pending(n.ada); got != 4 {
		t.Errorf("%d jobs of 4 schedules", got)
	}
}

func TestATimeStaysDueUntilItsJobIsInTheLedger(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.put(n.ada, daily("0 11 * * *"))
	n.clock.Advance(time.Hour)
	n.asOwner(`alter table job add constraint broken check (kind <> 'test.greet')`)
	n.sweep()
	if got := n.listed(n.ada); got.LastRunAt != nil || got.NextRunAt.After(n.clock.Now()) {
		t.Fatalf("it counts as done: %+v", got)
	}
	n.asOwner(`alter table job drop constraint broken`)
	n.sweep()
	if n.pending(n.ada) != 1 {
		t.Error("the job is lost")
	}
}

func TestASuspendedSubAccountsSchedulesRest(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.put(n.ada, daily("0 11 * * *"))
	n.locator[0].Status = tenancy.Suspended
	n.clock.Advance(time.Hour)
	n.sweep()
	n.locator[0].Status = tenancy.Active
	n.sweep()
	if n.pending(n.ada) != 0 || n.listed(n.ada).LastRunAt != nil {
		t.Error("a job was enqueued, or made up for")
	}
	n.clock.Advance(24 * time.Hour)
	n.sweep()
	if n.pending(n.ada) != 1 {
		t.Error("it does not go on afterwards")
	}
}

func TestAScheduleFollowsItsSubAccountsTimeZoneUnlessItHasItsOwn(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.put(n.ada, daily("0 11 * * *"))
	own := daily("0 11 * * *")
	own.Timezone = "America/New_York"
	n.put(n.bob, own)
	n.locator[0].Timezone, n.locator[1].Timezone = "Asia/Kathmandu", "Asia/Kathmandu"
	n.scheduler().KeepUp(t.Context())
	if got := n.listed(n.ada); got.Zone != "Asia/Kathmandu" || !got.NextRunAt.Equal(at(t, "2026-11-02T11:00:00+05:45")) {
		t.Errorf("ada's: %s at %v", got.Zone, got.NextRunAt)
	}
	if got := n.listed(n.bob); got.Zone != "America/New_York" || !got.NextRunAt.Equal(at(t, "2026-11-01T11:00:00-05:00")) {
		t.Errorf("bob's: %s at %v", got.Zone, got.NextRunAt)
	}
}

func TestEverySubAccountIsGivenTheStandingSchedules(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.standing = func(uuid.UUID) []queue.Schedule { return []queue.Schedule{daily("17 3 * * *")} }
	n.scheduler().KeepUp(t.Context())
	n.standing = func(uuid.UUID) []queue.Schedule { return []queue.Schedule{daily("18 4 * * *")} } // of a later release
	n.scheduler().KeepUp(t.Context())
	for _, ctx := range []context.Context{n.ada, n.bob} {
		if got := n.listed(ctx); got.Cron != "18 4 * * *" || !got.NextRunAt.Equal(at(t, "2026-11-02T04:18:00+01:00")) {
			t.Errorf("%s at %v", got.Cron, got.NextRunAt)
		}
	}
}

func TestAPausedScheduleMissesItsTimesAndGoesOnFromNow(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	c := n.calendar()
	n.put(n.ada, daily("0 11 * * *"))
	n.in(n.ada, func(tx pgx.Tx) error { return c.Pause(n.ada, tx, "digest") })
	n.clock.Advance(26 * time.Hour)
	n.sweep()
	n.in(n.ada, func(tx pgx.Tx) error { return c.Resume(n.ada, tx, "digest") })
	n.sweep()
	if n.pending(n.ada) != 0 {
		t.Error("it made up for its pause")
	}
	if got := n.listed(n.ada); !got.Enabled || !got.NextRunAt.Equal(at(t, "2026-11-03T11:00:00+01:00")) {
		t.Errorf("%+v", got)
	}
	n.in(n.ada, func(tx pgx.Tx) error { return c.Remove(n.ada, tx, "digest") })
	for name, verb := range map[string]func(context.Context, pgx.Tx, string) error{"pause": c.Pause, "resume": c.Resume, "remove": c.Remove} {
		err := n.tenants.InTenant(n.ada, func(tx pgx.Tx) error { return verb(n.ada, tx, "digest") })
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s of what is gone: %v", name, err)
		}
	}
}

func TestAScheduleThatCantBeIsRefused(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	for name, tc := range map[string]struct {
		schedule queue.Schedule
		field    string
	}{
		"without a key":             {queue.Schedule{Cron: "@daily", Payload: greet{}}, "key"},
		"on the 31st of February":   {daily("0 0 31 2 *"), "cron"},
		"every second":              {daily("* * * * * *"), "cron"},
		"in a zone that is nowhere": {queue.Schedule{Key: "k", Cron: "@daily", Timezone: "Mars/Olympus", Payload: greet{}}, "timezone"},
	} {
		err := n.tenants.InTenant(n.ada, func(tx pgx.Tx) error { return n.calendar().Put(n.ada, tx, tc.schedule) })
		if f, ok := fault.As(err); !ok || f.Fields[0].Path != tc.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}
