package contact_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// moves are the comings and goings in a company's timeline, the oldest first, page
// by page: who, from where and to where.
func (d *desk) moves(of contact.Company, category string) (out []string) {
	d.t.Helper()
	for q := (contact.TimelineQuery{Of: contact.OfCompany(of.ID), Category: category, Limit: 1}); ; {
		page, err := d.TimelineOf(d.ctx, q)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, e := range page.Items {
			if e.Kind == contact.EventCreated || e.Contact == nil && e.Category == contact.AboutCompany {
				continue
			}
			who := "somebody who is gone"
			if e.Contact != nil {
				who = e.Contact.Name
			}
			var names []string
			for _, c := range e.Companies {
				names = append(names, c.Name)
			}
			out = append(out, who+": "+strings.Join(names, " to "))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			slices.Reverse(out)
			return out
		}
	}
}

// moved tells of a move as an event that holds nothing else.
func (d *desk) moved(who contact.Contact, from, to string) {
	d.t.Helper()
	side := func(company string) string {
		return fmt.Sprintf(`{"id":%q,"version":2,"company_id":%s}`, who.ID, company)
	}
	d.publish(contact.EventUpdated, contact.Subject, who.ID, `{"before":`+side(from)+`,"after":`+side(to)+`}`)
}

func quoted(c contact.Company) string { return fmt.Sprintf("%q", c.ID) }

func TestAContactThatGoesFromOneCompanyToAnotherIsToldInBoth(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rossi, bianchi, verdi := d.company(contact.CompanyInput{Name: ptr("Rossi")}), d.company(contact.CompanyInput{Name: ptr("Bianchi")}),
		d.company(contact.CompanyInput{Name: ptr("Verdi")})
	maria := d.create(contact.CreateInput{FirstName: "Maria", CompanyID: uuid.NullUUID{UUID: rossi.ID, Valid: true}})
	d.processed()
	// What happens before anybody has heard of it is told where it happened.
	for _, to := range []uuid.NullUUID{{UUID: bianchi.ID, Valid: true}, {UUID: verdi.ID, Valid: true}, {}, {UUID: rossi.ID, Valid: true}} {
		d.clock.Advance(time.Second)
		if _, err := d.Update(d.ctx, contact.UpdateInput{ID: maria.ID, CompanyID: &to}); err != nil {
			t.Fatal(err)
		}
	}
	d.processed()
	want := map[string][]string{
		"Rossi":   {"Maria: Rossi to Bianchi", "Maria: Rossi"},
		"Bianchi": {"Maria: Rossi to Bianchi", "Maria: Bianchi to Verdi"},
		"Verdi":   {"Maria: Bianchi to Verdi", "Maria: Verdi"},
	}
	for _, c := range []contact.Company{rossi, bianchi, verdi} {
		for _, category := range []string{"", contact.AboutContact} {
			if diff := cmp.Diff(want[c.Name], d.moves(c, category)); diff != "" {
				t.Errorf("%s, %q: %s", c.Name, category, diff)
			}
		}
	}
	if got := d.timeline(maria.ID, ""); len(got) != 5 {
		t.Errorf("the contact's own tells each once: %v", got)
	}
	if err := d.DeleteCompany(d.ctx, verdi.ID, 0); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Maria: Rossi to Bianchi", "Maria: Bianchi"}, d.moves(bianchi, "")); diff != "" {
		t.Error("a company that is gone has no name:", diff)
	}
	// Events that hold only what differs say the same, also where a company is gone.
	d.moved(maria, quoted(rossi), quoted(bianchi))
	d.moved(maria, quoted(bianchi), quoted(verdi))
	d.processed()
	if diff := cmp.Diff([]string{"Maria: Rossi to Bianchi", "Maria: Rossi", "Maria: Rossi to Bianchi"}, d.moves(rossi, "")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Maria: Rossi to Bianchi", "Maria: Bianchi", "Maria: Rossi to Bianchi", "Maria: Bianchi"}, d.moves(bianchi, "")); diff != "" {
		t.Error(diff)
	}
}

func TestAnErasedContactLeavesNothingInTheTimelinesOfItsCompanies(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	rossi, bianchi := d.company(contact.CompanyInput{Name: ptr("Rossi")}), d.company(contact.CompanyInput{Name: ptr("Bianchi")})
	at := uuid.NullUUID{UUID: rossi.ID, Valid: true}
	maria := d.create(contact.CreateInput{FirstName: "Maria", CompanyID: at})
	paul := d.create(contact.CreateInput{FirstName: "Paul", CompanyID: at})
	d.moved(maria, quoted(rossi), quoted(bianchi))
	d.moved(paul, quoted(rossi), quoted(bianchi))
	d.moved(paul, quoted(bianchi), "null")
	// Heard once the one is merged away, and the other deleted.
	if _, m := d.merge(contact.MergeInput{ID: maria.ID, From: []uuid.UUID{paul.ID}}); m.SurvivorID != maria.ID {
		t.Fatal(m)
	}
	d.processed()
	want := []string{"Maria: Rossi to Bianchi", "Maria: Rossi to Bianchi", "Maria: Bianchi", "Maria: "}
	if diff := cmp.Diff(want[:3], d.moves(bianchi, "")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{want[0], want[1], want[3]}, d.moves(rossi, "")); diff != "" {
		t.Error("the merge itself is the survivor's to tell:", diff)
	}
	d.moved(maria, quoted(rossi), "null")
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID}); err != nil {
		t.Fatal(err)
	}
	d.processed()
	if got := append(d.moves(rossi, ""), d.moves(bianchi, "")...); got != nil {
		t.Errorf("of one who is deleted they tell %v", got)
	}
	d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
	if err := d.Erase(d.ctx, maria.ID); err != nil {
		t.Fatal(err)
	}
	if n := d.count(`select count(*) from timeline where category <> 'company'`); n != 0 {
		t.Errorf("%d entries are left of an erased contact", n)
	}
}
