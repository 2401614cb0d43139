package directory

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// UpsertDatabase records a provisioned database, by its name, with the
// credentials of omnicrm_app; a retained one becomes active again. Pools in
// every process move to changed credentials within two seconds.
func (s *Service) UpsertDatabase(ctx context.Context, in DatabaseInput) (Database, error) {
	if err := in.Validate(); err != nil {
		return Database{}, err
	}
	var out Database
	err := s.upsert(ctx, func(tx pgx.Tx) error {
		before, err := lockDatabase(ctx, tx, in.Name)
		if fault.Is(err, fault.NotFound) { // or somebody gave it another name: tenants stay with the entry
			before, err = lockDatabaseAt(ctx, tx, in.Server, in.DBName)
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		after := in.apply(before.Database)
		if before.ID == uuid.Nil {
			after.ID, after.CreatedAt = newID(), s.now()
		}
		sealed, rotated, err := s.sealPassword(after.ID, before.AppPassword, in.AppPassword)
		if err != nil {
			return err
		}
		if after == before.Database && !rotated {
			out = after
			return nil
		}
		after.UpdatedAt = s.now()
		if err := saveDatabase(ctx, tx, after, sealed); err != nil {
			return err
		}
		out = after
		return s.auditor.Record(ctx, tx, tenancy.Tenant{}, changed("database", before.ID), after.ID, map[string]any{
			"name": after.Name, "server": after.Server, "schema_version": after.SchemaVersion, "password_changed": rotated,
		})
	})
	return out, err
}

func (in DatabaseInput) apply(d Database) Database {
	d.Name, d.Server, d.Host, d.Port = in.Name, in.Server, in.Host, in.Port
	d.Pooled, d.DBName, d.SSLMode, d.AppUser = in.Pooled, in.DBName, in.SSLMode, in.AppUser
	d.Isolation, d.SchemaVersion, d.Status = in.Isolation, in.SchemaVersion, tenancy.Active
	return d
}

// sealPassword keeps the sealed value while it holds the same password under
// the present key, so that a reconciliation without a change writes nothing.
func (s *Service) sealPassword(id uuid.UUID, sealed []byte, password string) (out []byte, rotated bool, err error) {
	place := passwordPlace(id)
	if plain, err := s.box.Open(sealed, place); err == nil && string(plain) == password && !s.box.Stale(sealed) {
		return sealed, false, nil
	}
	out, err = s.box.Seal([]byte(password), place)
	return out, true, err
}

func passwordPlace(id uuid.UUID) secrets.Place {
	return secrets.Place{Tenant: "platform", Table: "tenant_database", Column: "app_password", Row: id.String()}
}

// RetainDatabase takes a database out of service and keeps its entry for
// adoption by a TenantDatabase of the same name.
func (s *Service) RetainDatabase(ctx context.Context, name string) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockDatabase(ctx, tx, name)
		if err != nil || before.Status == tenancy.Retained {
			return err
		}
		after := before.Database
		after.Status, after.UpdatedAt = tenancy.Retained, s.now()
		if err := saveDatabase(ctx, tx, after, before.AppPassword); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{}, "database.retained", after.ID, map[string]any{"name": name})
	})
}

// RemoveDatabase forgets a database for good. Conflict while anyone lives in
// it, retained ones included. One that is gone already is no error.
func (s *Service) RemoveDatabase(ctx context.Context, name string) error {
	return s.write(ctx, func(tx pgx.Tx) error {
		before, err := lockDatabase(ctx, tx, name)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := deleteDatabase(ctx, tx, before.ID); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{}, "database.removed", before.ID, map[string]any{"name": name})
	})
}

// DatabaseByName finds a database as the operator knows it.
func (s *Service) DatabaseByName(ctx context.Context, name string) (Database, error) {
	var out Database
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, err := databaseByName(ctx, tx, name)
		out = row.Database
		return err
	})
	return out, err
}

// Occupants counts the sub-accounts that live in a database, retained ones
// included: what stands in the way of dropping it.
func (s *Service) Occupants(ctx context.Context, database uuid.UUID) (n int, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		n, err = countOccupants(ctx, tx, database)
		return err
	})
	return n, err
}

func (s *Service) open(d databaseRow) (tenancy.Database, error) {
	password, err := s.box.Open(d.AppPassword, passwordPlace(d.ID))
	if err != nil {
		return tenancy.Database{}, fmt.Errorf("directory: password of database %s: %w", d.Name, err)
	}
	q := url.Values{"sslmode": {d.SSLMode}}
	if d.Pooled {
		q.Set("default_query_exec_mode", db.PooledExecMode)
	}
	dsn := url.URL{
		Scheme: "postgres", User: url.UserPassword(d.AppUser, string(password)),
		Host: net.JoinHostPort(d.Host, strconv.Itoa(d.Port)), Path: "/" + d.DBName,
		RawQuery: q.Encode(),
	}
	return tenancy.Database{ID: d.ID, DSN: dsn.String()}, nil
}
