package contact_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// desk is a sub-account with its contacts, and a second one that must not see them.
type desk struct {
	*contact.Service
	t       *testing.T
	tenants *db.Tenants
	clock   *clock.Fake
	ctx     context.Context
	foreign context.Context
	dsns    parts.TenantDSNs
}

var start = time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)

type country string

func (c country) Country(context.Context) (string, error) { return string(c), nil }

// silent are the channels over which an address has opted out.
type silent map[string][]string

func (s silent) Closed(_ context.Context, _ pgx.Tx, addresses []string) (map[string][]string, error) {
	out := map[string][]string{}
	for _, a := range addresses {
		if len(s[a]) > 0 {
			out[a] = s[a]
		}
	}
	return out, nil
}

type members []uuid.UUID

func (m members) IsMember(_ context.Context, id uuid.UUID) (bool, error) {
	for _, one := range m {
		if one == id {
			return true, nil
		}
	}
	return false, nil
}

// Colleagues are called by their ids, but ada.
func (m members) Colleagues(context.Context) (out []contact.Colleague, err error) {
	for _, id := range m {
		name := id.String()
		if id == ada {
			name = "Ada Lovelace"
		}
		out = append(out, contact.Colleague{ID: id, Name: name, Email: name[:3] + "@acme.example"})
	}
	return out, nil
}

var ada = uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120003")

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, clock: clock.NewFake(start), dsns: parts.TenantDB(t)}
	database := tenancy.Database{ID: uuid.New(), DSN: d.dsns.App}
	place := func() tenancy.Placement {
		return tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: database, Status: tenancy.Active,
		}
	}
	mine, theirs := place(), place()
	d.tenants = db.NewTenants(tenancy.Static{mine, theirs}, db.TenantsOptions{})
	t.Cleanup(d.tenants.Close)
	d.searchedRight()
	d.exactRight()
	ring := queue.NewLocalRing()
	d.Service = contact.New(contact.Parts{
		Tenants: d.tenants, Events: events.NewBus(ring, d.clock).Knowing(exact), Jobs: queue.New(ring, d.clock), Clock: d.clock,
		Regions: country("US"), Zones: country("US"), Members: members{ada}, OptOuts: silent{"+14155550199": {"sms", "voice"}},
	})
	person := tenancy.Actor{Kind: tenancy.Person, ID: ada.String(), Name: "Ada"}
	d.ctx = tenancy.WithActor(tenancy.WithTenant(t.Context(), mine.Tenant), person)
	d.foreign = tenancy.WithActor(tenancy.WithTenant(t.Context(), theirs.Tenant), person)
	return d
}

func (d *desk) create(in contact.CreateInput) contact.Contact {
	d.t.Helper()
	c, err := d.Create(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// heard are the events of a subject, in order.
func (d *desk) heard(id uuid.UUID) (kinds []string, last contact.Changed) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(d.ctx, `select kind, payload from event where subject_id = $1 order by written`, id)
		if err != nil {
			return err
		}
		var kind string
		var payload []byte
		_, err = pgx.ForEachRow(rows, []any{&kind, &payload}, func() error {
			kinds = append(kinds, kind)
			last = contact.Changed{}
			return json.Unmarshal(payload, &last)
		})
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return kinds, last
}

func ptr[T any](v T) *T { return &v }

func TestContactIsKeptReadChangedAndDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made := d.create(contact.CreateInput{
		FirstName: "Maria", LastName: "Rossi", Phone: "(415) 555-0123", Email: "Maria@Example.com",
		Tags: []string{"VIP"}, OwnerID: uuid.NullUUID{UUID: ada, Valid: true}, Source: "web",
	})
	read, err := d.Get(d.ctx, made.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, read); diff != "" {
		t.Fatal("what is read is not what was made:", diff)
	}
	d.clock.Advance(time.Minute)
	changed, err := d.Update(d.ctx, contact.UpdateInput{ID: made.ID, Version: 1, LastName: ptr("Bianchi"), Tags: ptr([]string{})})
	if err != nil {
		t.Fatal(err)
	}
	want := made
	want.LastName, want.Tags, want.Version, want.UpdatedAt = "Bianchi", []string{}, 2, start.Add(time.Minute)
	if diff := cmp.Diff(want, changed); diff != "" {
		t.Fatal(diff)
	}
	if same, err := d.Update(d.ctx, contact.UpdateInput{ID: made.ID, LastName: ptr("Bianchi")}); err != nil || same.Version != 2 {
		t.Fatalf("a change that changes nothing: version %d, %v", same.Version, err)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: made.ID, Version: 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(d.ctx, made.ID); !fault.Is(err, fault.NotFound) {
		t.Fatalf("a deleted contact: %v", err)
	}
	kinds, last := d.heard(made.ID)
	if diff := cmp.Diff([]string{contact.EventCreated, contact.EventUpdated, contact.EventDeleted}, kinds); diff != "" {
		t.Fatal(diff)
	}
	if last.After != nil || last.Before == nil || last.Before.Name != "Maria Bianchi" {
		t.Fatalf("the deletion tells %+v", last)
	}
	again := d.create(contact.CreateInput{Phone: "+14155550123"})
	if again.ID == made.ID {
		t.Fatal("the number was not free again")
	}
}

func TestDuplicateNamesTheOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria", Phone: "+14155550123"})
	paul := d.create(contact.CreateInput{FirstName: "Paul", Email: "paul@example.com"})
	for name, c := range map[string]struct {
		try   func() error
		field string
		other contact.Contact
	}{
		"a creation with the same number": {func() error {
			_, err := d.Create(d.ctx, contact.CreateInput{FirstName: "M", Phone: "415 555 0123"})
			return err
		}, "phone", maria},
		"a creation with the same address": {func() error {
			_, err := d.Create(d.ctx, contact.CreateInput{Email: "PAUL@example.com"})
			return err
		}, "email", paul},
		"a change to the same number": {func() error {
			_, err := d.Update(d.ctx, contact.UpdateInput{ID: paul.ID, Phone: ptr("(415) 555-0123")})
			return err
		}, "phone", maria},
	} {
		t.Run(name, func(t *testing.T) {
			f, ok := fault.As(c.try())
			if !ok || f.Code != fault.Conflict || f.Slug != "contact.duplicate" {
				t.Fatalf("got %v", f)
			}
			want := map[string]any{"field": c.field, "contact": map[string]any{"id": c.other.ID, "name": c.other.Name()}}
			if diff := cmp.Diff(want, f.Meta); diff != "" {
				t.Fatal(diff)
			}
		})
	}
	if _, err := d.Create(d.foreign, contact.CreateInput{Phone: "+14155550123"}); err != nil {
		t.Fatalf("another sub-account may know the same person: %v", err)
	}
}

func TestLostRaceIsStale(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.create(contact.CreateInput{FirstName: "Maria"})
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, Version: 1, FirstName: ptr("Mary")}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"a change": func() error {
			_, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, Version: 1, FirstName: ptr("Mia")})
			return err
		}(),
		"a deletion": d.Delete(d.ctx, contact.DeleteInput{ID: c.ID, Version: 1}),
	} {
		if f, ok := fault.As(err); !ok || f.Code != fault.Stale || f.Meta["version"] != int64(2) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadInputLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, err := d.Create(d.ctx, contact.CreateInput{Phone: "12", Email: "x", OwnerID: uuid.NullUUID{UUID: uuid.New(), Valid: true}})
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Invalid {
		t.Fatal(err)
	}
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	if diff := cmp.Diff([]string{"email", "phone", "owner_id"}, paths); diff != "" {
		t.Fatal(diff)
	}
	if page, err := d.List(d.ctx, contact.ListInput{}); err != nil || len(page.Items) != 0 {
		t.Fatalf("%d contacts, %v", len(page.Items), err)
	}
}

func TestForeignContactIsNotFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.create(contact.CreateInput{FirstName: "Maria", Phone: "+14155550123"})
	_, get := d.Get(d.foreign, c.ID)
	_, update := d.Update(d.foreign, contact.UpdateInput{ID: c.ID, FirstName: ptr("Eve")})
	deletion := d.Delete(d.foreign, contact.DeleteInput{ID: c.ID})
	for verb, err := range map[string]error{"get": get, "update": update, "delete": deletion} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", verb, err)
		}
	}
	if page, err := d.List(d.foreign, contact.ListInput{Query: "maria"}); err != nil || len(page.Items) != 0 {
		t.Fatalf("%v, %v", page.Items, err)
	}
	if _, err := d.Get(t.Context(), c.ID); !fault.Is(err, fault.Denied) {
		t.Fatalf("without a tenant: %v", err)
	}
}
