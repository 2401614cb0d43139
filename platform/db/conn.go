package db

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	connectTimeout = 5 * time.Second
	farewell       = time.Second      // for the server to end its process, before its place is given away
	lifetime       = 30 * time.Minute // of a connection, and up to a fifth more: its server process collects memory
)

// PooledExecMode is the default_query_exec_mode in the DSN of a database behind PgBouncer in transaction mode: each
// transaction may run on another server connection, so nothing may be prepared under a name. A statement is described
// once per client connection, then sent whole, in one round trip.
const PooledExecMode = "cache_describe"

// conn is a connection with what its keeper knows of it.
type conn struct {
	*pgx.Conn
	at      tenancy.Database
	rested  time.Time // when it was last put to rest; zero on a new one
	expires time.Time
}

func connect(ctx context.Context, at tenancy.Database, now time.Time) (*conn, error) {
	cfg, err := pgx.ParseConfig(at.DSN)
	if err != nil {
		return nil, fmt.Errorf("DSN of database %s: %w", at.ID, err)
	}
	cfg.ConnectTimeout = connectTimeout
	c, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c, at: at, expires: now.Add(lifetime + rand.N(lifetime/5))}, nil //nolint:gosec // jitter, not a secret
}

// used tells whether it was at rest before, so that the server may have gone away without our noticing.
func (c *conn) used() bool { return !c.rested.IsZero() }

// reusable tells whether nothing of its last transaction is left.
func (c *conn) reusable(now time.Time) bool {
	return !c.IsClosed() && !c.PgConn().IsBusy() && c.PgConn().TxStatus() == 'I' && now.Before(c.expires)
}

// shut ends the connection and returns once the server has ended its process, or did not in time: PostgreSQL closes
// the socket last (src/backend/libpq/pqcomm.c, socket_close), so that a place is never given away while the server
// still counts the one before.
func (c *conn) shut() {
	pg := c.PgConn()
	bare, err := pg.Hijack()
	if err != nil { // closed, or being closed, by pgx itself, after a context that ended
		select {
		case <-pg.CleanupDone():
		case <-time.After(farewell):
		}
		return
	}
	late := time.AfterFunc(farewell, func() { _ = bare.Conn.Close() })
	defer late.Stop()
	bare.Frontend.Send(&pgproto3.Terminate{})
	if bare.Frontend.Flush() == nil {
		_, _ = io.Copy(io.Discard, bare.Conn)
	}
	_ = bare.Conn.Close()
}

// begin opens a transaction with the given first statement. A connection that was at rest may be dead by now, which
// only a use tells: then another one is taken, and what else rests for the database is given up with it.
func (s *conns) begin(ctx context.Context, at tenancy.Database, who caller, begin string) (*conn, pgx.Tx, error) {
	for {
		c, err := s.acquire(ctx, at, who)
		if err != nil {
			return nil, nil, err
		}
		tx, err := c.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
		if err == nil {
			return c, tx, nil
		}
		stale := c.used() && c.IsClosed()
		s.release(c, who)
		if !stale || ctx.Err() != nil {
			return nil, nil, err
		}
		s.giveUp(at)
	}
}

// broken tells whether err came of a connection that is lost, and not of a statement or of whoever ran it.
func broken(ctx context.Context, c *conn, err error) bool {
	return err != nil && c.IsClosed() && !errors.Is(context.Cause(ctx), context.Canceled)
}
