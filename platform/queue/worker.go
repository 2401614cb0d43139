package queue

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Limits are a tenant's share of a queue.
type Limits struct {
	InFlight int // jobs at once over all workers; 0 is no cap of its own
	Weight   int // batches a turn; 0 is 1
}

// WorkerOptions are a worker process's parts and limits.
type WorkerOptions struct {
	Tenants  *db.Tenants
	Locator  tenancy.Locator
	Ring     Ring
	Registry *Registry
	Clock    clock.Clock
	Log      *slog.Logger

	// Limits of a tenant, by its tier; nil is the same for all.
	Limits func(tenancy.Placement, Name) Limits

	Slots map[Name]int  // jobs at once per queue; default 32, 32, 16 and 4
	Batch int           // jobs that one turn claims at most, times the weight; default 8
	Lease time.Duration // default 30 s, prolonged while the handler runs
}

// Worker takes turns and works.
type Worker struct {
	o         WorkerOptions
	completer completer
	hands     hands
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
	if o.Limits == nil {
		o.Limits = func(tenancy.Placement, Name) Limits { return Limits{} }
	}
	w := &Worker{o: o, hands: newHands()}
	w.completer = completer{worker: w, pending: map[uuid.UUID][]held{}}
	return w
}

const (
	popWait   = time.Second
	maxWeight = 16
)

// Run works until ctx ends, then returns when the jobs in hand are done.
func (w *Worker) Run(ctx context.Context) {
	beating, stop := context.WithCancel(context.WithoutCancel(ctx))
	var heart sync.WaitGroup
	heart.Go(func() { w.beat(beating) })
	var queues sync.WaitGroup
	for name, slots := range w.o.Slots {
		queues.Go(func() { w.serve(ctx, name, slots) })
	}
	queues.Wait()
	w.completer.flushing.Wait()
	stop()
	heart.Wait()
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
		taken := takeSlots(ctx, free, w.o.Batch*maxWeight)
		if taken == 0 {
			return
		}
		jobs := w.turn(ctx, share{name: name, slots: slots}, taken)
		for range taken - len(jobs) {
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

// share is a queue and, within it, a tenant's part.
type share struct {
	name  Name
	slots int
	sub   uuid.UUID
}

// held is a claimed job with what its worker needs of its tenant.
type held struct {
	claimed
	tenant tenancy.Tenant
	share  share
}

// turn pops a tenant and claims a batch of its jobs, as far as its share goes.
// A full batch means that more may be due: the tenant goes back to the tail.
func (w *Worker) turn(ctx context.Context, s share, most int) []held {
	sub, ok := w.o.Ring.Pop(ctx, string(s.name), popWait)
	if !ok {
		return nil
	}
	s.sub = sub
	place, err := w.o.Locator.Locate(ctx, sub)
	if err != nil {
		w.complain(ctx, s, err)
		return nil
	}
	limits := w.o.Limits(place, s.name)
	batch := w.o.Batch * min(max(limits.Weight, 1), maxWeight)
	// No tenant holds more than half of a process's slots, so that long jobs of
	// one leave room for the others.
	room := w.hands.reserve(s, min(most, batch), max(s.slots/2, 1))
	if room == 0 {
		return nil
	}
	jobs, err := w.claim(ctx, place, s, room, limits)
	w.hands.refund(s, room-len(jobs))
	if err != nil {
		w.complain(ctx, s, err)
		return nil
	}
	if len(jobs) == room {
		w.o.Ring.Ring(ctx, string(s.name), sub)
	}
	return jobs
}

func (w *Worker) complain(ctx context.Context, s share, err error) {
	if ctx.Err() == nil && !fault.Is(err, fault.NotFound) {
		w.o.Log.ErrorContext(ctx, "jobs could not be claimed; the next sweep rings again",
			"queue", s.name, "sub_account", s.sub, "error", err)
	}
}

func (w *Worker) claim(ctx context.Context, place tenancy.Placement, s share, most int, limits Limits) ([]held, error) {
	var jobs []claimed
	err := w.o.Tenants.InTenant(tenancy.WithTenant(ctx, place.Tenant), func(tx pgx.Tx) (err error) {
		jobs = nil
		now := w.o.Clock.Now()
		if limits.InFlight > 0 {
			n, mine, err := leased(ctx, tx, s.sub, s.name, now)
			if err != nil || !mine || n >= limits.InFlight {
				return err
			}
			if most > limits.InFlight-n {
				most = limits.InFlight - n
				w.hands.turnedAway(s)
			}
		}
		jobs, err = claim(ctx, tx, s.sub, s.name, now, w.o.Lease, most)
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]held, len(jobs))
	for i, j := range jobs {
		out[i] = held{claimed: j, tenant: place.Tenant, share: s}
	}
	return out, nil
}
