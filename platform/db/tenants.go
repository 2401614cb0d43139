package db

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const farewell = time.Second

// TenantsOptions are the limits of a process.
type TenantsOptions struct {
	MaxConns  int           // connections at once over all databases, those at rest included; default 40
	IdleClose time.Duration // a connection at rest for so long is closed; default 2 minutes
	Farewell  time.Duration // for a server to end a process, before another takes its place; default 1 second
	Clock     clock.Clock
}

// Tenants routes a transaction to the database of the context's sub-account. Each database has a pool of connections,
// opened on first use and closed when idle; one cap holds for all of them. When all are in use, sub-accounts take
// turns: one with a thousand waiting transactions delays another's by one.
type Tenants struct {
	locator tenancy.Locator
	conns   *conns
}

// NewTenants makes the router; it opens nothing yet.
func NewTenants(locator tenancy.Locator, opts TenantsOptions) *Tenants {
	if opts.MaxConns == 0 {
		opts.MaxConns = 40
	}
	if opts.IdleClose == 0 {
		opts.IdleClose = 2 * time.Minute
	}
	if opts.Farewell == 0 {
		opts.Farewell = farewell
	}
	if opts.Clock == nil {
		opts.Clock = clock.System()
	}
	return &Tenants{locator: locator, conns: newConns(opts.MaxConns, opts.IdleClose, opts.Farewell, opts.Clock)}
}

// InTenant runs fn in one transaction that sees the rows of the context's
// sub-account and of no other. It is the only way to a tenant's data; without
// a tenant in the context it is a Denied fault. fn may run again after a
// serialization failure.
func (t *Tenants) InTenant(ctx context.Context, fn func(tx pgx.Tx) error) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	fn = rehearsing(ctx, fn)
	owner := tenantOwner{t, tenant.SubAccount}
	if joined, err := join(ctx, owner, fn); joined {
		return err
	}
	place, err := t.locator.Locate(ctx, tenant.SubAccount)
	if err != nil {
		return err
	}
	return t.conns.run(ctx, opening{at: place.Database, who: tenant.SubAccount, set: tenant.SubAccount, owner: owner}, fn)
}

// InDatabase runs fn in one transaction of a database, with no tenant set: row
// level security lets it see nothing, so it serves only for the sweeps of the
// queue and the events, through functions that return sub-account ids alone.
func (t *Tenants) InDatabase(ctx context.Context, database uuid.UUID, fn func(tx pgx.Tx) error) error {
	all, err := t.locator.Databases(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.ID == database {
			return t.conns.run(ctx, opening{at: d, who: d.ID}, rehearsing(ctx, fn))
		}
	}
	return fault.New(fault.NotFound, "database.unknown", "The directory knows no such database.")
}

// Close refuses new transactions and returns when those under way are done and every connection has ended.
func (t *Tenants) Close() { t.conns.close() }
