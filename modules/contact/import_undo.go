package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
)

const undoBatch = 1000 // rows a transaction

// traces is what an import did to a contact, over all its rows.
type traces struct {
	ContactID uuid.UUID
	Created   bool
	Before    *Contact // before its first row; nil for one that was created
	Version   int64    // after its last row
	Places    []int    // of its rows
}

// undoRows takes back what an import did, some rows at a time.
func (s *Service) undoRows(ctx context.Context, i Import, until time.Time) error {
	for s.Clock.Now().Before(until) {
		now, err := s.undoBatch(ctx, i.ID, undoBatch)
		if broken := db.Constraint(err); broken == addressKey || broken == valueKey {
			// Somebody has by now what one of them had before: it is found one by one, and kept.
			for range undoBatch {
				if now, err = s.undoBatch(ctx, i.ID, 1); err != nil || now.State != ImportUndoing {
					break
				}
			}
		}
		if err != nil || now.State != ImportUndoing {
			return err
		}
		if err := queue.Report(ctx, s.Tenants, queue.Progress{Done: int64(now.UndoneTo), Total: int64(now.Done)}); err != nil {
			return err
		}
	}
	return queue.Snooze(0)
}

// undoBatch takes back what was done by the next rows, and gives the import as it
// is then. Of one row alone, what can't be put back is kept.
func (s *Service) undoBatch(ctx context.Context, id uuid.UUID, most int) (now Import, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			if now, err = lockImport(ctx, tx, id); err != nil || now.State != ImportUndoing {
				return err
			}
			before := now
			byKeys(tx)
			places, list, err := tracesOf(ctx, tx, now, most)
			if err != nil {
				return err
			}
			undone, err := s.undo(ctx, tx, list, by, most == 1)
			if err != nil {
				return err
			}
			now.Undone, now.Kept = now.Undone+undone, now.Kept+len(list)-undone
			if len(places) > 0 {
				now.UndoneTo = places[len(places)-1]
			}
			if err := markUndone(ctx, tx, now, list); err != nil {
				return err
			}
			if len(places) == most {
				return s.saveImport(ctx, tx, before, now)
			}
			now.State = ImportUndone
			if err := s.dropCompanies(ctx, tx, id); err != nil {
				return err
			}
			if err := s.saveImport(ctx, tx, before, now); err != nil {
				return err
			}
			return queue.Complete(ctx, tx)
		})
	})
	return now, err
}

// undo takes back what was done to contacts, but for those that somebody has
// changed since, and tells how many. alone keeps one that can't be put back.
func (s *Service) undo(ctx context.Context, tx pgx.Tx, list []traces, by *catalogue, alone bool) (int, error) {
	ids := make([]uuid.UUID, 0, len(list))
	byID := map[uuid.UUID]traces{}
	for _, t := range list {
		ids, byID[t.ContactID] = append(ids, t.ContactID), t
	}
	if len(ids) == 0 {
		return 0, nil
	}
	found, err := lockRows(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	var gone []Contact
	var back []changed
	for _, c := range found {
		t := byID[c.ID]
		switch {
		case c.Version != t.Version:
		case t.Created:
			gone = append(gone, c)
		case t.Before != nil:
			after := *t.Before
			after.Version, after.UpdatedAt, after.CreatedAt = c.Version+1, s.now(), c.CreatedAt
			back = append(back, changed{before: &c, after: after})
		}
	}
	if err := s.removeMany(ctx, tx, gone); err != nil {
		return 0, err
	}
	if len(back) == 0 {
		return len(gone), nil
	}
	if !alone {
		return len(gone) + len(back), s.saveMany(ctx, tx, back, by)
	}
	point, err := tx.Begin(ctx)
	if err != nil {
		return 0, err
	}
	err = s.saveMany(ctx, point, back, by)
	if err == nil {
		err = point.Commit(ctx)
	}
	if err != nil && db.Constraint(err) != "" {
		return len(gone), point.Rollback(ctx)
	}
	return len(gone) + len(back), err
}

// tracesOf gives the next places whose rows are to be taken back, and what the
// whole import did to the contacts of those rows.
func tracesOf(ctx context.Context, tx pgx.Tx, i Import, most int) (places []int, list []traces, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": i.ID, "after": i.UndoneTo, "most": most})
	if err != nil {
		return nil, nil, err
	}
	type row struct {
		Place     int
		ContactID uuid.NullUUID
		Undone    bool
	}
	rows, err := tx.Query(ctx, `
		select place, contact_id, undone from import_row
		 where sub_account_id = @sub_account and import_id = @id and place > @after order by place limit @most`, args)
	if err != nil {
		return nil, nil, err
	}
	next, err := pgx.CollectRows(rows, pgx.RowToStructByName[row])
	if err != nil {
		return nil, nil, err
	}
	var ids []uuid.UUID
	for _, r := range next {
		if places = append(places, r.Place); r.ContactID.Valid && !r.Undone {
			ids = append(ids, r.ContactID.UUID)
		}
	}
	if len(ids) == 0 {
		return places, nil, nil
	}
	if args, err = with(ctx, pgx.StrictNamedArgs{"id": i.ID, "ids": ids}); err != nil {
		return nil, nil, err
	}
	rows, err = tx.Query(ctx, tracesSQL, args)
	if err != nil {
		return nil, nil, err
	}
	list, err = pgx.CollectRows(rows, pgx.RowToStructByName[traces])
	return places, list, err
}

// tracesSQL asks contact by contact, by the index of contacts alone: by both
// conditions together, a planner that takes the import for small reads all of it,
// for each batch anew.
const tracesSQL = `
	select w.id as contact_id, r.*
	  from (select distinct unnest(@ids::uuid[]) as id) w cross join lateral (
		select (array_agg(outcome order by place))[1] = 'created' as created, (array_agg(before order by place))[1] as before,
		       (array_agg(version order by place desc))[1] as version, array_agg(place) as places
		  from (select * from import_row where sub_account_id = @sub_account and contact_id = w.id offset 0) own
		 where import_id = @id) r
	 order by w.id`

// markUndone marks rows behind the place, of contacts that have been taken back,
// or kept, so that these are not looked at again.
func markUndone(ctx context.Context, tx pgx.Tx, i Import, list []traces) error {
	var ahead []int
	for _, t := range list {
		for _, place := range t.Places {
			if place > i.UndoneTo {
				ahead = append(ahead, place)
			}
		}
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"id": i.ID, "places": ahead})
	if err != nil || len(ahead) == 0 {
		return err
	}
	db.Later(tx, `
		update import_row set undone = true
		 where sub_account_id = @sub_account and import_id = @id and place = any(@places)`, args)
	return nil
}
