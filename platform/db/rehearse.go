package db

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
)

type rehearsalKey struct{}

// ErrRehearsed ends a transaction that would have committed in a rehearsal: nothing in it was refused.
var ErrRehearsed = errors.New("db: rehearsed, and rolled back")

// Rehearse gives a context in which nothing that was changed commits: a transaction that is opened under it runs as
// ever, is rolled back at its end and is answered with ErrRehearsed, or with the error of what was refused in it. So a
// verb can be asked what it would refuse. What only reads is as ever; Outside leaves the rehearsal.
func Rehearse(ctx context.Context) context.Context {
	return context.WithValue(ctx, rehearsalKey{}, true)
}

// Rehearsed is ErrRehearsed in a rehearsal, else nil: a verb asks before an effect that no rollback undoes, and before
// long work that refuses nothing more.
func Rehearsed(ctx context.Context) error {
	if ctx.Value(rehearsalKey{}) == true {
		return ErrRehearsed
	}
	return nil
}

// rehearsing keeps fn from being committed where the context is one of a rehearsal.
func rehearsing(ctx context.Context, fn func(pgx.Tx) error) func(pgx.Tx) error {
	if Rehearsed(ctx) == nil {
		return fn
	}
	return func(tx pgx.Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		// A transaction has a number once it has changed or locked something.
		var changed bool
		err := tx.QueryRow(ctx, `select pg_current_xact_id_if_assigned() is not null`).Scan(&changed)
		if err != nil || !changed {
			return err
		}
		return ErrRehearsed
	}
}
