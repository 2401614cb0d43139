package queue

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// act is what a worker did to a job: claimed it, or tried to complete it.
type act struct {
	job      uuid.UUID
	fence    int64
	complete bool
	at       time.Time // as the worker's clock had it
}

// lot is a job as a single worker at a time would see it.
type lot struct {
	fence int64
	lease time.Time
	done  bool
}

// claimsModel says what claims and completions are allowed to answer, job by
// job, as if one came after the other.
var claimsModel = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byJob := map[uuid.UUID][]porcupine.Operation{}
		for _, op := range history {
			in, _ := op.Input.(act)
			byJob[in.job] = append(byJob[in.job], op)
		}
		var out [][]porcupine.Operation
		for _, ops := range byJob {
			out = append(out, ops)
		}
		return out
	},
	Init: func() any { return lot{} },
	Step: func(state, input, output any) (bool, any) {
		s, _ := state.(lot)
		in, _ := input.(act)
		ok, _ := output.(bool)
		switch {
		case !in.complete: // a claim is only recorded when it was given the job
			allowed := !s.done && in.fence == s.fence+1 && s.lease.Before(in.at)
			return allowed, lot{fence: in.fence, lease: in.at.Add(modelLease)}
		case ok:
			return !s.done && in.fence == s.fence, lot{fence: s.fence, done: true}
		}
		return s.done || in.fence != s.fence, s
	},
	Equal: func(a, b any) bool { return a == b },
}

func TestTheCheckerOfClaimsSeesWhatAMissingFenceWouldDo(t *testing.T) {
	t.Parallel()
	job, nine := uuid.New(), time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	late := nine.Add(modelLease + time.Second)
	claim := func(fence int64, at time.Time) act { return act{job: job, fence: fence, at: at} }
	finish := func(fence int64) act { return act{job: job, fence: fence, complete: true} }
	type step struct {
		act
		ok bool
	}
	for name, tc := range map[string]struct {
		steps []step
		want  bool
	}{
		"one worker after the other":                        {[]step{{claim(1, nine), true}, {claim(2, late), true}, {finish(1), false}, {finish(2), true}}, true},
		"the late worker's completion counts":               {[]step{{claim(1, nine), true}, {claim(2, late), true}, {finish(1), true}}, false},
		"both completions count":                            {[]step{{claim(1, nine), true}, {claim(2, late), true}, {finish(2), true}, {finish(1), true}}, false},
		"a job is given out twice under one fence":          {[]step{{claim(1, nine), true}, {claim(1, late), true}}, false},
		"a job is given out while its lease runs":           {[]step{{claim(1, nine), true}, {claim(2, nine), true}}, false},
		"a job is given out after it was completed":         {[]step{{claim(1, nine), true}, {finish(1), true}, {claim(2, late), true}}, false},
		"a completion under a fence that holds is refused":  {[]step{{claim(1, nine), true}, {finish(1), false}}, false},
		"nobody claimed it and it is complete all the same": {[]step{{finish(1), true}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var history []porcupine.Operation
			for i, s := range tc.steps {
				history = append(history, porcupine.Operation{Input: s.act, Output: s.ok, Call: int64(2 * i), Return: int64(2*i + 1)})
			}
			if got := porcupine.CheckOperations(claimsModel, history); got != tc.want {
				t.Errorf("linearizable: %t", got)
			}
		})
	}
}

// crowd is workers that claim, dawdle past their leases and complete, all at
// once, and what each of them was answered.
type crowd struct {
	ctx     context.Context
	tenants *db.Tenants
	sub     uuid.UUID
	clock   *clock.Fake

	mu      sync.Mutex
	began   time.Time
	history []porcupine.Operation
}

func (c *crowd) record(worker int, call time.Duration, in act, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history = append(c.history, porcupine.Operation{
		ClientId: worker, Input: in, Output: ok, Call: int64(call), Return: int64(time.Since(c.began)),
	})
}

func (c *crowd) work(worker int, rounds int) error {
	random := rand.New(rand.NewPCG(uint64(worker), 7))
	var mine []claimed
	for range rounds {
		call, now := time.Since(c.began), c.clock.Now()
		var got []claimed
		err := c.tenants.InTenant(c.ctx, func(tx pgx.Tx) (err error) {
			got, err = claim(c.ctx, tx, c.sub, Automation, now, modelLease, 3)
			return err
		})
		if err != nil {
			return err
		}
		for _, j := range got {
			c.record(worker, call, act{job: j.ID, fence: j.Fence, at: now}, true)
		}
		mine = append(mine, got...)
		if random.IntN(3) == 0 {
			c.clock.Advance(modelLease + time.Second) // everybody's leases run out
		}
		for len(mine) > 0 && random.IntN(3) > 0 {
			i := random.IntN(len(mine))
			if err := c.complete(worker, mine[i]); err != nil {
				return err
			}
			mine = append(mine[:i], mine[i+1:]...)
		}
	}
	return nil
}

func (c *crowd) complete(worker int, j claimed) error {
	call, done := time.Since(c.began), 0
	err := c.tenants.InTenant(c.ctx, func(tx pgx.Tx) (err error) {
		done, err = finish(c.ctx, tx, c.sub, []claimed{j}, c.clock.Now())
		return err
	})
	if err == nil {
		c.record(worker, call, act{job: j.ID, fence: j.Fence, complete: true}, done == 1)
	}
	return err
}

func TestClaimsAndCompletionsOfACrowdAreLinearizable(t *testing.T) {
	t.Parallel()
	const workers, jobs = 6, 40
	tenant := tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}
	locator := tenancy.Static{{Tenant: tenant, Database: tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(t).App}}}
	tenants := db.NewTenants(locator, db.TenantsOptions{})
	t.Cleanup(tenants.Close)
	c := &crowd{
		ctx: tenancy.WithTenant(t.Context(), tenant), tenants: tenants, sub: tenant.SubAccount, began: time.Now(),
		clock: clock.NewFake(time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)),
	}
	payloads := make([]Payload, jobs)
	for i := range payloads {
		payloads[i] = modelPayload{}
	}
	err := tenants.InTenant(c.ctx, func(tx pgx.Tx) error {
		_, err := New(NewLocalRing(), c.clock).EnqueueMany(c.ctx, tx, payloads)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	errs := make([]error, workers)
	for i := range workers {
		all.Go(func() { errs[i] = c.work(i, 30) })
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, op := range c.history {
		if ok, _ := op.Output.(bool); !ok {
			refused++
		}
	}
	if refused == 0 {
		t.Error("no lease ran out in a worker's hands: the history proves nothing")
	}
	if !porcupine.CheckOperations(claimsModel, c.history) {
		t.Errorf("%d operations are not linearizable", len(c.history))
	}
}
