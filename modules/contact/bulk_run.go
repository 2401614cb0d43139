package contact

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	bulkSlice = 45 * time.Second // of work, before others get a turn
	// bulkHands are at work on one action. The one consumer of a sub-account's events
	// hears what the action publishes meanwhile, and takes as much of the machine as a
	// hand: with two of them a third of it went into what comes behind anyway.
	bulkHands = 3
)

// errStill says that the action doesn't run any more.
var errStill = errors.New("contact: the bulk action stands still")

func still(err error) error {
	if errors.Is(err, errStill) {
		return nil
	}
	return err
}

// RunBulk works on a bulk action until it is over, paused, or its slice of time
// is used up: then the job comes again at once. It is the handler of BulkJob. How
// far it has come commits with the contacts' changes, so whatever kills it, no
// contact is taken twice and none is left out.
func (s *Service) RunBulk(ctx context.Context, id uuid.UUID) error {
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return err
	}
	for until := s.Clock.Now().Add(bulkSlice); s.Clock.Now().Before(until); {
		b, err := s.GetBulk(ctx, id)
		if err != nil {
			return err
		}
		over := false
		switch {
		case b.State == BulkRunning && !b.Gathered:
			err = s.gather(ctx, b)
		case b.State == BulkRunning:
			if err = s.hands(ctx, until, b, country, s.takePart); err == nil {
				over, err = s.endBulk(ctx, b, BulkDone, EventBulkDone)
			}
		case b.State == BulkUndoing:
			if err = s.hands(ctx, until, b, country, s.undoPart); err == nil {
				over, err = s.endBulk(ctx, b, BulkUndone, EventBulkUndone)
			}
		default:
			return nil
		}
		if fault.Is(err, fault.Invalid) && b.State == BulkRunning { // a field that went away meanwhile
			return s.failBulk(ctx, id, err)
		}
		if err != nil || over {
			return err
		}
	}
	return queue.Snooze(0)
}

// aPart does the next part of an action, and gives the action as it is then; over
// tells that there was none.
type aPart func(ctx context.Context, b Bulk, country string) (now Bulk, over bool, err error)

// hands work on an action together: while one waits for its statements the
// others think. Each takes part after part until none is left, the action stands
// still or the time is up.
func (s *Service) hands(ctx context.Context, until time.Time, b Bulk, country string, part aPart) error {
	all, ctx := errgroup.WithContext(ctx)
	for hand := range bulkHands {
		all.Go(func() error {
			for s.Clock.Now().Before(until) {
				now, over, err := part(ctx, b, country)
				if err != nil || over {
					return err
				}
				if hand > 0 { // one tells for all
					continue
				}
				if err := queue.Report(ctx, s.Tenants, queue.Progress{Done: int64(now.Done), Total: int64(now.Total)}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all.Wait()
}

// endBulk ends an action of which nothing is left to be done; what somebody else
// has in hand is waited for.
func (s *Service) endBulk(ctx context.Context, b Bulk, state, kind string) (over bool, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := awaitParts(ctx, tx, b.ID); err != nil {
			return err
		}
		now, err := bulk(ctx, tx, b.ID, lockBulk)
		if over = err != nil || now.State != b.State; over {
			return err
		}
		left, err := bulkLeft(ctx, tx, now)
		if over = !left; err != nil || left {
			return err
		}
		before := now
		now.State = state
		if err := s.saveBulk(ctx, tx, kind, before, &now); err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
	return over, err
}

// counted keeps how far an action has come with what it has come by: errStill
// where it does not run any more, and what was in hand is given up.
func (s *Service) counted(ctx context.Context, tx pgx.Tx, b Bulk, count func(now *Bulk)) (Bulk, error) {
	now, err := bulk(ctx, tx, b.ID, lockBulk)
	if err != nil {
		return b, err
	}
	if now.State != b.State {
		return now, errStill
	}
	before := now
	count(&now)
	return now, s.saveBulk(ctx, tx, "", before, &now)
}

// as is the context of whoever started the action: its reach and, in filters, me.
func (b Bulk) as(ctx context.Context) context.Context {
	return tenancy.WithReach(tenancy.WithActor(ctx, b.Author), b.Reach)
}

// gather finds out whose turn it is, once: what the action itself changes, or
// somebody else meanwhile, makes nobody join or leave.
func (s *Service) gather(ctx context.Context, b Bulk) error {
	own := b.as(ctx)
	q, err := (ListInput{Query: b.Selection.Query, Filter: b.Selection.Filter}).query()
	if err != nil {
		return err
	}
	if q.asked, err = s.ask(own, b.Selection.Filter); err != nil {
		return err
	}
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		now, err := bulk(ctx, tx, b.ID, lockBulk)
		if err != nil || now.Gathered || now.State != BulkRunning {
			return err
		}
		if err := q.asked.look(ctx, tx); err != nil {
			return err
		}
		before := now
		if now.Total, err = gatherParts(own, tx, b, q); err != nil {
			return err
		}
		now.Gathered = true
		return s.saveBulk(ctx, tx, "", before, &now)
	})
}

// takePart does the action to some contacts that nobody else has in hand; over
// tells that there are none.
func (s *Service) takePart(ctx context.Context, b Bulk, country string) (now Bulk, over bool, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		e, err := b.Action.effect(by, country)
		if err != nil {
			return err
		}
		ctx := events.Behind(ctx)
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			ids, err := takeIDs(ctx, tx, b.ID)
			if over = len(ids) == 0; err != nil || over {
				return err
			}
			part := Bulk{Done: len(ids), Reasons: map[string]int{}}
			if err := s.takeContacts(b.as(ctx), tx, e, ids, &part, b.ID); err != nil {
				return err
			}
			now, err = s.counted(ctx, tx, b, func(now *Bulk) {
				now.Part++
				now.Done, now.Changed, now.Skipped = now.Done+part.Done, now.Changed+part.Changed, now.Skipped+part.Skipped
				now.fail(part.Reasons)
			})
			return err
		})
	})
	return now, over || errors.Is(err, errStill), still(err)
}

// takeContacts does the action to some contacts and keeps what each had before.
func (s *Service) takeContacts(ctx context.Context, tx pgx.Tx, e effect, ids []uuid.UUID, part *Bulk, bulk uuid.UUID) error {
	found, err := e.lock(ctx, tx, ids)
	if err != nil {
		return err
	}
	var list []changed
	var gone []Contact
	var kept []bulkChange
	at, failed := s.now(), 0
	for _, c := range found {
		if e.Kind == BulkDelete {
			gone, kept = append(gone, c), append(kept, bulkChange{ContactID: c.ID, Before: none, After: none})
			continue
		}
		after, d, mend := e.on(c)
		switch {
		case equal(c, after):
			continue
		case mend != "":
			part.Reasons[mend]++
			failed++
			continue
		}
		after.Version, after.UpdatedAt = c.Version+1, at
		one, err := d.of(c.ID)
		if err != nil {
			return err
		}
		list, kept = append(list, changed{&c, after}), append(kept, one)
	}
	part.Changed = len(kept)
	part.Skipped = len(ids) - part.Changed - failed
	if len(kept) == 0 {
		return nil
	}
	if err := s.removeMany(ctx, tx, gone); err != nil {
		return err
	}
	if len(list) > 0 {
		if err := s.saveMany(ctx, tx, list, e.values()); err != nil {
			return err
		}
	}
	return insertChanges(ctx, tx, bulk, kept)
}

// lock reads contacts for the action, and lets what refers to them be written.
func (e effect) lock(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) ([]Contact, error) {
	if e.field.Key == "" && e.Kind != BulkDelete {
		return lockBare(ctx, tx, ids)
	}
	return lockRows(ctx, tx, ids)
}

// values is the catalogue by which the action writes values; nil where it writes
// none.
func (e effect) values() *catalogue {
	if e.field.Key == "" {
		return nil
	}
	return e.by
}

// bulkChange is what became of a contact.
type bulkChange struct {
	ContactID uuid.UUID
	Before    json.RawMessage
	After     json.RawMessage
}

var none = json.RawMessage("null")

func (d delta) of(id uuid.UUID) (c bulkChange, err error) {
	c.ContactID = id
	if c.Before, err = json.Marshal(d.before); err != nil {
		return c, err
	}
	c.After, err = json.Marshal(d.after)
	return c, err
}
