package queue_test

import (
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// patience bounds a wait for what must come about; it matters to a test that fails alone, however busy the machine is.
const patience = 4 * time.Minute

type greet struct {
	Name string `json:"name"`
}

func (greet) Kind() string { return "test.greet" }

// night is a worker on a database of its own, with two sub-accounts.
type night struct {
	t        *testing.T
	dsns     parts.TenantDSNs
	queue    *queue.Queue
	registry *queue.Registry
	ring     *queue.LocalRing
	tenants  *db.Tenants
	locator  tenancy.Static
	clock    *clock.Fake
	ada, bob context.Context
	tiers    queue.Tiers
	metrics  *queue.Metrics
	standing func(uuid.UUID) []queue.Schedule
}

func newNight(t *testing.T) *night {
	t.Helper()
	dsns := parts.TenantDB(t)
	database := tenancy.Database{ID: uuid.New(), DSN: dsns.App}
	place := func() tenancy.Placement {
		return tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: database, Status: tenancy.Active, Tier: queue.StandardTier, Timezone: "Europe/Berlin",
		}
	}
	a, b := place(), place()
	n := &night{
		t: t, dsns: dsns, registry: queue.NewRegistry(), ring: queue.NewLocalRing(), locator: tenancy.Static{a, b},
		clock: clock.NewFake(time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)),
	}
	n.queue = queue.New(n.ring, n.clock)
	n.tenants = db.NewTenants(n.locator, db.TenantsOptions{})
	t.Cleanup(n.tenants.Close)
	n.ada, n.bob = tenancy.WithTenant(t.Context(), a.Tenant), tenancy.WithTenant(t.Context(), b.Tenant)
	return n
}

func (n *night) enqueue(ctx context.Context, name string, opts ...queue.Option) (id uuid.UUID) {
	n.t.Helper()
	err := n.tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		id, err = n.queue.Enqueue(ctx, tx, greet{name}, opts...)
		return err
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return id
}

func (n *night) options() queue.WorkerOptions {
	return queue.WorkerOptions{
		Tenants: n.tenants, Locator: n.locator, Ring: n.ring, Registry: n.registry, Clock: n.clock,
		Log: slog.New(slog.DiscardHandler), Tiers: n.tiers, Metrics: n.metrics,
	}
}

// work runs a worker until done reports true; it asks again after each change
// of a job's state.
func (n *night) work(until func() bool) {
	n.t.Helper()
	n.workers(until, n.options())
}

// workers runs a worker for each of the options until done reports true.
func (n *night) workers(until func() bool, options ...queue.WorkerOptions) {
	n.t.Helper()
	ctx, stop := context.WithTimeout(n.t.Context(), patience)
	defer stop()
	var running sync.WaitGroup
	for _, o := range options {
		running.Go(func() { queue.NewWorker(o).Run(ctx) })
	}
	for !until() {
		if ctx.Err() != nil {
			n.t.Fatal("the work was not done in time")
		}
	}
	stop()
	running.Wait()
}

type row struct {
	State     string
	Attempt   int
	LastError *string
}

// job reads a row; a job that is done has none.
func (n *night) job(ctx context.Context, id uuid.UUID) (r row) {
	n.t.Helper()
	err := n.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select state, attempt, last_error from job where id = $1`, id)
		if err != nil {
			return err
		}
		r, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[row])
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return row{State: "completed"}
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

// pending counts the jobs that are not over.
func (n *night) pending(ctx context.Context) (left int) {
	n.t.Helper()
	err := n.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from job where finished_at is null`).Scan(&left)
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return left
}

// atomicMax counts, and remembers the most.
type atomicMax struct{ n atomic.Int64 }

func (a *atomicMax) add(d int64) int64 { return a.n.Add(d) }

func (a *atomicMax) raise(to int64) {
	for now := a.n.Load(); to > now && !a.n.CompareAndSwap(now, to); now = a.n.Load() {
	}
}

func (a *atomicMax) value() int64 { return a.n.Load() }

func (n *night) stateIs(ctx context.Context, id uuid.UUID, state string) func() bool {
	return func() bool { return n.job(ctx, id).State == state }
}

func (n *night) scheduler() *queue.Scheduler {
	return queue.NewScheduler(queue.SchedulerOptions{
		Tenants: n.tenants, Locator: n.locator, Ring: n.ring, Sweeps: []queue.Sweep{queue.SweepJobs}, Clock: n.clock,
		Calendar: n.calendar(), Standing: n.standing, Metrics: n.metrics, Log: slog.New(slog.DiscardHandler),
	})
}

func (n *night) calendar() *queue.Calendar { return queue.NewCalendar(n.queue, n.locator, n.clock) }

func (n *night) sweep() { n.scheduler().Sweep(n.t.Context()) }

func TestAJobRunsWithItsTenantAndItsActor(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	var heard string
	queue.Register(n.registry, func(ctx context.Context, job queue.Job[greet]) error {
		tenant, err := tenancy.From(ctx)
		if err != nil {
			return err
		}
		actor, _ := tenancy.ActorFrom(ctx)
		if tenant.SubAccount == n.locator[0].SubAccount {
			heard = actor.Name + " greets " + job.Args.Name
		}
		return nil
	})
	id := n.enqueue(tenancy.WithActor(n.ada, tenancy.Actor{Kind: tenancy.Person, Name: "Ada"}), "Bob")
	n.work(n.stateIs(n.ada, id, "completed"))
	if heard != "Ada greets Bob" {
		t.Errorf("heard %q", heard)
	}
}

func TestAJobOfARolledBackTransactionNeverWas(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	failed := errors.New("failed")
	err := n.tenants.InTenant(n.ada, func(tx pgx.Tx) error {
		if _, err := n.queue.Enqueue(n.ada, tx, greet{"Bob"}); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if _, rung := n.ring.Pop(t.Context(), string(queue.Automation), 0); rung {
		t.Error("the bell rang for nothing")
	}
}

func TestAUniqueJobWaitsOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	first := n.enqueue(n.ada, "Bob", queue.Unique("bob"))
	if second := n.enqueue(n.ada, "Bob", queue.Unique("bob")); second != first {
		t.Error("a second job waits under the same key")
	}
	if other := n.enqueue(n.bob, "Bob", queue.Unique("bob")); other == first {
		t.Error("another tenant shares the key")
	}
}

func TestAFailureIsTriedAgainWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	queue.Register(n.registry, func(_ context.Context, job queue.Job[greet]) error {
		if job.Attempt == 1 {
			return errors.New("the line was busy")
		}
		return nil
	})
	id := n.enqueue(n.ada, "Bob")
	n.work(func() bool { return n.job(n.ada, id).LastError != nil }) // a claimed job is pending too, until its failure is written
	busy := "the line was busy"
	if diff := cmp.Diff(row{"pending", 1, &busy}, n.job(n.ada, id)); diff != "" {
		t.Error(diff)
	}
	n.clock.Advance(2 * time.Second)
	n.sweep()
	n.work(n.stateIs(n.ada, id, "completed"))
}

func TestWhatFailsForGoodIsParkedWithItsReason(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	queue.Register(n.registry, func(context.Context, queue.Job[greet]) error { panic("no voice") })
	n.queue = n.queue.ParkAfter(1)
	id := n.enqueue(n.ada, "Bob")
	n.work(n.stateIs(n.ada, id, "parked"))
	if r := n.job(n.ada, id); r.LastError == nil || len(*r.LastError) < len("panic: no voice") {
		t.Errorf("no reason is kept: %+v", r)
	}
}

func TestADeadWorkersJobIsTakenOverAndItsLateCommitKeptOut(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	taken, proceed := make(chan struct{}), make(chan struct{})
	var late error
	attempts := 0
	queue.Register(n.registry, func(ctx context.Context, job queue.Job[greet]) error {
		attempts = job.Attempt
		if job.Attempt == 1 {
			close(taken)
			<-proceed
			late = n.tenants.InTenant(context.WithoutCancel(ctx), func(tx pgx.Tx) error { return queue.Complete(ctx, tx) })
			return late
		}
		return n.tenants.InTenant(ctx, func(tx pgx.Tx) error { return queue.Complete(ctx, tx) })
	})
	id := n.enqueue(n.ada, "Bob")
	go func() {
		<-taken
		// The first worker hangs; its lease runs out.
		err := n.tenants.InTenant(n.ada, func(tx pgx.Tx) error {
			_, err := tx.Exec(n.ada, `update job set lease_until = $1 where id = $2`, n.clock.Now().Add(-time.Second), id)
			return err
		})
		if err != nil {
			t.Error(err)
		}
		n.sweep()
	}()
	released := sync.OnceFunc(func() { close(proceed) })
	n.work(func() bool {
		done := n.job(n.ada, id).State == "completed"
		if done {
			released()
		}
		return done
	})
	if !errors.Is(late, queue.ErrFenced) {
		t.Errorf("the late commit: %v, want ErrFenced", late)
	}
	if attempts != 2 {
		t.Errorf("%d attempts, want 2", attempts)
	}
}

func TestEachTenantGetsATurn(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	var mu sync.Mutex
	var order []string
	queue.Register(n.registry, func(_ context.Context, job queue.Job[greet]) error {
		mu.Lock()
		defer mu.Unlock()
		order = append(order, job.Args.Name)
		return nil
	})
	for range 200 {
		n.enqueue(n.ada, "many", queue.On(queue.Bulk))
	}
	last := n.enqueue(n.bob, "few", queue.On(queue.Bulk))
	n.work(n.stateIs(n.bob, last, "completed"))
	mu.Lock()
	defer mu.Unlock()
	if before := slices.Index(order, "few"); before > 100 {
		t.Errorf("bob's one job waited behind %d of ada's", before)
	}
}

func TestRingGivesTurnsInOrderAndEachOnce(t *testing.T) {
	t.Parallel()
	quiet := slog.New(slog.DiscardHandler)
	address, err := redis.ParseURL(parts.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(address)
	t.Cleanup(func() { _ = client.Close() })
	rings := map[string]queue.Ring{
		"in the process": queue.NewLocalRing(),
		"in Redis":       queue.NewHybridRing(client, quiet),
	}
	for name, ring := range rings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			a, b, c := uuid.New(), uuid.New(), uuid.New()
			ring.Ring(ctx, "r", a, b)
			ring.Ring(ctx, "r", a)
			ring.Ring(ctx, "r", c)
			ring.Ring(ctx, "other", b)
			late := time.After(patience)
			for name == "in Redis" && client.ZCard(ctx, "omnicrm:ring:{r}").Val() < 3 {
				select {
				case <-late:
					t.Fatal("the bell, which rings beside us, was not heard")
				default:
				}
			}
			var got []uuid.UUID
			for {
				id, ok := ring.Pop(ctx, "r", 10*time.Millisecond)
				if !ok {
					break
				}
				got = append(got, id)
			}
			if diff := cmp.Diff([]uuid.UUID{a, b, c}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// silence is the log of a Redis that is killed on purpose.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

// TestMain keeps the property tests short; OMNICRM_FAULTS=long, or
// -rapid.checks, makes more of them.
func TestMain(m *testing.M) {
	redis.SetLogger(silence{})
	checks := "40"
	if os.Getenv("OMNICRM_FAULTS") == "long" {
		checks = "1000"
	}
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m,
		goleak.IgnoreTopFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
	)
}
