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
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Parts are what a worker process stands on.
type Parts struct {
	Modules
	Tenants   *db.Tenants
	Locator   tenancy.Locator
	Ring      queue.Ring
	Announcer events.Announcer
	Clock     clock.Clock
	Log       *slog.Logger
	Sweep     time.Duration // between two looks at the ledger; default 1 s
	Lease     time.Duration // of a job; default 30 s
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
		Tenants: p.Tenants, Locator: p.Locator, Ring: p.Ring, Registry: Registry(p.Modules), Clock: p.Clock, Log: p.Log,
		Lease: p.Lease,
	})
	consumer := events.NewConsumer(events.ConsumerOptions{
		Tenants: p.Tenants, Locator: p.Locator, Ring: p.Ring, Subscribers: Subscribers(p.Modules),
		Announcer: p.Announcer, Clock: p.Clock, Log: p.Log,
	})
	scheduler := queue.NewScheduler(queue.SchedulerOptions{
		Tenants: p.Tenants, Locator: p.Locator, Ring: p.Ring,
		Sweeps: []queue.Sweep{queue.SweepJobs, events.SweepPending},
		Clock:  p.Clock, Log: p.Log, Every: p.Sweep,
	})
	var parts sync.WaitGroup
	for _, run := range []func(context.Context){jobs.Run, consumer.Run, scheduler.Run} {
		parts.Go(func() { run(ctx) })
	}
	parts.Wait()
}
