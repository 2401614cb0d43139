package contact_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

var mergedTables = []string{"contact", "contact_address", "contact_value", "contact_merged", "contact_moved", "note", "task", "file", "timeline"}

// somebody makes a contact of chance, with what may hang on one.
func (d *desk) somebody(r *rand.Rand, n int) contact.Contact {
	d.t.Helper()
	maybe := func(s string) string {
		if r.IntN(2) == 0 {
			return ""
		}
		return s
	}
	in := contact.CreateInput{
		FirstName: fmt.Sprintf("First%d", n), LastName: maybe("Last"), JobTitle: maybe(fmt.Sprint("Job ", n)), City: maybe("Rome"), Country: maybe("IT"),
		Timezone: maybe("Europe/Rome"), Birthday: maybe("1984-05-23"), Source: maybe("web"), Score: r.Int32N(50) - 20, Custom: map[string]any{},
	}
	for i := range r.IntN(4) {
		in.Emails = append(in.Emails, contact.AddressInput{Value: fmt.Sprintf("p%d-%d@x.example", n, i), Label: maybe("work"), Primary: i == 1})
		in.Phones = append(in.Phones, contact.AddressInput{Value: fmt.Sprintf("+1415555%04d", 1000+10*n+i), State: maybe("bounced")})
	}
	for _, tag := range []string{"a", "b", "c", "d"} {
		if r.IntN(2) == 0 {
			in.Tags = append(in.Tags, tag)
		}
	}
	for _, channel := range contact.Channels() {
		if r.IntN(4) == 0 {
			in.DND = append(in.DND, channel)
		}
	}
	if r.IntN(2) == 0 {
		in.OwnerID, in.Followers = uuid.NullUUID{UUID: ada, Valid: true}, []uuid.UUID{ada}
		in.FirstTouch, in.LastTouch = &contact.Touch{Source: "s", At: start.Add(time.Duration(r.IntN(99)) * time.Hour)}, &contact.Touch{Source: "t"}
	}
	if r.IntN(2) == 0 {
		in.Custom["number"] = fmt.Sprint("N", n)
	}
	if r.IntN(2) == 0 {
		in.Custom["plan"] = fmt.Sprint("P", n)
	}
	c := d.create(in)
	for range r.IntN(3) {
		if _, err := d.CreateNote(d.ctx, contact.OfContact(c.ID), contact.NoteInput{Body: ptr("note")}); err != nil {
			d.t.Fatal(err)
		}
		d.task(contact.OfContact(c.ID), contact.TaskInput{Title: ptr("task")})
	}
	d.clock.Advance(time.Duration(r.IntN(3)) * time.Minute)
	return c
}

// Whatever contacts are merged, the undo leaves every row as it was, but for its
// version and the time of its change; merges into merges too.
func TestAMergeAndItsUndoChangeNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Plan", contact.FieldText)
	d.field("Number", contact.FieldText, unique)
	seed := rand.Uint64()
	r := rand.New(rand.NewPCG(seed, 1))
	for round := range 15 {
		var all []uuid.UUID
		for n := range 3 + r.IntN(4) {
			all = append(all, d.somebody(r, round*10+n).ID)
		}
		d.processed()
		before := map[string][]string{}
		for _, table := range mergedTables {
			before[table] = d.rows(table)
		}
		in := contact.MergeInput{ID: all[0], From: all[1 : len(all)-1]}
		if r.IntN(2) == 0 {
			in.Fields = map[string]uuid.UUID{"first_name": all[1], "address": all[1], "custom.number": all[1]}
		}
		_, one := d.merge(in)
		_, two := d.merge(contact.MergeInput{ID: all[len(all)-1], From: []uuid.UUID{all[0]}})
		for _, m := range []contact.Merge{two, one} {
			if _, err := d.UndoMerge(d.ctx, m.ID); err != nil {
				t.Fatal(seed, err)
			}
		}
		for _, table := range mergedTables {
			if diff := cmp.Diff(before[table], d.rows(table)); diff != "" {
				t.Fatalf("seed %d, %s:\n%s", seed, table, diff)
			}
		}
	}
}

func TestAnUndoKeepsWhatCameSince(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.create(contact.CreateInput{FirstName: "A", Email: "a@x.example", Tags: []string{"one", "old"}, Score: 1})
	b := d.create(contact.CreateInput{FirstName: "B", LastName: "Bee", Email: "b@x.example", Phone: "+14155550101", Tags: []string{"two"}, Score: 10})
	old, err := d.CreateNote(d.ctx, contact.OfContact(b.ID), contact.NoteInput{Body: ptr("old")})
	if err != nil {
		t.Fatal(err)
	}
	merged, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
	fresh, err := d.CreateNote(d.ctx, contact.OfContact(a.ID), contact.NoteInput{Body: ptr("new")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Update(d.ctx, contact.UpdateInput{
		ID: a.ID, FirstName: ptr("Anna"), Tags: &[]string{"one", "two", "three"}, Score: ptr(merged.Score + 5),
		Emails: &[]contact.AddressInput{{Value: "a@x.example"}, {Value: "b@x.example", State: contact.StateBounced}, {Value: "new@x.example"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	back, err := d.UndoMerge(d.ctx, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := told(back.Survivor); got != "a@x.example* new@x.example" {
		t.Error(got)
	}
	want := []any{"Anna", "", []string{"one", "three"}, int32(6)}
	if diff := cmp.Diff(want, []any{back.Survivor.FirstName, back.Survivor.LastName, back.Survivor.Tags, back.Survivor.Score}); diff != "" {
		t.Error(diff)
	}
	got, err := d.Get(d.ctx, b.ID)
	if err != nil || told(got) != "b@x.example*!bounced +14155550101*" || got.LastName != "Bee" {
		t.Errorf("%+v %v", got, err)
	}
	for id, of := range map[uuid.UUID]uuid.UUID{old.ID: b.ID, fresh.ID: a.ID} {
		if n, err := d.GetNote(d.ctx, id); err != nil || n.ContactID.UUID != of {
			t.Errorf("%+v %v", n, err)
		}
	}
	if _, err := d.UndoMerge(d.ctx, m.ID); slugOf(err) != "merge.undone" {
		t.Error(err)
	}
}

func TestAnUndoThatCanNotBeSaysWhy(t *testing.T) {
	t.Parallel()
	pair := func(d *desk) (a, b contact.Contact, m contact.Merge) {
		d.field("Number", contact.FieldText, unique)
		a = d.create(contact.CreateInput{FirstName: "A"})
		b = d.create(contact.CreateInput{FirstName: "B", Email: "b@x.example", Custom: map[string]any{"number": "B1"}})
		_, m = d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
		return a, b, m
	}
	for name, c := range map[string]struct {
		slug   string
		happen func(d *desk, a contact.Contact)
	}{
		"after thirty days": {"merge.expired", func(d *desk, _ contact.Contact) { d.clock.Advance(contact.UndoDays * 24 * time.Hour) }},
		"after its deletion": {"merge.contact_deleted", func(d *desk, a contact.Contact) {
			if err := d.Delete(d.ctx, contact.DeleteInput{ID: a.ID}); err != nil {
				d.t.Error(err)
			}
		}},
		"after a newer merge": {"merge.newer", func(d *desk, a contact.Contact) {
			d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{d.create(contact.CreateInput{FirstName: "C"}).ID}})
		}},
		"after it was merged itself": {"merge.newer", func(d *desk, a contact.Contact) {
			d.merge(contact.MergeInput{ID: d.create(contact.CreateInput{FirstName: "C"}).ID, From: []uuid.UUID{a.ID}})
		}},
		"after somebody took the address": {"merge.address_taken", func(d *desk, a contact.Contact) {
			if _, err := d.Update(d.ctx, contact.UpdateInput{ID: a.ID, Email: ptr("")}); err != nil {
				d.t.Error(err)
			}
			d.create(contact.CreateInput{Email: "b@x.example"})
		}},
		"after somebody took the value": {"merge.address_taken", func(d *desk, a contact.Contact) {
			if _, err := d.Update(d.ctx, contact.UpdateInput{ID: a.ID, Custom: map[string]any{"number": nil}}); err != nil {
				d.t.Error(err)
			}
			d.create(contact.CreateInput{FirstName: "D", Custom: map[string]any{"number": "B1"}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			a, b, m := pair(d)
			c.happen(d, a)
			before := d.rows("contact")
			_, err := d.UndoMerge(d.ctx, m.ID)
			if slugOf(err) != c.slug {
				t.Error(err)
			}
			if diff := cmp.Diff(before, d.rows("contact")); diff != "" {
				t.Error(b.ID, diff)
			}
		})
	}
}

// After the time is up, or once the survivor is erased, nothing of the merged is
// kept, and an old id still says where they are.
func TestWhatAnUndoNeedsIsForgotten(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"expiry", "erasure"} {
		d := newDesk(t)
		a := d.create(contact.CreateInput{FirstName: "Anna", Email: "a@x.example"})
		b := d.create(contact.CreateInput{FirstName: "Berta", Email: "b@x.example"})
		if _, err := d.CreateNote(d.ctx, contact.OfContact(b.ID), contact.NoteInput{Body: ptr("old")}); err != nil {
			t.Fatal(err)
		}
		d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
		var err error
		if how == "erasure" {
			err = d.Delete(d.ctx, contact.DeleteInput{ID: a.ID})
			d.clock.Advance(contact.RetentionDays * 24 * time.Hour)
			err = errors.Join(err, d.Erase(d.ctx, a.ID))
		} else {
			d.clock.Advance(contact.UndoDays * 24 * time.Hour)
			err = d.LetGoOfMerges(d.ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		if n := d.count(`select count(*) from contact_moved`) + d.count(`select count(*) from contact_merge where before is not null`); n != 0 {
			t.Errorf("%s: %d rows are kept", how, n)
		}
		if n := d.count(`select count(*) from contact where first_name = 'Berta'`) + d.count(`select count(*) from contact_address where contact_id = $1`, b.ID); n != 0 {
			t.Errorf("%s: %d rows tell of the merged", how, n)
		}
		if how == "expiry" && d.gone(b.ID) != any(a.ID) {
			t.Error("the old id leads nowhere")
		}
	}
}
