package contact

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// lockRows is lockMany for who goes through thousands: rows that refer to the
// contacts, such as those that consumers of events write about them, several
// contacts a transaction and in another order, neither wait nor are waited for.
// Whoever must not find a contact deleted holds it; see hold.
func lockRows(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) ([]Contact, error) {
	return lockAs[Contact](ctx, tx, columns, "for no key update", ids)
}

// byKeys has the rest of the transaction planned for a few keys, whatever the
// number there is. For a thousand keys, a planner with statistics from before the
// rows came rather reads all rows of the sub-account, for each batch anew.
func byKeys(tx pgx.Tx) {
	db.Later(tx, `set local plan_cache_mode = force_generic_plan`)
}
