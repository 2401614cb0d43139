package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/omnicrm/omnicrm/migrations/control"
	"github.com/omnicrm/omnicrm/migrations/tenant"
)

// MigrateControl brings the control database to the newest version. The DSN's
// role owns the schema. Two processes may call it at once: one waits.
func MigrateControl(ctx context.Context, dsn string) (version int64, err error) {
	return migrate(ctx, dsn, control.FS)
}

// MigrateTenant brings a tenant database to the newest version, as
// omnicrm_migrator.
func MigrateTenant(ctx context.Context, dsn string) (version int64, err error) {
	return migrate(ctx, dsn, tenant.FS)
}

// TenantVersions gives the version of a tenant database and the newest one
// that this binary knows.
func TenantVersions(ctx context.Context, dsn string) (current, newest int64, err error) {
	err = withGoose(dsn, tenant.FS, func(p *goose.Provider) error {
		current, newest, err = p.GetVersions(ctx)
		return err
	})
	return current, newest, err
}

func migrate(ctx context.Context, dsn string, files fs.FS) (version int64, err error) {
	err = withGoose(dsn, files, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return err
		}
		version, err = p.GetDBVersion(ctx)
		return err
	})
	return version, err
}

func withGoose(dsn string, files fs.FS, fn func(*goose.Provider) error) error {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	cfg.ConnectTimeout = connectTimeout
	conn := stdlib.OpenDB(*cfg)
	defer func(c *sql.DB) { _ = c.Close() }(conn)
	// A table lock, unlike an advisory one, works behind PgBouncer.
	locker, err := lock.NewPostgresTableLocker()
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, conn, files, goose.WithLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if err := fn(p); err != nil {
		return fmt.Errorf("migrate %s: %w", cfg.Database, err)
	}
	return nil
}
