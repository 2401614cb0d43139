package db_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// Whatever an id is sent as, alone, in a list, absent or as a text, it arrives.
func TestIDsArriveAsTheyWereSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t, db.TenantsOptions{})
	one, two := uuid.New(), uuid.New()
	var nobody *uuid.UUID
	for name, c := range map[string]struct {
		sql  string
		arg  any
		want string
	}{
		"an id":                {`select $1::uuid::text`, one, one.String()},
		"an id by its address": {`select $1::uuid::text`, &one, one.String()},
		"an id as a text":      {`select $1::text`, one, one.String()},
		"an id that may lack":  {`select $1::uuid::text`, uuid.NullUUID{UUID: one, Valid: true}, one.String()},
		"one that lacks":       {`select coalesce($1::uuid::text, 'none')`, uuid.NullUUID{UUID: one}, "none"},
		"no address":           {`select coalesce($1::uuid::text, 'none')`, nobody, "none"},
		"a list":               {`select array_to_string($1::uuid[], ' ')`, []uuid.UUID{one, two}, one.String() + " " + two.String()},
		"a list of which one lacks": {
			`select array_to_string($1::uuid[], ' ', 'none')`, []uuid.NullUUID{{UUID: one, Valid: true}, {}}, one.String() + " none",
		},
		"a list of texts": {`select array_to_string($1::text[], ' ')`, []uuid.UUID{one, two}, one.String() + " " + two.String()},
		"in JSON":         {`select $1::jsonb->>'id'`, map[string]any{"id": one}, one.String()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got string
			err := h.tenants.InTenant(h.ada, func(tx pgx.Tx) error { return tx.QueryRow(h.ada, c.sql, c.arg).Scan(&got) })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
