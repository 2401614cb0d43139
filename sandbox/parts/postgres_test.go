package parts_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func TestEveryTestGetsADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	var names [2]string
	for i := range names {
		conn := connect(t, parts.EmptyDB(t))
		if err := conn.QueryRow(t.Context(), "select current_database()").Scan(&names[i]); err != nil {
			t.Fatal(err)
		}
	}
	if names[0] == names[1] {
		t.Fatalf("both are %s", names[0])
	}
}

func TestADatabaseIsDroppedWithItsTestEvenWhileSomebodyIsConnected(t *testing.T) {
	t.Parallel()
	var dsn string
	t.Run("the test", func(t *testing.T) {
		dsn = parts.EmptyDB(t)
		// Left open on purpose, as a pool that a test forgot.
		if _, err := pgx.Connect(t.Context(), dsn); err != nil {
			t.Fatal(err)
		}
	})
	if conn, err := pgx.Connect(t.Context(), dsn); err == nil {
		_ = conn.Close(t.Context())
		t.Fatal("the database is still there")
	}
}

func TestATenantDatabaseIsMigratedAndServedByTheFourRoles(t *testing.T) {
	t.Parallel()
	dsns := parts.TenantDB(t)
	var owner string
	err := connect(t, dsns.Super).QueryRow(t.Context(),
		"select tableowner from pg_tables where schemaname = 'public' and tablename = 'contact'").Scan(&owner)
	if err != nil || owner != "omnicrm_migrator" {
		t.Fatalf("owner of contact: %q, %v", owner, err)
	}
	for role, dsn := range map[string]string{
		"omnicrm_migrator": dsns.Migrator, "omnicrm_app": dsns.App,
		"omnicrm_readonly": dsns.Readonly, "omnicrm_mover": dsns.Mover,
	} {
		var got string
		if err := connect(t, dsn).QueryRow(t.Context(), "select current_user").Scan(&got); err != nil || got != role {
			t.Errorf("%s: %q, %v", role, got, err)
		}
	}
}

func TestAControlDatabaseIsMigratedAndTheAppMayWrite(t *testing.T) {
	t.Parallel()
	var may bool
	err := connect(t, parts.ControlDB(t)).QueryRow(t.Context(), "select has_table_privilege('agency', 'insert')").Scan(&may)
	if err != nil || !may {
		t.Fatalf("may insert: %v, %v", may, err)
	}
}

func TestAnOwnServerKeepsItsDataOverARestart(t *testing.T) {
	t.Parallel()
	server := parts.OwnPostgres(t)
	if _, err := connect(t, server.DSN).Exec(t.Context(), "create table kept (n int)"); err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if _, err := pgx.Connect(t.Context(), server.DSN); err == nil {
		t.Fatal("it still answers")
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, server.DSN).Exec(t.Context(), "insert into kept values (1)"); err != nil {
		t.Fatal(err)
	}
}

func TestAnOwnServerKeepsWhatWasCommittedWhenItCrashes(t *testing.T) {
	t.Parallel()
	server := parts.OwnPostgres(t)
	conn := connect(t, server.DSN)
	if _, err := conn.Exec(t.Context(), "create table kept (n int); insert into kept select generate_series(1, 1000)"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "begin; insert into kept values (0)"); err != nil {
		t.Fatal(err)
	}
	if err := server.Crash(); err != nil {
		t.Fatal(err)
	}
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := connect(t, server.DSN).QueryRow(t.Context(), "select count(*) from kept").Scan(&n); err != nil || n != 1000 {
		t.Fatalf("%d rows, %v", n, err)
	}
}

func BenchmarkTenantDB(b *testing.B) {
	for b.Loop() {
		parts.TenantDB(b)
	}
}
