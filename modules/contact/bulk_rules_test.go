package contact_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestABulkActionKeepsToTheReachOfWhoStartedIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine := d.create(contact.CreateInput{FirstName: "a", OwnerID: uuid.NullUUID{UUID: ada, Valid: true}})
	theirs := d.create(contact.CreateInput{FirstName: "b"})
	narrow := tenancy.WithReach(d.ctx, tenancy.Reach{People: []uuid.UUID{ada}})
	b := d.bulk(narrow, "null", contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"x"}})
	if b.Total != 1 || b.Changed != 1 || len(d.get(mine.ID).Tags) != 1 || len(d.get(theirs.ID).Tags) != 0 {
		t.Error(tally(b))
	}
	other := tenancy.WithReach(d.as(uuid.New()), tenancy.Reach{})
	if _, err := d.GetBulk(other, b.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else of narrow reach reads it: %v", err)
	}
	if _, err := d.UndoBulk(other, b.ID, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else of narrow reach undoes it: %v", err)
	}
	// Given away by the action itself, it comes back all the same.
	away := d.bulk(narrow, "null", contact.BulkAction{Kind: contact.BulkAssign})
	if _, err := d.UndoBulk(narrow, away.ID, 0); err != nil {
		t.Fatal(err)
	}
	if b := d.work(away.ID); b.Undone != 1 || d.get(mine.ID).OwnerID.UUID != ada {
		t.Error(tally(b))
	}
}

func TestABulkActionSaysWhyItCantGoOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		filter string
		action contact.BulkAction
		want   string
	}{
		"its filter's field is archived": {
			`{"field":"custom.plan","op":"is","value":"gold"}`,
			contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"x"}},
			`filter.field: There is no field "custom.plan". It may have been deleted.`,
		},
		"its own field is archived": {
			`null`,
			contact.BulkAction{Kind: contact.BulkSetField, Field: "custom.plan", Value: "gold"},
			"action.field: This field is archived. Restore it before you write to it.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			field, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Name: ptr("Plan"), Kind: contact.FieldText})
			if err != nil {
				t.Fatal(err)
			}
			d.create(contact.CreateInput{FirstName: "a"})
			b, err := d.StartBulk(d.ctx, contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: json.RawMessage(tc.filter)}, Action: tc.action})
			if err != nil {
				t.Fatal(err)
			}
			if err := d.ArchiveField(d.ctx, field.ID, 0); err != nil {
				t.Fatal(err)
			}
			if b = d.work(b.ID); b.State != contact.BulkFailed || b.Error != tc.want {
				t.Errorf("%s: %s", tally(b), b.Error)
			}
		})
	}
}

func TestABulkActionNamesEverythingAtFault(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	unique, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Name: ptr("Number"), Kind: contact.FieldText, Unique: ptr(true)})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		in   contact.BulkInput
		want []string
	}{
		"nothing said":       {contact.BulkInput{}, []string{"filter", "action.kind"}},
		"both ways to say":   {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody, IDs: []uuid.UUID{ada}}, Action: contact.BulkAction{Kind: contact.BulkDelete}}, []string{"ids"}},
		"no tags":            {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkAddTags}}, []string{"action.tags"}},
		"of another kind":    {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkDelete, Tags: []string{"x"}}}, []string{"action.tags"}},
		"a stranger":         {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkAssign, OwnerID: uuid.NullUUID{UUID: uuid.New(), Valid: true}}}, []string{"action.owner_id"}},
		"a unique field":     {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkSetField, Field: "custom." + unique.Key, Value: "x"}}, []string{"action.field"}},
		"a name":             {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkSetField, Field: "first_name", Value: "x"}}, []string{"action.field"}},
		"no such country":    {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkSetField, Field: "country", Value: "Atlantis"}}, []string{"action.value"}},
		"a score of letters": {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: everybody}, Action: contact.BulkAction{Kind: contact.BulkSetField, Field: "score", Value: "x"}}, []string{"action.value"}},
		"a broken filter":    {contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: json.RawMessage(`{"field":"gone","op":"is","value":1}`)}, Action: contact.BulkAction{Kind: contact.BulkDelete}}, []string{"filter.field"}},
	} {
		_, err := d.StartBulk(d.ctx, tc.in)
		var got []string
		if f, ok := fault.As(err); ok {
			for _, field := range f.Fields {
				got = append(got, field.Path)
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s: %v %s", name, err, diff)
		}
	}
}

func TestABulkActionTakesIdsAndLeavesOutExceptions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	a, b, c := d.create(contact.CreateInput{FirstName: "a"}), d.create(contact.CreateInput{FirstName: "b"}), d.create(contact.CreateInput{FirstName: "c"})
	for _, in := range []contact.BulkSelection{{IDs: []uuid.UUID{a.ID, c.ID, uuid.New()}}, {Filter: everybody, Except: []uuid.UUID{b.ID}}} {
		made, err := d.StartBulk(d.ctx, contact.BulkInput{BulkSelection: in, Action: contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{fmt.Sprint(len(in.IDs))}}})
		if err != nil {
			t.Fatal(err)
		}
		if done := d.work(made.ID); done.Total != 2 || done.Changed != 2 {
			t.Error(tally(done))
		}
	}
	if len(d.get(b.ID).Tags) != 0 {
		t.Error("the one that was left out has a tag")
	}
	full := d.create(contact.CreateInput{FirstName: "full", Tags: manyTags(contact.MaxTags)})
	over := d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"one more"}})
	if over.Failed != 1 || over.Reasons["A contact has at most 50 tags."] != 1 || d.get(full.ID).Version != full.Version {
		t.Errorf("%s %v", tally(over), over.Reasons)
	}
}

func manyTags(n int) (out []string) {
	for i := range n {
		out = append(out, fmt.Sprint("t", i))
	}
	return out
}

func TestABulkActionIsUndoneForThirtyDays(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.create(contact.CreateInput{FirstName: "a"})
	b := d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"x"}})
	d.clock.Advance(contact.BulkUndoDays * 24 * time.Hour)
	if _, err := d.UndoBulk(d.ctx, b.ID, 0); !fault.Is(err, fault.Conflict) {
		t.Errorf("too late: %v", err)
	}
	if err := d.TidyBulk(d.ctx, b.ID); err != nil {
		t.Fatal(err)
	}
	var left int
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(d.ctx, `select (select count(*) from bulk_change) + (select count(*) from bulk_part)`).Scan(&left)
	})
	if err != nil || left != 0 {
		t.Errorf("%d rows are left: %v", left, err)
	}
}

func TestABulkDeletionComesBackUnlessTheAddressIsTaken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	back := d.create(contact.CreateInput{FirstName: "Ann", Email: "ann@x.example"})
	away := d.create(contact.CreateInput{FirstName: "Bob", Email: "bob@x.example"})
	b := d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkDelete})
	if b.Changed != 2 || len(d.people()) != 0 {
		t.Fatalf("%s %v", tally(b), d.people())
	}
	d.create(contact.CreateInput{FirstName: "Bobby", Email: "bob@x.example"})
	b = d.undo(b.ID)
	if b.Undone != 1 || b.Kept != 1 {
		t.Error(tally(b))
	}
	if diff := cmp.Diff([]string{"Ann ann@x.example", "Bobby bob@x.example"}, d.people()); diff != "" {
		t.Error(diff)
	}
	kinds, _ := d.heard(back.ID)
	if diff := cmp.Diff([]string{"contact.created", "contact.deleted", "contact.restored"}, kinds); diff != "" {
		t.Error(diff)
	}
	if _, err := d.Get(d.ctx, away.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("the one whose address is taken: %v", err)
	}
}
