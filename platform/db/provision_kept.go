package db

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// keepFor is how long a connection may idle: longer than between two verbs of one pass over a resource.
const keepFor = 2 * time.Second

// keptConns are the idle connections to maintenance databases, by DSN. A pass asks a server half a dozen things, and to
// connect takes longer than any of them.
type keptConns struct {
	mu   sync.Mutex
	idle map[string][]*pgx.Conn
}

// on runs fn on a connection that is idle or new. One that broke while it was idle is replaced once: every verb may be
// repeated.
func (k *keptConns) on(ctx context.Context, dsn string, fn func(context.Context, *pgx.Conn) error) error {
	if conn := k.take(dsn); conn != nil {
		err := fn(ctx, conn)
		if err == nil || !conn.IsClosed() || ctx.Err() != nil {
			k.keep(ctx, dsn, conn)
			return classifyProvision(err)
		}
	}
	conn, err := dial(ctx, dsn)
	if err != nil {
		return err
	}
	err = fn(ctx, conn)
	k.keep(ctx, dsn, conn)
	return classifyProvision(err)
}

func (k *keptConns) take(dsn string) *pgx.Conn {
	k.mu.Lock()
	defer k.mu.Unlock()
	idle := k.idle[dsn]
	if len(idle) == 0 {
		return nil
	}
	last := len(idle) - 1
	k.idle[dsn] = idle[:last]
	return idle[last]
}

// keep puts a connection back, for a while. One with a lock of its own or in the middle of something is closed: the next
// verb must find it as if it were new.
func (k *keptConns) keep(ctx context.Context, dsn string, conn *pgx.Conn) {
	ctx = context.WithoutCancel(ctx)
	if conn.IsClosed() || conn.PgConn().TxStatus() != 'I' {
		_ = conn.Close(ctx)
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.idle == nil {
		k.idle = map[string][]*pgx.Conn{}
	}
	k.idle[dsn] = append(k.idle[dsn], conn)
	time.AfterFunc(keepFor, func() { k.drop(ctx, dsn, conn) })
}

// drop closes a connection that is still idle. One that was used meanwhile goes a little early, which costs a dial.
func (k *keptConns) drop(ctx context.Context, dsn string, conn *pgx.Conn) {
	k.mu.Lock()
	at := slices.Index(k.idle[dsn], conn)
	if at >= 0 {
		k.idle[dsn] = slices.Delete(k.idle[dsn], at, at+1)
	}
	if len(k.idle[dsn]) == 0 {
		delete(k.idle, dsn)
	}
	k.mu.Unlock()
	if at >= 0 {
		_ = conn.Close(ctx)
	}
}
