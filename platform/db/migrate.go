package db

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/omnicrm/omnicrm/migrations/control"
	"github.com/omnicrm/omnicrm/migrations/tenant"
)

// lockLease is how long the lock of a migration outlives its holder.
const lockLease = 10 * time.Second

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

// NewestTenantVersion is the newest version that this binary knows.
func NewestTenantVersion() (version int64, err error) { return newestVersion(tenant.FS) }

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
	if version, err = wholeAt(ctx, dsn, files); err != nil || version > 0 {
		return version, err
	}
	err = withGoose(dsn, files, func(p *goose.Provider) error {
		if _, err := p.Up(ctx); err != nil {
			return err
		}
		version, err = p.GetDBVersion(ctx)
		return err
	})
	return version, err
}

// wholeAt gives the version of a database to which every migration was applied, and 0 where there is something to do. It
// takes one round trip and no lock, as nearly every look finds nothing to do.
func wholeAt(ctx context.Context, dsn string, files fs.FS) (version int64, err error) {
	conn, err := dial(ctx, dsn)
	if err != nil {
		return 0, fmt.Errorf("migrate: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	rows, err := conn.Query(ctx, `select version_id from goose_db_version where is_applied`, pgx.QueryExecModeExec)
	if err != nil {
		return 0, nil //nolint:nilerr // no such table: goose makes it
	}
	applied, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	if err != nil {
		return 0, nil //nolint:nilerr // no such table: goose makes it
	}
	names, err := fs.Glob(files, "*.sql")
	for _, name := range names {
		number, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		if !slices.Contains(applied, number) {
			return 0, nil
		}
	}
	return slices.Max(append(applied, 0)), err
}

// newestVersion is the version of the last migration.
func newestVersion(files fs.FS) (newest int64, err error) {
	names, err := fs.Glob(files, "*.sql")
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return 0, err
		}
		newest = max(newest, version)
	}
	return newest, err
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
	// A holder that was killed is waited for, as long as its lease lasts; the lease of one that lives is renewed. An
	// answer that was lost to the release of the lock is not worth waiting for: the lease ends by itself.
	locker, err := lock.NewPostgresTableLocker(
		lock.WithTableLeaseDuration(lockLease), lock.WithTableHeartbeatInterval(lockLease/5),
		lock.WithTableLockTimeout(lockLease/20, 1200), lock.WithTableUnlockTimeout(lockLease/40, 4))
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
