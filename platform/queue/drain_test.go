package queue_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/queue"
)

func TestTheJobsInHandFinishWhenTheWorkerStops(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	ctx, stop := context.WithCancel(t.Context())
	begun := make(chan struct{}, 5)
	var finished atomic.Int64
	queue.Register(n.registry, func(hctx context.Context, _ queue.Job[greet]) error {
		begun <- struct{}{}
		<-ctx.Done() // the worker has been told to stop
		if hctx.Err() != nil {
			t.Error("its context ended within the grace")
		}
		finished.Add(1)
		return nil
	})
	var ids []uuid.UUID
	for range 5 {
		ids = append(ids, n.enqueue(n.ada, "x"))
	}
	var run sync.WaitGroup
	run.Go(func() { queue.NewWorker(n.options()).Run(ctx) })
	for range ids {
		<-begun
	}
	late := n.enqueue(n.bob, "late", queue.On(queue.Bulk), queue.At(n.clock.Now().Add(time.Hour)))
	stop()
	run.Wait()
	for _, id := range ids {
		if r := n.job(n.ada, id); r.State != "completed" {
			t.Errorf("%+v", r)
		}
	}
	if finished.Load() != 5 || n.job(n.bob, late).State != "pending" {
		t.Errorf("%d finished, and the one to come is %+v", finished.Load(), n.job(n.bob, late))
	}
}

func TestWhatOutlastsTheGraceIsGivenBackAtOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	begun := make(chan struct{})
	first := true
	queue.Register(n.registry, func(ctx context.Context, _ queue.Job[greet]) error {
		if !first {
			return nil
		}
		first = false
		close(begun)
		<-ctx.Done()
		return ctx.Err()
	})
	id := n.enqueue(n.ada, "x")
	ctx, stop := context.WithCancel(t.Context())
	o := n.options()
	o.Grace = time.Second
	var run sync.WaitGroup
	run.Go(func() { queue.NewWorker(o).Run(ctx) })
	<-begun
	stop()
	n.clock.AwaitSleepers(2) // the heart, and the grace
	n.clock.Advance(time.Second)
	run.Wait()
	if diff := cmp.Diff(row{State: "pending", Attempt: 0}, n.job(n.ada, id)); diff != "" {
		t.Error(diff)
	}
	// No sweep and no lease: the next worker has it by the ring.
	n.work(n.stateIs(n.ada, id, "completed"))
}

// stopper is a ring on which the worker is told to stop the moment it has
// claimed a full turn.
type stopper struct {
	*queue.LocalRing
	stop context.CancelFunc
}

func (s stopper) Ring(ctx context.Context, ring string, subs ...uuid.UUID) {
	s.stop()
	s.LocalRing.Ring(ctx, ring, subs...)
}

func TestWhatWasClaimedAndNotBegunIsGivenBackAtOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	var begun atomic.Int64
	queue.Register(n.registry, func(context.Context, queue.Job[greet]) error {
		begun.Add(1)
		return nil
	})
	n.enqueueMany(n.locator[0], queue.Automation, 20)
	ctx, stop := context.WithCancel(t.Context())
	o := n.options()
	o.Ring = stopper{n.ring, stop}
	queue.NewWorker(o).Run(ctx)
	if begun.Load() != 0 {
		t.Fatalf("%d began", begun.Load())
	}
	if left := n.pending(n.ada); left != 20 {
		t.Errorf("%d are left", left)
	}
	n.work(func() bool { return n.pending(n.ada) == 0 }) // by the ring, with the lease's time not yet come
	if begun.Load() != 20 {
		t.Errorf("%d ran", begun.Load())
	}
}
