package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	maxTries     = 4               // of a transaction that PostgreSQL asks to repeat
	afterTimeout = 5 * time.Second // for all that runs after a commit
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

// run opens a transaction with the given first statement, runs fn in it and
// commits; it repeats the whole when PostgreSQL reports a serialization
// failure or a deadlock, so fn must have no effect but through tx.
func run(ctx context.Context, pool *pgxpool.Pool, begin string, owner any, fn func(pgx.Tx) error) error {
	return repeat(func() error { return once(ctx, pool, begin, owner, fn) })
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

func once(ctx context.Context, pool *pgxpool.Pool, begin string, owner any, fn func(pgx.Tx) error) error {
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{BeginQuery: begin})
	if err != nil {
		return err
	}
	h := &hookedTx{Tx: tx, owner: owner}
	defer func() {
		// A no-op after the commit. The request may be gone; the rollback must
		// reach the server all the same, or the connection is lost to the pool.
		_ = tx.Rollback(context.WithoutCancel(ctx))
	}()
	if err := fn(h); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	if len(h.after) > 0 {
		actx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterTimeout)
		defer cancel()
		for _, fn := range h.after {
			fn(actx)
		}
	}
	return nil
}

// repeatable: 40001 serialization_failure, 40P01 deadlock_detected
// (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
func repeatable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}
