package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// The control database and its roles: one that owns it and migrates, and one
// that serves, with the rights of omnicrm_app. They have names and passwords
// of their own because the operator keeps omnicrm_app's on this same server.
const (
	controlDatabase = "omnicrm_control"
	controlOwner    = "omnicrm_control_owner"
	controlApp      = "omnicrm_control_app"
)

func postgresService(s state, k *kept) (service, error) {
	data, err := postgresFolder(s)
	if err != nil {
		return service{}, err
	}
	return service{name: "postgres", start: func(ctx context.Context, log *os.File) (server, error) {
		return parts.StartPostgres(ctx, parts.PostgresOptions{
			Dir: data, Port: k.Ports["postgres"], Password: k.PostgresPassword, Durable: true, Log: log,
		})
	}}, nil
}

// postgresFolder is .dev/postgres. Where the user that PostgreSQL runs as
// can't reach that (root's work tree below /root), it is a link to a folder of
// this work tree's in the cache.
func postgresFolder(s state) (string, error) {
	data := s.path("postgres")
	if target, err := os.Readlink(data); err == nil {
		return target, os.MkdirAll(filepath.Dir(target), 0o755)
	}
	if os.Geteuid() != 0 || parts.Reachable(s.dir) {
		return data, nil
	}
	cache, err := parts.CacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(s.dir))
	target := filepath.Join(cache, "stacks", hex.EncodeToString(sum[:6]), "postgres")
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return "", err
	}
	return target, os.Symlink(target, data)
}

// removePostgres removes the data, wherever it is.
func removePostgres(s state) error {
	if target, err := os.Readlink(s.path("postgres")); err == nil {
		return os.RemoveAll(filepath.Dir(target))
	} else if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return os.RemoveAll(s.path("postgres"))
}

func (k *kept) dsn(database, user, password string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(user, password),
		Host: "127.0.0.1:" + strconv.Itoa(k.Ports["postgres"]), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

func (k *kept) controlDSN() string { return k.dsn(controlDatabase, controlApp, k.ControlPassword) }

func (k *kept) migratorDSN() string { return k.dsn(controlDatabase, controlOwner, k.ControlPassword) }

// createControl makes the control database and its roles where they are
// missing.
func createControl(ctx context.Context, k *kept) error {
	conn, err := pgx.Connect(ctx, k.dsn("postgres", "postgres", k.PostgresPassword))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	// Passwords are letters and digits; CREATE takes no parameters.
	for _, want := range []struct{ exists, create string }{
		// The operator gives it its login and password when it takes the server on.
		{"select from pg_roles where rolname = 'omnicrm_app'", "create role omnicrm_app nologin"},
		{
			"select from pg_roles where rolname = '" + controlOwner + "'",
			"create role " + controlOwner + " login password '" + k.ControlPassword + "'",
		},
		{
			"select from pg_roles where rolname = '" + controlApp + "'",
			"create role " + controlApp + " login password '" + k.ControlPassword + "' in role omnicrm_app",
		},
		{
			"select from pg_database where datname = '" + controlDatabase + "'",
			"create database " + controlDatabase + " owner " + controlOwner,
		},
	} {
		var there bool
		if err := conn.QueryRow(ctx, "select exists ("+want.exists+")").Scan(&there); err != nil {
			return err
		}
		if there {
			continue
		}
		if _, err := conn.Exec(ctx, want.create); err != nil {
			return fmt.Errorf("make the control database: %w", err)
		}
	}
	return nil
}
