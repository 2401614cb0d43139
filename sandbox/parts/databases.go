package parts

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// EmptyDB returns the superuser's DSN of a new, empty database that is
// dropped when the test ends.
func EmptyDB(t testing.TB) string {
	t.Helper()
	return createDB(t, Postgres(t), "")
}

// createDB makes a database from a template ("" for PostgreSQL's own) and
// returns the superuser's DSN of it.
func createDB(t testing.TB, server Server, template string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())[:16]
	sql := "CREATE DATABASE " + name
	if template != "" {
		sql += " TEMPLATE " + template
	}
	if err := execOn(t.Context(), server.DSN, sql); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 30*time.Second)
		defer cancel()
		// FORCE: a pool that the test forgot must not keep it, nor fail other tests.
		if err := execOn(ctx, server.DSN, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Logf("drop the test's database: %v", err)
		}
	})
	return onDatabase(server.DSN, name)
}

// execOn runs one statement on a connection of its own.
func execOn(ctx context.Context, dsn, sql string) error {
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("%s: %w", sql, err)
	}
	return nil
}

// onDatabase returns the DSN with another database.
func onDatabase(dsn, name string) string {
	u, err := url.Parse(dsn)
	if err != nil || u.Host == "" {
		return dsn + " dbname=" + name // keyword=value form: the last one wins
	}
	u.Path = "/" + name
	return u.String()
}
