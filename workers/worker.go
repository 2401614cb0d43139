package workers

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Parts are what a worker process stands on.
type Parts struct {
	Modules
	Tenants   *db.Tenants
	Locator   queue.Directory
	Ring      queue.Ring
	Announcer events.Announcer
	Clock     clock.Clock
	Log       *slog.Logger
	Tiers     queue.Tiers    // nil is the same share for all
	Metrics   *queue.Metrics // nil is none
	Sweep     time.Duration  // between two looks at the ledger; default 1 s
	Lease     time.Duration  // of a job; default 30 s
}

// Worker is a worker process: it takes jobs, processes events, and sweeps the
// ledger for what nobody rang for. Run as many as you like.
type Worker struct{ p Parts }

// New makes a worker.
func New(p Parts) *Worker { return &Worker{p} }

// Run works until ctx ends, then returns once the jobs in hand are done.
func (w *Worker) Run(ctx context.Context) {
	p := w.p
	jobs := queue.NewWorker(queue.WorkerOptions{
		Tenants: p.Tenants, Locator: p.Locator, Ring: p.Ring, Registry: Registry(p.Modules, p.Tenants, p.Clock),
		Clock: p.Clock, Log: p.Log, Tiers: p.Tiers, Metrics: p.Metrics, Lease: p.Lease,
	})
	consumer := events.NewConsumer(events.ConsumerOptions{
		Tenants: p.Tenants, Locator: p.Locator, Ring: p.Ring, Subscribers: Subscribers(p.Modules),
		Announcer: p.Announcer, Clock: p.Clock, Log: p.Log,
	})
	scheduler := queue.NewScheduler(queue.SchedulerOptions{
		Tenants: p.Tenants, Locator: p.Locator, Ring: p.Ring,
		Sweeps:   []queue.Sweep{queue.SweepJobs, events.SweepPending},
		Calendar: queue.NewCalendar(queue.New(p.Ring, p.Clock), p.Locator, p.Clock), Standing: Standing,
		Clock: p.Clock, Log: p.Log, Metrics: p.Metrics, Every: p.Sweep,
	})
	var parts sync.WaitGroup
	for _, run := range []func(context.Context){jobs.Run, consumer.Run, scheduler.Run} {
		parts.Go(func() { run(ctx) })
	}
	parts.Wait()
}
