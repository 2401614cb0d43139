package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// WorkerOptions are a worker process's parts and limits.
type WorkerOptions struct {
	Tenants  *db.Tenants
	Locator  tenancy.Locator
	Ring     Ring
	Registry *Registry
	Clock    clock.Clock
	Log      *slog.Logger

	Slots map[Name]int  // jobs at once per queue; default 16, 16, 8 and 2
	Batch int           // jobs that one turn claims at most; default 8
	Lease time.Duration // default 30 s, prolonged while the handler runs
}

// Worker takes turns and works.
type Worker struct{ o WorkerOptions }

// NewWorker makes a worker.
func NewWorker(o WorkerOptions) *Worker {
	if o.Slots == nil {
		o.Slots = map[Name]int{Interactive: 16, Automation: 16, Bulk: 8, Maintenance: 2}
	}
	if o.Batch == 0 {
		o.Batch = 8
	}
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	return &Worker{o}
}

const popWait = time.Second

// Run works until ctx ends, then returns when the jobs in hand are done.
func (w *Worker) Run(ctx context.Context) {
	var queues sync.WaitGroup
	for name, slots := range w.o.Slots {
		queues.Go(func() { w.serve(ctx, name, slots) })
	}
	queues.Wait()
}

// serve takes turns of one queue. A slot is held before a turn is taken, so no
// job waits claimed while others could work on it.
func (w *Worker) serve(ctx context.Context, name Name, slots int) {
	free := make(chan struct{}, slots)
	for range slots {
		free <- struct{}{}
	}
	var working sync.WaitGroup
	defer working.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-free:
		}
		held := 1
		for held < w.o.Batch {
			select {
			case <-free:
				held++
				continue
			default:
			}
			break
		}
		jobs := w.turn(ctx, name, held)
		for range held - len(jobs) {
			free <- struct{}{}
		}
		for _, j := range jobs {
			working.Go(func() {
				defer func() { free <- struct{}{} }()
				w.work(context.WithoutCancel(ctx), j)
			})
		}
	}
}

type held struct {
	claimed
	tenant tenancy.Tenant
}

// turn pops a tenant and claims up to most of its jobs. A full batch means
// that more may be due: the tenant goes back to the tail.
func (w *Worker) turn(ctx context.Context, name Name, most int) []held {
	sub, ok := w.o.Ring.Pop(ctx, string(name), popWait)
	if !ok {
		return nil
	}
	jobs, err := w.claim(ctx, name, sub, most)
	if err != nil {
		if ctx.Err() == nil && !fault.Is(err, fault.NotFound) {
			w.o.Log.ErrorContext(ctx, "jobs could not be claimed; the next sweep rings again",
				"queue", name, "sub_account", sub, "error", err)
		}
		return nil
	}
	if len(jobs) == most {
		w.o.Ring.Ring(ctx, string(name), sub)
	}
	return jobs
}

func (w *Worker) claim(ctx context.Context, name Name, sub uuid.UUID, most int) ([]held, error) {
	place, err := w.o.Locator.Locate(ctx, sub)
	if err != nil {
		return nil, err
	}
	var jobs []claimed
	err = w.o.Tenants.InTenant(tenancy.WithTenant(ctx, place.Tenant), func(tx pgx.Tx) error {
		jobs, err = claim(ctx, tx, sub, name, w.o.Clock.Now(), w.o.Lease, most)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]held, len(jobs))
	for i, j := range jobs {
		out[i] = held{claimed: j, tenant: place.Tenant}
	}
	return out, nil
}

// work runs the handler and settles what it did not settle itself.
func (w *Worker) work(ctx context.Context, j held) {
	ctx = tenancy.WithActor(tenancy.WithTenant(ctx, j.tenant), j.Actor)
	cur := &current{job: j.claimed, now: w.o.Clock.Now}
	err := w.handle(context.WithValue(ctx, currentKey{}, cur), j.claimed)
	if cur.settled {
		return
	}
	if errors.Is(err, ErrFenced) {
		w.o.Log.WarnContext(ctx, "a job was claimed by another worker meanwhile", "job", j.ID, "kind", j.Kind)
		return
	}
	o := decide(err, j.Attempt, j.MaxAttempts, w.o.Clock.Now())
	if err != nil {
		w.o.Log.WarnContext(ctx, "a job did not complete", "job", j.ID, "kind", j.Kind, "sub_account", j.SubAccountID,
			"attempt", j.Attempt, "state", o.state, "error", err)
	}
	err = w.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return settle(ctx, tx, j.claimed, o) })
	if err != nil {
		w.o.Log.ErrorContext(ctx, "a job could not be settled; its lease will run out", "job", j.ID, "error", err)
	}
}

// handle calls the handler under its deadline, prolonging the lease meanwhile;
// a panic is an error like any other.
func (w *Worker) handle(ctx context.Context, j claimed) (err error) {
	h, ok := w.o.Registry.kinds[j.Kind]
	if !ok {
		return fmt.Errorf("no handler for the kind %q: a worker of another release may have one", j.Kind)
	}
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	var beat sync.WaitGroup
	beat.Go(func() { w.heartbeat(ctx, cancel, j) })
	defer beat.Wait()
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return h.work(ctx, j)
}

// heartbeat prolongs the lease; a lost fence cancels the handler.
func (w *Worker) heartbeat(ctx context.Context, cancel context.CancelFunc, j claimed) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.o.Clock.After(w.o.Lease / 3):
		}
		err := w.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			return extend(ctx, tx, j, w.o.Clock.Now().Add(w.o.Lease))
		})
		if errors.Is(err, ErrFenced) {
			cancel()
			return
		}
	}
}
