package contact

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// An import is undone in the minutes after it, before the server has counted its
// rows: what a batch of the undo looks up must not be all that was imported.
func TestABatchOfAnUndoReadsItsOwnRows(t *testing.T) {
	t.Parallel()
	dsns, sub := parts.TenantDB(t), uuid.New()
	imported(t, dsns.Super, sub)
	for name, c := range map[string]struct {
		sql   string
		args  pgx.StrictNamedArgs
		index string
		cond  string
	}{
		"what was done to contacts": {tracesSQL, pgx.StrictNamedArgs{"id": nil, "ids": nil}, "import_row_of_contact", "contact_id = "},
		"the addresses that become free": {
			`update contact_address set released = true where sub_account_id = @sub_account and contact_id = any(@ids)`,
			pgx.StrictNamedArgs{"ids": nil},
			"contact_address_by_contact", "contact_id = ANY",
		},
		"the contacts with their addresses": {
			livingSQL(columns), pgx.StrictNamedArgs{"ids": nil}, "contact_pkey", "id = ",
		},
		"the contacts themselves": {
			`select from contact where sub_account_id = @sub_account and id = any(@ids) order by id for no key update`,
			pgx.StrictNamedArgs{"ids": nil},
			"contact_pkey", "id = ANY",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := planOf(t, dsns.App, sub, c.sql, c.args)
			for line := range strings.Lines(text) {
				if strings.Contains(line, "Index Cond") && !strings.Contains(line, c.cond) {
					t.Errorf("this reads more than it was asked for: %s", line)
				}
			}
			if !strings.Contains(text, " "+c.index+" ") || strings.Contains(text, "Seq Scan") {
				t.Errorf("want %s:\n%s", c.index, text)
			}
		})
	}
}

// planOf is the plan of a statement as byKeys has it planned.
func planOf(t *testing.T, dsn string, sub uuid.UUID, sql string, args pgx.StrictNamedArgs) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	args["sub_account"] = sub
	sql, _, err = args.RewriteQuery(t.Context(), conn, sql, []any{args})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), `select set_config('omnicrm.sub_account', $1, false)`, sub.String()); err != nil {
		t.Fatal(err)
	}
	all, err := conn.PgConn().Exec(t.Context(), `explain (generic_plan) `+sql).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var plan strings.Builder
	for _, row := range all[0].Rows {
		plan.Write(append(row[0], '\n'))
	}
	return plan.String()
}

// imported fills a sub-account with what an import leaves behind, and leaves the
// server without statistics of it.
func imported(t *testing.T, dsn string, sub uuid.UUID) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	for _, sql := range []string{
		`set session_replication_role = replica`, // import_row without its import
		`insert into contact (sub_account_id, id, sort_name, created_at, updated_at)
		 select '` + sub.String() + `', gen_random_uuid(), 'ann', now(), now() from generate_series(1, 5000)`,
		`insert into contact_search (sub_account_id, contact_id, name, created, text)
		 select sub_account_id, id, sort_name, created_at, sort_name from contact`,
		`insert into contact_address (sub_account_id, id, contact_id, kind, value, is_primary, created_at)
		 select sub_account_id, gen_random_uuid(), id, 'email', id || '@example.com', true, now() from contact`,
		`insert into import_row (sub_account_id, import_id, place, outcome, contact_id, version)
		 select sub_account_id, sub_account_id, row_number() over (), 'created', id, 1 from contact`,
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}
