package db

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Reader reads. pgx.Tx is one too, so what only reads may run alone or as a
// part of a transaction.
type Reader interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Read runs fn, which only reads, without a transaction around it: each query
// is one round trip and sees what was committed before it, of the context's
// sub-account alone. Under Within it reads in that transaction. Errors are
// those of InTenant.
func (t *Tenants) Read(ctx context.Context, fn func(r Reader) error) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	owner := tenantOwner{t, tenant.SubAccount}
	if joined, err := join(ctx, owner, func(tx pgx.Tx) error { return fn(tx) }); joined {
		return err
	}
	place, err := t.locator.Locate(ctx, tenant.SubAccount)
	if err != nil {
		return err
	}
	return t.conns.read(ctx, opening{at: place.Database, who: tenant.SubAccount, set: tenant.SubAccount}, fn)
}

// Read is Tenants.Read for the control database.
func (c *Control) Read(ctx context.Context, fn func(r Reader) error) error {
	if joined, err := join(ctx, c, func(tx pgx.Tx) error { return fn(tx) }); joined {
		return err
	}
	return c.conns.read(ctx, opening{at: c.at}, fn)
}

func (s *conns) read(ctx context.Context, o opening, fn func(Reader) error) error {
	return repeat(func() error {
		h, err := s.hold(ctx, o)
		if err != nil {
			return err
		}
		defer h.release()
		err = fn(reader{h.pipeline, o.set})
		if _, ok := fault.As(err); !ok && h.lost(ctx, err) {
			return errUnavailable.Wrap(err)
		}
		return err
	})
}

// reader sends each query with the tenant's setting in one message, which is a
// transaction by itself.
type reader struct {
	*pipeline
	set uuid.UUID
}

func (r reader) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	for {
		if r.set != uuid.Nil {
			r.tenant(r.set)
		}
		r.begun = false // a query that got no answer may be asked again
		results, err := r.send(ctx, one(sql, args))
		if err != nil {
			return brokenRows{err}, err
		}
		rows, err := results.Query()
		if err == nil {
			return &lastRows{Rows: rows, results: results}, nil
		}
		_ = results.Close() // the error is the query's
		if !r.conn.IsClosed() || ctx.Err() != nil {
			return rows, err
		}
		if again := r.renew(ctx); again != nil {
			return brokenRows{again}, again
		}
	}
}

func (r reader) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	rows, _ := r.Query(ctx, sql, args...) // the rows tell the error
	return row{rows}
}
