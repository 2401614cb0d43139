package contact_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/migrations/tenant"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// told writes addresses down: the primary one with a star.
func told(c contact.Contact) string {
	var out []string
	for _, a := range c.Addresses {
		s := a.Value
		if a.Primary {
			s += "*"
		}
		if a.Label != "" {
			s += "/" + a.Label
		}
		if a.State != contact.StateOK {
			s += "!" + a.State
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func list(values ...string) *[]contact.AddressInput {
	out := []contact.AddressInput{}
	for _, v := range values {
		out = append(out, contact.AddressInput{Value: v})
	}
	return &out
}

func TestAContactHasManyAddresses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	made := d.create(contact.CreateInput{
		Emails: []contact.AddressInput{
			{Value: "Work@Example.com", Label: "work"},
			{Value: "home@example.com", Primary: true, State: contact.StateBounced},
			{Value: "work@example.com"},
		},
		Phone: "(415) 555-0123", Phones: *list("+14155550124"),
	})
	steps := []struct {
		why  string
		in   contact.UpdateInput
		want string
	}{
		{"as it was made", contact.UpdateInput{}, "home@example.com*!bounced work@example.com/work +14155550123* +14155550124"},
		{"a new primary one replaces it", contact.UpdateInput{Email: ptr("new@example.com")}, "new@example.com* work@example.com/work +14155550123* +14155550124"},
		{"one of the others leads", contact.UpdateInput{Email: ptr("WORK@example.com")}, "work@example.com*/work new@example.com +14155550123* +14155550124"},
		{"without the primary one the next leads", contact.UpdateInput{Email: ptr("")}, "new@example.com* +14155550123* +14155550124"},
		{"all of them", contact.UpdateInput{Phones: list("415 555 0125", "+14155550124")}, "new@example.com* +14155550125* +14155550124"},
		{"the one that led leads on", contact.UpdateInput{Phones: list("+14155550124", "+14155550125")}, "new@example.com* +14155550125* +14155550124"},
		{"none", contact.UpdateInput{Emails: list(), Phones: list("+14155550124")}, "+14155550124*"},
	}
	for _, s := range steps {
		s.in.ID = made.ID
		c, err := d.Update(d.ctx, s.in)
		if err != nil {
			t.Fatalf("%s: %v", s.why, err)
		}
		read, err := d.Get(d.ctx, made.ID)
		if diff := cmp.Diff(c, read); err != nil || diff != "" {
			t.Errorf("%s: read %v %s", s.why, err, diff)
		}
		if got := told(read); got != s.want {
			t.Errorf("%s: %s, want %s", s.why, got, s.want)
		}
		if read.Email != firstOf(read, contact.KindEmail) || read.Phone != firstOf(read, contact.KindPhone) {
			t.Errorf("%s: the primary ones are %q and %q", s.why, read.Email, read.Phone)
		}
	}
}

func firstOf(c contact.Contact, kind string) string {
	if of := c.Addresses.Of(kind); len(of) > 0 {
		return of[0].Value
	}
	return ""
}

func TestAnAddressBelongsToOneLivingContact(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria", Emails: *list("m@example.com", "second@example.com")})
	paul := d.create(contact.CreateInput{FirstName: "Paul"})
	clash := func(why string, err error) {
		t.Helper()
		f, ok := fault.As(err)
		if !ok || f.Slug != "contact.duplicate" || f.Meta["field"] != "email" || f.Meta["contact"].(map[string]any)["id"] != maria.ID {
			t.Errorf("%s: %v", why, err)
		}
	}
	_, err := d.Create(d.ctx, contact.CreateInput{FirstName: "Eve", Email: "second@example.com"})
	clash("a creation with another's second address", err)
	_, err = d.Create(d.ctx, contact.CreateInput{FirstName: "Eve", Emails: *list("eve@example.com", "second@example.com")})
	clash("a creation with it among others", err)
	_, err = d.Update(d.ctx, contact.UpdateInput{ID: paul.ID, Emails: list("paul@example.com", "second@example.com")})
	clash("a change", err)
	if page, err := d.List(d.ctx, contact.ListInput{Query: "second@exam"}); err != nil || len(page.Items) != 1 || page.Items[0].ID != maria.ID {
		t.Errorf("the search by a second address finds %+v, %v", page.Items, err)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err = d.Update(d.ctx, contact.UpdateInput{ID: paul.ID, Emails: list("paul@example.com", "second@example.com")}); err != nil {
		t.Errorf("a deleted contact keeps its address: %v", err)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := d.Erase(d.ctx, maria.ID); err != nil {
		t.Fatal(err)
	}
	if n := d.count(`select count(*) from contact_address where contact_id = $1`, maria.ID); n != 0 {
		t.Errorf("%d addresses outlive the erasure", n)
	}
}

func (d *desk) count(sql string, args ...any) (n int) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error { return tx.QueryRow(d.ctx, sql, args...).Scan(&n) })
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

func TestOfManyAtOnceOneGetsTheAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var all sync.WaitGroup
	errs := make(chan error, 8)
	for range cap(errs) {
		all.Go(func() {
			_, err := d.Create(d.ctx, contact.CreateInput{Emails: *list(uuid.NewString()+"@example.com", "one@example.com")})
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	made := 0
	for err := range errs {
		if err == nil {
			made++
		} else if !fault.Is(err, fault.Conflict) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("%d were made", made)
	}
}

func TestATextFromASecondNumberFindsItsContact(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria", Phones: *list("+14155550123", "+14155550124")})
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		c, err := d.EnsureByPhone(d.ctx, tx, "+14155550124", "sms")
		if err == nil && c.ID != maria.ID {
			t.Errorf("it was %v", c.ID)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// sql executes a statement in a transaction of the tenant.
func (d *desk) sql(sql string, args ...any) error {
	d.t.Helper()
	return d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(d.ctx, sql, args...)
		return err
	})
}

// TestTheMigrationExpandsWhatThereIs takes the addresses away, as they were not there before, and runs it again.
func TestTheMigrationExpandsWhatThereIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	living := d.create(contact.CreateInput{Email: "maria@example.com", Phone: "+14155550123"})
	gone := d.create(contact.CreateInput{Email: "paul@example.com"})
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: gone.ID}); err != nil {
		t.Fatal(err)
	}
	if err := d.sql(`delete from contact_address`); err != nil {
		t.Fatal(err)
	}
	sql, err := tenant.FS.ReadFile("0051_contact_address_expand.sql")
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), d.dsns.Migrator)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.PgConn().Exec(t.Context(), string(sql)).ReadAll(); err != nil {
		t.Fatal(err)
	}
	c, err := d.Get(d.ctx, living.ID)
	if err != nil || told(c) != "maria@example.com* +14155550123*" {
		t.Errorf("%s, %v", told(c), err)
	}
	if n := d.count(`select count(*) from contact_address where contact_id = $1 and released`, gone.ID); n != 1 {
		t.Errorf("%d addresses of the deleted one", n)
	}
}
