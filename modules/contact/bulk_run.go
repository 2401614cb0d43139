package contact

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const bulkSlice = 45 * time.Second // of work, before others get a turn

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
		step := s.takePart
		switch {
		case b.State == BulkRunning && !b.Gathered:
			step = s.gather
		case b.State == BulkUndoing:
			step = s.undoPart
		case b.State != BulkRunning:
			return nil
		}
		over, err := step(ctx, b, country)
		if fault.Is(err, fault.Invalid) && b.State == BulkRunning { // a field that went away meanwhile
			return s.failBulk(ctx, id, err)
		}
		if err != nil || over {
			return err
		}
		if err := queue.Report(ctx, s.Tenants, queue.Progress{Done: int64(b.Done), Total: int64(b.Total)}); err != nil {
			return err
		}
	}
	return queue.Snooze(0)
}

// as is the context of whoever started the action: its reach and, in filters, me.
func (b Bulk) as(ctx context.Context) context.Context {
	return tenancy.WithReach(tenancy.WithActor(ctx, b.Author), b.Reach)
}

// gather finds out whose turn it is, once: what the action itself changes, or
// somebody else meanwhile, makes nobody join or leave.
func (s *Service) gather(ctx context.Context, b Bulk, _ string) (over bool, err error) {
	own := b.as(ctx)
	q, err := (ListInput{Query: b.Selection.Query, Filter: b.Selection.Filter}).query()
	if err != nil {
		return false, err
	}
	if q.asked, err = s.ask(own, b.Selection.Filter); err != nil {
		return false, err
	}
	return false, s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		now, err := bulk(ctx, tx, b.ID, " for update")
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

// takePart does the action to the next contacts; over tells that none is left.
func (s *Service) takePart(ctx context.Context, b Bulk, country string) (over bool, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		e, err := b.Action.effect(by, country)
		if err != nil {
			return err
		}
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			now, err := bulk(ctx, tx, b.ID, " for update")
			if over = err != nil || now.State != BulkRunning; over {
				return err
			}
			before := now
			ids, err := bulkPart(ctx, tx, now)
			if err != nil {
				return err
			}
			if over = len(ids) == 0; over {
				now.State = BulkDone
				if err := s.saveBulk(ctx, tx, EventBulkDone, before, &now); err != nil {
					return err
				}
				return queue.Complete(ctx, tx)
			}
			if err := s.takeContacts(b.as(ctx), tx, e, ids, &now); err != nil {
				return err
			}
			now.Part++
			return s.saveBulk(ctx, tx, "", before, &now)
		})
	})
	return over, err
}

// takeContacts does the action to some contacts and keeps what each had before.
func (s *Service) takeContacts(ctx context.Context, tx pgx.Tx, e effect, ids []uuid.UUID, b *Bulk) error {
	found, err := lockMany(ctx, tx, ids)
	if err != nil {
		return err
	}
	var list []changed
	var gone []Contact
	var kept []bulkChange
	at := s.now()
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
			b.fail(mend)
			continue
		}
		after.Version, after.UpdatedAt = c.Version+1, at
		one, err := d.of(c.ID)
		if err != nil {
			return err
		}
		list, kept = append(list, changed{&c, after}), append(kept, one)
	}
	b.Done += len(ids)
	b.Changed += len(kept)
	b.Skipped = b.Done - b.Changed - b.Failed
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
	return insertChanges(ctx, tx, b.ID, kept)
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

// failBulk ends an action that can't go on.
func (s *Service) failBulk(ctx context.Context, id uuid.UUID, why error) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := s.BulkGivenUp(ctx, tx, id, why); err != nil {
			return err
		}
		return queue.Complete(ctx, tx)
	})
}

// BulkGivenUp says that an action can't go on, in the caller's transaction: what
// it has done stays, and can be undone.
func (s *Service) BulkGivenUp(ctx context.Context, tx pgx.Tx, id uuid.UUID, why error) error {
	b, err := bulk(ctx, tx, id, " for update")
	if errors.Is(err, errNoBulk) {
		return nil
	}
	if err != nil || b.State != BulkRunning && b.State != BulkUndoing {
		return err
	}
	before := b
	b.State, b.Error = BulkFailed, "It failed too often. Try again later."
	if f, ok := fault.As(why); ok {
		if b.Error = f.Message; len(f.Fields) > 0 {
			b.Error = words(f)
		}
	}
	return s.saveBulk(ctx, tx, EventBulkFailed, before, &b)
}

// TidyBulk drops what an undo would need, once it is too late for one. It is the
// handler of BulkTidyJob.
func (s *Service) TidyBulk(ctx context.Context, id uuid.UUID) error {
	for more := true; more; {
		err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) (err error) {
			if more, err = dropChanges(ctx, tx, id, bulkTidyBatch); err != nil || more {
				return err
			}
			return queue.Complete(ctx, tx)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const bulkTidyBatch = 10_000
