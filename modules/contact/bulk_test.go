package contact_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var everybody = json.RawMessage("null")

func (d *desk) bulk(ctx context.Context, filter string, a contact.BulkAction) contact.Bulk {
	d.t.Helper()
	b, err := d.StartBulk(ctx, contact.BulkInput{BulkSelection: contact.BulkSelection{Filter: json.RawMessage(filter)}, Action: a})
	if err != nil {
		d.t.Fatal(err)
	}
	return d.work(b.ID)
}

// work goes on a bulk action as its job does, and gives it.
func (d *desk) work(id uuid.UUID) contact.Bulk {
	d.t.Helper()
	if err := d.RunBulk(d.ctx, id); err != nil {
		d.t.Fatal(err)
	}
	b, err := d.GetBulk(d.ctx, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return b
}

func (d *desk) undo(id uuid.UUID) contact.Bulk {
	d.t.Helper()
	if _, err := d.UndoBulk(d.ctx, id, 0); err != nil {
		d.t.Fatal(err)
	}
	return d.work(id)
}

func (d *desk) get(id uuid.UUID) contact.Contact {
	d.t.Helper()
	c, err := d.Get(d.ctx, id)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// tally is what a person reads of a bulk action.
func tally(b contact.Bulk) string {
	return fmt.Sprintf("%s %d/%d: %d changed, %d skipped, %d failed, %d undone, %d kept", b.State, b.Done, b.Total, b.Changed, b.Skipped, b.Failed, b.Undone, b.Kept)
}

func TestABulkActionChangesWhomItsFilterLetsIn(t *testing.T) {
	t.Parallel()
	bob := uuid.New()
	for name, tc := range map[string]struct {
		action contact.BulkAction
		tally  string // of two contacts, the first of whom has it already
		read   func(contact.Contact) any
		want   []any // of both, afterwards
	}{
		"tags are added": {
			contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"VIP", "old"}},
			"done 2/2: 2 changed, 0 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return strings.Join(c.Tags, ",") },
			[]any{"old,vip", "vip,old"},
		},
		"tags are removed": {
			contact.BulkAction{Kind: contact.BulkRemoveTags, Tags: []string{"old"}},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return strings.Join(c.Tags, ",") },
			[]any{"", ""},
		},
		"an owner": {
			contact.BulkAction{Kind: contact.BulkAssign, OwnerID: uuid.NullUUID{UUID: ada, Valid: true}},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return c.OwnerID.UUID },
			[]any{ada, ada},
		},
		"nobody as the owner": {
			contact.BulkAction{Kind: contact.BulkAssign},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return c.OwnerID.Valid },
			[]any{false, false},
		},
		"followers": {
			contact.BulkAction{Kind: contact.BulkAddFollowers, People: []uuid.UUID{ada, bob}},
			"done 2/2: 2 changed, 0 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return len(c.Followers) },
			[]any{2, 2},
		},
		"do not disturb": {
			contact.BulkAction{Kind: contact.BulkAddDND, Channels: []string{"sms"}},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return strings.Join(c.DND, ",") },
			[]any{"sms", "sms"},
		},
		"a field": {
			contact.BulkAction{Kind: contact.BulkSetField, Field: "city", Value: "Rome"},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return c.City },
			[]any{"Rome", "Rome"},
		},
		"a custom field": {
			contact.BulkAction{Kind: contact.BulkSetField, Field: "custom.visits", Value: 7.0},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return c.Custom["visits"] },
			[]any{json.Number("7"), json.Number("7")},
		},
		"a custom field is emptied": {
			contact.BulkAction{Kind: contact.BulkSetField, Field: "custom.visits"},
			"done 2/2: 1 changed, 1 skipped, 0 failed, 0 undone, 0 kept",
			func(c contact.Contact) any { return c.Custom["visits"] },
			[]any{nil, nil},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.Members = members{ada, bob}
			field, err := d.CreateField(d.ctx, contact.FieldInput{Object: contact.ObjectContact, Name: ptr("Visits"), Kind: contact.FieldNumber, Indexed: ptr(true)})
			if err != nil {
				t.Fatal(err)
			}
			first := d.create(contact.CreateInput{
				FirstName: "Ann", Tags: []string{"old"}, OwnerID: uuid.NullUUID{UUID: ada, Valid: true}, Followers: []uuid.UUID{ada},
				DND: []string{"sms"}, City: "Rome", Custom: map[string]any{field.Key: 7.0},
			})
			second := d.create(contact.CreateInput{FirstName: "Andy"})
			other := d.create(contact.CreateInput{FirstName: "Bea"})
			b := d.bulk(d.ctx, `{"field":"first_name","op":"starts_with","value":"An"}`, tc.action)
			if b.Error != "" || tally(b) != tc.tally {
				t.Errorf("%s %s", tally(b), b.Error)
			}
			if diff := cmp.Diff(tc.want, []any{tc.read(d.get(first.ID)), tc.read(d.get(second.ID))}); diff != "" {
				t.Error(diff)
			}
			if now := d.get(other.ID); now.Version != other.Version {
				t.Errorf("somebody else was changed: %+v", now)
			}
			found, err := d.List(d.ctx, contact.ListInput{Filter: json.RawMessage(`{"field":"custom.visits","op":"at_least","value":7}`)})
			if want := strings.Count(fmt.Sprint(d.get(first.ID).Custom, d.get(second.ID).Custom), "visits"); err != nil || len(found.Items) != want {
				t.Errorf("the index knows of %d with a value, there are %d: %v", len(found.Items), want, err)
			}
			undone := d.undo(b.ID)
			if undone.State != contact.BulkUndone || undone.Undone != b.Changed || undone.Kept != 0 {
				t.Errorf("undone: %s", tally(undone))
			}
			for _, was := range []contact.Contact{first, second} {
				now := d.get(was.ID)
				now.Version, now.UpdatedAt = was.Version, was.UpdatedAt
				if diff := cmp.Diff(was, now); diff != "" {
					t.Errorf("not as it was: %s", diff)
				}
			}
			found, err = d.List(d.ctx, contact.ListInput{Filter: json.RawMessage(`{"field":"custom.visits","op":"at_least","value":7}`)})
			if err != nil || len(found.Items) != 1 {
				t.Errorf("undone, the index knows of %d with a value: %v", len(found.Items), err)
			}
		})
	}
}

func TestAnUndoLeavesAloneWhatSomebodyChangedSince(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	same, city, tags := d.create(contact.CreateInput{FirstName: "a"}), d.create(contact.CreateInput{FirstName: "b"}), d.create(contact.CreateInput{FirstName: "c"})
	set := d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkSetField, Field: "city", Value: "Rome"})
	tagged := d.bulk(d.ctx, "null", contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"x"}})
	for _, in := range []contact.UpdateInput{
		{ID: city.ID, City: ptr("Oslo"), Tags: &[]string{"x", "y"}},
		{ID: tags.ID, Tags: &[]string{"y"}, JobTitle: ptr("Boss")},
	} {
		if _, err := d.Update(d.ctx, in); err != nil {
			t.Fatal(err)
		}
	}
	if b := d.undo(set.ID); b.Undone != 2 || b.Kept != 1 {
		t.Errorf("the city: %s", tally(b))
	}
	if b := d.undo(tagged.ID); b.Undone != 2 || b.Kept != 1 {
		t.Errorf("the tags: %s", tally(b))
	}
	got := []string{}
	for _, id := range []uuid.UUID{same.ID, city.ID, tags.ID} {
		c := d.get(id)
		got = append(got, c.City+"|"+c.JobTitle+"|"+strings.Join(c.Tags, ","))
	}
	if diff := cmp.Diff([]string{"||", "Oslo||y", "|Boss|y"}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := d.UndoBulk(d.ctx, set.ID, 0); !fault.Is(err, fault.Conflict) {
		t.Errorf("undoing twice: %v", err)
	}
}

// What kills a worker kills its transaction: whoever comes next goes on with the
// contacts whose changes did not commit.
func TestABulkActionGoesOnWhereItsLastCommitWas(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ids := d.crowd(2500)
	b, err := d.StartBulk(d.ctx, contact.BulkInput{
		BulkSelection: contact.BulkSelection{Filter: json.RawMessage(`{"field":"tags","op":"none_of","value":["x"]}`)},
		Action:        contact.BulkAction{Kind: contact.BulkAddTags, Tags: []string{"x"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("the worker died")
	d.Events = &dying{Publisher: d.Events, after: 1, err: broken}
	if err := d.RunBulk(d.ctx, b.ID); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	half, err := d.GetBulk(d.ctx, b.ID)
	// Of the hands one may have committed before the other one died.
	if err != nil || half.Done != half.Changed || half.Done > 1000 || half.Total != 2500 {
		t.Fatalf("%s %v", tally(half), err)
	}
	if paused, err := d.PauseBulk(d.ctx, b.ID, half.Version); err != nil || d.work(b.ID).Done != half.Done || paused.State != contact.BulkPaused {
		t.Fatalf("paused: %s %v", tally(paused), err)
	}
	if _, err := d.ResumeBulk(d.ctx, b.ID, 0); err != nil {
		t.Fatal(err)
	}
	d.Events = d.Events.(*dying).Publisher
	if done := d.work(b.ID); tally(done) != "done 2500/2500: 2500 changed, 0 skipped, 0 failed, 0 undone, 0 kept" {
		t.Error(tally(done))
	}
	for _, at := range []int{0, 999, 1000, 2499} {
		if kinds, _ := d.heard(ids[at]); !slices.Equal(kinds, []string{"contact.updated"}) {
			t.Errorf("number %d: %v", at, kinds)
		}
	}
	if undone := d.undo(b.ID); undone.Undone != 2500 || undone.Kept != 0 {
		t.Error(tally(undone))
	}
}

// dying publishes some batches and fails then.
type dying struct {
	contact.Publisher
	after int64
	heard atomic.Int64
	err   error
}

func (p *dying) PublishMany(ctx context.Context, tx pgx.Tx, list []events.New) error {
	if p.heard.Add(1) > p.after {
		return p.err
	}
	return p.Publisher.PublishMany(ctx, tx, list)
}

// crowd makes contacts past the service, and gives their ids in order.
func (d *desk) crowd(n int) []uuid.UUID {
	d.t.Helper()
	t, err := tenancy.From(d.ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	ids := make([]uuid.UUID, n)
	for i := range ids {
		ids[i] = uuid.Must(uuid.NewV7())
	}
	err = d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(d.ctx, `
			with made as (
				insert into contact (sub_account_id, id, first_name, tags, sort_name, created_at, updated_at)
				select $1, id, 'x', '{}', 'x', $3, $3 from unnest($2::uuid[]) as id returning id)
			insert into contact_search (sub_account_id, contact_id, name, created, text) select $1, id, 'x', $3, 'x   ' from made`, t.SubAccount, ids, start)
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return ids
}
