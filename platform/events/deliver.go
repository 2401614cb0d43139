package events

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

const tries = 3 // of a subscriber, before its event is parked

// deliverAll hands a batch to one subscriber. Nearly always all of it goes well,
// so one savepoint holds all of it, where one for each event would cost two round
// trips an event; after a failure each event has its own, and only what fails is
// parked.
func (c *Consumer) deliverAll(ctx context.Context, tx pgx.Tx, sub uuid.UUID, s Subscriber, batch []Event, blocked blockedSet) error {
	free := make([]Event, 0, len(batch))
	for _, e := range batch {
		if !blocked[blockedKey{s.Name(), e.SubjectID}] {
			free = append(free, e)
		}
	}
	together := len(free) > 1 && attempt(ctx, tx, s, free) == nil
	for _, e := range batch {
		if together && !blocked[blockedKey{s.Name(), e.SubjectID}] {
			continue
		}
		if err := c.deliver(ctx, tx, sub, s, e, blocked); err != nil {
			return err
		}
	}
	return nil
}

// deliver hands one event to one subscriber, or parks it there.
func (c *Consumer) deliver(ctx context.Context, tx pgx.Tx, sub uuid.UUID, s Subscriber, e Event, blocked blockedSet) error {
	key := blockedKey{s.Name(), e.SubjectID}
	failure := errors.New("waits behind a parked event of the same subject")
	if !blocked[key] {
		for range tries {
			if failure = attempt(ctx, tx, s, []Event{e}); failure == nil {
				return nil
			}
		}
		c.complain(ctx, sub, s, e, failure)
	}
	blocked[key] = true
	return park(ctx, tx, sub, s.Name(), e, failure.Error(), c.o.Clock.Now())
}

// attempt runs a subscriber behind a savepoint, so that a failure undoes what it
// wrote and nothing else. A panic is a failure like any other.
func attempt(ctx context.Context, tx pgx.Tx, s Subscriber, list []Event) (err error) {
	savepoint, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = &panicked{p, debug.Stack()}
		}
		if err != nil {
			err = errors.Join(err, savepoint.Rollback(ctx))
		}
	}()
	if err := handle(ctx, savepoint, s, list); err != nil {
		return err
	}
	return savepoint.Commit(ctx)
}

func handle(ctx context.Context, tx pgx.Tx, s Subscriber, list []Event) error {
	if many, ok := s.(ManySubscriber); ok && len(list) > 1 {
		return many.HandleMany(ctx, tx, list)
	}
	for _, e := range list {
		if err := s.Handle(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

func (c *Consumer) complain(ctx context.Context, sub uuid.UUID, s Subscriber, e Event, failure error) {
	args := []any{
		"subscriber", s.Name(), "event", e.ID, "kind", e.Kind, "subject", e.SubjectID, "sub_account", sub, "error", failure,
	}
	var p *panicked
	if errors.As(failure, &p) {
		args = append(args, "stack", string(p.stack))
	}
	c.o.Log.ErrorContext(ctx, "a subscriber failed; its event is parked", args...)
}

// panicked is a subscriber's panic. Its stack is for the log, not for the person
// who reads why an event is parked.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v", p.value) }
