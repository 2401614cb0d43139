package db

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	maxTries     = 4               // of a transaction that PostgreSQL asks to repeat
	afterTimeout = 5 * time.Second // for all that runs after a commit

	rollbackTimeout = 5 * time.Second
)

// hookedTx is a transaction, or a savepoint in one, that remembers what to do
// once it has committed. A savepoint hands its hooks up when it is released, and
// forgets them when it is rolled back.
type hookedTx struct {
	*pipeline
	savepoint string // its name; "" for the transaction itself
	depth     int
	waitedAt  int // how much waited in the pipeline before the savepoint, while that is unsent
	began     int // the pipeline's round at its beginning
	closed    bool
	owner     any // on whose behalf it was opened: see Within
	parent    *hookedTx
	after     []func(context.Context)
}

// Begin opens a savepoint. It reaches the server with the next statement.
func (t *hookedTx) Begin(context.Context) (pgx.Tx, error) {
	if t.closed {
		return nil, pgx.ErrTxClosed
	}
	inner := &hookedTx{
		pipeline: t.pipeline, savepoint: "sp_" + strconv.Itoa(t.depth+1), depth: t.depth + 1,
		waitedAt: len(t.waiting), began: t.round, parent: t,
	}
	t.later("savepoint " + inner.savepoint)
	return inner, nil
}

// Commit releases a savepoint, or commits the transaction.
func (t *hookedTx) Commit(ctx context.Context) error {
	if t.closed {
		return pgx.ErrTxClosed
	}
	t.closed = true
	if t.parent == nil {
		return t.commit(ctx)
	}
	if t.failed() {
		t.closed = false // so that a rollback goes back to it
		return pgx.ErrTxCommitRollback
	}
	t.later("release savepoint " + t.savepoint)
	t.parent.after = append(t.parent.after, t.after...)
	return nil
}

// Rollback goes back to a savepoint, or undoes the transaction.
func (t *hookedTx) Rollback(ctx context.Context) error {
	if t.closed {
		return pgx.ErrTxClosed
	}
	t.closed = true
	switch {
	case t.parent == nil:
		return t.rollback(ctx)
	case t.began == t.round: // the server never heard of it
		t.waiting = t.waiting[:t.waitedAt]
		return nil
	}
	t.waiting = t.waiting[:0]
	_, err := t.conn.PgConn().Exec(ctx, "rollback to savepoint "+t.savepoint+"; release savepoint "+t.savepoint).ReadAll()
	return err
}

// Exec, Query, QueryRow, SendBatch, CopyFrom, Prepare, LargeObjects and Conn are pgx.Tx.
func (t *hookedTx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if t.closed {
		return pgconn.CommandTag{}, pgx.ErrTxClosed
	}
	return t.exec(ctx, sql, args)
}

func (t *hookedTx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if t.closed {
		return brokenRows{pgx.ErrTxClosed}, pgx.ErrTxClosed
	}
	return t.query(ctx, sql, args)
}

func (t *hookedTx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, _ := t.Query(ctx, sql, args...) // the rows tell the error
	return row{rows}
}

func (t *hookedTx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if t.closed {
		return pgx.FailedBatchResults(b, pgx.ErrTxClosed)
	}
	results, err := t.send(ctx, b.QueuedQueries)
	if err != nil {
		return pgx.FailedBatchResults(b, err)
	}
	return results
}

func (t *hookedTx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if t.closed {
		return 0, pgx.ErrTxClosed
	}
	if err := t.flush(ctx); err != nil {
		return 0, err
	}
	return t.conn.CopyFrom(ctx, table, columns, rows)
}

func (t *hookedTx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	return t.conn.Prepare(ctx, name, sql)
}

func (t *hookedTx) LargeObjects() pgx.LargeObjects {
	panic("db: large objects have no row level security")
}

func (t *hookedTx) Conn() *pgx.Conn { return t.conn }

// Later runs a statement whose result nobody waits for: it reaches the server
// with the transaction's next statement, or with its COMMIT, which then fail of
// its error. The transaction must come from this package.
func Later(tx pgx.Tx, sql string, args ...any) {
	h, ok := tx.(*hookedTx)
	if !ok {
		panic("db: Later needs a transaction that InTx or InTenant opened")
	}
	h.later(sql, args...)
}

// AfterCommit runs fn once the transaction has committed, and never if it does
// not: bells and cache invalidations, whose loss costs latency and no data.
// The transaction must come from this package.
func AfterCommit(tx pgx.Tx, fn func(ctx context.Context)) {
	h, ok := tx.(*hookedTx)
	if !ok {
		panic("db: AfterCommit needs a transaction that InTx or InTenant opened")
	}
	h.after = append(h.after, fn)
}

// opening says how a transaction begins.
type opening struct {
	at    tenancy.Database
	who   uuid.UUID // whose turn it takes
	set   uuid.UUID // the sub-account that row level security lets it see; Nil for none
	owner any       // see Within
}

// run opens a transaction, runs fn in it and commits; it repeats the whole when PostgreSQL reports a serialization
// failure or a deadlock, so fn must have no effect but through tx.
func (s *conns) run(ctx context.Context, o opening, fn func(pgx.Tx) error) error {
	return repeat(func() error { return s.once(ctx, o, fn) })
}

func repeat(try func() error) error {
	var err error
	for range maxTries {
		if err = try(); !repeatable(err) {
			break
		}
	}
	return Classify(err)
}

func (s *conns) once(ctx context.Context, o opening, fn func(pgx.Tx) error) error {
	h := &hookedTx{owner: o.owner}
	if err := s.transact(ctx, o, h, fn); err != nil {
		return err
	}
	// The connection is back by now: whoever waits for it does not wait for Redis.
	if len(h.after) > 0 {
		actx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterTimeout)
		defer cancel()
		for _, fn := range h.after {
			fn(actx)
		}
	}
	return nil
}

func (s *conns) transact(ctx context.Context, o opening, h *hookedTx, fn func(pgx.Tx) error) error {
	held, err := s.hold(ctx, o)
	if err != nil {
		return err
	}
	defer held.release()
	h.pipeline = held.pipeline
	h.begin(o.set)
	defer func() {
		// A no-op after the commit. The request may be gone; the rollback must
		// reach the server all the same, or the connection is lost.
		rctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
		defer cancel()
		_ = h.Rollback(rctx)
	}()
	if err = fn(h); err == nil {
		err = h.Commit(ctx)
	}
	if _, ok := fault.As(err); !ok && held.lost(ctx, err) {
		return errUnavailable.Wrap(err)
	}
	return err
}

// repeatable: 40001 serialization_failure, 40P01 deadlock_detected
// (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
func repeatable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
