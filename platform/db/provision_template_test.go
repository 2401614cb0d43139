package db_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// TestEnsureTemplate has a server of its own, as a template belongs to the server.
func TestEnsureTemplate(t *testing.T) {
	t.Parallel()
	server := parts.OwnPostgres(t)
	name, err := db.TemplateName()
	ok(t, err)
	var p db.Provisioner
	ok(t, p.EnsureRoles(t.Context(), server.Server.Server, server.Roles))
	conn, err := pgx.Connect(t.Context(), server.DSN)
	ok(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	comment := func(database string) string {
		return `comment on database ` + database + ` is 'OmniCRM template of new tenant databases; made and kept by the operator. Without it the next one takes a second more.'`
	}
	for _, sql := range []string{
		"create database " + name + "_draft", // what a killed operator left
		"create database omnicrm_template_0001_aa is_template true", comment("omnicrm_template_0001_aa"),
		"create database omnicrm_template_9999_aa", comment("omnicrm_template_9999_aa"),
		"create database omnicrm_template_0001_theirs",
	} {
		_, err := conn.Exec(t.Context(), sql)
		ok(t, err)
	}

	var many sync.WaitGroup
	for range 3 {
		many.Go(func() {
			if got, err := p.EnsureTemplate(t.Context(), server.Server.Server, server.Roles.Migrator); err != nil || got != name {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	many.Wait()

	rows, err := conn.Query(t.Context(), `select datname || ' ' || datistemplate || ' ' || datallowconn from pg_database where datname like 'omnicrm_template_%' order by 1`)
	ok(t, err)
	got, err := pgx.CollectRows(rows, pgx.RowTo[string])
	ok(t, err)
	want := []string{"omnicrm_template_0001_theirs false true", name + " true false", "omnicrm_template_9999_aa false true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	checkCopy(t, server.Server, name)
}

// checkCopy makes a tenant database of the template: it lacks nothing but the rights on the database itself, which
// PostgreSQL does not copy.
func checkCopy(t *testing.T, server parts.Server, template string) {
	t.Helper()
	var p db.Provisioner
	mark := db.Mark{Name: "copy", UID: "0199a3c2-7f5e-7000-8000-000000000000"}
	if _, err := p.EnsureDatabase(t.Context(), server.Server, "omnicrm_copy", template, mark, false); err != nil {
		t.Fatal(err)
	}
	info, err := p.Inspect(t.Context(), server.Server, false)
	ok(t, err)
	if info.Databases != 1 {
		t.Errorf("%d databases are ours; a template is no tenant's", info.Databases)
	}
	current, newest, err := db.TenantVersions(t.Context(), server.Server.DSN("omnicrm_copy", db.RoleMigrator, server.Roles.Migrator))
	if err != nil || current != newest {
		t.Errorf("version %d of %d, %v", current, newest, err)
	}
	found, err := p.EnsureLeakproof(t.Context(), server.Server, "omnicrm_copy")
	if err != nil || len(found.Mended) > 0 {
		t.Errorf("had to mark %s, %v", strings.Join(found.Mended, ", "), err)
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
