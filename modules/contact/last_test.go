package contact_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// TestTheLastOfManyWritersWins: who doesn't say which version they saw is never
// refused because somebody else was faster.
func TestTheLastOfManyWritersWins(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.create(contact.CreateInput{FirstName: "Maria"})
	company, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Rossi")})
	if err != nil {
		t.Fatal(err)
	}
	note, err := d.CreateNote(d.ctx, contact.OfContact(c.ID), contact.NoteInput{Body: ptr("a")})
	if err != nil {
		t.Fatal(err)
	}
	const writers = 8
	for what, write := range map[string]func(string) error{
		"a contact": func(s string) error {
			_, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, JobTitle: &s})
			return err
		},
		"a company": func(s string) error {
			_, err := d.UpdateCompany(d.ctx, company.ID, 0, contact.CompanyInput{Website: ptr("https://x.example/" + s)})
			return err
		},
		"a note": func(s string) error {
			_, err := d.UpdateNote(d.ctx, note.ID, 0, contact.NoteInput{Body: &s})
			return err
		},
	} {
		var all sync.WaitGroup
		for i := range writers {
			all.Go(func() {
				if err := write(fmt.Sprint(i)); err != nil {
					t.Errorf("%s, by writer %d: %v", what, i, err)
				}
			})
		}
		all.Wait()
	}
	if now, err := d.Get(d.ctx, c.ID); err != nil || now.Version != writers+1 {
		t.Errorf("version %d of the contact, %v", now.Version, err)
	}
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, Version: 1, JobTitle: ptr("x")}); !fault.Is(err, fault.Stale) {
		t.Errorf("who saw another version: %v", err)
	}
}
