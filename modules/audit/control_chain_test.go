package audit_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestTheAdministrationHasAChainToo(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	agency := v.one.Agency
	err := v.control.InTx(t.Context(), func(tx pgx.Tx) error { // as the release before wrote it
		_, err := tx.Exec(t.Context(), `
			insert into audit_entry (id, agency_id, action, actor, detail, occurred_at) values ($1, $2, 'a.b', '{"kind": "operator"}', '{"n": 1.0}', $3)`,
			uuid.New(), agency, start.Add(-time.Hour))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		record(tenancy.WithActor(t.Context(), ada), t, v.service, v.control, tenancy.Tenant{Agency: agency, SubAccount: v.one.SubAccount}, "key.made")
	}
	record(t.Context(), t, v.service, v.control, tenancy.Tenant{}, "database.made")
	v.keep()
	record(t.Context(), t, v.service, v.control, tenancy.Tenant{Agency: agency}, "role.made")
	for name, tc := range map[string]struct {
		chain uuid.UUID
		want  audit.Verified
	}{
		"the agency's":       {agency, audit.Verified{Entries: 5, First: 1, Last: 5, Checkpoints: 1, Signed: 4}},
		"the platform's own": {uuid.Nil, audit.Verified{Entries: 1, First: 1, Last: 1, Checkpoints: 1, Signed: 1}},
		"another agency's":   {uuid.New(), audit.Verified{}},
	} {
		if got, err := v.service.VerifyControl(t.Context(), tc.chain, nil); err != nil || got != tc.want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

// does records what somebody did in the administration.
func (v *vault) does(actor tenancy.Actor, action string, subject uuid.UUID, detail map[string]any) {
	v.t.Helper()
	ctx := tenancy.WithActor(v.t.Context(), actor)
	err := v.control.InTx(ctx, func(tx pgx.Tx) error {
		return v.service.Record(ctx, tx, tenancy.Tenant{Agency: v.one.Agency}, action, subject, detail)
	})
	if err != nil {
		v.t.Fatal(err)
	}
}

// controlRows is all that the administration's audit holds, as text.
func (v *vault) controlRows() (out []string) {
	v.t.Helper()
	err := v.control.InTx(v.t.Context(), func(tx pgx.Tx) error {
		rows, err := tx.Query(v.t.Context(), `select e::text from audit_entry e order by seq`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		v.t.Fatal(err)
	}
	return out
}

func (v *vault) erasePerson(person uuid.UUID, email string) {
	v.t.Helper()
	ctx := tenancy.WithActor(v.t.Context(), ada)
	err := v.control.InTx(ctx, func(tx pgx.Tx) error { return v.service.ErasePerson(ctx, tx, v.one.Agency, person, email) })
	if err != nil {
		v.t.Fatal(err)
	}
}

func TestAnErasedPersonLeavesTheAdministrationAndItsChainHolds(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	gone, key := uuid.New(), uuid.New()
	bob := tenancy.Actor{Kind: tenancy.Person, ID: gone.String(), Name: "Bob Gone", IP: "198.51.100.77", UserAgent: "bobfox"}
	asAda := ada
	asAda.ImpersonatorID, asAda.ImpersonatorName = gone.String(), "Bob Gone"
	v.does(ada, "invitation.issued", uuid.New(), map[string]any{"email": "bob@x.example", "name": "Bob Gone"})
	v.does(bob, "session.opened", gone, map[string]any{"session": "s"})
	v.does(bob, "api_key.created", key, map[string]any{"name": "Website forms"})
	v.does(asAda, "role.updated", uuid.New(), map[string]any{"name": "Sales"})
	v.does(ada, "member.removed", gone, map[string]any{"email": "bob@x.example", "nested": map[string]any{"was": []string{"bob@x.example"}}})
	v.does(ada, "member.removed", uuid.New(), map[string]any{"email": "jimbob@x.example"})
	v.keep()
	file := v.exportControl()
	v.erasePerson(gone, "bob@x.example")
	v.keep()
	got, err := v.service.VerifyControl(t.Context(), v.one.Agency, nil)
	if err != nil || got.Entries != 8 || got.Erased != 5 {
		t.Errorf("got %+v, %v", got, err)
	}
	all := strings.Join(v.controlRows(), "\n")
	for _, trace := range []string{"Bob", "198.51.100.77", "bobfox", "\"bob@x"} {
		if strings.Contains(all, trace) {
			t.Errorf("%s is still there:\n%s", trace, all)
		}
	}
	for _, stays := range []string{"jimbob@x.example", "Website forms", "Sales"} {
		if !strings.Contains(all, stays) {
			t.Errorf("%s is gone as well", stays)
		}
	}
	page, err := v.service.ListControl(t.Context(), tenancy.Tenant{Agency: v.one.Agency}, audit.Query{ActorID: gone.String()})
	if err != nil || len(page.Items) != 2 || !page.Items[0].Erased || page.Items[0].Actor != (tenancy.Actor{Kind: tenancy.Person, ID: gone.String()}) {
		t.Errorf("what they did: %+v, %v", page.Items, err)
	}
	for name, f := range map[string][]byte{"a file from before": file, "one from after": v.exportControl()} {
		if sum, err := audit.VerifyFile(bytes.NewReader(f), v.keysOf()); err != nil || sum.Unproven != 0 {
			t.Errorf("%s: %+v, %v", name, sum, err)
		}
	}
}

func TestWhoHidesSomethingAsAnErasureIsFoundOut(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"an actor goes without an erasure":            `update audit_entry set actor = '{}', actor_salt = null where seq = 1`,
		"an actor goes in the name of nothing":        `update audit_entry set actor = '{}', actor_salt = null, actor_erased_by = gen_random_uuid() where seq = 1`,
		"an actor goes in the name of something else": `update audit_entry set actor = '{}', actor_salt = null, actor_erased_by = (select id from audit_entry where seq = 2) where seq = 1`,
		"a detail goes without an erasure":            `update audit_entry set detail = '{}', salt = null where seq = 1`,
		"a detail goes in the name of nothing":        `update audit_entry set detail = '{}', salt = null, erased_at = now(), erased_by = gen_random_uuid() where seq = 1`,
		"an actor is said to be erased and is there":  `update audit_entry set actor_erased_by = gen_random_uuid() where seq = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newVault(t)
			v.does(ada, "role.made", uuid.New(), map[string]any{"name": "x"})
			v.does(ada, "role.made", uuid.New(), map[string]any{"name": "y"})
			v.tamperControl(sql)
			var broken *audit.Broken
			if _, err := v.service.VerifyControl(t.Context(), v.one.Agency, nil); !errors.As(err, &broken) {
				t.Errorf("it holds: %v", err)
			}
		})
	}
}

func TestTheAdministrationIsKeptAsLongAsItsPolicySays(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	agency := v.one.Agency
	for _, days := range []int{-1, 1, 29, 3651} {
		if _, err := v.service.SetControlPolicy(t.Context(), agency, days, -1); !fault.Is(err, fault.Invalid) {
			t.Errorf("%d days: %v", days, err)
		}
	}
	long := 400 * 24 * time.Hour
	v.clock.Advance(-3 * long) // the database's own clock has the last word on what is old
	for range 3 {
		v.does(ada, "role.made", uuid.New(), nil)
	}
	v.clock.Advance(2 * long)
	v.keep()
	if got, err := v.service.VerifyControl(t.Context(), agency, nil); err != nil || got.First != 1 || got.Entries != 3 {
		t.Errorf("without a policy: %+v, %v", got, err)
	}
	p, err := v.service.SetControlPolicy(tenancy.WithActor(t.Context(), ada), agency, 400, 0)
	if err != nil || p.Version != 1 {
		t.Fatal(p, err)
	}
	if _, err := v.service.SetControlPolicy(t.Context(), agency, 90, 0); !fault.Is(err, fault.Stale) {
		t.Errorf("a stale edit: %v", err)
	}
	other := tenancy.Tenant{Agency: uuid.New()}
	v.clock.Advance(-2 * long)
	record(t.Context(), t, v.service, v.control, other, "role.made")
	v.clock.Advance(2 * long)
	v.keep()
	got, err := v.service.VerifyControl(t.Context(), agency, nil)
	if err != nil || got.First != 4 || got.Entries != 1 {
		t.Errorf("after it: %+v, %v", got, err)
	}
	if got, err := v.service.VerifyControl(t.Context(), other.Agency, nil); err != nil || got.Entries != 1 {
		t.Errorf("another agency's: %+v, %v", got, err)
	}
	page, err := v.service.ListControl(t.Context(), tenancy.Tenant{Agency: agency}, audit.Query{Action: audit.EventPolicyChanged})
	if err != nil || len(page.Items) != 1 || !strings.Contains(string(page.Items[0].Detail), "400") {
		t.Errorf("the change: %+v, %v", page.Items, err)
	}
	v.tamperControl(`delete from audit_entry where seq = 4`)
	if _, err := v.service.VerifyControl(t.Context(), agency, nil); err == nil {
		t.Error("more is missing than was cut, and nobody noticed")
	}
}

func TestTheChainOfAnAgencyWithoutSubAccountsIsKeptInAnothersNight(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	alone := tenancy.Tenant{Agency: uuid.New()}
	is := func(when string, want audit.Verified) {
		t.Helper()
		if got, err := v.service.VerifyControl(t.Context(), alone.Agency, nil); err != nil || got != want {
			t.Errorf("%s: got %+v, %v", when, got, err)
		}
	}
	does := func() { record(t.Context(), t, v.service, v.control, alone, "role.made") }
	long := 400 * 24 * time.Hour
	v.clock.Advance(-2 * long) // the database's own clock has the last word on what is old
	does()
	v.keep()
	is("the first night", audit.Verified{Entries: 1, First: 1, Last: 1, Checkpoints: 1, Signed: 1})
	does()
	v.clock.Advance(time.Hour)
	v.keep()
	is("another sub-account's night of that day", audit.Verified{Entries: 2, First: 1, Last: 2, Checkpoints: 1, Signed: 1})
	v.clock.Advance(48 * time.Hour)
	v.keep()
	is("two nights later", audit.Verified{Entries: 2, First: 1, Last: 2, Checkpoints: 2, Signed: 2})
	v.clock.Advance(2 * long)
	if _, err := v.service.SetControlPolicy(tenancy.WithActor(t.Context(), ada), alone.Agency, 400, 0); err != nil {
		t.Fatal(err)
	}
	v.keep()
	if got, err := v.service.VerifyControl(t.Context(), alone.Agency, nil); err != nil || got.First != 3 || got.Entries != 1 {
		t.Errorf("what is too old: got %+v, %v", got, err)
	}
}
