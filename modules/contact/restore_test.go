package contact_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

const day = 24 * time.Hour

func (d *desk) wipe(ids ...uuid.UUID) contact.Bulk {
	d.t.Helper()
	b, err := d.StartBulk(d.ctx, contact.BulkInput{BulkSelection: contact.BulkSelection{IDs: ids}, Action: contact.BulkAction{Kind: contact.BulkDelete}})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.work(b.ID)
}

func (d *desk) unmerge(id uuid.UUID) string {
	d.t.Helper()
	if _, err := d.UndoMerge(d.ctx, id); err != nil {
		return slugOf(err)
	}
	return ""
}

// A merge and a deletion of many may be undone whatever came first, and neither
// takes from the other what its undo needs.
func TestMergesAndDeletionsOfManyAreUndone(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happen func(d *desk, a, b contact.Contact)
		want   []string
	}{
		"the contact is deleted and comes back, then the merge is undone": {func(d *desk, a, b contact.Contact) {
			_, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
			gone := d.wipe(a.ID)
			if slug := d.unmerge(m.ID); slug != "merge.contact_deleted" {
				d.t.Error("while it is gone:", slug)
			}
			if gone = d.undo(gone.ID); gone.Undone != 1 {
				d.t.Error(tally(gone))
			}
			if slug := d.unmerge(m.ID); slug != "" {
				d.t.Error(slug)
			}
		}, []string{"Anna a@x.example", "Berta b@x.example"}},
		"whoever was merged is in nobody's deletion": {func(d *desk, a, b contact.Contact) {
			d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
			if gone := d.wipe(a.ID, b.ID); gone.Changed != 1 {
				d.t.Error(tally(gone))
			} else if gone = d.undo(gone.ID); gone.Undone != 1 || gone.Kept != 0 {
				d.t.Error(tally(gone))
			}
		}, []string{"Anna a@x.example b@x.example"}},
		"one that is back from a deletion is merged, and back from that": {func(d *desk, a, b contact.Contact) {
			d.undo(d.wipe(a.ID, b.ID).ID)
			_, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
			if slug := d.unmerge(m.ID); slug != "" {
				d.t.Error(slug)
			}
		}, []string{"Anna a@x.example", "Berta b@x.example"}},
		"the undo of the merge takes an address that a deleted contact had": {func(d *desk, a, b contact.Contact) {
			_, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
			if _, err := d.Update(d.ctx, contact.UpdateInput{ID: a.ID, Emails: list("a@x.example")}); err != nil {
				d.t.Fatal(err)
			}
			gone := d.wipe(d.create(contact.CreateInput{FirstName: "Carla", Email: "b@x.example"}).ID)
			if slug := d.unmerge(m.ID); slug != "" {
				d.t.Error(slug)
			}
			if gone = d.undo(gone.ID); gone.Undone != 0 || gone.Kept != 1 {
				d.t.Error(tally(gone))
			}
		}, []string{"Anna a@x.example", "Berta b@x.example"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			a := d.create(contact.CreateInput{FirstName: "Anna", Email: "a@x.example"})
			b := d.create(contact.CreateInput{FirstName: "Berta", Email: "b@x.example"})
			c.happen(d, a, b)
			if diff := cmp.Diff(c.want, d.people()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Each deletion counts its own thirty days: the job of one that was taken back
// erases nobody who was deleted, or merged, later.
func TestADeletionThatWasTakenBackErasesNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.create(contact.CreateInput{FirstName: "Anna", Email: "a@x.example"})
	b := d.create(contact.CreateInput{FirstName: "Berta", Email: "b@x.example"})
	c := d.create(contact.CreateInput{FirstName: "Carla", Email: "c@x.example"})
	d.undo(d.wipe(a.ID, b.ID, c.ID).ID)
	d.clock.Advance(5 * day)
	_, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
	gone := d.wipe(c.ID)
	d.clock.Advance(25 * day) // the first deletion's jobs run
	for _, one := range []contact.Contact{a, b, c} {
		if err := d.Erase(d.ctx, one.ID); err != nil {
			t.Fatal(err)
		}
	}
	if slug := d.unmerge(m.ID); slug != "" {
		t.Error(slug)
	}
	d.undo(gone.ID)
	if diff := cmp.Diff([]string{"Anna a@x.example", "Berta b@x.example", "Carla c@x.example"}, d.people()); diff != "" {
		t.Error(diff)
	}
	d.wipe(c.ID)
	d.clock.Advance(30*day - time.Second)
	if err := d.Erase(d.ctx, c.ID); err != nil || d.count(`select count(*) from contact where first_name = 'Carla'`) != 1 {
		t.Errorf("erased too early: %v", err)
	}
	d.clock.Advance(time.Second)
	if err := d.Erase(d.ctx, c.ID); err != nil || d.count(`select count(*) from contact where first_name = 'Carla'`) != 0 {
		t.Errorf("not erased: %v", err)
	}
}

// Whoever was merged into a contact that was deleted and came back is forgotten
// with the merge's thirty days all the same.
func TestTheMergedIntoARestoredContactAreForgotten(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.create(contact.CreateInput{FirstName: "Anna", Email: "a@x.example"})
	b := d.create(contact.CreateInput{FirstName: "Berta"})
	d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
	d.undo(d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkDelete}).ID)
	d.clock.Advance(contact.UndoDays * day)
	if err := d.LetGoOfMerges(d.ctx); err != nil {
		t.Fatal(err)
	}
	if n := d.count(`select count(*) from contact where first_name = 'Berta'`); n != 0 {
		t.Error("the merged is still known")
	}
}
