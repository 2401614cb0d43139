package faults_test

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

type chore struct {
	N int `json:"n"`
}

func (chore) Kind() string { return "test.chore" }

// shared are many sub-accounts in one database, behind a pooler that has three connections for everybody.
type shared struct {
	places  tenancy.Static
	people  []context.Context
	tenants []*db.Tenants // of several processes
	super   *pgx.Conn
}

func newShared(t *testing.T, subAccounts, processes int) shared {
	t.Helper()
	dsns := parts.DirectTenantDB(t)
	database := tenancy.Database{ID: uuid.New(), DSN: parts.PgBouncer(t, 3).Through(dsns.App)}
	var w shared
	for range subAccounts {
		place := tenancy.Placement{
			Tenant: tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}, Database: database, Status: tenancy.Active,
		}
		w.places = append(w.places, place)
		w.people = append(w.people, tenancy.WithActor(tenancy.WithTenant(t.Context(), place.Tenant), tenancy.Actor{Kind: tenancy.System}))
	}
	for range processes {
		tenants := db.NewTenants(w.places, db.TenantsOptions{MaxConns: 16})
		t.Cleanup(tenants.Close)
		w.tenants = append(w.tenants, tenants)
	}
	super, err := pgx.Connect(t.Context(), dsns.Super)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = super.Close(context.WithoutCancel(t.Context())) })
	w.super = super
	return w
}

// Forty-eight client connections over three of the server: each transaction finds its own tenant's rows and no
// other's, whatever ran on the server's connection before.
func TestBehindAPoolerNoTenantSeesAnother(t *testing.T) {
	t.Parallel()
	w := newShared(t, 20, 3)
	var all sync.WaitGroup
	for i, ctx := range w.people {
		own := w.places[i].SubAccount
		for _, tenants := range w.tenants {
			all.Go(func() {
				for n := range 20 {
					err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
						_, err := tx.Exec(ctx, `insert into idempotency_key (sub_account_id, id, principal, key, fingerprint, answer, created_at)
							values ($1, gen_random_uuid(), 'p', gen_random_uuid()::text, $2, $2, $3)`, own, []byte{byte(n)}, time.Unix(int64(n), 0))
						return err
					})
					if err != nil {
						t.Error(err)
						return
					}
					var foreign, mine int
					err = tenants.InTenant(ctx, func(tx pgx.Tx) error {
						return tx.QueryRow(ctx, `select count(*) filter (where sub_account_id <> $1), count(*) from idempotency_key`, own).
							Scan(&foreign, &mine)
					})
					if err != nil || foreign != 0 || mine == 0 {
						t.Errorf("%d rows of others, %d of its own, %v", foreign, mine, err)
						return
					}
				}
			})
		}
		all.Go(func() { // with no tenant set, on the same server connections, there is nothing to see
			err := w.tenants[0].InDatabase(ctx, w.places[0].Database.ID, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, `select * from idempotency_key`)
				return err
			})
			if err == nil {
				t.Error("without a tenant the query passed")
			}
		})
	}
	all.Wait()
	var n int
	if err := w.super.QueryRow(t.Context(), `select count(*) from pg_stat_activity where usename = 'omnicrm_app' and datname = current_database()`).
		Scan(&n); err != nil || n > 3 || n == 0 {
		t.Errorf("the server has %d connections, %v", n, err)
	}
}

// counter hears events, and remembers how often each.
type counter struct {
	mu    sync.Mutex
	heard map[uuid.UUID]int
}

func (*counter) Name() string { return "counter" }

func (c *counter) Handle(_ context.Context, _ pgx.Tx, e events.Event) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard[e.ID]++
	return nil
}

type nobodyListens struct{}

func (nobodyListens) Announce(context.Context, uuid.UUID, []events.Event) {}

// Two worker processes take jobs and events through the pooler: each job's effect is there once, each event is heard.
func TestBehindAPoolerJobsAndEventsAreWorked(t *testing.T) {
	t.Parallel()
	const each = 25
	w := newShared(t, 8, 2)
	ring, log, clk := queue.NewLocalRing(), slog.New(slog.DiscardHandler), clock.System()
	q, bus := queue.New(ring, clk), events.NewBus(ring, clk)
	var worked atomic.Int32
	registry := queue.NewRegistry()
	queue.Register(registry, func(ctx context.Context, j queue.Job[chore]) error {
		return w.tenants[0].InTenant(ctx, func(tx pgx.Tx) error {
			if err := bus.Publish(ctx, tx, events.New{Kind: "chore.done", SubjectKind: "chore", SubjectID: uuid.New(), Payload: j.Args.N}); err != nil {
				return err
			}
			db.AfterCommit(tx, func(context.Context) { worked.Add(1) })
			return queue.Complete(ctx, tx)
		})
	})
	for _, ctx := range w.people {
		for n := range each {
			if err := w.tenants[0].InTenant(ctx, func(tx pgx.Tx) error {
				_, err := q.Enqueue(ctx, tx, chore{n})
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	ears := &counter{heard: map[uuid.UUID]int{}}
	var running sync.WaitGroup
	for _, tenants := range w.tenants {
		worker := queue.NewWorker(queue.WorkerOptions{Tenants: tenants, Locator: w.places, Ring: ring, Registry: registry, Clock: clk, Log: log})
		consumer := events.NewConsumer(events.ConsumerOptions{
			Tenants: tenants, Locator: w.places, Ring: ring, Subscribers: []events.Subscriber{ears}, Announcer: nobodyListens{}, Clock: clk, Log: log,
		})
		// A turn that failed, as on a busy machine, comes again with the sweep.
		scheduler := queue.NewScheduler(queue.SchedulerOptions{
			Tenants: tenants, Locator: w.places, Ring: ring, Sweeps: []queue.Sweep{queue.SweepJobs, events.SweepPending}, Clock: clk, Log: log,
		})
		running.Go(func() { worker.Run(ctx) })
		running.Go(func() { consumer.Run(ctx) })
		running.Go(func() { scheduler.Run(ctx) })
	}
	const want = 8 * each
	var left, unheard int
	for ctx.Err() == nil {
		err := w.super.QueryRow(ctx, `select (select count(*) from job where finished_at is null), (select count(*) from event where processed_at is null)`).
			Scan(&left, &unheard)
		if err == nil && left == 0 && unheard == 0 {
			break
		}
	}
	stop()
	running.Wait()
	if worked.Load() != want || len(ears.heard) != want {
		t.Errorf("%d jobs worked, %d events heard, %d and %d left; want %d each", worked.Load(), len(ears.heard), left, unheard, want)
	}
}
