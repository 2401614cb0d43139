package contact

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNoBulk    = fault.New(fault.NotFound, "bulk.not_found", "There is no such bulk action here.")
	errBulkState = fault.New(fault.Conflict, "bulk.state", "The bulk action does not allow this now.")
	errBulkOld   = fault.New(fault.Conflict, "bulk.expired", fmt.Sprintf("A bulk action can be undone for %d days.", BulkUndoDays))
)

// StartBulk begins to do something to the contacts in the caller's reach that a
// filter lets in. Which ones these are is found out once, at the start. Errors:
// Invalid "bulk.invalid" with everything at fault, "filter.invalid".
func (s *Service) StartBulk(ctx context.Context, in BulkInput) (b Bulk, err error) {
	in.Action = in.Action.clean()
	var f fault.Checks
	in.validate(&f)
	in.Action.validate(&f)
	refused := s.checkAction(ctx, &f, in.Action)
	_, _, err = s.parse(ctx, in.Filter)
	if err := fault.Join(refused, err); err != nil {
		return Bulk{}, err
	}
	now := s.now()
	b = Bulk{
		ID: newID(), Action: in.Action, Selection: in.BulkSelection, Reach: tenancy.ReachFrom(ctx), State: BulkRunning,
		Reasons: map[string]int{}, UndoUntil: now.AddDate(0, 0, BulkUndoDays), Version: 1, CreatedAt: now, UpdatedAt: now,
	}
	b.Author, _ = tenancy.ActorFrom(ctx)
	return b, s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := insertBulk(ctx, tx, b); err != nil {
			return err
		}
		if err := s.enqueueBulk(ctx, tx, b.ID); err != nil {
			return err
		}
		_, err := s.Jobs.Enqueue(ctx, tx, BulkTidyJob{BulkID: b.ID}, queue.On(queue.Maintenance), queue.At(b.UndoUntil))
		if err != nil {
			return err
		}
		return s.change(ctx, tx, EventBulkStarted, SubjectBulk, b.ID, Target{}, nil, snapshotBulk(b))
	})
}

// checkAction holds an action against the fields, people and companies that there
// are, and gives all that is wrong.
func (s *Service) checkAction(ctx context.Context, f *fault.Checks, a BulkAction) error {
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return err
	}
	people := slices.Clone(a.People)
	path := func(i int) string { return fmt.Sprintf("action.people[%d]", i) }
	if a.Kind == BulkAssign && a.OwnerID.Valid {
		people, path = []uuid.UUID{a.OwnerID.UUID}, func(int) string { return "action.owner_id" }
	}
	if a.Kind != BulkRemoveFollowers && len(people) <= MaxFollowers {
		if err := s.members(ctx, f, path, people...); err != nil {
			return err
		}
	}
	var e effect
	err = s.byFields(ctx, func(by *catalogue) (err error) {
		e, err = a.effect(by, country)
		return err
	})
	if err != nil && !fault.Is(err, fault.Invalid) {
		return err
	}
	f.Merge("", err)
	if id, ok := e.value.(uuid.NullUUID); ok && id.Valid {
		_, err := s.GetCompany(ctx, id.UUID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		f.Check(err == nil, "action.value", "There is no such company here.")
	}
	if l, ok := e.field.link(e.value); ok {
		if err := s.checkLinks(ctx, f, map[string]link{"action.value": l}); err != nil {
			return err
		}
	}
	return f.Err("bulk.invalid")
}

// GetBulk reads a bulk action; NotFound if there is none, or it is another's and
// the caller doesn't reach everybody.
func (s *Service) GetBulk(ctx context.Context, id uuid.UUID) (b Bulk, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		b, err = bulk(ctx, r, id, "")
		return err
	})
	return b, err
}

// Bulks reads a page of bulk actions, the newest first: all of them, or the
// caller's own where they don't reach everybody.
func (s *Service) Bulks(ctx context.Context, cursor string, limit int) (out PageOf[Bulk], err error) {
	var f fault.Checks
	most, after := paged(&f, limit, cursor, "bulk")
	if err := f.Err("bulk.list_invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		rows, err := bulks(ctx, r, after, most+1)
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, "bulk", func(b Bulk) place { return place{At: b.CreatedAt, ID: b.ID} })
		return err
	})
	return out, err
}

// PauseBulk stops after the contacts in hand.
func (s *Service) PauseBulk(ctx context.Context, id uuid.UUID, version int64) (Bulk, error) {
	return s.moveBulk(ctx, id, version, BulkPaused, EventBulkPaused, BulkRunning)
}

// ResumeBulk goes on where the action was paused.
func (s *Service) ResumeBulk(ctx context.Context, id uuid.UUID, version int64) (Bulk, error) {
	return s.moveBulk(ctx, id, version, BulkRunning, EventBulkStarted, BulkPaused)
}

// CancelBulk ends an action; what it has done stays, and can be undone.
func (s *Service) CancelBulk(ctx context.Context, id uuid.UUID, version int64) (Bulk, error) {
	return s.moveBulk(ctx, id, version, BulkCancelled, EventBulkCancelled, BulkRunning, BulkPaused)
}

// UndoBulk takes back what was done, contact by contact and in what the action
// changed alone; where somebody has changed the same since, it stays. Errors:
// Conflict "bulk.state", "bulk.expired".
func (s *Service) UndoBulk(ctx context.Context, id uuid.UUID, version int64) (Bulk, error) {
	return s.moveBulk(ctx, id, version, BulkUndoing, EventBulkUndoing, BulkDone, BulkCancelled, BulkFailed)
}

func (s *Service) enqueueBulk(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := s.Jobs.Enqueue(ctx, tx, BulkJob{BulkID: id}, queue.On(queue.Bulk))
	return err
}

func (s *Service) moveBulk(ctx context.Context, id uuid.UUID, version int64, to, kind string, from ...string) (b Bulk, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if b, err = bulk(ctx, tx, id, lockBulk); err != nil {
			return err
		}
		before := b
		switch {
		case version != 0 && version != b.Version:
			return fault.New(fault.Stale, "bulk.stale", "The bulk action has changed meanwhile. Look at it again.").With("version", b.Version)
		case !slices.Contains(from, b.State):
			return errBulkState.With("state", b.State)
		case to == BulkUndoing && !s.now().Before(b.UndoUntil):
			return errBulkOld
		}
		if b.State = to; to == BulkRunning || to == BulkUndoing {
			if err := s.enqueueBulk(ctx, tx, id); err != nil {
				return err
			}
		}
		return s.saveBulk(ctx, tx, kind, before, &b)
	})
	return b, err
}

// saveBulk keeps how far an action has come; another state is told.
func (s *Service) saveBulk(ctx context.Context, tx pgx.Tx, kind string, before Bulk, b *Bulk) error {
	b.UpdatedAt = s.now()
	if before.State == b.State {
		return updateBulk(ctx, tx, *b)
	}
	b.Version++
	if err := updateBulk(ctx, tx, *b); err != nil {
		return err
	}
	return s.change(ctx, tx, kind, SubjectBulk, b.ID, Target{}, snapshotBulk(before), snapshotBulk(*b))
}

// fail counts contacts that a rule spares from the action, by what it says.
func (b *Bulk) fail(reasons map[string]int) {
	b.Reasons = maps.Clone(b.Reasons)
	for why, n := range reasons {
		b.Failed += n
		if _, known := b.Reasons[why]; known || len(b.Reasons) < bulkReasons {
			b.Reasons[why] += n
		}
	}
}
