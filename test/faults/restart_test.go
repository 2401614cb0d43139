package faults_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// PostgreSQL is shut down immediately, twice, while a worker takes jobs and events and callers enqueue. Whoever asks
// meanwhile is told to come back; afterwards the same worker goes on by itself, and each accepted job has its effect.
func TestADatabaseThatRestartsHealsByItself(t *testing.T) {
	t.Parallel()
	server := parts.OwnPostgres(t)
	place := tenancy.Placement{
		Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
		Database: tenancy.Database{ID: uuid.New(), DSN: server.TenantDB(t).App}, Status: tenancy.Active,
	}
	places := tenancy.Static{place}
	control, err := db.NewControl(t.Context(), server.ControlDB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(control.Close)
	tenants := db.NewTenants(places, db.TenantsOptions{MaxConns: 16})
	t.Cleanup(tenants.Close)
	ring, log, clk := queue.NewLocalRing(), slog.New(slog.DiscardHandler), clock.System()
	q, bus := queue.New(ring, clk), events.NewBus(ring, clk)
	registry := queue.NewRegistry()
	queue.Register(registry, func(ctx context.Context, _ queue.Job[chore]) error {
		return tenants.InTenant(ctx, func(tx pgx.Tx) error {
			if err := bus.Publish(ctx, tx, events.New{Kind: "chore.done", SubjectKind: "chore", SubjectID: uuid.New(), Payload: 1}); err != nil {
				return err
			}
			return queue.Complete(ctx, tx)
		})
	})
	running, stop := context.WithCancel(t.Context())
	defer stop()
	ears := &counter{heard: map[uuid.UUID]int{}}
	parts := []func(context.Context){
		queue.NewWorker(queue.WorkerOptions{
			Tenants: tenants, Locator: places, Ring: ring, Registry: registry, Clock: clk, Log: log, Lease: 2 * time.Second,
		}).Run,
		events.NewConsumer(events.ConsumerOptions{
			Tenants: tenants, Locator: places, Ring: ring, Subscribers: []events.Subscriber{ears}, Announcer: nobodyListens{}, Clock: clk, Log: log,
		}).Run,
		queue.NewScheduler(queue.SchedulerOptions{
			Tenants: tenants, Locator: places, Ring: ring, Sweeps: []queue.Sweep{queue.SweepJobs, events.SweepPending}, Clock: clk, Log: log,
			Every: 200 * time.Millisecond,
		}).Run,
	}
	var all sync.WaitGroup
	for _, run := range parts {
		all.Go(func() { run(running) })
	}
	ctx := tenancy.WithActor(tenancy.WithTenant(t.Context(), place.Tenant), tenancy.Actor{Kind: tenancy.System})
	accepted := 0
	enqueue := func() bool {
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			_, err := q.Enqueue(ctx, tx, chore{})
			return err
		})
		return polite(t, err, &accepted)
	}
	for range 2 {
		for range 100 {
			if !enqueue() {
				t.Fatal("refused before the crash")
			}
		}
		if err := server.Crash(); err != nil {
			t.Fatal(err)
		}
		for range 10 {
			if enqueue() {
				t.Fatal("accepted without a database")
			}
			polite(t, control.InTx(ctx, func(pgx.Tx) error { return nil }), new(int))
		}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		heal(t, "the tenants' database", enqueue)
		heal(t, "the control database", func() bool {
			return polite(t, control.InTx(ctx, func(pgx.Tx) error { return nil }), new(int))
		})
	}
	heal(t, "every job and event", func() bool {
		var left, done int
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(ctx, `select (select count(*) from job where finished_at is null), (select count(*) from event where processed_at is not null)`).
				Scan(&left, &done)
		})
		return err == nil && left == 0 && done >= accepted
	})
	stop()
	all.Wait()
	if len(ears.heard) < accepted || accepted < 202 {
		t.Errorf("%d accepted, %d events heard", accepted, len(ears.heard))
	}
}

// polite fails unless an error says, in words, that trying again may do.
func polite(t *testing.T, err error, done *int) bool {
	t.Helper()
	if err == nil {
		*done++
		return true
	}
	if f, ok := fault.As(err); !ok || f.Code != fault.Unavailable || f.RetryAfter == 0 || f.Message == "" {
		t.Fatalf("the caller is told: %v", err)
	}
	return false
}

func heal(t *testing.T, what string, ok func() bool) {
	t.Helper()
	late := time.After(patience)
	for !ok() {
		select {
		case <-late:
			t.Fatalf("never came back: %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
