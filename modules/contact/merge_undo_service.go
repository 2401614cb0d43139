package contact

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

var (
	errNoMerge      = fault.New(fault.NotFound, "merge.not_found", "There is no such merge here.")
	errMergeUndone  = fault.New(fault.Conflict, "merge.undone", "This merge was undone already.")
	errMergeExpired = fault.New(fault.Conflict, "merge.expired", "A merge can be undone for thirty days, and while the contact is there. These contacts stay one.")
	errMergeNewer   = fault.New(fault.Conflict, "merge.newer", "The contact was merged again since. Undo that merge first.")
	errMergeGone    = fault.New(fault.Conflict, "merge.contact_deleted", "The contact was deleted since, so there is nothing to take apart.")
	errMergeTaken   = fault.New(fault.Conflict, "merge.address_taken", "Another contact has an address or a unique value by now that would come back. Change that contact first.")
)

// Unmerged are the contacts of a merge that was undone.
type Unmerged struct {
	Merge    Merge
	Survivor Contact
	Restored []Contact // in the order of Merge.FromIDs
}

// UndoMerge brings merged contacts back as they were, with the records that were
// theirs. What was added to the survivor since stays there. Errors: NotFound;
// Conflict "merge.undone", "merge.expired", "merge.newer" with Meta "merge",
// "merge.contact_deleted", "merge.address_taken" with Meta "field" and "contact".
func (s *Service) UndoMerge(ctx context.Context, id uuid.UUID) (out Unmerged, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			out, err = s.undoMerge(ctx, tx, id, by)
			return err
		})
	})
	if err != nil {
		return Unmerged{}, err
	}
	return out, nil
}

func (s *Service) undoMerge(ctx context.Context, tx pgx.Tx, id uuid.UUID, by *catalogue) (Unmerged, error) {
	m, err := mergeToUndo(ctx, tx, id)
	if err != nil {
		return Unmerged{}, err
	}
	now := s.now()
	survivor, err := s.undoable(ctx, tx, m, now)
	if err != nil {
		return Unmerged{}, err
	}
	after := parted(*m.Before, *m.After, survivor)
	after.Version, after.UpdatedAt = survivor.Version+1, now
	if err := updateUnlessDuplicate(ctx, tx, survivor, after, by); err != nil {
		return Unmerged{}, taken(err)
	}
	restored, err := s.restoreAll(ctx, tx, m, survivor, by)
	if err != nil {
		return Unmerged{}, err
	}
	if err := returnRecords(ctx, tx, m.Merge); err != nil {
		return Unmerged{}, err
	}
	for _, a := range s.Attachments {
		if err := a.PutBack(ctx, tx, m.ID, m.SurvivorID); err != nil {
			return Unmerged{}, err
		}
	}
	if err := endMerge(ctx, tx, m.ID, MergeUndone, &now); err != nil {
		return Unmerged{}, err
	}
	m.State, m.UndoneAt = MergeUndone, &now
	told := []events.New{m.event(EventUnmerged, m.SurvivorID, snapshot(survivor), snapshot(after))}
	for _, c := range restored {
		told = append(told, m.event(EventUnmerged, c.ID, nil, snapshot(c)))
	}
	return Unmerged{Merge: m.Merge, Survivor: after, Restored: restored}, s.Events.PublishMany(ctx, tx, told)
}

// undoable reads the survivor of a merge, whose lock the caller holds, if the
// merge can be undone.
func (s *Service) undoable(ctx context.Context, tx pgx.Tx, m keptMerge, now time.Time) (Contact, error) {
	switch m.at(now).State {
	case MergeUndone:
		return Contact{}, errMergeUndone
	case MergeExpired:
		return Contact{}, errMergeExpired
	}
	newer, err := laterMerge(ctx, tx, m.Merge)
	if err != nil {
		return Contact{}, err
	}
	if newer.Valid {
		return Contact{}, errMergeNewer.With("merge", newer.UUID)
	}
	c, err := one(ctx, tx, `id = @value and deleted_at is null`, m.SurvivorID)
	if errors.Is(err, errNotFound) {
		return Contact{}, errMergeGone
	}
	return c, err
}

// restoreAll brings the merged contacts back behind a savepoint.
func (s *Service) restoreAll(ctx context.Context, tx pgx.Tx, m keptMerge, survivor Contact, by *catalogue) ([]Contact, error) {
	gone, err := lookup(ctx, tx, m.FromIDs)
	if err != nil {
		return nil, err
	}
	point, err := tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := writeValues(ctx, point); err != nil {
		return nil, err
	}
	for _, id := range m.FromIDs {
		if err := rewriteValues(ctx, point, id, by.kept(gone[id].Custom)); err != nil {
			return nil, err
		}
	}
	if err = restore(ctx, point, m, survivor, s.now()); err == nil {
		err = point.Commit(ctx)
	} else if rollback := point.Rollback(ctx); rollback != nil {
		return nil, errors.Join(err, rollback)
	}
	switch db.Constraint(err) {
	case addressKey, valueKey:
		return nil, s.nameTaker(ctx, tx, m.FromIDs, gone, by)
	}
	if err != nil {
		return nil, err
	}
	back, err := lookup(ctx, tx, m.FromIDs)
	if err != nil {
		return nil, err
	}
	out := make([]Contact, 0, len(back))
	for _, id := range m.FromIDs {
		out = append(out, back[id])
	}
	return out, searchAgain(ctx, tx, out)
}

// nameTaker tells who has by now what one of the contacts had.
func (s *Service) nameTaker(ctx context.Context, tx pgx.Tx, ids []uuid.UUID, gone map[uuid.UUID]Contact, by *catalogue) error {
	for _, id := range ids {
		c := gone[id]
		others, err := holders(ctx, tx, c.ID, c.Addresses)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			return taken(duplicate(ctx, tx, c))
		}
		if values := by.kept(c.Custom); len(values.fields) > 0 {
			if err := duplicateValue(ctx, tx, c, values); !fault.Is(err, fault.Conflict) {
				return err
			} else if f, _ := fault.As(err); f.Meta["field"] != nil {
				return taken(err)
			}
		}
	}
	return errMergeTaken
}

// taken says of a duplicate what it means for an undo.
func taken(err error) error {
	f, ok := fault.As(err)
	if !ok || !errors.Is(err, errDuplicate) {
		return err
	}
	out := errMergeTaken
	for _, key := range []string{"field", "contact"} {
		if f.Meta[key] != nil {
			out = out.With(key, f.Meta[key])
		}
	}
	return out
}

// LetGoOfMerges is the handler of MergeExpiryJob: what the undo of old merges
// needed goes, and what was known of the merged contacts by themselves.
func (s *Service) LetGoOfMerges(ctx context.Context) error {
	for {
		n := 0
		err := s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			due, err := dueMerges(ctx, tx, s.now(), mergeBatch)
			if n = len(due); err != nil || n == 0 {
				return err
			}
			for _, m := range due {
				if err := s.letGo(ctx, tx, []uuid.UUID{m.SurvivorID}, m.UndoUntil); err != nil {
					return err
				}
				for _, id := range m.FromIDs {
					if err := erase(ctx, tx, id); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if n < mergeBatch {
			return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error { return queue.Complete(ctx, tx) })
		}
	}
}

const mergeBatch = 50

// letGo forgets what the undo of merges into contacts needed, of those that could
// be undone until then or before, with the next statement.
func (s *Service) letGo(ctx context.Context, tx pgx.Tx, survivors []uuid.UUID, until time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"survivors": survivors, "until": until})
	if err != nil {
		return err
	}
	const mine = `sub_account_id = @sub_account and survivor_id = any(@survivors) and state = 'done' and undo_until <= @until`
	for _, a := range s.Attachments {
		if err := a.LetGo(ctx, tx, survivors, until.AddDate(0, 0, -UndoDays)); err != nil {
			return err
		}
	}
	db.Later(tx, `
		delete from contact_moved where sub_account_id = @sub_account and merge_id in (select id from contact_merge where `+mine+`)`, args)
	db.Later(tx, `update contact_merge set state = 'expired', before = null, after = null where `+mine, args)
	return nil
}

func dueMerges(ctx context.Context, tx pgx.Tx, now time.Time, most int) ([]Merge, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"now": now, "most": most})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		select `+mergeColumns+` from contact_merge
		 where sub_account_id = @sub_account and state = 'done' and undo_until <= @now
		 order by undo_until limit @most for update`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Merge])
}
