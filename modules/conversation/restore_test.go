package conversation_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
)

// bulkDelete deletes contacts, and gives what brings them back.
func (r *room) bulkDelete(ids ...uuid.UUID) (undo func()) {
	r.t.Helper()
	b, err := r.contacts.StartBulk(r.ctx, contact.BulkInput{BulkSelection: contact.BulkSelection{IDs: ids}, Action: contact.BulkAction{Kind: contact.BulkDelete}})
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.contacts.RunBulk(r.ctx, b.ID); err != nil {
		r.t.Fatal(err)
	}
	return func() {
		r.t.Helper()
		if _, err := r.contacts.UndoBulk(r.ctx, b.ID, 0); err != nil {
			r.t.Fatal(err)
		}
		if err := r.contacts.RunBulk(r.ctx, b.ID); err != nil {
			r.t.Fatal(err)
		}
	}
}

// hear hands over an event of a contact, as the bus does a moment later.
func (r *room) hear(kind string, c contact.Contact) {
	r.t.Helper()
	err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
		return r.Subscriber().Handle(r.ctx, tx, events.Event{Kind: kind, SubjectKind: contact.Subject, SubjectID: c.ID, Payload: json.RawMessage(`{}`)})
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

// A contact that was deleted comes back, and is merged or parted before its
// threads have heard of it: they are in the inbox all the same, once, at whom
// they belong to.
func TestThreadsOfARestoredContactAreWhereItIs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		happen func(r *room, a, b contact.Contact)
		want   []string
	}{
		"nothing else happens": {func(r *room, a, b contact.Contact) {
			undo := r.bulkDelete(a.ID)
			r.hear(contact.EventDeleted, a)
			undo()
			r.hear(contact.EventRestored, a)
		}, []string{"C+14155550122 1: hers", "C+14155550121 1: his"}},
		"it is merged into another": {func(r *room, a, b contact.Contact) {
			undo := r.bulkDelete(a.ID)
			r.hear(contact.EventDeleted, a)
			undo()
			r.merge(b.ID, a.ID)
			r.hear(contact.EventRestored, a)
		}, []string{"C+14155550122 2: hers his"}},
		"another is merged into it": {func(r *room, a, b contact.Contact) {
			undo := r.bulkDelete(a.ID)
			r.hear(contact.EventDeleted, a)
			undo()
			r.merge(a.ID, b.ID)
			r.hear(contact.EventRestored, a)
		}, []string{"C+14155550121 2: hers his"}},
		"a merge into it is undone": {func(r *room, a, b contact.Contact) {
			m := r.merge(a.ID, b.ID)
			undo := r.bulkDelete(a.ID)
			r.hear(contact.EventDeleted, a)
			undo()
			if _, err := r.contacts.UndoMerge(r.ctx, m.ID); err != nil {
				r.t.Fatal(err)
			}
			r.hear(contact.EventRestored, a)
		}, []string{"C+14155550122 1: hers", "C+14155550121 1: his"}},
		"it is deleted again": {func(r *room, a, b contact.Contact) {
			undo := r.bulkDelete(a.ID)
			r.hear(contact.EventDeleted, a)
			undo()
			r.bulkDelete(a.ID)
			r.hear(contact.EventRestored, a)
		}, []string{"C+14155550122 1: hers"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRoom(t)
			a, b := r.contact("+14155550121"), r.contact("+14155550122")
			r.receive(a.Phone, "his")
			r.receive(b.Phone, "hers")
			c.happen(r, a, b)
			if diff := cmp.Diff(c.want, r.inbox()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
