package events

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Forget empties the payloads of a subject's events that are processed: a person's
// data goes, and that something happened stays. Events of other subjects that name
// it are left alone.
func Forget(ctx context.Context, tx pgx.Tx, subject uuid.UUID) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	db.Later(tx, `
		update event set payload = '{}' where sub_account_id = @sub_account and subject_id = @subject and processed_at is not null`,
		pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "subject": subject})
	return nil
}
