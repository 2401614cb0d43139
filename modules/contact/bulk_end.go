package contact

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

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
	b, err := bulk(ctx, tx, id, lockBulk)
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
