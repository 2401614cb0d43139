package contact_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func (d *desk) merge(in contact.MergeInput) (contact.Contact, contact.Merge) {
	d.t.Helper()
	c, m, err := d.Merge(d.ctx, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return c, m
}

// rows are all of a table, but for what a change always changes.
func (d *desk) rows(table string) (out []string) {
	d.t.Helper()
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(d.ctx, `select (to_jsonb(r) - 'version' - 'updated_at')::text from `+table+` r order by 1`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// gone reads a contact that was merged away: where it is said to be.
func (d *desk) gone(id uuid.UUID) any {
	d.t.Helper()
	_, err := d.Get(d.ctx, id)
	f, _ := fault.As(err)
	if !fault.Is(err, fault.NotFound) {
		d.t.Fatal(err)
	}
	return f.Meta["merged_into"]
}

func TestAnUpsertOfOneThatWasMergedTellsWhereItIs(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	stays, goes := d.create(contact.CreateInput{FirstName: "Stays"}), d.create(contact.CreateInput{FirstName: "Goes"})
	if _, _, err := d.Merge(d.ctx, contact.MergeInput{ID: stays.ID, From: []uuid.UUID{goes.ID}}); err != nil {
		t.Fatal(err)
	}
	_, err := d.Upsert(d.ctx, contact.UpsertInput{Contact: contact.UpdateInput{ID: goes.ID, FirstName: ptr("Again")}})
	if f, ok := fault.As(err); !ok || f.Slug != "contact.not_found" || f.Meta["merged_into"] != stays.ID {
		t.Errorf("got %v", err)
	}
}

func slugOf(err error) string {
	f, ok := fault.As(err)
	if !ok {
		return fmt.Sprint(err)
	}
	return f.Slug
}

func TestAMergeKeepsEverything(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.field("Plan", contact.FieldText)
	d.field("Number", contact.FieldText, unique)
	first, last := &contact.Touch{Source: "early", At: start.AddDate(0, -2, 0)}, &contact.Touch{Source: "late", At: start}
	a := d.create(contact.CreateInput{
		FirstName: "Maria", Email: "a@x.example", Phone: "+14155550101", Tags: []string{"one"}, DND: []string{"email"}, Score: 5,
		FirstTouch: last, LastTouch: first, Custom: map[string]any{"number": "A1"},
	})
	d.clock.Advance(time.Minute)
	b := d.create(contact.CreateInput{
		FirstName: "Mary", LastName: "Rossi", Email: "b@x.example", City: "Rome", Tags: []string{"two", "one"}, DND: []string{"voice"}, Score: 7,
		FirstTouch: first, LastTouch: last, OwnerID: uuid.NullUUID{UUID: ada, Valid: true}, Custom: map[string]any{"number": "B1", "plan": "gold"},
	})
	d.clock.Advance(time.Minute)
	c := d.create(contact.CreateInput{LastName: "Newest", Phone: "+14155550102", City: "Milan", Country: "IT"})
	note, err := d.CreateNote(d.ctx, contact.OfContact(b.ID), contact.NoteInput{Body: ptr("hello")})
	if err != nil {
		t.Fatal(err)
	}
	task := d.task(contact.OfContact(c.ID), contact.TaskInput{Title: ptr("call")})
	got, m := d.merge(contact.MergeInput{
		ID: a.ID, Version: a.Version, From: []uuid.UUID{b.ID, c.ID}, Versions: map[uuid.UUID]int64{b.ID: b.Version},
		Fields: map[string]uuid.UUID{"last_name": b.ID, "email": b.ID, "custom.number": b.ID},
	})
	if told(got) != "b@x.example* a@x.example +14155550101* +14155550102" {
		t.Error(told(got))
	}
	want := []any{"Maria", "Rossi", "Milan", "IT", []string{"one", "two"}, []string{"email", "voice"}, int32(12), "early", "late", uuid.NullUUID{UUID: ada, Valid: true}}
	is := []any{got.FirstName, got.LastName, got.City, got.Country, got.Tags, got.DND, got.Score, got.FirstTouch.Source, got.LastTouch.Source, got.OwnerID}
	if diff := cmp.Diff(want, is); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(contact.Values{"number": "B1", "plan": "gold"}, got.Custom); diff != "" {
		t.Error(diff)
	}
	read, err := d.Get(d.ctx, a.ID)
	if err != nil || told(read) != told(got) || read.Version != got.Version {
		t.Errorf("%+v %v", read, err)
	}
	if n, err := d.GetNote(d.ctx, note.ID); err != nil || n.ContactID.UUID != a.ID {
		t.Errorf("%+v %v", n, err)
	}
	if one, err := d.GetTask(d.ctx, task.ID); err != nil || one.ContactID.UUID != a.ID {
		t.Errorf("%+v %v", one, err)
	}
	if d.gone(b.ID) != any(a.ID) || d.gone(c.ID) != any(a.ID) {
		t.Error("the merged do not say where they are")
	}
	up := d.upsert(contact.UpsertInput{Contact: contact.UpdateInput{Phone: ptr("+14155550102"), JobTitle: ptr("Boss")}})
	if up.Created || up.Contact.ID != a.ID {
		t.Errorf("%+v", up)
	}
	page, err := d.List(d.ctx, contact.ListInput{Query: "mary"})
	if err != nil || len(page.Items) != 0 {
		t.Errorf("%+v %v", page, err)
	}
	kinds, seen := d.heard(b.ID)
	if kinds[len(kinds)-1] != contact.EventMerged || seen.Before == nil || seen.After != nil {
		t.Errorf("%v %+v", kinds, seen)
	}
	list, err := d.Merges(d.ctx, uuid.NullUUID{}, "", 10)
	if err != nil || len(list.Items) != 1 || list.Items[0].ID != m.ID || list.Items[0].State != contact.MergeDone {
		t.Errorf("%+v %v", list, err)
	}
}

func TestAMergeIsStricterAboutWhoOptedOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a := d.create(contact.CreateInput{Phone: "+14155550101"})
	b := d.create(contact.CreateInput{Phone: "+14155550199"}) // opted out
	got, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
	if diff := cmp.Diff([]string{"sms", "voice"}, got.DND); diff != "" {
		t.Error(diff)
	}
	back, err := d.UndoMerge(d.ctx, m.ID)
	if err != nil || len(back.Survivor.DND) != 0 {
		t.Errorf("%+v %v", back.Survivor, err)
	}
}

func TestAMergeRefuses(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.create(contact.CreateInput{FirstName: "A"}), d.create(contact.CreateInput{FirstName: "B"})
	many := make([]uuid.UUID, 10)
	for name, c := range map[string]struct {
		in   contact.MergeInput
		slug string
	}{
		"nobody":                      {contact.MergeInput{ID: a.ID}, "merge.invalid"},
		"itself":                      {contact.MergeInput{ID: a.ID, From: []uuid.UUID{a.ID}}, "merge.invalid"},
		"one twice":                   {contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID, b.ID}}, "merge.invalid"},
		"eleven":                      {contact.MergeInput{ID: a.ID, From: many}, "merge.invalid"},
		"somebody unknown":            {contact.MergeInput{ID: a.ID, From: []uuid.UUID{uuid.New()}}, "merge.invalid"},
		"into somebody unknown":       {contact.MergeInput{ID: uuid.New(), From: []uuid.UUID{b.ID}}, "contact.not_found"},
		"a field that is none":        {contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}, Fields: map[string]uuid.UUID{"id": b.ID}}, "merge.invalid"},
		"a stranger's value":          {contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}, Fields: map[string]uuid.UUID{"source": uuid.New()}}, "merge.invalid"},
		"an address of one with none": {contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}, Fields: map[string]uuid.UUID{"email": b.ID}}, "merge.invalid"},
		"an older survivor":           {contact.MergeInput{ID: a.ID, Version: 9, From: []uuid.UUID{b.ID}}, "contact.stale"},
		"an older other one":          {contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}, Versions: map[uuid.UUID]int64{b.ID: 9}}, "contact.stale"},
	} {
		if _, _, err := d.Merge(d.ctx, c.in); slugOf(err) != c.slug {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := d.Merge(d.foreign, contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}}); slugOf(err) != "contact.not_found" {
		t.Error(err)
	}
}

// The edit holds the contact when the merge comes, and the merge when the edit
// comes: either way nothing is lost and nobody waits for ever.
func TestAMergeRacesAnEdit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for _, first := range []string{"edit", "merge"} {
		a, b := d.create(contact.CreateInput{FirstName: "A"}), d.create(contact.CreateInput{FirstName: "B"})
		other := make(chan error, 1)
		edit := func(ctx context.Context) error {
			_, err := d.Update(ctx, contact.UpdateInput{ID: b.ID, JobTitle: ptr("Boss")})
			return err
		}
		merge := func(ctx context.Context) error {
			_, _, err := d.Merge(ctx, contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
			return err
		}
		verbs := map[string]func(context.Context) error{"edit": edit, "merge": merge}
		second := map[string]string{"edit": "merge", "merge": "edit"}[first]
		err := d.Together(d.ctx, func(ctx context.Context) error {
			if err := verbs[first](ctx); err != nil {
				return err
			}
			go func() { other <- verbs[second](d.ctx) }()
			return d.waiting()
		})
		late := <-other
		got, read := d.Get(d.ctx, a.ID)
		switch {
		case err != nil || read != nil:
			t.Error(first, err, read)
		case first == "edit" && (late != nil || got.JobTitle != "Boss"):
			t.Errorf("the merge lost the edit: %v %+v", late, got)
		case first == "merge" && (!fault.Is(late, fault.NotFound) || d.gone(b.ID) != any(a.ID)):
			t.Errorf("the edit changed one who was merged: %v", late)
		}
	}
}

// waiting returns once a transaction waits for a lock.
func (d *desk) waiting() error {
	conn, err := pgx.Connect(d.ctx, d.dsns.Super)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(d.ctx) }()
	for {
		var n int
		err := conn.QueryRow(d.ctx, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n)
		if err != nil || n > 0 {
			return err
		}
	}
}

func TestTheTimelineFollowsAMergeAndItsUndo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b := d.create(contact.CreateInput{FirstName: "A"}), d.create(contact.CreateInput{FirstName: "B"})
	d.processed()
	d.clock.Advance(time.Second)
	if _, err := d.CreateNote(d.ctx, contact.OfContact(b.ID), contact.NoteInput{Body: ptr("late")}); err != nil {
		t.Fatal(err)
	}
	d.clock.Advance(time.Second)
	_, m := d.merge(contact.MergeInput{ID: a.ID, From: []uuid.UUID{b.ID}})
	d.processed() // the note's event is heard after the merge
	if got := d.story(a.ID); got != "contact.merged note.created contact.created contact.created" {
		t.Error(got)
	}
	d.clock.Advance(time.Second)
	if _, err := d.UndoMerge(d.ctx, m.ID); err != nil {
		t.Fatal(err)
	}
	d.processed()
	if got := d.story(a.ID); got != "contact.unmerged contact.merged contact.created" {
		t.Error(got)
	}
	if got := d.story(b.ID); got != "contact.unmerged note.created contact.created" {
		t.Error(got)
	}
}

// story are the kinds of a timeline's entries.
func (d *desk) story(id uuid.UUID) string {
	d.t.Helper()
	page, err := d.TimelineOf(d.ctx, contact.TimelineQuery{Of: contact.OfContact(id)})
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, e := range page.Items {
		out = append(out, e.Kind)
	}
	return strings.Join(out, " ")
}
