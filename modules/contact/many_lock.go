package contact

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// lockRows is lockMany for who goes through thousands: rows that refer to the
// contacts, such as those that consumers of events write about them, several
// contacts a transaction and in another order, neither wait nor are waited for.
// Whoever must not find a contact deleted holds it; see hold.
func lockRows(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) ([]Contact, error) {
	return lockAs(ctx, tx, columns, "for no key update", ids)
}

// bareColumns reads a contact without its addresses and custom fields: an ordinary
// one's take longer to read than all else.
var bareColumns = strings.NewReplacer("score, custom,", "score, '{}'::jsonb as custom,", addressColumn, "'[]'::jsonb as addresses").Replace(columns)

// lockBare is lockRows for who looks at neither addresses nor custom fields, and so
// changes none.
func lockBare(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) ([]Contact, error) {
	return lockAs(ctx, tx, bareColumns, "for no key update", ids)
}

// byKeys has the rest of the transaction planned for a few keys, whatever the
// number there is. For a thousand keys, a planner with statistics from before the
// rows came rather reads all rows of the sub-account, for each batch anew.
func byKeys(tx pgx.Tx) {
	db.Later(tx, `set local plan_cache_mode = force_generic_plan`)
}
