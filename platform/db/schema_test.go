package db_test

import (
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// withoutTenant lists the tables of a tenant database that hold no tenant's
// rows.
var withoutTenant = map[string]string{
	"goose_db_version": "the version of the schema",
	"goose_lock":       "the lock of a migration",
	"queue_depth":      "how many jobs wait, over all tenants",
}

type table struct {
	Name           string
	Enabled        bool
	Forced         bool
	Policies       int
	StrictPolicies int
	KeyLeads       bool
}

func TestEveryTenantTableForcesRowLevelSecurity(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, parts.TenantDB(t).Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `
		select c.relname as name, c.relrowsecurity as enabled, c.relforcerowsecurity as forced,
		       count(p.polname)::int as policies,
		       (count(*) filter (where pg_get_expr(p.polqual, c.oid) = $1 and pg_get_expr(p.polwithcheck, c.oid) = $1))::int as strict_policies,
		       coalesce((select a.attname = 'sub_account_id' from pg_constraint k
		                   join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
		                  where k.conrelid = c.oid and k.contype = 'p'), false) as key_leads
		  from pg_class c left join pg_policy p on p.polrelid = c.oid
		 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
		 group by c.oid, c.relname order by c.relname`,
		`(sub_account_id = (current_setting('omnicrm.sub_account'::text))::uuid)`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByName[table])
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, got := range tables {
		if _, ok := withoutTenant[got.Name]; ok {
			continue
		}
		seen++
		want := table{Name: got.Name, Enabled: true, Forced: true, Policies: 1, StrictPolicies: 1, KeyLeads: true}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", got.Name, diff)
		}
	}
	if seen < 4 {
		t.Errorf("only %d tenant tables were found", seen)
	}
}

func TestEveryIndexOfATenantTableLeadsWithTheTenant(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, parts.TenantDB(t).Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `
		select i.indexrelid::regclass::text
		  from pg_index i join pg_class c on c.oid = i.indrelid
		  join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
		 where c.relnamespace = 'public'::regnamespace and c.relname <> all ($1) and a.attname <> 'sub_account_id'`,
		slices.Collect(maps.Keys(withoutTenant)))
	if err != nil {
		t.Fatal(err)
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if len(others) > 0 {
		t.Errorf("these indexes lead with another column: %v", others)
	}
}

func TestMigrationsRunTwiceAndReportTheirVersion(t *testing.T) {
	t.Parallel()
	dsn := parts.TenantDB(t).Migrator
	version, err := db.MigrateTenant(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	current, newest, err := db.TenantVersions(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if current != version || newest != version || version == 0 {
		t.Errorf("version %d, current %d, newest %d", version, current, newest)
	}
}

// Several operators, or one that was thought dead, migrate the same new database at once.
func TestMigratorsAtTheSameTimeTakeTurns(t *testing.T) {
	t.Parallel()
	p := newPlot(t)
	if _, err := p.ensure(t, p.mark, false); err != nil {
		t.Fatal(err)
	}
	if _, err := p.EnsureGrants(t.Context(), p.Server.Server, p.name); err != nil {
		t.Fatal(err)
	}
	newest, err := db.NewestTenantVersion()
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			version, err := db.MigrateTenant(t.Context(), p.Server.Server.DSN(p.name, db.RoleMigrator, p.Roles.Migrator))
			if err != nil || version != newest {
				t.Errorf("version %d of %d, %v", version, newest, err)
			}
		})
	}
	all.Wait()
}
