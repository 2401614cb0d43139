package db_test

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestNothingThatIsRehearsedCommits(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	errAny := errors.New("any but ErrRehearsed")
	refused := fault.New(fault.Invalid, "test.invalid", "No.")
	ada := db.Rehearse(h.ada)
	for name, tc := range map[string]struct {
		verb func(tx pgx.Tx) error
		want error
	}{
		"what only reads is as ever": {
			verb: func(tx pgx.Tx) error {
				var n int
				return tx.QueryRow(ada, `select count(*) from event_cursor`).Scan(&n)
			},
		},
		"a change is rolled back":          {verb: func(tx pgx.Tx) error { return insertCursor(ada, tx) }, want: db.ErrRehearsed},
		"a refusal is told":                {verb: func(pgx.Tx) error { return refused }, want: refused},
		"a refusal after a change is told": {verb: func(tx pgx.Tx) error { return errors.Join(insertCursor(ada, tx), refused) }, want: refused},
		"a change in a verb of a verb ends it": {
			verb: func(tx pgx.Tx) error {
				return h.tenants.InTenant(db.Within(ada, tx), func(tx pgx.Tx) error { return insertCursor(ada, tx) })
			},
			want: db.ErrRehearsed,
		},
		"a change that nobody waits for is rolled back": {
			verb: func(tx pgx.Tx) error {
				db.Later(tx, `select pg_current_xact_id()`)
				return nil
			},
			want: db.ErrRehearsed,
		},
		"a statement that nobody waits for and that fails is told": {
			verb: func(tx pgx.Tx) error {
				db.Later(tx, `select 1/0`)
				return nil
			},
			want: errAny,
		},
	} {
		rung := false
		err := h.tenants.InTenant(ada, func(tx pgx.Tx) error {
			db.AfterCommit(tx, func(context.Context) { rung = true })
			return tc.verb(tx)
		})
		switch {
		case errors.Is(tc.want, errAny):
			if err == nil || errors.Is(err, db.ErrRehearsed) {
				t.Errorf("%s: got %v", name, err)
			}
		case !errors.Is(err, tc.want) || tc.want == nil && err != nil:
			t.Errorf("%s: got %v, want %v", name, err, tc.want)
		}
		if n := countCursors(h.ada, t, h.tenants); n != 0 {
			t.Errorf("%s: it left %d rows", name, n)
		}
		if rung && tc.want != nil {
			t.Errorf("%s: what was to follow the commit has run", name)
		}
	}
}

func TestARehearsalInAnOpenTransactionLeavesItAsItWas(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error {
		within := db.Within(h.ada, tx)
		err := h.tenants.InTenant(db.Rehearse(within), func(tx pgx.Tx) error { return insertCursor(within, tx) })
		if !errors.Is(err, db.ErrRehearsed) {
			t.Errorf("got %v", err)
		}
		return h.tenants.InTenant(within, func(tx pgx.Tx) error { return insertCursor(within, tx) }) // there can be one
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := countCursors(h.ada, t, h.tenants); n != 1 {
		t.Errorf("%d rows, want 1", n)
	}
}

func TestWorkThatOthersShareLeavesTheRehearsal(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	ctx := db.Outside(db.Rehearse(h.ada))
	if err := db.Rehearsed(ctx); err != nil {
		t.Error(err)
	}
	if err := h.tenants.InTenant(ctx, func(tx pgx.Tx) error { return insertCursor(ctx, tx) }); err != nil {
		t.Error(err)
	}
}
