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
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	connectTimeout = 5 * time.Second
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
	// Without its codec an id goes through driver.Valuer and is parsed again: 5 µs in place of 0.2, and there are many.
	pgxuuid.Register(c.TypeMap())
	return &conn{Conn: c, at: at, expires: now.Add(lifetime + rand.N(lifetime/5))}, nil //nolint:gosec // jitter, not a secret
}

// used tells whether it was at rest before, so that the server may have gone away without our noticing.
func (c *conn) used() bool { return !c.rested.IsZero() }

// reusable tells whether nothing of its last transaction is left.
func (c *conn) reusable(now time.Time) bool {
	return !c.IsClosed() && !c.PgConn().IsBusy() && c.PgConn().TxStatus() == 'I' && now.Before(c.expires)
}

// shut ends the connection and returns once the server has ended its process, or has not for so long: PostgreSQL closes
// the socket last (src/backend/libpq/pqcomm.c, socket_close), so that a place is never given away while the server
// still counts the one before.
func (c *conn) shut(patience time.Duration) {
	pg := c.PgConn()
	bare, err := pg.Hijack()
	if err != nil { // closed, or being closed, by pgx itself, after a context that ended
		select {
		case <-pg.CleanupDone():
		case <-time.After(patience):
		}
		return
	}
	late := time.AfterFunc(patience, func() { _ = bare.Conn.Close() })
	defer late.Stop()
	bare.Frontend.Send(&pgproto3.Terminate{})
	if bare.Frontend.Flush() == nil {
		_, _ = io.Copy(io.Discard, bare.Conn)
	}
	_ = bare.Conn.Close()
}

// holding is a connection while somebody uses it.
type holding struct {
	*pipeline
	conns *conns
	who   caller
	conn  *conn // nil once it was lost and no other was to be had
}

func (s *conns) hold(ctx context.Context, o opening) (*holding, error) {
	h := &holding{conns: s, who: caller{who: o.who, nested: holds(ctx)}}
	c, err := s.acquire(ctx, o.at, h.who)
	if err != nil {
		return nil, err
	}
	h.conn, h.pipeline = c, &pipeline{conn: c.Conn, another: h.replace}
	return h, nil
}

// replace gives another connection for one that was at rest and proved dead, as only a use tells; what else rests for
// the database is given up with it. A new connection is not replaced: its end is an answer.
func (h *holding) replace(ctx context.Context) (*pgx.Conn, error) {
	used, at := h.conn.used(), h.conn.at
	h.release()
	h.conn = nil
	if !used {
		return nil, errUnavailable
	}
	h.conns.giveUp(at)
	c, err := h.conns.acquire(ctx, at, h.who)
	if err != nil {
		return nil, err
	}
	h.conn = c
	return c.Conn, nil
}

func (h *holding) release() {
	if h.conn != nil {
		h.conns.release(h.conn, h.who)
	}
}

// lost tells whether err came of a connection that broke, and not of a statement or of whoever ran it.
func (h *holding) lost(ctx context.Context, err error) bool {
	return err != nil && (h.conn == nil || h.conn.IsClosed()) && !errors.Is(context.Cause(ctx), context.Canceled)
}
