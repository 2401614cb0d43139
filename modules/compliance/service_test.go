package compliance_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

type office struct {
	*compliance.Service
	t       *testing.T
	tenants *db.Tenants
	clock   *clock.Fake
	ctx     context.Context
	state   tenancy.Status
	stateIs error

	blockedIs error
}

func (o *office) AccountState(context.Context) (tenancy.Status, error) { return o.state, o.stateIs }

// DoNotDisturb answers for the contact with the closed channels.
func (o *office) DoNotDisturb(_ context.Context, _ pgx.Tx, contact uuid.UUID) ([]string, error) {
	if contact == shy {
		return []string{"sms"}, nil
	}
	return nil, o.blockedIs
}

func newOffice(t *testing.T) *office {
	t.Helper()
	place := tenancy.Placement{
		Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
		Database: tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(t).App}, Status: tenancy.Active,
	}
	o := &office{t: t, state: tenancy.Active, clock: clock.NewFake(time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))}
	o.tenants = db.NewTenants(tenancy.Static{place}, db.TenantsOptions{})
	t.Cleanup(o.tenants.Close)
	o.Service = compliance.New(compliance.Parts{
		Tenants: o.tenants, Events: events.NewBus(queue.NewLocalRing(), o.clock).Knowing(exact), Clock: o.clock, Accounts: o, Contacts: o,
	})
	o.ctx = tenancy.WithActor(tenancy.WithTenant(t.Context(), place.Tenant), tenancy.Actor{Kind: tenancy.Carrier, Name: "Twilio", IP: "192.0.2.1"})
	return o
}

var shy = uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120007")

func TestAContactThatIsNotToBeDisturbedIsHeld(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	decide := func(contact uuid.UUID, channel string) (d compliance.Decision, err error) {
		err = o.tenants.InTenant(o.ctx, func(tx pgx.Tx) error {
			d, err = o.Decide(o.ctx, tx, compliance.Send{Channel: channel, Address: maria, Purpose: compliance.Conversational, ContactID: contact})
			return err
		})
		return d, err
	}
	if d, err := decide(shy, "sms"); err != nil || d.Allowed || d.Rule != "dnd" || !strings.Contains(d.Reason, "sms") {
		t.Errorf("over the closed channel: %+v, %v", d, err)
	}
	if d, err := decide(shy, "email"); err != nil || !d.Allowed {
		t.Errorf("over another: %+v, %v", d, err)
	}
	o.blockedIs = errors.New("away")
	if d, err := decide(uuid.New(), "sms"); err == nil {
		t.Errorf("a fact that can't be had: %+v", d)
	}
}

const maria = "+14155550123"

func wish(words string) compliance.Wish {
	return compliance.Wish{Channel: "sms", Address: maria, Source: "sms.keyword", Words: words}
}

func (o *office) decide(purpose string) (d compliance.Decision, err error) {
	o.t.Helper()
	err = o.tenants.InTenant(o.ctx, func(tx pgx.Tx) error {
		d, err = o.Decide(o.ctx, tx, compliance.Send{Channel: "sms", Address: maria, Purpose: purpose})
		return err
	})
	return d, err
}

func (o *office) say(verb func(context.Context, pgx.Tx, compliance.Wish) (bool, error), words string) (changed bool) {
	o.t.Helper()
	err := o.tenants.InTenant(o.ctx, func(tx pgx.Tx) (err error) {
		changed, err = verb(o.ctx, tx, wish(words))
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return changed
}

func TestOptOutHoldsUntilItIsTakenBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	type step struct {
		words   string
		verb    func(context.Context, pgx.Tx, compliance.Wish) (bool, error)
		changed bool
		allowed bool
	}
	for _, s := range []step{
		{"start", o.OptIn, false, true},
		{"STOP!", o.OptOut, true, false},
		{"stop", o.OptOut, false, false},
		{"START", o.OptIn, true, true},
		{"Stop", o.OptOut, true, false},
	} {
		o.clock.Advance(time.Hour)
		if changed := o.say(s.verb, s.words); changed != s.changed {
			t.Fatalf("%q changed: %v", s.words, changed)
		}
		d, err := o.decide(compliance.Conversational)
		if err != nil || d.Allowed != s.allowed {
			t.Fatalf("after %q: %+v, %v", s.words, d, err)
		}
	}
	kept, err := o.Evidence(o.ctx, maria)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, e := range kept {
		said = append(said, e.Change+" "+e.Words)
		if e.ActorKind != "carrier" || e.ActorIP != "192.0.2.1" || e.Source != "sms.keyword" {
			t.Errorf("%+v", e)
		}
	}
	if diff := cmp.Diff([]string{"out STOP!", "out stop", "in START", "out Stop"}, said); diff != "" {
		t.Error(diff)
	}
	d, err := o.decide(compliance.Conversational)
	if err != nil || d.Evidence.UUID != kept[3].ID {
		t.Errorf("the decision rests on %v, %v", d.Evidence, err)
	}
	silent, err := o.OptedOut(o.ctx, "sms", []string{maria, "+14155550199"})
	if err != nil || cmp.Diff(map[string]bool{maria: true}, silent) != "" {
		t.Errorf("%v, %v", silent, err)
	}
}

func TestEvidenceCannotBeEdited(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.say(o.OptOut, "STOP")
	err := o.tenants.InTenant(o.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(o.ctx, `update opt_out set words = 'please go on'`)
		return err
	})
	if err == nil {
		t.Fatal("evidence was edited")
	}
}

func TestNothingIsSentWhenAFactIsMissing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.state = tenancy.Suspended
	if d, err := o.decide(compliance.Conversational); err != nil || d.Rule != "account.suspended" {
		t.Fatalf("%+v, %v", d, err)
	}
	o.stateIs = errors.New("the directory is away")
	if d, err := o.decide(compliance.Conversational); err == nil || d.Allowed {
		t.Fatalf("%+v, %v", d, err)
	}
}

func TestScopeIsTheSubAccountsChoice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	err := o.tenants.InTenant(o.ctx, func(tx pgx.Tx) error {
		_, err := o.OptOut(o.ctx, tx, compliance.Wish{Channel: "voice", Address: maria, Source: "person", Words: "Don't call me."})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if d, err := o.decide(compliance.Conversational); err != nil || d.Allowed {
		t.Fatalf("by default a revocation covers everything: %+v, %v", d, err)
	}
	if err := o.SetScope(o.ctx, compliance.ScopeChannel); err != nil {
		t.Fatal(err)
	}
	if d, err := o.decide(compliance.Conversational); err != nil || !d.Allowed {
		t.Fatalf("%+v, %v", d, err)
	}
	if err := o.SetScope(o.ctx, "some"); !fault.Is(err, fault.Invalid) {
		t.Fatal(err)
	}
}

func TestConsentFromElsewhereIsKeptAndOpensNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.say(o.OptOut, "STOP")
	agreed := o.clock.Now().AddDate(-1, 0, 0)
	keep := func(list ...compliance.Consent) error {
		return o.tenants.InTenant(o.ctx, func(tx pgx.Tx) error { return o.KeepConsents(o.ctx, tx, list) })
	}
	if err := keep(compliance.Consent{Channel: "sms", Address: maria, Source: "web form", Words: "Yes please", At: agreed}); err != nil {
		t.Fatal(err)
	}
	kept, err := o.Evidence(o.ctx, maria)
	if err != nil || len(kept) != 2 || kept[0].Change != compliance.In || kept[0].Words != "Yes please" || !kept[0].At.Equal(agreed) {
		t.Errorf("%+v, %v", kept, err)
	}
	if d, err := o.decide(compliance.Conversational); err != nil || d.Allowed {
		t.Errorf("an old consent undid an opt-out: %+v, %v", d, err)
	}
	if err := keep(compliance.Consent{Channel: "sms", Address: maria, At: agreed}); !fault.Is(err, fault.Invalid) {
		t.Errorf("consent from nowhere: %v", err)
	}
}
