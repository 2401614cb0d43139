package contact_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestUnknownSenderBecomesAContactOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ensure := func(phone string) (c contact.Contact, err error) {
		err = d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
			c, err = d.EnsureByPhone(d.ctx, tx, phone, "sms")
			return err
		})
		return c, err
	}
	first, err := ensure("+14155550123")
	if err != nil {
		t.Fatal(err)
	}
	if second, err := ensure("+14155550123"); err != nil || second.ID != first.ID {
		t.Fatalf("%v, %v", second.ID, err)
	}
	code, err := ensure("72345")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: code.ID, FirstName: ptr("The bank")}); err != nil {
		t.Fatalf("a short code that texted keeps its number: %v", err)
	}
	if _, err := ensure("AMAZON"); !fault.Is(err, fault.Invalid) {
		t.Fatalf("letters are no address: %v", err)
	}
}

func TestErasureOverwritesOnlyWhatWasDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	gone := d.create(contact.CreateInput{FirstName: "Maria", Email: "maria@example.com", Phone: "+14155550123", Tags: []string{"vip"}})
	stays := d.create(contact.CreateInput{FirstName: "Paul"})
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: gone.ID}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := errors.Join(d.Erase(d.ctx, gone.ID), d.Erase(d.ctx, stays.ID)); err != nil {
		t.Fatal(err)
	}
	var after map[uuid.UUID]contact.Contact
	var runAt time.Time
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) (err error) {
		if after, err = d.Lookup(d.ctx, tx, []uuid.UUID{gone.ID, stays.ID}); err != nil {
			return err
		}
		return tx.QueryRow(d.ctx, `select run_at from job where kind = 'contact.erase'`).Scan(&runAt)
	})
	if err != nil {
		t.Fatal(err)
	}
	if c := after[gone.ID]; c.Name() != "" || c.Email != "" || c.Phone != "" || len(c.Tags) != 0 {
		t.Errorf("left: %+v", c)
	}
	if after[stays.ID].FirstName != "Paul" {
		t.Error("a living contact was erased")
	}
	if want := start.AddDate(0, 0, contact.RetentionDays); !runAt.Equal(want) {
		t.Errorf("erased at %v, not %v", runAt, want)
	}
}
