package idempotency

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const tidyBatch = 1000 // rows, so that no transaction is long

// Tidy deletes the context's sub-account's answers that have had their Life:
// those of a sub-account that sends no further keys, whose own room-making
// therefore never comes.
func Tidy(ctx context.Context, tenants *db.Tenants, now time.Time) (deleted int, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	for {
		var batch int64
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, `
				delete from idempotency_key where sub_account_id = @sub_account and id = any (array(
					select id from idempotency_key where sub_account_id = @sub_account and created_at <= @oldest
					 order by created_at limit @most for update skip locked))`,
				pgx.StrictNamedArgs{"sub_account": tenant.SubAccount, "oldest": now.Add(-Life), "most": tidyBatch})
			batch = tag.RowsAffected()
			return err
		})
		deleted += int(batch)
		if err != nil || batch < tidyBatch {
			return deleted, err
		}
	}
}
