package bench_test

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
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/test/bench"
)

// waiting is a worker over a database in which a lot waits.
type waiting struct {
	b      *testing.B
	places tenancy.Static
	pools  *db.Tenants
	ring   *queue.LocalRing
	queue  *queue.Queue
	worker *queue.Worker
}

func newWaiting(b *testing.B, subAccounts int, registry *queue.Registry) *waiting {
	b.Helper()
	w := &waiting{b: b, ring: queue.NewLocalRing()}
	database := tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(b).App}
	for range subAccounts {
		w.places = append(w.places, tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: database, Status: tenancy.Active, Tier: queue.StandardTier,
		})
	}
	w.pools = db.NewTenants(w.places, db.TenantsOptions{})
	b.Cleanup(w.pools.Close)
	w.queue = queue.New(w.ring, clock.System())
	w.worker = queue.NewWorker(queue.WorkerOptions{
		Tenants: w.pools, Locator: w.places, Ring: w.ring, Registry: registry, Clock: clock.System(),
		Log: slog.New(slog.DiscardHandler), Tiers: queue.DefaultTiers(),
	})
	return w
}

func (w *waiting) in(p tenancy.Placement, fn func(ctx context.Context, tx pgx.Tx) error) {
	w.b.Helper()
	ctx := tenancy.WithTenant(w.b.Context(), p.Tenant)
	if err := w.pools.InTenant(ctx, func(tx pgx.Tx) error { return fn(ctx, tx) }); err != nil {
		w.b.Fatal(err)
	}
}

// pile puts due no-op jobs of a sub-account into a queue, in one statement.
func (w *waiting) pile(p tenancy.Placement, on queue.Name, how int) {
	w.b.Helper()
	w.in(p, func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, actor, created_at)
			select $1, gen_random_uuid(), $2, 'bench.noop', '{}', now(), 16, '{"kind": "system"}', now() from generate_series(1, $3::int)`,
			p.SubAccount, on, how)
		return err
	})
	w.ring.Ring(w.b.Context(), string(on), p.SubAccount)
}

// run works until fn returns.
func (w *waiting) run(fn func()) {
	ctx, stop := context.WithCancel(w.b.Context())
	var working sync.WaitGroup
	working.Go(func() { w.worker.Run(ctx) })
	fn()
	stop()
	working.Wait()
}

type timed struct {
	At int64 `json:"at"` // Unix nanoseconds of the enqueuing
}

func (timed) Kind() string { return "bench.timed" }

// BenchmarkInteractiveWait has a million jobs wait in the other queues of ten
// tenants, and be worked on, while interactive jobs of all of them are enqueued
// one after the other, as people would.
func BenchmarkInteractiveWait(b *testing.B) {
	const each, asked = 100_000, 500
	for range b.N {
		registry := queue.NewRegistry()
		started := make(chan time.Duration, 1)
		queue.Register(registry, func(context.Context, queue.Job[noop]) error { return nil })
		queue.Register(registry, func(_ context.Context, job queue.Job[timed]) error {
			started <- time.Since(time.Unix(0, job.Args.At))
			return nil
		})
		w := newWaiting(b, 10, registry)
		for i, p := range w.places {
			w.pile(p, []queue.Name{queue.Automation, queue.Bulk, queue.Maintenance}[i%3], each)
		}
		var waits []time.Duration
		w.run(func() {
			for i := range asked {
				w.in(w.places[i%len(w.places)], func(ctx context.Context, tx pgx.Tx) error {
					_, err := w.queue.Enqueue(ctx, tx, timed{time.Now().UnixNano()}, queue.On(queue.Interactive))
					return err
				})
				waits = append(waits, <-started)
			}
		})
		bench.Report(b, bench.Figure{
			Name: "queue/interactive-p99", What: "From the enqueuing of an interactive job to its handler's start while a million jobs wait, 99th percentile.",
			Value: bench.Milliseconds(bench.Quantile(waits, 0.99)), Unit: "ms", Want: bench.AtMost(50),
		})
		bench.Report(b, bench.Figure{
			Name: "queue/interactive-p50", What: "The same, median.",
			Value: bench.Milliseconds(bench.Quantile(waits, 0.5)), Unit: "ms", Want: bench.Stated,
		})
	}
}

// BenchmarkNineteen has one tenant with 100,000 jobs in a queue, and nineteen
// with ten each come after it.
func BenchmarkNineteen(b *testing.B) {
	for range b.N {
		registry := queue.NewRegistry()
		var big uuid.UUID
		var small sync.WaitGroup
		small.Add(190)
		queue.Register(registry, func(ctx context.Context, _ queue.Job[noop]) error {
			if tenant, _ := tenancy.From(ctx); tenant.SubAccount != big {
				small.Done()
			}
			return nil
		})
		w := newWaiting(b, 20, registry)
		big = w.places[0].SubAccount
		w.pile(w.places[0], queue.Bulk, 100_000)
		var took time.Duration
		w.run(func() {
			began := time.Now()
			for _, p := range w.places[1:] {
				w.pile(p, queue.Bulk, 10)
			}
			small.Wait()
			took = time.Since(began)
		})
		bench.Report(b, bench.Figure{
			Name: "queue/nineteen", What: "Nineteen tenants enqueue ten jobs each behind one tenant's 100,000 and have them done.",
			Value: took.Seconds(), Unit: "s", Want: bench.AtMost(2),
		})
	}
}
