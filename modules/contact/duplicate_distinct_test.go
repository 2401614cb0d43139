package contact_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// apart tells who was told apart, by the first names, the newest first.
func (d *desk) apart(ctx context.Context) (out []string) {
	d.t.Helper()
	for cursor := ""; ; {
		page, err := d.Dismissed(ctx, cursor, 1)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, p := range page.Items {
			pair := []string{p.A.FirstName, p.B.FirstName}
			slices.Sort(pair)
			out = append(out, strings.Join(pair, "|")+" "+p.Author.Name+" "+p.CreatedAt.Format("15:04"))
		}
		if cursor = page.Next; cursor == "" {
			return out
		}
	}
}

func TestWhoWasToldApartIsListed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := uuid.NullUUID{UUID: ada, Valid: true}
	a, b := d.create(contact.CreateInput{FirstName: "A", OwnerID: mine}), d.create(contact.CreateInput{FirstName: "B", OwnerID: mine})
	c, e := d.create(contact.CreateInput{FirstName: "C"}), d.create(contact.CreateInput{FirstName: "E"})
	tell := func(ids ...uuid.UUID) {
		t.Helper()
		d.clock.Advance(time.Hour)
		if err := d.TellApart(d.ctx, contact.DistinctInput{Contacts: ids}); err != nil {
			t.Fatal(err)
		}
	}
	at := func(hours int) string { return " Ada " + start.Add(time.Duration(hours)*time.Hour).Format("15:04") }
	tell(b.ID, a.ID)
	tell(c.ID, a.ID, b.ID) // A|B was said before, and stays as it was said
	if got, want := len(d.apart(d.ctx)), 3; got != want {
		t.Errorf("%d pairs, not %d", got, want)
	}
	if diff := cmp.Diff([]string{"A|B" + at(1)}, d.apart(d.adasOnly())); diff != "" {
		t.Error("in reach:", diff)
	}
	if got := d.apart(d.foreign); len(got) != 0 {
		t.Error("elsewhere:", got)
	}
	if err := d.TakeBack(d.ctx, contact.DistinctInput{Contacts: []uuid.UUID{a.ID, c.ID}}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"B|C" + at(2), "A|B" + at(1)}, d.apart(d.ctx)); diff != "" {
		t.Error("taken back:", diff)
	}
	d.merge(contact.MergeInput{ID: e.ID, From: []uuid.UUID{b.ID}})
	if diff := cmp.Diff([]string{"A|E" + at(2), "C|E" + at(2)}, d.apart(d.ctx), cmpopts.SortSlices(func(x, y string) bool { return x < y })); diff != "" {
		t.Error("merged:", diff)
	}
	if _, err := d.Dismissed(d.ctx, "nonsense", 101); slugOf(err) != "duplicate.invalid" {
		t.Error(err)
	}
}
