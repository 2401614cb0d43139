package contact

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
)

// undoPart takes back what was done to the next contacts.
func (s *Service) undoPart(ctx context.Context, b Bulk, _ string) (over bool, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		e := b.Action.undoing(by)
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			now, err := bulk(ctx, tx, b.ID, " for update")
			if over = err != nil || now.State != BulkUndoing; over {
				return err
			}
			before := now
			list, err := takeChanges(ctx, tx, b.ID, bulkBatch)
			if err != nil {
				return err
			}
			if over = len(list) == 0; over {
				now.State = BulkUndone
				if err := s.saveBulk(ctx, tx, EventBulkUndone, before, &now); err != nil {
					return err
				}
				return queue.Complete(ctx, tx)
			}
			undone, err := s.undoChanges(ctx, tx, e, list)
			if err != nil {
				return err
			}
			now.Undone += undone
			now.Kept += len(list) - undone
			return s.saveBulk(ctx, tx, "", before, &now)
		})
	})
	return over, err
}

// undoing is the action's effect for its undo, which an archived field doesn't
// hold back.
func (a BulkAction) undoing(by *catalogue) effect {
	e := effect{BulkAction: a, by: by}
	if key, custom := strings.CutPrefix(a.Field, customPrefix); custom {
		e.field = by.fields[key]
	}
	return e
}

func (s *Service) undoChanges(ctx context.Context, tx pgx.Tx, e effect, changes []bulkChange) (int, error) {
	byID := make(map[uuid.UUID]bulkChange, len(changes))
	ids := make([]uuid.UUID, 0, len(changes))
	for _, c := range changes {
		byID[c.ContactID], ids = c, append(ids, c.ContactID)
	}
	if e.Kind == BulkDelete {
		return s.restoreMany(ctx, tx, ids)
	}
	found, err := lockMany(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	var list []changed
	for _, c := range found {
		after, ok, err := e.undo(c, byID[c.ID].Before, byID[c.ID].After)
		if err != nil {
			return 0, err
		}
		if ok {
			after.Version, after.UpdatedAt = c.Version+1, s.now()
			list = append(list, changed{&c, after})
		}
	}
	if len(list) == 0 {
		return 0, nil
	}
	return len(list), s.saveMany(ctx, tx, list, e.values())
}
