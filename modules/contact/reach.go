package contact

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// reachTerms are how a contact is somebody's.
var reachTerms = []string{`owner_id = any(@reach)`, `followers && @reach`}

// inReach holds a query on contacts to the context's reach.
func inReach(ctx context.Context, args pgx.StrictNamedArgs) string {
	return tenancy.ReachFrom(ctx).Condition(args, reachTerms...)
}

// InReach is SQL that follows the where clause of a query on records that belong
// to a contact and holds it to the contacts in the context's reach. column, with
// its table, is the contact's id. It adds to args, which hold @sub_account; it is
// "" where everything is in reach.
func InReach(ctx context.Context, args pgx.StrictNamedArgs, column string) string {
	own := inReach(ctx, args)
	if own == "" {
		return ""
	}
	return ` and exists (select from contact where contact.sub_account_id = @sub_account and contact.id = ` + column + own + `)`
}

// within tells whether a contact that was read is in the context's reach.
func (c Contact) within(ctx context.Context) bool {
	return tenancy.ReachFrom(ctx).Holds(append([]uuid.UUID{c.OwnerID.UUID}, c.Followers...)...)
}

// Reached tells which of the contacts are in the context's reach, the deleted
// ones too: for those who hear of events.
func (s *Service) Reached(ctx context.Context, ids []uuid.UUID) (out map[uuid.UUID]bool, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	args := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "ids": ids}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		rows, err := r.Query(ctx, `select id from contact where sub_account_id = @sub_account and id = any(@ids)`+inReach(ctx, args), args)
		if err != nil {
			return err
		}
		found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		out = make(map[uuid.UUID]bool, len(found))
		for _, id := range found {
			out[id] = true
		}
		return err
	})
	return out, err
}
