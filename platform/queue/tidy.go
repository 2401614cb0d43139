package queue

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Retention is how long a finished job that is kept, cancelled or discarded
// stays to be seen. A parked one stays until somebody replays it.
const Retention = 30 * 24 * time.Hour

const tidyBatch = 1000 // rows, so that no transaction is long

// Tidy deletes what the context's sub-account finished before the retention, and
// what workers that are gone said they held. It may be repeated after it was
// stopped half-way.
func Tidy(ctx context.Context, tenants *db.Tenants, now time.Time) (deleted int, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	var from time.Time
	for {
		var batch int
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			args := pgx.StrictNamedArgs{
				"sub_account": tenant.SubAccount, "from": from, "before": now.Add(-Retention), "most": tidyBatch, "now": now,
			}
			// It begins where the last batch ended, so that parked rows are passed once.
			return tx.QueryRow(ctx, `
				with doomed as (
					select ctid as place, finished_at from job
					 where sub_account_id = @sub_account and finished_at >= @from and finished_at < @before and state <> 'parked'
					 order by finished_at, id limit @most),
				gone as (
					delete from job where sub_account_id = @sub_account and ctid = any (array(select place from doomed))),
				lapsed as (
					delete from job_hold where sub_account_id = @sub_account and held_until < @now)
				select count(*), coalesce(max(finished_at), @from) from doomed`, args).Scan(&batch, &from)
		})
		deleted += batch
		if err != nil || batch < tidyBatch {
			return deleted, err
		}
	}
}
