package contact

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
)

// undoPart takes back what was done to some contacts that nobody else has in
// hand; over tells that there are none.
func (s *Service) undoPart(ctx context.Context, b Bulk, _ string) (now Bulk, over bool, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		e := b.Action.undoing(by)
		ctx := events.Behind(ctx)
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			list, err := takeChanges(ctx, tx, b.ID, bulkBatch)
			if over = len(list) == 0; err != nil || over {
				return err
			}
			undone, err := s.undoChanges(ctx, tx, e, list)
			if err != nil {
				return err
			}
			now, err = s.counted(ctx, tx, b, func(now *Bulk) {
				now.Undone, now.Kept = now.Undone+undone, now.Kept+len(list)-undone
			})
			return err
		})
	})
	return now, over || errors.Is(err, errStill), still(err)
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
	found, err := e.lock(ctx, tx, ids)
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
