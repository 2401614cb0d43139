package directory

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Locate says where a sub-account's data lives and whether it may work. NotFound
// if the directory has no such sub-account. At most two seconds old.
func (s *Service) Locate(ctx context.Context, subAccount uuid.UUID) (tenancy.Placement, error) {
	return s.placements.get(ctx, subAccount)
}

// Databases lists every database in service. At most two seconds old.
func (s *Service) Databases(ctx context.Context) ([]tenancy.Database, error) {
	return s.databases.get(ctx, struct{}{})
}

// Residents lists the sub-accounts whose data a database holds, by id, without
// retained ones. It is not cached.
func (s *Service) Residents(ctx context.Context, database uuid.UUID) ([]tenancy.Resident, error) {
	return read(ctx, s, func(tx pgx.Tx) ([]tenancy.Resident, error) { return residents(ctx, tx, database) })
}

// AgencyByHost finds the agency that answers at a host, as a request's Host
// header names it, port and all. NotFound "host.unknown" if nobody has it. At
// most two seconds old. The caller must not change the result's Hosts.
func (s *Service) AgencyByHost(ctx context.Context, host string) (Agency, error) {
	host = NormaliseHost(host)
	if len(host) > 253 || !hostForm.MatchString(host) {
		return Agency{}, errHostUnknown
	}
	return s.hosts.get(ctx, host)
}

// Agency gives an agency. At most two seconds old. The caller must not change
// the result's Hosts.
func (s *Service) Agency(ctx context.Context, id uuid.UUID) (Agency, error) {
	return s.agencies.get(ctx, id)
}

// SubAccount gives a sub-account in whatever status, retained included. At most
// two seconds old.
func (s *Service) SubAccount(ctx context.Context, id uuid.UUID) (SubAccount, error) {
	return s.accounts.get(ctx, id)
}

// SubAccounts lists an agency's sub-accounts by name, without retained ones. It
// is not cached.
func (s *Service) SubAccounts(ctx context.Context, agency uuid.UUID) ([]SubAccount, error) {
	return read(ctx, s, func(tx pgx.Tx) ([]SubAccount, error) { return subAccountsOfAgency(ctx, tx, agency) })
}

func (s *Service) loadPlacement(ctx context.Context, id uuid.UUID) (tenancy.Placement, error) {
	return read(ctx, s, func(tx pgx.Tx) (tenancy.Placement, error) {
		account, err := subAccountByID(ctx, tx, id)
		if err != nil {
			return tenancy.Placement{}, err
		}
		row, err := databaseByID(ctx, tx, account.Database)
		if err != nil {
			return tenancy.Placement{}, err
		}
		tier, err := tierOf(ctx, tx, account.Agency)
		if err != nil {
			return tenancy.Placement{}, err
		}
		database, err := s.open(row)
		return tenancy.Placement{
			Tenant: account.Tenant(), Database: database, Status: account.Status, Timezone: account.Timezone, Tier: tier,
		}, err
	})
}

func (s *Service) loadDatabases(ctx context.Context, _ struct{}) ([]tenancy.Database, error) {
	return read(ctx, s, func(tx pgx.Tx) ([]tenancy.Database, error) {
		rows, err := activeDatabases(ctx, tx)
		if err != nil {
			return nil, err
		}
		out := make([]tenancy.Database, 0, len(rows))
		for _, row := range rows {
			database, err := s.open(row)
			if err != nil {
				return nil, err
			}
			out = append(out, database)
		}
		return out, nil
	})
}

func (s *Service) loadHost(ctx context.Context, host string) (Agency, error) {
	return read(ctx, s, func(tx pgx.Tx) (Agency, error) { return agencyByHost(ctx, tx, host) })
}

func (s *Service) loadAgency(ctx context.Context, id uuid.UUID) (Agency, error) {
	return read(ctx, s, func(tx pgx.Tx) (Agency, error) { return agencyByID(ctx, tx, id) })
}

func (s *Service) loadSubAccount(ctx context.Context, id uuid.UUID) (SubAccount, error) {
	return read(ctx, s, func(tx pgx.Tx) (SubAccount, error) { return subAccountByID(ctx, tx, id) })
}

func read[T any](ctx context.Context, s *Service, fn func(tx pgx.Tx) (T, error)) (out T, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		out, err = fn(tx)
		return err
	})
	return out, err
}
