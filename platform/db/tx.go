package db

import (
	"context"
	"errors"
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

// hookedTx is a transaction that remembers what to do once it has committed.
// A savepoint hands its hooks up when it is released, and forgets them when it
// is rolled back.
type hookedTx struct {
	pgx.Tx
	owner  any // on whose behalf it was opened: see Within
	parent *hookedTx
	after  []func(context.Context)
}

// Begin opens a savepoint.
func (t *hookedTx) Begin(ctx context.Context) (pgx.Tx, error) {
	tx, err := t.Tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return &hookedTx{Tx: tx, parent: t}, nil
}

// Commit releases a savepoint, or commits the transaction.
func (t *hookedTx) Commit(ctx context.Context) error {
	if err := t.Tx.Commit(ctx); err != nil {
		return err
	}
	if t.parent != nil {
		t.parent.after = append(t.parent.after, t.after...)
	}
	return nil
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
	begin string    // the first statement, with the tenant to set
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
	who := caller{who: o.who, nested: holds(ctx)}
	c, tx, err := s.begin(ctx, o.at, who, o.begin)
	if err != nil {
		return err
	}
	defer s.release(c, who)
	h.Tx = tx
	defer func() {
		// A no-op after the commit. The request may be gone; the rollback must
		// reach the server all the same, or the connection is lost.
		rctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
		defer cancel()
		_ = tx.Rollback(rctx)
	}()
	if err = fn(h); err == nil {
		err = tx.Commit(ctx)
	}
	if _, ok := fault.As(err); !ok && broken(ctx, c, err) {
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
