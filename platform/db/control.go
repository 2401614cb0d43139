package db

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	controlConns = 16
	controlIdle  = 5 * time.Minute
)

// Control is the control database: the directory, people, sessions, keys,
// plans and ledgers.
type Control struct {
	conns *conns
	at    tenancy.Database
}

// NewControl prepares the way; the first query opens a connection, so a
// process starts, and says that it is not ready, while the database is away.
// The error is of the DSN alone.
func NewControl(_ context.Context, dsn string) (*Control, error) {
	if _, err := pgx.ParseConfig(dsn); err != nil {
		return nil, err
	}
	return &Control{conns: newConns(controlConns, controlIdle, farewell, clock.System()), at: tenancy.Database{DSN: dsn}}, nil
}

// InTx runs fn in one transaction of the control database. fn may run again
// after a serialization failure, so its only effects are those through tx.
func (c *Control) InTx(ctx context.Context, fn func(tx pgx.Tx) error) error {
	fn = rehearsing(ctx, fn)
	if joined, err := join(ctx, c, fn); joined {
		return err
	}
	return c.conns.run(ctx, opening{at: c.at, owner: c}, fn)
}

// Ping tells whether the database answers, also while every connection is in use.
func (c *Control) Ping(ctx context.Context) error {
	return c.InTx(Outside(ctx), func(pgx.Tx) error { return nil })
}

// Close refuses new transactions and returns when those under way are done and
// every connection has ended.
func (c *Control) Close() { c.conns.close() }
