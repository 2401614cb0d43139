package db

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// TenantsOptions are the limits of a process.
type TenantsOptions struct {
	MaxConns  int           // connections in use at once, over all databases; default 40
	IdleClose time.Duration // a pool unused for so long is closed; default 5 minutes
	Clock     clock.Clock
}

// Tenants routes a transaction to the database of the context's sub-account.
// Each database has a pool, opened on first use; one cap holds for all of them,
// and whoever comes first is served first.
type Tenants struct {
	locator tenancy.Locator
	opts    TenantsOptions
	turns   *semaphore.Weighted

	mu    sync.Mutex
	pools map[uuid.UUID]*tenantPool
}

type tenantPool struct {
	*pgxpool.Pool
	dsn      string
	users    int
	lastUsed time.Time
}

// NewTenants makes the router; it opens nothing yet.
func NewTenants(locator tenancy.Locator, opts TenantsOptions) *Tenants {
	if opts.MaxConns == 0 {
		opts.MaxConns = 40
	}
	if opts.IdleClose == 0 {
		opts.IdleClose = 5 * time.Minute
	}
	if opts.Clock == nil {
		opts.Clock = clock.System()
	}
	return &Tenants{
		locator: locator,
		opts:    opts,
		turns:   semaphore.NewWeighted(int64(opts.MaxConns)),
		pools:   map[uuid.UUID]*tenantPool{},
	}
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
	owner := tenantOwner{t, tenant.SubAccount}
	if joined, err := join(ctx, owner, fn); joined {
		return err
	}
	place, err := t.locator.Locate(ctx, tenant.SubAccount)
	if err != nil {
		return err
	}
	// One simple-protocol message opens the transaction and sets the tenant. A
	// uuid.UUID prints as hex and dashes alone, so it needs no quoting.
	begin := fmt.Sprintf("begin; select set_config('omnicrm.sub_account', '%s', true)", tenant.SubAccount)
	return t.with(ctx, place.Database, begin, owner, fn)
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
			return t.with(ctx, d, "begin", nil, fn)
		}
	}
	return fault.New(fault.NotFound, "database.unknown", "The directory knows no such database.")
}

func (t *Tenants) with(ctx context.Context, d tenancy.Database, begin string, owner any, fn func(pgx.Tx) error) error {
	if err := t.turns.Acquire(ctx, 1); err != nil {
		return errUnavailable.Wrap(err)
	}
	defer t.turns.Release(1)
	pool, err := t.borrow(ctx, d)
	if err != nil {
		return Classify(err)
	}
	defer t.giveBack(pool)
	return run(ctx, pool.Pool, begin, owner, fn)
}

// borrow finds or opens the pool of a database. A changed DSN (a rotated
// password, a move) replaces the pool; the old one closes when its last user
// is done.
func (t *Tenants) borrow(ctx context.Context, d tenancy.Database) (*tenantPool, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p, ok := t.pools[d.ID]
	if ok && p.dsn != d.DSN {
		t.retire(d.ID)
		ok = false
	}
	if !ok {
		var err error
		if p, err = t.open(ctx, d); err != nil {
			return nil, err
		}
		t.makeRoom()
		t.pools[d.ID] = p
	}
	p.users++
	p.lastUsed = t.opts.Clock.Now()
	return p, nil
}

func (t *Tenants) open(ctx context.Context, d tenancy.Database) (*tenantPool, error) {
	cfg, err := pgxpool.ParseConfig(d.DSN)
	if err != nil {
		return nil, err
	}
	cfg.MaxConns = int32(t.opts.MaxConns)
	cfg.MinConns = 0
	cfg.MaxConnIdleTime = 30 * time.Second
	cfg.HealthCheckPeriod = 15 * time.Second
	cfg.ConnConfig.ConnectTimeout = connectTimeout
	// The pool outlives the request that happened to open it.
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(ctx), cfg)
	if err != nil {
		return nil, err
	}
	return &tenantPool{Pool: pool, dsn: d.DSN}, nil
}

func (t *Tenants) giveBack(p *tenantPool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	p.users--
	p.lastUsed = t.opts.Clock.Now()
}

// makeRoom closes what nobody has used for IdleClose and, while all pools
// together hold as many connections as the cap, the longest unused ones.
func (t *Tenants) makeRoom() {
	now := t.opts.Clock.Now()
	for id, p := range t.pools {
		if p.users == 0 && now.Sub(p.lastUsed) >= t.opts.IdleClose {
			t.retire(id)
		}
	}
	for t.held() >= t.opts.MaxConns {
		var oldest uuid.UUID
		for id, p := range t.pools {
			if p.users == 0 && (oldest == uuid.Nil || p.lastUsed.Before(t.pools[oldest].lastUsed)) {
				oldest = id
			}
		}
		if oldest == uuid.Nil {
			return
		}
		t.retire(oldest)
	}
}

func (t *Tenants) held() (n int) {
	for _, p := range t.pools {
		n += int(p.Stat().TotalConns())
	}
	return n
}

// retire forgets a pool and closes it in the background, since Close waits for
// the connections in use.
func (t *Tenants) retire(id uuid.UUID) {
	p := t.pools[id]
	delete(t.pools, id)
	go p.Close()
}

// CloseIdle closes the pools that nobody has used for IdleClose; a process
// calls it now and then.
func (t *Tenants) CloseIdle() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.makeRoom()
}

// Open is how many pools are open.
func (t *Tenants) Open() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.pools)
}

// Close ends every pool, after waiting for the connections in use.
func (t *Tenants) Close() {
	t.mu.Lock()
	pools := t.pools
	t.pools = map[uuid.UUID]*tenantPool{}
	t.mu.Unlock()
	for _, p := range pools {
		p.Close()
	}
}
