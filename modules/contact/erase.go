package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// RetentionDays is how long a deleted contact's data is kept for a mistake to
// be mended by hand, before contact.erase overwrites it.
const RetentionDays = 30

// Erase overwrites what a deleted contact still holds. It is the handler of
// EraseJob. A contact that is gone, was never deleted or came back stays as it
// is, as does one that was deleted again since: that deletion has a job as well.
func (s *Service) Erase(ctx context.Context, id uuid.UUID) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		due, err := lockDeleted(ctx, tx, id, s.now().AddDate(0, 0, -RetentionDays))
		if err != nil {
			return err
		}
		if due {
			if err := s.erase(ctx, tx, id); err != nil {
				return err
			}
		}
		return queue.Complete(ctx, tx)
	})
}

// erase overwrites a deleted contact, and whoever was merged into it.
func (s *Service) erase(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	gone, err := mergedAway(ctx, tx, id)
	if err != nil {
		return err
	}
	all := append([]uuid.UUID{id}, gone...)
	// All merges into it are older than its deletion.
	if err := s.letGo(ctx, tx, all, s.now().AddDate(0, 0, UndoDays)); err != nil {
		return err
	}
	if err := eraseRecords(ctx, tx, id); err != nil {
		return err
	}
	for _, one := range all {
		if err := erase(ctx, tx, one); err != nil {
			return err
		}
		// Whoever keeps copies hears of it and drops them.
		if err := s.forget(ctx, tx, one); err != nil {
			return err
		}
	}
	return nil
}

// lockDeleted locks a contact and tells whether it was deleted at a time or
// before, and still is.
func lockDeleted(ctx context.Context, tx pgx.Tx, id uuid.UUID, at time.Time) (deleted bool, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "at": at})
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, `select from contact where sub_account_id = @sub_account and id = @id and deleted_at <= @at for update`, args)
	return tag.RowsAffected() > 0, err
}

// erase empties a deleted contact.
func erase(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	args := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": id}
	db.Later(tx, `
		delete from contact_address using contact
		 where contact_address.sub_account_id = @sub_account and contact_id = @id
		   and contact.sub_account_id = @sub_account and contact.id = @id and deleted_at is not null`, args)
	if err := eraseValues(ctx, tx, id); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update contact
		   set first_name = '', last_name = '', email = '', phone = '', tags = '{}', source = '',
		       owner_id = null, company_id = null, job_title = '', street = '', city = '', region = '', postal_code = '',
		       country = '', timezone = '', birthday = null, first_touch = null, last_touch = null, followers = '{}',
		       dnd = '{}', score = 0, custom = '{}', custom_exact = '{}', sort_name = '', version = version + 1
		 where sub_account_id = @sub_account and id = @id and deleted_at is not null`, args)
	return err
}
