package contact_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// searched is a contact beside its row of contact_search.
type searched struct {
	ID          uuid.UUID
	Living      bool
	Kept        bool
	Text        string
	SameInOrder bool
}

// searchedRight holds, at the end of every test, what contacts are searched by to
// what they are, whoever wrote them: a deleted one has nothing.
func (d *desk) searchedRight() {
	d.t.Cleanup(func() {
		for _, who := range []context.Context{d.ctx, d.foreign} {
			ctx := context.WithoutCancel(who)
			if err := d.tenants.InTenant(ctx, func(tx pgx.Tx) error { return d.searchedOf(ctx, tx) }); err != nil {
				d.t.Error(err)
			}
		}
	})
}

func (d *desk) searchedOf(ctx context.Context, tx pgx.Tx) error {
	rows, err := tx.Query(ctx, `
		select coalesce(c.id, s.contact_id) as id, c.id is not null and c.deleted_at is null as living, s.contact_id is not null as kept,
		       coalesce(s.text, '') as text, (s.name, s.created) is not distinct from (c.sort_name, c.created_at) as same_in_order
		  from contact c full join contact_search s on s.sub_account_id = c.sub_account_id and s.contact_id = c.id`)
	if err != nil {
		return err
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[searched])
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(all))
	for i := range all {
		ids[i] = all[i].ID
	}
	people, err := d.Lookup(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, one := range all {
		right := !one.Kept
		if one.Living {
			right = one.Kept && one.SameInOrder && one.Text == contact.SearchText(people[one.ID])
		}
		if !right {
			return fmt.Errorf("%+v, but it is %q", one, contact.SearchText(people[one.ID]))
		}
	}
	return nil
}

func TestASearchFindsWhatAContactIsNow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	found := func(when, query string, want int) {
		t.Helper()
		page, err := d.List(d.ctx, contact.ListInput{Query: query})
		if err != nil || len(page.Items) != want {
			t.Errorf("%s: %q finds %d, want %d: %v", when, query, len(page.Items), want, err)
		}
		n, err := d.Count(d.ctx, contact.CountInput{Query: query})
		if err != nil || n.N != int64(want) {
			t.Errorf("%s: %q counts %d, want %d: %v", when, query, n.N, want, err)
		}
	}
	c := d.create(contact.CreateInput{FirstName: "Maria", LastName: "Rossi", Email: "maria@example.com"})
	found("new", "rossi", 1)
	last := "Bianchi"
	if _, err := d.Update(d.ctx, contact.UpdateInput{ID: c.ID, LastName: &last, Emails: list("maria@example.com", "second@example.com")}); err != nil {
		t.Fatal(err)
	}
	found("renamed", "rossi", 0)
	found("renamed", "bianchi", 1)
	found("with a second address", "second@", 1)
	gone := d.wipe(c.ID)
	found("deleted", "bianchi", 0)
	d.undo(gone.ID)
	found("restored", "bianchi", 1)
	found("restored", "second@", 1)
	other := d.create(contact.CreateInput{FirstName: "Mario", Email: "mario@example.com"})
	_, m := d.merge(contact.MergeInput{ID: other.ID, From: []uuid.UUID{c.ID}})
	found("merged", "bianchi", 1) // the survivor's last name
	found("merged", "maria", 1)   // its second address
	if _, err := d.UndoMerge(d.ctx, m.ID); err != nil {
		t.Fatal(err)
	}
	found("taken apart", "maria", 1)
	found("taken apart", "mario", 1)
}
