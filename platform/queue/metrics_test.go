package queue_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/omnicrm/omnicrm/platform/queue"
)

func (n *night) shows(r *prometheus.Registry, want string, names ...string) {
	n.t.Helper()
	if err := testutil.GatherAndCompare(r, strings.NewReader(want), names...); err != nil {
		n.t.Error(err)
	}
}

func TestTheDepthOfEachQueueIsMeasured(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	registry := prometheus.NewRegistry()
	n.metrics = queue.NewMetrics(registry, n.clock)
	n.shows(registry, "", "omnicrm_queue_depth") // nothing is known yet, which is not nothing
	broken := n.enqueue(n.ada, "broken", queue.MaxAttempts(1))
	queue.Register(n.registry, func(context.Context, queue.Job[greet]) error { return errors.New("broken") })
	n.work(n.stateIs(n.ada, broken, "parked"))

	n.enqueue(n.ada, "soon", queue.On(queue.Bulk), queue.At(n.clock.Now().Add(time.Hour)))
	n.enqueue(n.ada, "old", queue.On(queue.Bulk))
	n.clock.Advance(time.Minute)
	n.enqueue(n.bob, "young", queue.On(queue.Bulk))
	n.clock.Advance(time.Minute)
	n.scheduler().MeasureDepths(t.Context())
	n.clock.Advance(5 * time.Second)
	n.shows(registry, `
# HELP omnicrm_queue_depth Jobs of all tenants in a queue: due (those at work included), scheduled or parked. The same from every worker.
# TYPE omnicrm_queue_depth gauge
omnicrm_queue_depth{queue="automation",state="due"} 0
omnicrm_queue_depth{queue="automation",state="parked"} 1
omnicrm_queue_depth{queue="automation",state="scheduled"} 0
omnicrm_queue_depth{queue="bulk",state="due"} 2
omnicrm_queue_depth{queue="bulk",state="parked"} 0
omnicrm_queue_depth{queue="bulk",state="scheduled"} 1
omnicrm_queue_depth{queue="interactive",state="due"} 0
omnicrm_queue_depth{queue="interactive",state="parked"} 0
omnicrm_queue_depth{queue="interactive",state="scheduled"} 0
omnicrm_queue_depth{queue="maintenance",state="due"} 0
omnicrm_queue_depth{queue="maintenance",state="parked"} 0
omnicrm_queue_depth{queue="maintenance",state="scheduled"} 0
# HELP omnicrm_queue_oldest_due_seconds For how long the longest waiting job that nobody holds has been due; 0 for none. The same from every worker.
# TYPE omnicrm_queue_oldest_due_seconds gauge
omnicrm_queue_oldest_due_seconds{queue="automation"} 0
omnicrm_queue_oldest_due_seconds{queue="bulk"} 125
omnicrm_queue_oldest_due_seconds{queue="interactive"} 0
omnicrm_queue_oldest_due_seconds{queue="maintenance"} 0
`, "omnicrm_queue_depth", "omnicrm_queue_oldest_due_seconds")
}

func TestOneMeasurementServesEveryWorkerForAnInterval(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	depth := func() float64 {
		registry := prometheus.NewRegistry()
		n.metrics = queue.NewMetrics(registry, n.clock)
		n.scheduler().MeasureDepths(t.Context())
		families, err := registry.Gather()
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, f := range families {
			for _, m := range f.GetMetric() {
				if f.GetName() == "omnicrm_queue_depth" {
					sum += m.GetGauge().GetValue()
				}
			}
		}
		return sum
	}
	n.enqueue(n.ada, "first")
	first := depth()
	n.enqueue(n.ada, "second")
	n.clock.Advance(10 * time.Second)
	another := depth()
	n.clock.Advance(5 * time.Second)
	if later := depth(); first != 1 || another != 1 || later != 2 {
		t.Errorf("measured %v, another worker read %v, and the next interval %v", first, another, later)
	}
}

// Depths are counted from indexes alone, since a million may wait.
func TestDepthsAreCountedFromTheIndex(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.in(n.ada, func(tx pgx.Tx) error {
		_, err := tx.Exec(n.ada, `
			insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, actor, created_at)
			select $1, gen_random_uuid(), 'bulk', 'x', '{}', now(), 3, '{}', now() from generate_series(1, 20000)`,
			n.locator[0].SubAccount)
		return err
	})
	conn, err := pgx.Connect(t.Context(), n.dsns.Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	// Commits are flushed first, or the vacuum finds nothing that all may see.
	for _, sql := range []string{`checkpoint`, `vacuum analyze job`} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	var due, tables, fetched int64
	err = pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		err := tx.QueryRow(t.Context(), `select sum(due) from queue_depths(now(), interval '1 s')`).Scan(&due)
		if err != nil {
			return err
		}
		return tx.QueryRow(t.Context(), `select seq_scan, idx_tup_fetch from pg_stat_xact_user_tables where relname = 'job'`).Scan(&tables, &fetched)
	})
	if err != nil {
		t.Fatal(err)
	}
	if due != 20_000 || tables != 0 || fetched > 100 {
		t.Errorf("counted %d with %d scans of the table and %d rows fetched", due, tables, fetched)
	}
}

func TestOutcomesAreCountedByKind(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	registry := prometheus.NewRegistry()
	n.metrics = queue.NewMetrics(registry, n.clock)
	outcomes := map[string]error{
		"well": nil, "void": queue.Discard("void"), "later": queue.Snooze(time.Hour), "ill": errors.New("ill"),
	}
	queue.Register(n.registry, func(_ context.Context, job queue.Job[greet]) error { return outcomes[job.Args.Name] })
	for name := range outcomes {
		n.enqueue(n.ada, name)
	}
	n.work(func() bool { return testutil.CollectAndCount(registry, "omnicrm_queue_jobs_total") == len(outcomes) })
	n.shows(registry, `
# HELP omnicrm_queue_jobs_total Attempts at jobs, by how they ended.
# TYPE omnicrm_queue_jobs_total counter
omnicrm_queue_jobs_total{kind="test.greet",outcome="completed",queue="automation"} 1
omnicrm_queue_jobs_total{kind="test.greet",outcome="discarded",queue="automation"} 1
omnicrm_queue_jobs_total{kind="test.greet",outcome="failed",queue="automation"} 1
omnicrm_queue_jobs_total{kind="test.greet",outcome="snoozed",queue="automation"} 1
# HELP omnicrm_queue_running Jobs that this worker has in hand.
# TYPE omnicrm_queue_running gauge
omnicrm_queue_running{queue="automation"} 0
`, "omnicrm_queue_jobs_total", "omnicrm_queue_running")
	if got := testutil.CollectAndCount(registry, "omnicrm_queue_job_duration_seconds"); got != 1 {
		t.Errorf("%d histograms of one kind", got)
	}
}
