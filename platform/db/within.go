package db

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

type (
	withinKey  struct{} // the transaction to join: *hookedTx
	holdingKey struct{} // present: whoever runs under it may hold a connection
)

// tenantOwner is on whose behalf InTenant opens a transaction.
type tenantOwner struct {
	tenants    *Tenants
	subAccount uuid.UUID
}

// Within makes the verbs that run under the context part of an open
// transaction: where one of them asks the same Control, or the same Tenants for
// the same sub-account, for a transaction, it gets a savepoint of this one. So
// what a verb changes, and what its caller adds, commit together or not at all.
//
// A transaction serves one goroutine: the context must not reach a second one.
// The transaction must come from this package; one of InDatabase is joined by
// nobody.
func Within(ctx context.Context, tx pgx.Tx) context.Context {
	if h, ok := tx.(*hookedTx); ok {
		return context.WithValue(context.WithValue(ctx, withinKey{}, h), holdingKey{}, true)
	}
	return ctx
}

// holds tells whether the context's caller may hold a connection while it asks for another.
func holds(ctx context.Context) bool { return ctx.Value(holdingKey{}) != nil }

// join runs fn in a savepoint of the context's open transaction, if there is
// one of this owner. A deadlock repeats the savepoint alone: rolling back to it
// gives its locks free.
func join(ctx context.Context, owner any, fn func(pgx.Tx) error) (joined bool, err error) {
	outer, ok := ctx.Value(withinKey{}).(*hookedTx)
	if !ok || outer.owner != owner {
		return false, nil
	}
	return true, repeat(func() error { return savepoint(ctx, outer, fn) })
}

func savepoint(ctx context.Context, outer *hookedTx, fn func(pgx.Tx) error) error {
	tx, err := outer.Begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // a no-op after the commit
	if err := fn(tx); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// Outside takes the context out of the transaction that Within put it in, and out of a rehearsal, for work that other goroutines share or that
// must not see what isn't committed: the load of a cache. Such work draws on the connections that are kept for those
// who hold one already, whoever begins it: all who hold one may be waiting for it.
func Outside(ctx context.Context) context.Context {
	for _, key := range []any{withinKey{}, rehearsalKey{}} {
		ctx = context.WithValue(ctx, key, nil)
	}
	return context.WithValue(ctx, holdingKey{}, true)
}
