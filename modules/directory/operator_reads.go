package directory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// AgencyByName finds the living agency of a resource's name; NotFound if there
// is none. It is not cached: the operator decides by it what to make.
func (s *Service) AgencyByName(ctx context.Context, name string) (Agency, error) {
	return read(ctx, s, func(tx pgx.Tx) (Agency, error) { return lockAgencyByName(ctx, tx, name) })
}

// SubAccountByName finds the living sub-account of a resource's namespace and
// name; NotFound if there is none. It is not cached.
func (s *Service) SubAccountByName(ctx context.Context, namespace, name string) (SubAccount, error) {
	return read(ctx, s, func(tx pgx.Tx) (SubAccount, error) { return lockSubAccountByName(ctx, tx, namespace, name) })
}

// DatabaseByID finds a database in whatever status; NotFound if there is none.
// It is not cached.
func (s *Service) DatabaseByID(ctx context.Context, id uuid.UUID) (Database, error) {
	return read(ctx, s, func(tx pgx.Tx) (Database, error) {
		row, err := databaseByID(ctx, tx, id)
		return row.Database, err
	})
}
