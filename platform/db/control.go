package db

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	connectTimeout = 5 * time.Second
	controlConns   = 16
)

// Control is the control database: the directory, people, sessions, keys,
// plans and ledgers.
type Control struct{ pool *pgxpool.Pool }

// NewControl prepares the pool; the first query opens a connection, so a
// process starts, and says that it is not ready, while the database is away.
func NewControl(ctx context.Context, dsn string) (*Control, error) {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = controlConns
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.ConnConfig.ConnectTimeout = connectTimeout
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &Control{pool: pool}, nil
}

// InTx runs fn in one transaction of the control database. fn may run again
// after a serialization failure, so its only effects are those through tx.
func (c *Control) InTx(ctx context.Context, fn func(tx pgx.Tx) error) error {
	if joined, err := join(ctx, c, fn); joined {
		return err
	}
	return run(ctx, c.pool, "begin", c, fn)
}

// Ping tells whether the database answers.
func (c *Control) Ping(ctx context.Context) error { return Classify(c.pool.Ping(ctx)) }

// Close ends every connection, after waiting for those in use.
func (c *Control) Close() { c.pool.Close() }
