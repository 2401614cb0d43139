package queue

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

const modelLease = 30 * time.Second

// modelJob is a job as the model has it.
type modelJob struct {
	State     string
	RunAt     time.Time
	Attempt   int
	Fence     int64
	Lease     time.Time // zero: nobody holds it
	Key       string
	Keep      bool
	Cancelled bool // asked for
}

// life is the ledger of one sub-account beside a model of it: every action is
// done to both, and both are compared after each.
type life struct {
	ctx     context.Context
	sub     uuid.UUID
	tenants *db.Tenants
	queue   *Queue
	ledger  *Ledger
	clock   *clock.Fake
	jobs    map[uuid.UUID]*modelJob
	claims  []claimed // all there ever were: stale ones are tried too
}

func (l *life) tx(t *rapid.T, fn func(tx pgx.Tx) error) error {
	t.Helper()
	err := l.tenants.InTenant(l.ctx, fn)
	if err != nil && !errors.Is(err, ErrFenced) {
		t.Fatal(err)
	}
	return err
}

// unfinished finds the pending job of a key.
func (l *life) unfinished(key string) (uuid.UUID, bool) {
	for id, j := range l.jobs {
		if j.Key == key && j.State == "pending" {
			return id, true
		}
	}
	return uuid.Nil, false
}

func (l *life) enqueue(t *rapid.T) {
	delay := rapid.SampledFrom([]time.Duration{0, 0, time.Minute}).Draw(t, "delay")
	key := rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "key")
	keep := rapid.Bool().Draw(t, "keep")
	opts := []Option{At(l.clock.Now().Add(delay)), MaxAttempts(3)}
	if key != "" {
		opts = append(opts, Unique(key))
	}
	if keep {
		opts = append(opts, Keep())
	}
	var id uuid.UUID
	_ = l.tx(t, func(tx pgx.Tx) (err error) {
		id, err = l.queue.Enqueue(l.ctx, tx, modelPayload{}, opts...)
		return err
	})
	if other, ok := l.unfinished(key); key != "" && ok {
		if id != other {
			t.Fatalf("a second job under the key %s", key)
		}
		return
	}
	l.jobs[id] = &modelJob{State: "pending", RunAt: l.clock.Now().Add(delay), Key: key, Keep: keep}
}

type modelPayload struct{}

func (modelPayload) Kind() string { return "model" }

func (l *life) claim(t *rapid.T) {
	most, now := rapid.IntRange(1, 3).Draw(t, "most"), l.clock.Now()
	var got []claimed
	_ = l.tx(t, func(tx pgx.Tx) (err error) {
		got, err = claim(l.ctx, tx, l.sub, Automation, now, modelLease, most)
		return err
	})
	due := 0
	for _, j := range l.jobs {
		if j.State == "pending" && !j.RunAt.After(now) && j.Lease.Before(now) {
			due++
		}
	}
	if len(got) != min(due, most) {
		t.Fatalf("claimed %d of %d due, at most %d", len(got), due, most)
	}
	for _, c := range got {
		j := l.jobs[c.ID]
		if j.State != "pending" || j.RunAt.After(now) || !j.Lease.Before(now) {
			t.Fatalf("claimed what was not to be had: %+v", j)
		}
		j.Fence, j.Attempt, j.Lease = j.Fence+1, j.Attempt+1, now.Add(modelLease)
	}
	l.claims = append(l.claims, got...)
}

// held draws one of the claims there ever were, and tells whether it still
// holds.
func (l *life) held(t *rapid.T) (claimed, *modelJob, bool) {
	if len(l.claims) == 0 {
		t.Skip("nothing was claimed yet")
	}
	c := rapid.SampledFrom(l.claims).Draw(t, "claim")
	j := l.jobs[c.ID]
	return c, j, j != nil && j.State == "pending" && j.Fence == c.Fence
}

func (l *life) complete(t *rapid.T) {
	c, j, holds := l.held(t)
	var done int
	_ = l.tx(t, func(tx pgx.Tx) (err error) {
		done, err = finish(l.ctx, tx, l.sub, []claimed{c}, l.clock.Now())
		return err
	})
	if (done == 1) != holds {
		t.Fatalf("a completion under fence %d of %+v counted %d", c.Fence, j, done)
	}
	if holds && j.Keep {
		j.State, j.Lease = "completed", time.Time{}
	} else if holds {
		delete(l.jobs, c.ID)
	}
}

// end settles a claim with an error, as the worker would.
func (l *life) end(cause error) func(*rapid.T) {
	return func(t *rapid.T) {
		c, j, holds := l.held(t)
		o := decide(cause, c.Attempt, c.MaxAttempts, l.clock.Now())
		err := l.tx(t, func(tx pgx.Tx) error { return settle(l.ctx, tx, c, o) })
		if errors.Is(err, ErrFenced) == holds {
			t.Fatalf("%v: settling under fence %d of %+v: %v", cause, c.Fence, j, err)
		}
		if !holds {
			return
		}
		j.State, j.Lease, j.Attempt, j.Fence = o.state, time.Time{}, j.Attempt-o.giveBack, j.Fence+1
		if o.runAt != nil {
			j.RunAt = o.runAt.Truncate(time.Microsecond) // as the ledger has it
		}
	}
}

func (l *life) handBack(t *rapid.T) {
	c, j, holds := l.held(t)
	_ = l.tx(t, func(tx pgx.Tx) error { return giveBack(l.ctx, tx, l.sub, []claimed{c}) })
	if holds {
		j.Lease, j.Attempt, j.Fence = time.Time{}, j.Attempt-1, j.Fence+1
	}
}

func (l *life) prolong(t *rapid.T) {
	c, j, holds := l.held(t)
	until := l.clock.Now().Add(modelLease)
	var ours map[uuid.UUID]bool
	_ = l.tx(t, func(tx pgx.Tx) (err error) {
		ours, err = prolong(l.ctx, tx, l.sub, uuid.New(), []claimed{c}, until)
		return err
	})
	cancelled, still := ours[c.ID]
	if still != holds || (holds && cancelled != j.Cancelled) {
		t.Fatalf("prolonging under fence %d of %+v: %v", c.Fence, j, ours)
	}
	if holds {
		j.Lease = until
	}
}

// some draws one of the jobs there are.
func (l *life) some(t *rapid.T) (uuid.UUID, *modelJob) {
	if len(l.jobs) == 0 {
		t.Skip("there is no job")
	}
	ids := slices.SortedFunc(maps.Keys(l.jobs), func(a, b uuid.UUID) int { return slices.Compare(a[:], b[:]) })
	id := rapid.SampledFrom(ids).Draw(t, "job")
	return id, l.jobs[id]
}

func (l *life) replay(t *rapid.T) {
	id, j := l.some(t)
	_, taken := l.unfinished(j.Key)
	err := l.ledger.Replay(l.ctx, id)
	switch {
	case j.State != "parked", j.Key != "" && taken:
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("replaying %+v: %v", j, err)
		}
	case err != nil:
		t.Fatal(err)
	default:
		j.State, j.Attempt, j.RunAt, j.Lease, j.Cancelled = "pending", 0, l.clock.Now(), time.Time{}, false
	}
}

func (l *life) cancel(t *rapid.T) {
	id, j := l.some(t)
	err := l.ledger.Cancel(l.ctx, id)
	switch {
	case j.State != "pending":
		if !fault.Is(err, fault.Conflict) {
			t.Fatalf("cancelling %+v: %v", j, err)
		}
	case err != nil:
		t.Fatal(err)
	default:
		j.Cancelled = true
		if j.Lease.Before(l.clock.Now()) {
			j.State = "cancelled"
		}
	}
}

func (l *life) pass(t *rapid.T) {
	l.clock.Advance(rapid.SampledFrom([]time.Duration{time.Second, modelLease / 2, modelLease + time.Microsecond, time.Hour}).Draw(t, "pass"))
}

// check compares the whole ledger with the model. A lease that nobody can hold
// any more is of no meaning.
func (l *life) check(t *rapid.T) {
	got := map[string]string{}
	_ = l.tx(t, func(tx pgx.Tx) error {
		rows, err := tx.Query(l.ctx, `select id, state, run_at, attempt, fence, lease_until, cancel_requested from job where sub_account_id = $1`, l.sub)
		if err != nil {
			return err
		}
		var id uuid.UUID
		var lease *time.Time
		var j modelJob
		_, err = pgx.ForEachRow(rows, []any{&id, &j.State, &j.RunAt, &j.Attempt, &j.Fence, &lease, &j.Cancelled}, func() error {
			j.Lease = time.Time{}
			if lease != nil {
				j.Lease = *lease
			}
			got[id.String()] = j.line()
			return nil
		})
		return err
	})
	want := map[string]string{}
	for id, j := range l.jobs {
		want[id.String()] = j.line()
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("model and ledger differ (-model +ledger):\n%s", diff)
	}
}

func (j modelJob) line() string {
	lease := "free"
	if j.State == "pending" && !j.Lease.IsZero() {
		lease = j.Lease.UTC().Format(time.TimeOnly)
	}
	return fmt.Sprintf("%s at %s, attempt %d, fence %d, %s, cancelled %t", j.State, j.RunAt.UTC().Format(time.RFC3339Nano), j.Attempt, j.Fence, lease, j.Cancelled)
}

func TestTheLifeOfJobsIsThatOfTheModel(t *testing.T) {
	t.Parallel()
	place := tenancy.Placement{Database: tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(t).App}, Status: tenancy.Active}
	anyone := everyone{place}
	tenants := db.NewTenants(anyone, db.TenantsOptions{})
	t.Cleanup(tenants.Close)
	rapid.Check(t, func(t *rapid.T) {
		sub := uuid.New()
		now := clock.NewFake(time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC))
		bell := NewLocalRing()
		l := &life{
			ctx: tenancy.WithTenant(context.Background(), tenancy.Tenant{SubAccount: sub, Agency: uuid.New()}), sub: sub,
			tenants: tenants, queue: New(bell, now), ledger: NewLedger(tenants, bell, now), clock: now, jobs: map[uuid.UUID]*modelJob{},
		}
		t.Repeat(map[string]func(*rapid.T){
			"enqueue": l.enqueue, "claim": l.claim, "claim more": l.claim, "complete": l.complete, "hand back": l.handBack,
			"snooze": l.end(Snooze(time.Minute)), "fail": l.end(errors.New("broken")), "discard": l.end(Discard("void")),
			"stop": l.end(errStopping), "end cancelled": l.end(ErrCancelled), "prolong": l.prolong,
			"replay": l.replay, "cancel": l.cancel, "pass": l.pass, "": l.check,
		})
	})
}

// everyone is a locator that finds every sub-account in one database.
type everyone struct{ place tenancy.Placement }

func (e everyone) Locate(_ context.Context, sub uuid.UUID) (tenancy.Placement, error) {
	e.place.Tenant = tenancy.Tenant{SubAccount: sub}
	return e.place, nil
}

func (e everyone) Databases(context.Context) ([]tenancy.Database, error) {
	return []tenancy.Database{e.place.Database}, nil
}
