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
