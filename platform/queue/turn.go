package queue

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	popWait      = time.Second
	claimTimeout = 10 * time.Second
)

// turn is one tenant's go at a queue: as many jobs as its tier's weight buys,
// claimed as slots come free. So weights hold, and nobody waits longer than one
// turn of each other tenant, also while there is one slot at a time.
type turn struct {
	queue  Name
	slots  int // of the queue in this process
	sub    uuid.UUID
	credit int // jobs that are left of it; 0 is no turn
}

// held is a claimed job with what its worker needs of its tenant.
type held struct {
	claimed
	tenant tenancy.Tenant
	share  share
}

// goOn claims up to most jobs of the turn's tenant, of the next tenant in the
// ring if the turn is over. A turn that is used up goes back to the ring's tail.
func (w *Worker) goOn(ctx context.Context, t *turn, most int) []held {
	fresh := t.credit == 0
	if fresh {
		sub, ok := w.o.Ring.Pop(ctx, string(t.queue), popWait)
		if !ok {
			return nil
		}
		t.sub = sub
	}
	place, err := w.o.Locator.Locate(ctx, t.sub)
	if err != nil {
		t.credit = 0
		w.complain(ctx, t, err)
		return nil
	}
	limits := w.limits(ctx, place)
	if fresh {
		t.credit = w.o.Batch * limits.Weight
	}
	jobs, more, err := w.claim(ctx, place, t, min(most, t.credit), limits)
	if err != nil {
		w.complain(ctx, t, err)
	}
	t.credit -= len(jobs)
	switch {
	case !more:
		t.credit = 0
	case t.credit == 0:
		w.o.Ring.Ring(ctx, string(t.queue), t.sub)
	}
	return jobs
}

// leave puts the tenant of an unfinished turn back, for other workers.
func (w *Worker) leave(ctx context.Context, t *turn) {
	if t.credit > 0 {
		w.o.Ring.Ring(context.WithoutCancel(ctx), string(t.queue), t.sub)
	}
}

func (w *Worker) limits(ctx context.Context, place tenancy.Placement) Limits {
	limits, known := w.o.Tiers.of(place.Tier)
	if !known {
		if _, again := w.unknown.LoadOrStore(place.Tier, true); !again {
			w.o.Log.WarnContext(ctx, "a tier is not known here; its tenants count as Standard", "tier", place.Tier)
		}
	}
	return limits
}

func (w *Worker) complain(ctx context.Context, t *turn, err error) {
	if ctx.Err() == nil && !fault.Is(err, fault.NotFound) {
		w.o.Log.ErrorContext(ctx, "jobs could not be claimed; the next sweep rings again",
			"queue", t.queue, "sub_account", t.sub, "error", err)
	}
}

// claim takes up to most jobs of the turn's tenant, as far as its share goes,
// and tells whether more may be due and had.
func (w *Worker) claim(ctx context.Context, place tenancy.Placement, t *turn, most int, limits Limits) (out []held, more bool, err error) {
	s := share{t.queue, t.sub}
	// No tenant holds more than half of a process's slots, so that long jobs of
	// one leave room for the others.
	room := w.hands.reserve(s, most, max(t.slots/2, 1))
	if room == 0 {
		return nil, false, nil
	}
	// An end in the midst of a commit would leave jobs claimed that nobody knows of.
	cctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTimeout)
	defer cancel()
	var jobs []claimed
	undo := func() {
		if len(jobs) > 0 {
			w.hands.claimed(t.sub, -len(jobs), false)
			jobs = nil
		}
	}
	err = w.o.Tenants.InTenant(tenancy.WithTenant(cctx, place.Tenant), func(tx pgx.Tx) (err error) {
		undo() // of a transaction that is repeated
		jobs, err = w.claimWithin(cctx, tx, s, room, limits)
		return err
	})
	if err != nil {
		undo()
	}
	w.hands.refund(s, room-len(jobs))
	for _, j := range jobs {
		out = append(out, held{claimed: j, tenant: place.Tenant, share: s})
	}
	return out, err == nil && len(jobs) == room, err
}

// claimWithin claims below the tenant's cap over all workers, if it has one.
func (w *Worker) claimWithin(ctx context.Context, tx pgx.Tx, s share, most int, limits Limits) ([]claimed, error) {
	now, capped := w.o.Clock.Now(), limits.InFlight > 0
	if capped {
		others, err := othersHold(ctx, tx, s.sub, w.id, now)
		if err != nil {
			return nil, err
		}
		if left := limits.InFlight - others - w.hands.holds(s.sub); left < most {
			w.hands.turnedAway(s)
			most = left
		}
		if most <= 0 {
			return nil, nil
		}
	}
	jobs, err := claim(ctx, tx, s.sub, s.name, now, w.o.Lease, most)
	if err != nil || len(jobs) == 0 {
		return nil, err
	}
	hold := w.hands.claimed(s.sub, len(jobs), capped)
	if capped {
		err = tellHold(ctx, tx, w.id, hold, now.Add(w.o.Lease))
	}
	return jobs, err
}

// giveBack returns jobs that were claimed and not begun, so that another worker
// has them at once.
func (w *Worker) giveBack(ctx context.Context, jobs []held) {
	if len(jobs) == 0 {
		return
	}
	ctx = tenancy.WithTenant(context.WithoutCancel(ctx), jobs[0].tenant)
	plain := make([]claimed, len(jobs))
	for i, j := range jobs {
		plain[i] = j.claimed
	}
	err := w.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return giveBack(ctx, tx, jobs[0].SubAccountID, plain) })
	if err != nil {
		w.o.Log.ErrorContext(ctx, "claimed jobs could not be given back; their leases will run out", "jobs", len(jobs), "error", err)
	}
	for _, j := range jobs {
		w.release(ctx, j)
	}
	w.o.Ring.Ring(ctx, string(jobs[0].share.name), jobs[0].share.sub)
}

// release tells whoever waits for it that a job is no longer in hand.
func (w *Worker) release(ctx context.Context, j held) {
	ring, tell := w.hands.release(j.share)
	if tell != nil {
		err := w.o.Tenants.InTenant(tenancy.WithTenant(ctx, j.tenant), func(tx pgx.Tx) error {
			return lowerHold(ctx, tx, w.id, *tell)
		})
		if err != nil {
			w.o.Log.WarnContext(ctx, "the ledger could not be told of a smaller holding; it lapses with the lease",
				"sub_account", j.SubAccountID, "error", err)
		}
	}
	for _, name := range ring {
		w.o.Ring.Ring(ctx, string(name), j.share.sub)
	}
}
