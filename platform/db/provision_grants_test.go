package db_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// TestEnsureGrantsMendsWhatSomebodyChanged also holds the rules for tables and functions against the migrations: a
// database as they leave it has nothing to mend.
func TestEnsureGrantsMendsWhatSomebodyChanged(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change string
		mended []string
	}{
		"nothing changed":                    {"", nil},
		"the database was opened to all":     {"grant connect on database %s to public", []string{"rights on the database"}},
		"the application may not connect":    {"revoke connect on database %s from omnicrm_app", []string{"rights on the database"}},
		"the application may make tables":    {"grant create on schema public to omnicrm_app", []string{"rights on the schema public"}},
		"future tables are nobody's":         {"alter default privileges for role omnicrm_migrator in schema public revoke select on tables from omnicrm_app", []string{"default rights"}},
		"a table's grant was revoked":        {"revoke insert on contact from omnicrm_app", []string{"rights of omnicrm_app on the table contact"}},
		"a table was opened to all":          {"grant select on contact to public", []string{"rights of public on the table contact"}},
		"the application may truncate":       {"grant truncate on contact to omnicrm_app", []string{"rights of omnicrm_app on the table contact"}},
		"the reader may write":               {"grant update on contact to omnicrm_readonly", []string{"rights of omnicrm_readonly on the table contact"}},
		"the audit may be rewritten":         {"grant update on audit_entry to omnicrm_app", []string{"rights of omnicrm_app on the table audit_entry"}},
		"row-level security was switched":    {"alter table contact disable row level security", []string{"row-level security of the table contact"}},
		"row-level security spares owners":   {"alter table contact no force row level security", []string{"row-level security of the table contact"}},
		"another role was given something":   {"grant select on contact to pg_monitor", nil},
		"a function was taken from the app":  {"revoke execute on function job_due_tenants from omnicrm_app", []string{"rights of omnicrm_app on the function job_due_tenants"}},
		"a function was opened to all":       {"grant execute on function contact_found to public", []string{"rights of public on the function contact_found"}},
		"a newer schema is none of our work": {"insert into goose_db_version (version_id, is_applied) values (999999, true); revoke insert on contact from omnicrm_app", nil},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, database := parts.Postgres(t), databaseOf(t, parts.TenantDB(t))
			if tc.change != "" {
				superuser(t, server, database, strings.ReplaceAll(tc.change, "%s", database))
			}
			var p db.Provisioner
			got, err := p.EnsureGrants(t.Context(), server.Server, database)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.mended, got); diff != "" {
				t.Error(diff)
			}
			again, err := p.EnsureGrants(t.Context(), server.Server, database)
			if err != nil || len(again) > 0 {
				t.Errorf("the second time: %v, %v", again, err)
			}
		})
	}
}

func TestImportDatabase(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		prepare string // with %s for the name
		inside  string
		refused error
	}{
		"an empty one":                   {prepare: "create database %s"},
		"one with our schema":            {prepare: "create database %s", inside: "create table goose_db_version (); create table contact ()"},
		"one that is not there":          {refused: db.ErrDatabaseMissing},
		"one that holds something else":  {prepare: "create database %s", inside: "create schema shop; create table shop.cart ()", refused: db.ErrDatabaseForeign},
		"one that is another resource's": {prepare: "create database %s\ncomment on database %s is 'OmniCRM tenant database other of resource 7; x'", refused: db.ErrDatabaseTaken},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlot(t)
			for sql := range strings.SplitSeq(strings.ReplaceAll(tc.prepare, "%s", p.name), "\n") {
				if sql != "" {
					p.exec(t, "postgres", sql)
				}
			}
			if tc.inside != "" {
				p.exec(t, p.name, tc.inside)
			}
			before, _, err := p.FindMark(t.Context(), p.Server.Server, p.name)
			if err != nil {
				t.Fatal(err)
			}
			want := p.mark
			if tc.refused != nil {
				want = before
			}
			for range 2 { // a repetition changes nothing
				if err := p.ImportDatabase(t.Context(), p.Server.Server, p.name, p.mark); !errors.Is(err, tc.refused) {
					t.Fatalf("got %v, want %v", err, tc.refused)
				}
			}
			if after, _, err := p.FindMark(t.Context(), p.Server.Server, p.name); err != nil || after != want {
				t.Errorf("the mark is %v, %v", after, err)
			}
		})
	}
}

func databaseOf(t *testing.T, dsn parts.TenantDSNs) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(dsn.App)
	if err != nil {
		t.Fatal(err)
	}
	return cfg.Database
}

func superuser(t *testing.T, server parts.Server, database, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.Server.DSN(database, server.User, server.Password))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
