package queue

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
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
	Metrics  *Metrics // nil is none

	Tiers Tiers         // nil is the same for all: weight 1, no cap
	Slots map[Name]int  // jobs at once per queue; default 32, 32, 16 and 4
	Batch int           // jobs of one turn, times the weight; default 8
	Lease time.Duration // default 30 s, prolonged while the handler runs
	Grace time.Duration // for the jobs in hand when Run is to end; default 20 s
}

// Worker takes turns and works.
type Worker struct {
	o         WorkerOptions
	id        uuid.UUID
	completer completer
	hands     *hands
	unknown   sync.Map // tiers that were complained about
}

// NewWorker makes a worker.
func NewWorker(o WorkerOptions) *Worker {
	if o.Slots == nil {
		o.Slots = map[Name]int{Interactive: 32, Automation: 32, Bulk: 16, Maintenance: 4}
	}
	if o.Batch == 0 {
		o.Batch = 8
	}
	if o.Lease == 0 {
		o.Lease = 30 * time.Second
	}
	if o.Grace == 0 {
		o.Grace = 20 * time.Second
	}
	if o.Metrics == nil {
		o.Metrics = newMetrics(o.Clock)
	}
	w := &Worker{o: o, id: uuid.New(), hands: newHands()}
	w.completer = completer{worker: w, pending: map[uuid.UUID][]held{}}
	return w
}

// Run works until ctx ends. Then it takes no more, gives back what it has
// claimed and not begun, and lets the jobs in hand finish; after the grace it
// ends their contexts and gives them back as well, without counting the
// attempt. It returns once nothing is in hand.
func (w *Worker) Run(ctx context.Context) {
	beside, stop := context.WithCancel(context.WithoutCancel(ctx))
	var heart sync.WaitGroup
	heart.Go(func() { w.beat(beside) })
	heart.Go(func() { w.hurry(ctx, beside) })
	var queues sync.WaitGroup
	for name, slots := range w.o.Slots {
		queues.Go(func() { w.serve(ctx, name, slots) })
	}
	queues.Wait()
	w.completer.flushing.Wait()
	stop()
	heart.Wait()
}

// hurry ends what is still in hand when the grace is over.
func (w *Worker) hurry(ctx, beside context.Context) {
	select {
	case <-beside.Done():
		return
	case <-ctx.Done():
	}
	select {
	case <-beside.Done():
	case <-w.o.Clock.After(w.o.Grace):
		w.hands.stop(errStopping)
	}
}

// serve takes turns of one queue. A slot is held before jobs are claimed, so
// none waits claimed while others could work on it.
func (w *Worker) serve(ctx context.Context, name Name, slots int) {
	free := make(chan struct{}, slots)
	for range slots {
		free <- struct{}{}
	}
	var working sync.WaitGroup
	defer working.Wait()
	t := turn{queue: name, slots: slots}
	defer w.leave(ctx, &t)
	for {
		taken := takeSlots(ctx, free, w.o.Batch*maxWeight)
		if taken == 0 {
			return
		}
		jobs := w.goOn(ctx, &t, taken)
		for range taken - len(jobs) {
			free <- struct{}{}
		}
		if ctx.Err() != nil {
			w.giveBack(ctx, jobs)
			return
		}
		for _, j := range jobs {
			working.Go(func() {
				defer func() { free <- struct{}{} }()
				w.work(context.WithoutCancel(ctx), j)
			})
		}
	}
}

// takeSlots waits for one slot, then takes what else is free up to most; none
// when ctx has ended.
func takeSlots(ctx context.Context, free <-chan struct{}, most int) (taken int) {
	select {
	case <-ctx.Done():
		return 0
	case <-free:
	}
	for taken = 1; taken < most; taken++ {
		select {
		case <-free:
		default:
			return taken
		}
	}
	return taken
}
