package bench_test

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
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/test/bench"
)

const (
	jobs    = 100_000
	tenants = 10
	batch   = 500
)

type noop struct{}

func (noop) Kind() string { return "bench.noop" }

// BenchmarkJobs runs 100,000 no-op jobs of ten sub-accounts through enqueue,
// claim and completion, then the floor: the same number of rows of the same
// width through INSERT, UPDATE … SKIP LOCKED and DELETE, without row-level
// security, fences, leases or rings.
func BenchmarkJobs(b *testing.B) {
	for range b.N {
		ours := perSecond(func() { throughTheQueue(b) })
		floor := perSecond(func() { throughPlainSQL(b) })
		bench.Report(b, bench.Figure{
			Name: "queue/throughput", What: "No-op jobs of ten tenants through enqueue, claim and completion, a second.",
			Value: ours, Unit: "jobs/s", Want: bench.AtLeast(20_000),
		})
		bench.Report(b, bench.Figure{
			Name: "queue/throughput-floor", What: "The same rows through bare INSERT, UPDATE … SKIP LOCKED and DELETE, a second.",
			Value: floor, Unit: "jobs/s", Want: bench.Stated,
		})
		bench.Report(b, bench.Figure{
			Name: "queue/throughput-of-floor", What: "The queue's share of the bare loop's throughput, in one run.",
			Value: 100 * ours / floor, Unit: "%", Want: bench.AtLeast(40),
		})
	}
}

func perSecond(run func()) float64 {
	began := time.Now()
	run()
	return jobs / time.Since(began).Seconds()
}

func throughTheQueue(b *testing.B) {
	b.Helper()
	database := tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(b).App}
	var places tenancy.Static
	for range tenants {
		places = append(places, tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: database, Status: tenancy.Active,
		})
	}
	pools := db.NewTenants(places, db.TenantsOptions{})
	defer pools.Close()
	ring, registry := queue.NewLocalRing(), queue.NewRegistry()
	var done atomic.Int64
	ctx, stop := context.WithCancel(b.Context())
	queue.Register(registry, func(context.Context, queue.Job[noop]) error {
		if done.Add(1) == jobs {
			stop() // Run returns once the last completions are committed
		}
		return nil
	})
	fill(b, pools, places, queue.New(ring, clock.System()))
	queue.NewWorker(queue.WorkerOptions{
		Tenants: pools, Locator: places, Ring: ring, Registry: registry, Clock: clock.System(),
		Log: slog.New(slog.DiscardHandler), Slots: map[queue.Name]int{queue.Automation: 4 * batch}, Batch: batch,
	}).Run(ctx)
}

func fill(b *testing.B, pools *db.Tenants, places tenancy.Static, q *queue.Queue) {
	b.Helper()
	payloads := make([]queue.Payload, batch)
	for i := range payloads {
		payloads[i] = noop{}
	}
	var filling sync.WaitGroup
	for _, p := range places {
		filling.Go(func() {
			ctx := tenancy.WithTenant(b.Context(), p.Tenant)
			for range jobs / tenants / batch {
				err := pools.InTenant(ctx, func(tx pgx.Tx) error {
					_, err := q.EnqueueMany(ctx, tx, payloads)
					return err
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
	}
	filling.Wait()
}

func throughPlainSQL(b *testing.B) {
	b.Helper()
	dsn := parts.EmptyDB(b)
	exec := func(conn *pgx.Conn, sql string, args ...any) int64 {
		tag, err := conn.Exec(b.Context(), sql, args...)
		if err != nil {
			b.Error(err)
		}
		return tag.RowsAffected()
	}
	connect := func() *pgx.Conn {
		conn, err := pgx.Connect(b.Context(), dsn)
		if err != nil {
			b.Fatal(err)
		}
		return conn
	}
	first := connect()
	exec(first, `create table job (tenant int, id uuid primary key default gen_random_uuid(), payload jsonb default '{}',
		actor jsonb default '{"kind": "system"}', run_at timestamptz default now(), taken bool default false) with (fillfactor = 60)`)
	exec(first, `create index on job (tenant, run_at) where not taken`)
	_ = first.Close(b.Context())
	var working sync.WaitGroup
	for tenant := range tenants {
		working.Go(func() {
			conn := connect()
			defer func() { _ = conn.Close(b.Context()) }()
			for range jobs / tenants / batch {
				exec(conn, `insert into job (tenant) select $1 from generate_series(1, $2::int)`, tenant, batch)
			}
			for left := int64(jobs / tenants); left > 0; {
				left -= claimAndDelete(b, conn, tenant)
			}
		})
	}
	working.Wait()
}

// claimAndDelete is the bare loop: claim a batch, commit, delete it, commit.
func claimAndDelete(b *testing.B, conn *pgx.Conn, tenant int) int64 {
	b.Helper()
	rows, err := conn.Query(b.Context(), `
		update job set taken = true where id = any (array(
			select id from job where tenant = $1 and not taken order by run_at limit $2 for update skip locked))
		returning id`, tenant, batch)
	if err != nil {
		b.Error(err)
		return jobs
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		b.Error(err)
		return jobs
	}
	tag, err := conn.Exec(b.Context(), `delete from job where id = any ($1)`, ids)
	if err != nil {
		b.Error(err)
		return jobs
	}
	return tag.RowsAffected()
}
