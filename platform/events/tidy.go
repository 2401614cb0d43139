package events

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Retention is how long a processed event is kept: a year, and a month for who
// compares it with the year before. One that is parked stays until it is
// replayed.
const Retention = 400 * 24 * time.Hour

const tidyBatch = 1000 // rows, so that no transaction is long

// Tidy deletes the context's sub-account's events that were processed before the
// retention. It may be repeated after it was stopped half-way.
func Tidy(ctx context.Context, tenants *db.Tenants, now time.Time) (deleted int, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	after, more := int64(0), true
	for more {
		var batch int
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			args := pgx.StrictNamedArgs{
				"sub_account": tenant.SubAccount, "after": after, "before": now.Add(-Retention), "most": tidyBatch,
			}
			// Page by page along the stream: it is in the order of processing, so the first page with a young event is the last.
			return tx.QueryRow(ctx, `
				with page as (
					select ctid as place, id, seq, processed_at < @before as old from event
					 where sub_account_id = @sub_account and seq > @after order by seq limit @most),
				gone as (
					delete from event where sub_account_id = @sub_account and ctid = any (array(
						select place from page where old and not exists (
							select from event_parked parked
							 where parked.sub_account_id = @sub_account and parked.event_id = page.id and parked.replayed_at is null)))
					returning 1)
				select (select count(*) from gone), coalesce(max(seq), @after), count(*) = @most and bool_and(old) from page`,
				args).Scan(&batch, &after, &more)
		})
		deleted += batch
		if err != nil {
			return deleted, err
		}
	}
	return deleted, nil
}
