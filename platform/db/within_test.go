package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

func TestAVerbTakesPartInTheOpenTransactionOfItsContext(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	lost := errors.New("the caller changes its mind")
	var ran []string
	verb := func(ctx context.Context) error {
		return h.tenants.InTenant(ctx, func(tx pgx.Tx) error {
			db.AfterCommit(tx, func(context.Context) { ran = append(ran, "after") })
			return insertCursor(ctx, tx)
		})
	}
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		if err := verb(db.Within(h.ada, tx)); err != nil {
			return err
		}
		if n := countCursors(h.ada, t, h.tenants); n != 0 {
			t.Errorf("another connection sees %d rows before the commit", n)
		}
		return lost
	})
	if !errors.Is(err, lost) {
		t.Fatal(err)
	}
	if n := countCursors(h.ada, t, h.tenants); n != 0 || len(ran) != 0 {
		t.Errorf("the verb's change outlived the transaction: %d rows, hooks %v", n, ran)
	}
	err = h.tenants.InTenant(h.ada, func(tx pgx.Tx) error { return verb(db.Within(h.ada, tx)) })
	if err != nil {
		t.Fatal(err)
	}
	if n := countCursors(h.ada, t, h.tenants); n != 1 || len(ran) != 1 {
		t.Errorf("after the commit: %d rows, hooks %v", n, ran)
	}
}

func TestAVerbThatFailsLeavesTheOpenTransactionUsable(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		ctx := db.Within(h.ada, tx)
		err := h.tenants.InTenant(ctx, func(tx pgx.Tx) error {
			if err := insertCursor(ctx, tx); err != nil {
				return err
			}
			return insertCursor(ctx, tx) // a duplicate: PostgreSQL aborts
		})
		if err == nil {
			t.Error("the duplicate was taken")
		}
		return insertCursor(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := countCursors(h.ada, t, h.tenants); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestAnotherTenantNeverJoinsAnOpenTransaction(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		if err := insertCursor(h.ada, tx); err != nil {
			return err
		}
		if n := countCursors(db.Within(h.bob, tx), t, h.tenants); n != 0 {
			t.Errorf("bob sees %d rows of ada", n)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
