package events

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
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Subscriber hears every event of a sub-account, in order and once: what it
// writes through tx commits with the mark that the event is processed.
type Subscriber interface {
	// Name is stable: parked events are filed under it.
	Name() string
	Handle(ctx context.Context, tx pgx.Tx, e Event) error
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
	Batch       int // events a transaction; default 100
}

// Consumer processes events.
type Consumer struct{ o ConsumerOptions }

// NewConsumer makes a consumer.
func NewConsumer(o ConsumerOptions) *Consumer {
	if o.Turns == 0 {
		o.Turns = 8
	}
	if o.Batch == 0 {
		o.Batch = 100
	}
	return &Consumer{o}
}

// Run processes events until ctx ends; a batch in hand is finished first.
func (c *Consumer) Run(ctx context.Context) {
	var turns sync.WaitGroup
	for range c.o.Turns {
		turns.Go(func() {
			for ctx.Err() == nil {
				if sub, ok := c.o.Ring.Pop(ctx, Ring, time.Second); ok {
					c.turn(context.WithoutCancel(ctx), sub)
				}
			}
		})
	}
	turns.Wait()
}

func (c *Consumer) turn(ctx context.Context, sub uuid.UUID) {
	more, err := c.Once(ctx, sub)
	switch {
	case err != nil && !fault.Is(err, fault.NotFound):
		c.o.Log.ErrorContext(ctx, "events could not be processed; the next sweep rings again", "sub_account", sub, "error", err)
	case more:
		c.o.Ring.Ring(ctx, Ring, sub)
	}
}

// Once processes one batch of a sub-account's events and tells whether more
// are waiting. If another consumer is at work on it, it does nothing.
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
	return len(batch) == c.o.Batch, nil
}

func (c *Consumer) process(ctx context.Context, tx pgx.Tx, sub uuid.UUID) ([]Event, error) {
	seq, ok, err := lockCursor(ctx, tx, sub)
	if err != nil || !ok {
		return nil, err
	}
	batch, err := pending(ctx, tx, sub, c.o.Batch)
	if err != nil || len(batch) == 0 {
		return nil, err
	}
	blocked, err := parkedSubjects(ctx, tx, sub)
	if err != nil {
		return nil, err
	}
	for i := range batch {
		seq++
		batch[i].Seq = seq
		for _, s := range c.o.Subscribers {
			if err := c.deliver(ctx, tx, sub, s, batch[i], blocked); err != nil {
				return nil, err
			}
		}
	}
	return batch, mark(ctx, tx, sub, batch, c.o.Clock.Now())
}

const tries = 3 // of a subscriber, before its event is parked

// deliver hands one event to one subscriber, or parks it there.
func (c *Consumer) deliver(ctx context.Context, tx pgx.Tx, sub uuid.UUID, s Subscriber, e Event, blocked blockedSet) error {
	key := blockedKey{s.Name(), e.SubjectID}
	var failure error
	if blocked[key] {
		failure = errors.New("waits behind a parked event of the same subject")
	} else {
		for range tries {
			if failure = c.attempt(ctx, tx, s, e); failure == nil {
				return nil
			}
		}
		c.o.Log.ErrorContext(ctx, "a subscriber failed; its event is parked", "subscriber", s.Name(),
			"event", e.ID, "kind", e.Kind, "sub_account", sub, "error", failure)
	}
	blocked[key] = true
	return park(ctx, tx, sub, s.Name(), e, failure.Error(), c.o.Clock.Now())
}

func (c *Consumer) attempt(ctx context.Context, tx pgx.Tx, s Subscriber, e Event) (err error) {
	savepoint, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil {
			err = errors.Join(err, savepoint.Rollback(ctx))
		}
	}()
	if err := s.Handle(ctx, savepoint, e); err != nil {
		return err
	}
	return savepoint.Commit(ctx)
}
