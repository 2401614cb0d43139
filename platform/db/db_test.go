package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// house is a tenant database with two sub-accounts in it.
type house struct {
	tenants    *db.Tenants
	dsn        parts.TenantDSNs
	ada, bob   context.Context
	adaID      uuid.UUID
	databaseID uuid.UUID
}

func newHouse(t *testing.T, opts db.TenantsOptions) house {
	t.Helper()
	h := house{dsn: parts.TenantDB(t), databaseID: uuid.New()}
	database := tenancy.Database{ID: h.databaseID, DSN: h.dsn.App}
	place := func() tenancy.Placement {
		return tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: database, Status: tenancy.Active,
		}
	}
	a, b := place(), place()
	h.adaID = a.SubAccount
	h.tenants = db.NewTenants(tenancy.Static{a, b}, opts)
	t.Cleanup(h.tenants.Close)
	h.ada = tenancy.WithTenant(t.Context(), a.Tenant)
	h.bob = tenancy.WithTenant(t.Context(), b.Tenant)
	return h
}

func insertCursor(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `insert into event_cursor (sub_account_id) values (current_setting('omnicrm.sub_account')::uuid)`)
	return err
}

func countCursors(ctx context.Context, t *testing.T, tenants *db.Tenants) (n int) {
	t.Helper()
	err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from event_cursor`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestATenantSeesItsOwnRowsEvenWithoutAPredicate(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	if err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error { return insertCursor(h.ada, tx) }); err != nil {
		t.Fatal(err)
	}
	if got := [2]int{countCursors(h.ada, t, h.tenants), countCursors(h.bob, t, h.tenants)}; got != [2]int{1, 0} {
		t.Errorf("ada and bob see %v rows, want [1 0]", got)
	}
}

func TestATenantCannotWriteForAnother(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	err := h.tenants.InTenant(h.bob, func(tx pgx.Tx) error {
		_, err := tx.Exec(h.bob, `insert into event_cursor (sub_account_id) values ($1)`, h.adaID)
		return err
	})
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "42501" {
		t.Errorf("got %v, want the row refused by row-level security", err)
	}
}

func TestWithoutATenantThereIsNoQuery(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	nothing := func(pgx.Tx) error { return nil }
	if err := h.tenants.InTenant(t.Context(), nothing); !fault.Is(err, fault.Denied) {
		t.Errorf("no tenant in the context: got %v, want Denied", err)
	}
	stranger := tenancy.WithTenant(t.Context(), tenancy.Tenant{SubAccount: uuid.New()})
	if err := h.tenants.InTenant(stranger, nothing); !fault.Is(err, fault.NotFound) {
		t.Errorf("a tenant that the directory does not know: got %v, want NotFound", err)
	}
	err := h.tenants.InDatabase(t.Context(), h.databaseID, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `select * from event_cursor`)
		return err
	})
	if err == nil {
		t.Error("a query without a tenant set passed in silence")
	}
	// The setting of a transaction does not outlive it on a pooled connection.
	countCursors(h.ada, t, h.tenants)
	err = h.tenants.InDatabase(t.Context(), h.databaseID, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `select * from event_cursor`)
		return err
	})
	if err == nil {
		t.Error("the tenant of an earlier transaction was still set")
	}
}

func TestWhatWaitsForTheCommitRunsOnlyAfterIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	var ran []string
	note := func(tx pgx.Tx, s string) {
		db.AfterCommit(tx, func(context.Context) { ran = append(ran, s) })
	}
	failed := errors.New("failed")
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		note(tx, "rolled back with the transaction")
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	err = h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		kept, err := tx.Begin(h.ada)
		if err != nil {
			return err
		}
		note(kept, "released")
		if err := kept.Commit(h.ada); err != nil {
			return err
		}
		lost, err := tx.Begin(h.ada)
		if err != nil {
			return err
		}
		note(lost, "rolled back with the savepoint")
		if err := lost.Rollback(h.ada); err != nil {
			return err
		}
		note(tx, "committed")
		if len(ran) > 0 {
			t.Error("something ran before the commit")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"released", "committed"}, ran); diff != "" {
		t.Error(diff)
	}
}

func TestATransactionIsRepeatedWhenPostgreSQLAsksForIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	tries := 0
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		tries++
		if tries == 1 {
			_, err := tx.Exec(h.ada, `do $$ begin raise exception using errcode = '40001'; end $$`)
			return err
		}
		return insertCursor(h.ada, tx)
	})
	if err != nil || tries != 2 {
		t.Errorf("%d tries, %v; want 2 and none", tries, err)
	}
}

func TestClassify(t *testing.T) {
	t.Parallel()
	own := fault.New(fault.Stale, "contact.stale", "Somebody changed it.")
	other := errors.New("other")
	tests := map[string]struct {
		err  error
		want fault.Code
	}{
		"no rows are not found":                    {pgx.ErrNoRows, fault.NotFound},
		"a unique violation is a conflict":         {&pgconn.PgError{Code: "23505"}, fault.Conflict},
		"a broken reference is a conflict":         {&pgconn.PgError{Code: "23503"}, fault.Conflict},
		"a failed check is invalid":                {&pgconn.PgError{Code: "23514"}, fault.Invalid},
		"a server that shuts down is unavailable":  {&pgconn.PgError{Code: "57P01"}, fault.Unavailable},
		"a server that is full is unavailable":     {&pgconn.PgError{Code: "53300"}, fault.Unavailable},
		"a module's own fault passes":              {own.Wrap(pgx.ErrNoRows), fault.Stale},
		"anything else stays an internal error":    {other, ""},
		"a syntax error stays an internal error":   {&pgconn.PgError{Code: "42601"}, ""},
		"a cancelled request stays what it is":     {context.Canceled, ""},
		"a refused right stays an internal error":  {&pgconn.PgError{Code: "42501"}, ""},
		"a lost connection's class is unavailable": {&pgconn.PgError{Code: "08006"}, fault.Unavailable},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got, _ := fault.CodeOf(db.Classify(tt.err)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
