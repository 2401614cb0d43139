package parts

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/migrations/control"
	"github.com/omnicrm/omnicrm/migrations/tenant"
	"github.com/omnicrm/omnicrm/platform/db"
)

// TenantDSNs are the ways into one database, one for each role.
type TenantDSNs struct{ Super, Migrator, App, Readonly, Mover string }

// EmptyDB returns the superuser's DSN of a new, empty database that is
// dropped when the test ends.
func EmptyDB(t testing.TB) string {
	t.Helper()
	server := Postgres(t)
	return server.dsns(createDB(t, server, "")).Super
}

// ControlDB returns the DSN, as omnicrm_app, of a new control database at the
// newest version, dropped when the test ends.
func ControlDB(t testing.TB) string {
	t.Helper()
	return ControlDSNs(t).App
}

// ControlDSNs is [ControlDB] for every role; omnicrm_migrator owns the schema.
func ControlDSNs(t testing.TB) TenantDSNs {
	t.Helper()
	return cloneDB(t, Postgres(t), controlTemplate())
}

func controlTemplate() template {
	return template{
		kind: "control", files: control.FS,
		migrate: func(ctx context.Context, dsn string) error {
			_, err := db.MigrateControl(ctx, dsn)
			return err
		},
	}
}

// TenantDB returns the DSNs of a new tenant database at the newest version,
// made as the operator makes one: roles, grants, LEAKPROOF, migrations. It is
// dropped when the test ends. With OMNICRM_TEST_POOLER=1 the role omnicrm_app
// comes through a PgBouncer in transaction mode, with three connections for
// all clients.
func TenantDB(t testing.TB) TenantDSNs {
	t.Helper()
	dsns := DirectTenantDB(t)
	if os.Getenv("OMNICRM_TEST_POOLER") == "1" {
		dsns.App = PgBouncer(t, 3).Through(dsns.App)
	}
	return dsns
}

// DirectTenantDB is [TenantDB] without a pooler, for tests that ask the server
// about their own connections.
func DirectTenantDB(t testing.TB) TenantDSNs {
	t.Helper()
	return cloneDB(t, Postgres(t), tenantTemplate())
}

func tenantTemplate() template {
	return template{
		kind: "tenant", files: tenant.FS,
		migrate: func(ctx context.Context, dsn string) error {
			_, err := db.MigrateTenant(ctx, dsn)
			return err
		},
	}
}

func cloneDB(t testing.TB, server Server, from template) TenantDSNs {
	t.Helper()
	name, err := from.ensure(t.Context(), server)
	if err != nil {
		t.Fatalf("make the template of %s databases: %v", from.kind, err)
	}
	return server.dsns(createDB(t, server, name))
}

func (s Server) dsns(database string) TenantDSNs {
	return TenantDSNs{
		Super:    s.Server.DSN(database, s.User, s.Password),
		Migrator: s.Server.DSN(database, db.RoleMigrator, s.Roles.Migrator),
		App:      s.Server.DSN(database, db.RoleApp, s.Roles.App),
		Readonly: s.Server.DSN(database, db.RoleReadonly, s.Roles.Readonly),
		Mover:    s.Server.DSN(database, db.RoleMover, s.Roles.Mover),
	}
}

// createDB makes a database from a template ("" for an empty one), drops it
// when the test ends, and returns its name.
func createDB(t testing.TB, server Server, template string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())[:16]
	sql := []string{"CREATE DATABASE " + name}
	if template != "" {
		// Rights on the database itself are not copied with a template.
		sql = []string{
			"CREATE DATABASE " + name + " TEMPLATE " + template + " OWNER " + db.RoleMigrator,
			"REVOKE ALL ON DATABASE " + name + " FROM public",
			"GRANT CONNECT ON DATABASE " + name + " TO " + db.RoleApp + ", " + db.RoleReadonly + ", " + db.RoleMover,
		}
	}
	if err := execOn(t.Context(), server.DSN, sql...); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
		defer cancel()
		// FORCE: a pool that the test forgot must not keep it, nor fail other tests.
		if err := execOn(ctx, server.DSN, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Logf("drop the test's database: %v", err)
		}
	})
	return name
}

// execOn runs statements on a connection of their own.
func execOn(ctx context.Context, dsn string, sql ...string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, s := range sql {
		if _, err := conn.Exec(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}
