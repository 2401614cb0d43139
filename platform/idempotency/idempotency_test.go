package idempotency_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/idempotency"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// desk is a tenant whose effect is a row of event_cursor: there can be one.
type desk struct {
	ctx     context.Context
	tenants *db.Tenants
	keeper  *idempotency.Keeper
	clock   *clock.Fake
	sub     uuid.UUID
	done    atomic.Int32 // how often act ran
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	keyset, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	box, err := secrets.NewBox(keyset)
	if err != nil {
		t.Fatal(err)
	}
	at := tenancy.Placement{
		Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
		Database: tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(t).App}, Status: tenancy.Active,
	}
	c := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	tenants := db.NewTenants(tenancy.Static{at}, db.TenantsOptions{Clock: c})
	t.Cleanup(tenants.Close)
	return &desk{
		ctx: tenancy.WithTenant(t.Context(), at.Tenant), tenants: tenants, clock: c,
		keeper: idempotency.New(box, c), sub: at.SubAccount,
	}
}

func (d *desk) request(key, what string) idempotency.Request {
	return idempotency.Request{Tenant: d.sub, Principal: "person:ada", Key: key, Fingerprint: []byte(what)}
}

// effect is a verb: it opens its own transaction, as every verb does.
func (d *desk) effect(ctx context.Context) error {
	d.done.Add(1)
	return d.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into event_cursor (sub_account_id, last_seq) values (current_setting('omnicrm.sub_account')::uuid, 1)
			on conflict (sub_account_id) do update set last_seq = event_cursor.last_seq + 1`)
		return err
	})
}

func (d *desk) effects(t *testing.T) (n int64) {
	t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(d.ctx, `select coalesce(max(last_seq), 0) from event_cursor`).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (d *desk) do(r idempotency.Request, status int) (idempotency.Answer, bool, error) {
	return d.keeper.Do(d.ctx, idempotency.Tenant(d.tenants), r, func(ctx context.Context) idempotency.Answer {
		if err := d.effect(ctx); err != nil {
			status = 500
		}
		return idempotency.Answer{Status: status, Header: map[string]string{"ETag": `"1"`}, Body: []byte("made")}
	})
}

func TestARepeatGetsTheFirstAnswerAndHappensOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	first, replayed, err := d.do(d.request("k", "a"), 201)
	if err != nil || replayed {
		t.Fatal(replayed, err)
	}
	second, replayed, err := d.do(d.request("k", "a"), 201)
	if err != nil || !replayed {
		t.Fatal(replayed, err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if n := d.effects(t); n != 1 {
		t.Errorf("it happened %d times", n)
	}
}

func TestAKeyOfAnotherRequestOrFormIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, _, err := d.do(d.request("k", "a"), 201); err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]idempotency.Request{
		"another request under the same key": d.request("k", "b"),
		"an empty key":                       d.request("", "a"),
		"a key with a line break":            d.request("a\nb", "a"),
		"a key of 256 characters":            d.request(string(make([]byte, 256)), "a"),
	} {
		if _, _, err := d.do(r, 201); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
	if n := d.effects(t); n != 1 {
		t.Errorf("it happened %d times", n)
	}
}

func TestARefusalIsNotKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if a, _, err := d.do(d.request("k", "a"), 422); err != nil || a.Status != 422 {
		t.Fatal(a, err)
	}
	// What the verb committed stands, as it would without a key.
	if n := d.effects(t); n != 1 {
		t.Errorf("the verb's own commit is lost: %d", n)
	}
	if a, replayed, err := d.do(d.request("k", "a"), 201); err != nil || replayed || a.Status != 201 {
		t.Fatal(a, replayed, err)
	}
}

func TestACrashBeforeTheCommitLeavesNeither(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_, _, _ = d.keeper.Do(d.ctx, idempotency.Tenant(d.tenants), d.request("k", "a"), func(ctx context.Context) idempotency.Answer {
			if err := d.effect(ctx); err != nil {
				t.Error(err)
			}
			panic("the process dies between the effect and its answer")
		})
	}()
	if n := d.effects(t); n != 0 {
		t.Errorf("the effect survived its answer: %d", n)
	}
	if _, replayed, err := d.do(d.request("k", "a"), 201); err != nil || replayed {
		t.Fatal(replayed, err)
	}
	if n := d.effects(t); n != 1 {
		t.Errorf("it happened %d times", n)
	}
}

func TestTheSecondOfTwoAtOnceIsToldToComeBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, _, err := d.keeper.Do(d.ctx, idempotency.Tenant(d.tenants), d.request("k", "a"), func(context.Context) idempotency.Answer {
		// Another connection, while the first request is still at work.
		if _, _, err := d.do(d.request("k", "a"), 201); !fault.Is(err, fault.Conflict) {
			t.Errorf("the second got %v, want Conflict", err)
		}
		return idempotency.Answer{Status: 201}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, replayed, err := d.do(d.request("k", "a"), 201); err != nil || !replayed {
		t.Fatal(replayed, err)
	}
}

func TestAnExpiredAnswerIsForgottenAndRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"k", "other"} {
		if _, _, err := d.do(d.request(key, "a"), 201); err != nil {
			t.Fatal(err)
		}
	}
	d.clock.Advance(idempotency.Life)
	if _, replayed, err := d.do(d.request("k", "b"), 201); err != nil || replayed {
		t.Fatal(replayed, err)
	}
	var rows int
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(d.ctx, `select count(*) from idempotency_key`).Scan(&rows)
	})
	if err != nil || rows != 1 {
		t.Errorf("%d rows are left, want 1 (%v)", rows, err)
	}
}

func TestKeysOfTwoPeopleAreTwoKeys(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if _, _, err := d.do(d.request("k", "a"), 201); err != nil {
		t.Fatal(err)
	}
	r := d.request("k", "a")
	r.Principal = "person:bob"
	if _, replayed, err := d.do(r, 201); err != nil || replayed {
		t.Fatal(replayed, err)
	}
}

func TestAnswersThatNobodyMakesRoomForAreTidiedAway(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, key := range []string{"old", "older"} {
		if _, _, err := d.do(d.request(key, "x"), 201); err != nil {
			t.Fatal(err)
		}
	}
	d.clock.Advance(idempotency.Life - time.Minute)
	if _, _, err := d.do(d.request("young", "x"), 201); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Minute)
	if n, err := idempotency.Tidy(d.ctx, d.tenants, d.clock.Now()); n != 2 || err != nil {
		t.Errorf("%d deleted, %v", n, err)
	}
	if _, again, err := d.do(d.request("young", "x"), 201); !again || err != nil {
		t.Errorf("the young answer is gone: %v", err)
	}
}
