package contact

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

const undoBatch = 200 // contacts a transaction

// traces is what an import did to a contact, over all its rows.
type traces struct {
	ContactID uuid.UUID
	Created   bool
	Before    *Contact // before its first row; nil for one that was created
	Version   int64    // after its last row
}

// undoRows takes back what an import did, contact by contact.
func (s *Service) undoRows(ctx context.Context, i Import, until time.Time) error {
	for s.Clock.Now().Before(until) {
		over := false
		err := s.undoBatch(ctx, i.ID, &over)
		if err != nil || over {
			return err
		}
	}
	return queue.Snooze(0)
}

// undoBatch takes back what was done to some contacts; over tells that nothing
// is left to do.
func (s *Service) undoBatch(ctx context.Context, id uuid.UUID, over *bool) error {
	return s.byFields(ctx, func(by *catalogue) error {
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			now, err := lockImport(ctx, tx, id)
			if *over = err != nil || now.State != ImportUndoing; *over {
				return err
			}
			before := now
			list, err := tracesOf(ctx, tx, id)
			if err != nil {
				return err
			}
			for _, t := range list {
				undone, err := s.undo(ctx, tx, t, by)
				if err != nil {
					return err
				}
				if undone {
					now.Undone++
				} else {
					now.Kept++
				}
			}
			if err := forget(ctx, tx, id, list); err != nil {
				return err
			}
			if *over = len(list) < undoBatch; *over {
				now.State = ImportUndone
			}
			if err := s.saveImport(ctx, tx, before, now); err != nil || !*over {
				return err
			}
			return queue.Complete(ctx, tx)
		})
	})
}

// undo takes back what was done to a contact, unless somebody has changed it
// since, or another contact has its old address.
func (s *Service) undo(ctx context.Context, tx pgx.Tx, t traces, by *catalogue) (bool, error) {
	c, err := lock(ctx, tx, t.ContactID)
	if errors.Is(err, errNotFound) || err == nil && c.Version != t.Version {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if t.Created {
		return true, s.remove(ctx, tx, c)
	}
	if t.Before == nil {
		return false, nil
	}
	after := *t.Before
	after.Version, after.UpdatedAt, after.CreatedAt = c.Version+1, s.now(), c.CreatedAt
	if err := updateUnlessDuplicate(ctx, tx, c, after, by); err != nil {
		if fault.Is(err, fault.Conflict) {
			return false, nil
		}
		return false, err
	}
	return true, s.publish(ctx, tx, EventUpdated, c.ID, Changed{Before: snapshot(c), After: snapshot(after)})
}

func tracesOf(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]traces, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "most": undoBatch})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		select contact_id, (array_agg(outcome order by place))[1] = 'created' as created,
		       (array_agg(before order by place))[1] as before, (array_agg(version order by place desc))[1] as version
		  from import_row
		 where sub_account_id = @sub_account and import_id = @id and contact_id is not null and not undone
		 group by contact_id order by contact_id limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[traces])
}

// forget marks what has been taken back, or kept, so that it is not looked at again.
func forget(ctx context.Context, tx pgx.Tx, id uuid.UUID, list []traces) error {
	ids := make([]uuid.UUID, 0, len(list))
	for _, t := range list {
		ids = append(ids, t.ContactID)
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "ids": ids})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update import_row set undone = true where sub_account_id = @sub_account and import_id = @id and contact_id = any(@ids)`, args)
	return err
}

// legibleCells drop what PostgreSQL keeps in no text.
func legibleCells(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.ReplaceAll(strings.ToValidUTF8(c, "?"), "\x00", "")
	}
	return out
}
