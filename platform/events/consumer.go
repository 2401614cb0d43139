package events

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Subscriber hears every event of a sub-account, in order and once: what it
// writes through tx commits with the mark that the event is processed. Of a batch
// it hears all before the next subscriber hears any.
type Subscriber interface {
	// Name is stable: parked events are filed under it.
	Name() string
	Handle(ctx context.Context, tx pgx.Tx, e Event) error
}

// ManySubscriber takes several events in fewer round trips than one by one, to the
// same effect. The events come in order; if it fails, or the caller rolls back,
// each comes again by itself.
type ManySubscriber interface {
	Subscriber
	HandleMany(ctx context.Context, tx pgx.Tx, list []Event) error
}

// Announcer tells the browsers' streams, after the commit.
type Announcer interface {
	Announce(ctx context.Context, subAccount uuid.UUID, events []Event)
}

// ConsumerOptions are the parts of a consumer.
type ConsumerOptions struct {
	Tenants     *db.Tenants
	Locator     tenancy.Locator
	Ring        queue.Ring
	Subscribers []Subscriber // in the order in which they run
	Announcer   Announcer
	Clock       clock.Clock
	Log         *slog.Logger
	Turns       int // sub-accounts at once; default 8
	Batch       int // events a transaction; default 250
}

// Consumer processes events.
type Consumer struct {
	o     ConsumerOptions
	turns turns
}

// NewConsumer makes a consumer.
func NewConsumer(o ConsumerOptions) *Consumer {
	if o.Turns == 0 {
		o.Turns = 8
	}
	if o.Batch == 0 {
		o.Batch = 250
	}
	return &Consumer{o: o, turns: turns{under: map[uuid.UUID]bool{}}}
}

// Run processes events until ctx ends; a batch in hand is finished first.
func (c *Consumer) Run(ctx context.Context) {
	var running sync.WaitGroup
	for range c.o.Turns {
		running.Go(func() {
			for ctx.Err() == nil {
				if sub, ok := c.o.Ring.Pop(ctx, Ring, time.Second); ok {
					c.turn(context.WithoutCancel(ctx), sub)
				}
			}
		})
	}
	running.Wait()
}

// turn processes a batch of a sub-account, which goes back to the tail of the
// ring if there may be more.
func (c *Consumer) turn(ctx context.Context, sub uuid.UUID) {
	if !c.turns.begin(sub) {
		return
	}
	more, err := c.Once(ctx, sub)
	again := c.turns.end(sub)
	switch {
	case errors.Is(err, errBusy):
		more = true
	case err != nil && !fault.Is(err, fault.NotFound):
		c.o.Log.ErrorContext(ctx, "events could not be processed; the next sweep rings again", "sub_account", sub, "error", err)
	}
	if more || again {
		c.o.Ring.Ring(ctx, Ring, sub)
	}
}

// turns keeps a process from giving two turns to one sub-account: the second
// would only wait for the first one's lock, while others wait for a turn.
type turns struct {
	mu    sync.Mutex
	under map[uuid.UUID]bool // under way; true: rung for meanwhile
}

func (t *turns) begin(sub uuid.UUID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, busy := t.under[sub]
	t.under[sub] = busy
	return !busy
}

// end tells whether the sub-account was rung for meanwhile.
func (t *turns) end(sub uuid.UUID) (again bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	again = t.under[sub]
	delete(t.under, sub)
	return again
}

// Once processes one batch of a sub-account's events and tells whether more may
// be waiting. It waits for another consumer that is at work on them; Unavailable
// "events.busy" if that takes seconds.
func (c *Consumer) Once(ctx context.Context, sub uuid.UUID) (more bool, err error) {
	place, err := c.o.Locator.Locate(ctx, sub)
	if err != nil {
		return false, err
	}
	ctx = tenancy.WithTenant(ctx, place.Tenant)
	var batch []Event
	err = c.o.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		batch, err = c.process(ctx, tx, sub)
		return err
	})
	if err != nil || len(batch) == 0 {
		return false, err
	}
	c.o.Announcer.Announce(ctx, sub, batch)
	return len(batch) >= c.o.Batch, nil
}

func (c *Consumer) process(ctx context.Context, tx pgx.Tx, sub uuid.UUID) ([]Event, error) {
	seq, err := lockCursor(ctx, tx, sub)
	if err != nil {
		return nil, err
	}
	batch, err := pending(ctx, tx, sub, c.o.Batch)
	if err != nil || len(batch) == 0 {
		return nil, err
	}
	blocked, err := blocked(ctx, tx, sub, batch)
	if err != nil {
		return nil, err
	}
	for i := range batch {
		seq++
		batch[i].Seq = seq
	}
	for _, s := range c.o.Subscribers {
		if err := c.deliverAll(ctx, tx, sub, s, batch, blocked); err != nil {
			return nil, err
		}
	}
	return batch, mark(ctx, tx, sub, batch, c.o.Clock.Now())
}
