package stack

import (
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The control database and its roles, as whoever installs the product makes them.
const (
	controlDatabase = "omnicrm_control"
	controlOwner    = "omnicrm_control_owner"
	controlApp      = "omnicrm_control_app"
)

func (s *Stack) controlDSN(user, address string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, s.password), Host: address,
		Path: "/" + controlDatabase, RawQuery: "sslmode=disable&connect_timeout=5",
	}
	return u.String()
}

func (s *Stack) makeControl(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	conn, err := pgx.Connect(ctx, s.Postgres.DSN)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, sql := range []string{
		"create role omnicrm_app nologin",
		"create role " + controlOwner + " login password '" + s.password + "'",
		"create role " + controlApp + " login password '" + s.password + "' in role omnicrm_app",
		"create database " + controlDatabase + " owner " + controlOwner,
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("make the control database: %v", err)
		}
	}
	if err := s.migrate(ctx, Binary(t)); err != nil {
		t.Fatalf("migrate the control database: %v", err)
	}
}
