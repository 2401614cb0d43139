package directory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// AgencyOf finds the living entry of a resource by its uid, and otherwise the
// one that has its name, whosever it is; NotFound if there is none. It is not
// cached: the operator decides by it what to make.
func (s *Service) AgencyOf(ctx context.Context, name, uid string) (Agency, error) {
	return read(ctx, s, func(tx pgx.Tx) (Agency, error) { return lockAgencyOf(ctx, tx, name, uid) })
}

// SubAccountOf finds the living entry of a resource by its uid, and otherwise
// the one that has its namespace and name, whosever it is; NotFound if there is
// none. It is not cached.
func (s *Service) SubAccountOf(ctx context.Context, namespace, name, uid string) (SubAccount, error) {
	return read(ctx, s, func(tx pgx.Tx) (SubAccount, error) { return lockSubAccountOf(ctx, tx, namespace, name, uid) })
}

// DatabaseByID finds a database in whatever status; NotFound if there is none.
// It is not cached.
func (s *Service) DatabaseByID(ctx context.Context, id uuid.UUID) (Database, error) {
	return read(ctx, s, func(tx pgx.Tx) (Database, error) {
		row, err := databaseByID(ctx, tx, id)
		return row.Database, err
	})
}
