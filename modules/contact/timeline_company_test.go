package contact_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestACompanysTimelineTellsOfItselfAndOfItsContacts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rossi, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Rossi")})
	if err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	at := uuid.NullUUID{UUID: rossi.ID, Valid: true}
	maria := d.create(contact.CreateInput{FirstName: "Maria", CompanyID: at, OwnerID: uuid.NullUUID{UUID: ada, Valid: true}})
	paul := d.create(contact.CreateInput{FirstName: "Paul"})
	d.processed()
	d.clock.Advance(time.Second)
	if _, err := d.UpdateCompany(d.ctx, rossi.ID, 0, contact.CompanyInput{City: ptr("Rome")}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	if _, err := d.CreateNote(d.ctx, contact.OfCompany(rossi.ID), contact.NoteInput{Body: ptr("Pays late")}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: paul.ID, CompanyID: &at}); err != nil {
		t.Fatal(err)
	}
	d.processed()
	d.clock.Advance(time.Second)
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, CompanyID: &uuid.NullUUID{}}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, LastName: ptr("Bianchi")}); err != nil {
		t.Fatal(err)
	}
	d.processed()
	joined := fmt.Sprintf(`contact.updated {"changes":[{"after":%q,"before":null,"field":"company_id"}]}`, rossi.ID)
	want := []string{
		fmt.Sprintf(`contact.updated {"changes":[{"after":null,"before":%q,"field":"company_id"}]} Maria Bianchi`, rossi.ID),
		joined + " Paul",
		`note.created {"body":"Pays late","pinned":false} -`,
		`company.updated {"changes":[{"after":"Rome","before":"","field":"city"}]} -`,
		`contact.created {} Maria Bianchi`,
		`company.created {} -`,
	}
	read := func(q contact.TimelineQuery) (out []string) {
		t.Helper()
		for q.Of, q.Limit = contact.OfCompany(rossi.ID), 2; ; {
			page, err := d.TimelineOf(d.ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range page.Items {
				who := "-"
				if e.Contact != nil {
					who = e.Contact.Name
				}
				detail, err := json.Marshal(e.Detail)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, fmt.Sprintf("%s %s %s", e.Kind, detail, who))
			}
			if q.Cursor = page.Next; q.Cursor == "" {
				return out
			}
		}
	}
	if diff := cmp.Diff(want, read(contact.TimelineQuery{})); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{want[3], want[5]}, read(contact.TimelineQuery{Category: contact.AboutCompany})); diff != "" {
		t.Error("of itself:", diff)
	}
	all := d.ctx
	d.ctx = d.adasOnly()
	if diff := cmp.Diff(append([]string{want[0]}, want[2:]...), read(contact.TimelineQuery{})); diff != "" {
		t.Error("in reach:", diff)
	}
	d.ctx = all
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{want[1], want[2], want[3], want[5]}, read(contact.TimelineQuery{})); diff != "" {
		t.Error("a contact is gone:", diff)
	}
	if _, err := d.TimelineOf(d.foreign, contact.TimelineQuery{Of: contact.OfCompany(rossi.ID)}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another sub-account reads it: %v", err)
	}
	if err := d.DeleteCompany(d.ctx, rossi.ID, 0); err != nil {
		t.Fatal(err)
	}
	d.processed() // what is heard of a company that is gone is left out
	if _, err := d.TimelineOf(d.ctx, contact.TimelineQuery{Of: contact.OfCompany(rossi.ID)}); !fault.Is(err, fault.NotFound) {
		t.Errorf("it is gone: %v", err)
	}
}
