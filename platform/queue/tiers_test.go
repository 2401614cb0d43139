package queue_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestTiersAreRead(t *testing.T) {
	t.Parallel()
	got, err := queue.ParseTiers("Standard=1/10, Gold=16/500")
	if diff := cmp.Diff(queue.Tiers{"Standard": {Weight: 1, InFlight: 10}, "Gold": {Weight: 16, InFlight: 500}}, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	for _, wrong := range []string{"", "Gold=1/10", "Standard", "Standard=0/1", "Standard=17/1", "Standard=1/0", "Standard=1/1,=1/1", "Standard=a/b"} {
		if _, err := queue.ParseTiers(wrong); err == nil {
			t.Errorf("%q is taken for tiers", wrong)
		}
	}
}

// tally counts jobs by sub-account.
type tally struct {
	mu    sync.Mutex
	jobs  map[uuid.UUID]int
	order []uuid.UUID
}

func (c *tally) count(ctx context.Context) int {
	tenant, _ := tenancy.From(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jobs[tenant.SubAccount]++
	c.order = append(c.order, tenant.SubAccount)
	return len(c.order)
}

func (c *tally) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.order)
}

// join adds sub-accounts of a tier to the night.
func (n *night) join(tier string, how int) (out []tenancy.Placement) {
	for range how {
		p := n.locator[0]
		p.Tenant, p.Tier = tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}, tier
		n.locator = append(n.locator, p)
		out = append(out, p)
	}
	n.tenants.Close()
	n.tenants = db.NewTenants(n.locator, db.TenantsOptions{})
	n.t.Cleanup(n.tenants.Close)
	return out
}

func (n *night) enqueueMany(p tenancy.Placement, on queue.Name, how int) {
	n.t.Helper()
	ctx := tenancy.WithTenant(n.t.Context(), p.Tenant)
	payloads := make([]queue.Payload, how)
	for i := range payloads {
		payloads[i] = greet{fmt.Sprint(i)}
	}
	n.in(ctx, func(tx pgx.Tx) error {
		_, err := n.queue.EnqueueMany(ctx, tx, payloads, queue.On(on))
		return err
	})
}

func TestAPremiumTenantHasItsMultipleOfTurns(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.tiers = queue.Tiers{queue.StandardTier: {Weight: 1}, "Premium": {Weight: 4}}
	rich := n.join("Premium", 1)[0]
	others := n.join(queue.StandardTier, 6)
	n.enqueueMany(rich, queue.Bulk, 500)
	for _, p := range others {
		n.enqueueMany(p, queue.Bulk, 500)
	}
	const enough = 700
	c := &tally{jobs: map[uuid.UUID]int{}}
	queue.Register(n.registry, func(ctx context.Context, _ queue.Job[greet]) error {
		n.job(n.ada, uuid.New()) // a round trip, so that slots are scarce
		c.count(ctx)
		return nil
	})
	o := n.options()
	o.Slots, o.Batch = map[queue.Name]int{queue.Bulk: 16}, 2
	n.workers(func() bool { return c.total() >= enough }, o)
	first := map[uuid.UUID]int{}
	for _, sub := range c.order[:enough] {
		first[sub]++
	}
	average := float64(enough-first[rich.SubAccount]) / float64(len(others))
	if ratio := float64(first[rich.SubAccount]) / average; ratio < 2.5 || ratio > 5.5 {
		t.Errorf("with a weight of 4 it had %.1f times the jobs: %v", ratio, first)
	}
}

func TestACapHoldsOverAllQueuesAndWorkers(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.tiers = queue.Tiers{queue.StandardTier: {InFlight: 3}}
	var most, running atomicMax
	together := make(chan struct{})
	meet := sync.OnceFunc(func() { close(together) })
	queue.Register(n.registry, func(ctx context.Context, _ queue.Job[greet]) error {
		now := running.add(1)
		most.raise(now)
		if now > 1 {
			meet()
		}
		select { // the first waits for another: more than one at a time there must be
		case <-together:
		case <-ctx.Done():
		}
		n.job(n.ada, uuid.New()) // a round trip, so that they overlap
		running.add(-1)
		return nil
	})
	for _, name := range queue.Names {
		n.enqueueMany(n.locator[0], name, 15)
	}
	n.workers(func() bool {
		n.sweep()
		return n.pending(n.ada) == 0
	}, n.options(), n.options(), n.options())
	if got := most.value(); got < 2 || got > 3 {
		t.Errorf("%d ran at once, want 3 at most, and more than one", got)
	}
	var left int
	n.in(n.ada, func(tx pgx.Tx) error {
		return tx.QueryRow(n.ada, `select count(*) from job_hold`).Scan(&left)
	})
	if left > 0 {
		t.Errorf("%d workers are said to hold something still", left)
	}
}

func TestAnUnknownTierCountsAsStandardAndIsToldOnce(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.tiers = queue.Tiers{queue.StandardTier: {InFlight: 1}}
	p := n.join("Platinum", 1)[0]
	n.enqueueMany(p, queue.Automation, 5)
	var most, running atomicMax
	queue.Register(n.registry, func(context.Context, queue.Job[greet]) error {
		most.raise(running.add(1))
		n.job(n.ada, uuid.New())
		running.add(-1)
		return nil
	})
	var log bytes.Buffer
	o := n.options()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	n.workers(func() bool {
		n.sweep()
		return n.pending(tenancy.WithTenant(t.Context(), p.Tenant)) == 0
	}, o)
	if most.value() != 1 {
		t.Errorf("%d ran at once", most.value())
	}
	if told := strings.Count(log.String(), "tier=Platinum"); told != 1 {
		t.Errorf("told %d times:\n%s", told, log.String())
	}
}

// One tenant's campaign is 100,000 jobs, nineteen others have ten each: in turns,
// the nineteen are done before the campaign has had three turns more than they.
func TestNineteenSmallTenantsDontWaitForABigOne(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	n.tiers = queue.DefaultTiers()
	all := n.join(queue.StandardTier, 20)
	n.in(tenancy.WithTenant(t.Context(), all[0].Tenant), func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `
			insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, actor, created_at)
			select $1, gen_random_uuid(), 'bulk', 'test.greet', '{}', $2, 16, '{}', $2 from generate_series(1, 100000)`,
			all[0].SubAccount, n.clock.Now())
		return err
	})
	n.sweep()
	for _, p := range all[1:] {
		n.enqueueMany(p, queue.Bulk, 10)
	}
	c := &tally{jobs: map[uuid.UUID]int{}}
	small := 0
	done := make(chan struct{})
	queue.Register(n.registry, func(ctx context.Context, _ queue.Job[greet]) error {
		c.count(ctx)
		c.mu.Lock()
		defer c.mu.Unlock()
		if tenant, _ := tenancy.From(ctx); tenant.SubAccount != all[0].SubAccount {
			if small++; small == 190 {
				close(done)
			}
		}
		return nil
	})
	n.workers(func() bool {
		select {
		case <-done:
			return true
		default:
			return n.pending(n.bob) > 0 // never: a round trip, so as not to spin
		}
	}, n.options())
	c.mu.Lock()
	defer c.mu.Unlock()
	before, seen := 0, 0
	for _, sub := range c.order {
		if sub == all[0].SubAccount {
			before++
		} else if seen++; seen == 190 {
			break
		}
	}
	// Ten jobs fit in a turn of 16; the big one's turns come between theirs.
	if before > 5*16 {
		t.Errorf("the campaign had %d jobs before the nineteen were done", before)
	}
}
