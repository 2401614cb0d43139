package queue

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// work runs the handler and settles what it did not settle itself.
func (w *Worker) work(ctx context.Context, j held) {
	defer w.release(ctx, j)
	ctx = tenancy.WithActor(tenancy.WithTenant(ctx, j.tenant), j.Actor)
	cur := &current{job: j.claimed, now: w.o.Clock.Now}
	ended := w.o.Metrics.began(j)
	err := w.handle(context.WithValue(ctx, currentKey{}, cur), j)
	switch {
	case cur.settled:
		ended(outcomeCompleted)
	case err == nil:
		ended(outcomeCompleted)
		w.completer.add(ctx, j)
	case errors.Is(err, ErrFenced):
		ended(outcomeFenced)
		w.o.Log.WarnContext(ctx, "a job was claimed by another worker meanwhile", "job", j.ID, "kind", j.Kind)
	default:
		o := decide(err, j.Attempt, j.MaxAttempts, w.o.Clock.Now())
		ended(o.name)
		w.settle(ctx, j, o, err)
	}
}

func (w *Worker) settle(ctx context.Context, j held, o outcome, cause error) {
	w.o.Log.WarnContext(ctx, "a job did not complete", "job", j.ID, "kind", j.Kind, "sub_account", j.SubAccountID,
		"attempt", j.Attempt, "state", o.state, "error", cause)
	err := w.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := settle(ctx, tx, j.claimed, o); err != nil {
			return err
		}
		return w.o.Registry.tell(ctx, tx, j.claimed, o, cause)
	})
	if err != nil {
		w.o.Log.ErrorContext(ctx, "a job could not be settled; its lease will run out", "job", j.ID, "error", err)
		return
	}
	if o.name == outcomeInterrupted {
		w.o.Ring.Ring(ctx, string(j.share.name), j.share.sub)
	}
}

// handle calls the handler under its deadline; a panic is an error like any
// other.
func (w *Worker) handle(ctx context.Context, j held) (err error) {
	h, ok := w.o.Registry.kinds[j.Kind]
	if !ok {
		return fmt.Errorf("no handler for the kind %q: a worker of another release may have one", j.Kind)
	}
	if j.Attempt > j.MaxAttempts {
		return fmt.Errorf("its workers stopped answering %d times over it", j.MaxAttempts)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer w.hands.drop(w.hands.take(j, cancel))
	dctx, done := context.WithTimeout(ctx, h.timeout)
	defer done()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if cause := context.Cause(ctx); err != nil && (errors.Is(cause, ErrCancelled) || errors.Is(cause, ErrFenced) || errors.Is(cause, errStopping)) {
			err = cause
		}
	}()
	return h.work(dctx, j.claimed)
}

// beat prolongs the leases of all that is at work, one statement per
// sub-account; a lost fence or a cancellation ends the handler's context.
func (w *Worker) beat(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.o.Clock.After(w.o.Lease / 3):
		}
		for sub, hands := range w.hands.bySubAccount() {
			w.prolong(ctx, sub, hands)
		}
	}
}

func (w *Worker) prolong(ctx context.Context, sub uuid.UUID, hands []*hand) {
	jobs := make([]claimed, len(hands))
	for i, h := range hands {
		jobs[i] = h.job.claimed
	}
	var ours map[uuid.UUID]bool
	err := w.o.Tenants.InTenant(tenancy.WithTenant(ctx, hands[0].job.tenant), func(tx pgx.Tx) (err error) {
		ours, err = prolong(ctx, tx, sub, w.id, jobs, w.o.Clock.Now().Add(w.o.Lease))
		return err
	})
	if err != nil {
		w.o.Log.WarnContext(ctx, "leases could not be prolonged; the next beat tries again", "sub_account", sub, "error", err)
		return
	}
	for _, h := range hands {
		if cancelled, still := ours[h.job.ID]; !still {
			h.cancel(ErrFenced)
		} else if cancelled {
			h.cancel(ErrCancelled)
		}
	}
}

// completer completes jobs in batches: while one statement of a sub-account is
// under way, the next jobs gather, so nothing waits for a timer.
type completer struct {
	worker   *Worker
	mu       sync.Mutex
	pending  map[uuid.UUID][]held // present while a flush of the sub-account runs
	flushing sync.WaitGroup
}

func (c *completer) add(ctx context.Context, j held) {
	c.mu.Lock()
	defer c.mu.Unlock()
	queued, running := c.pending[j.SubAccountID]
	c.pending[j.SubAccountID] = append(queued, j)
	if !running {
		c.flushing.Go(func() { c.flush(ctx, j.SubAccountID) })
	}
}

func (c *completer) flush(ctx context.Context, sub uuid.UUID) {
	for {
		c.mu.Lock()
		batch := c.pending[sub]
		if len(batch) == 0 {
			delete(c.pending, sub)
			c.mu.Unlock()
			return
		}
		c.pending[sub] = nil
		c.mu.Unlock()
		c.finish(ctx, sub, batch)
	}
}

func (c *completer) finish(ctx context.Context, sub uuid.UUID, batch []held) {
	jobs := make([]claimed, len(batch))
	for i, j := range batch {
		jobs[i] = j.claimed
	}
	held := 0
	err := c.worker.o.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
		held, err = finish(ctx, tx, sub, jobs, c.worker.o.Clock.Now())
		return err
	})
	if err != nil {
		c.worker.o.Log.ErrorContext(ctx, "jobs could not be completed; their leases will run out",
			"sub_account", sub, "jobs", len(jobs), "error", err)
	} else if held < len(jobs) {
		c.worker.o.Log.WarnContext(ctx, "some jobs were claimed by another worker before they were completed",
			"sub_account", sub, "jobs", len(jobs)-held)
	}
}
