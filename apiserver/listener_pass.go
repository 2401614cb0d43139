package apiserver

import (
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// pass writes what the reader may know of a batch.
func (l listener) pass(ctx context.Context, batch []*events.Event) error {
	if len(batch) == 0 {
		return nil
	}
	reached, err := l.reached(ctx, batch)
	if err != nil {
		return err
	}
	for _, e := range batch {
		if !l.hears(e) || !l.sees(e) {
			continue
		}
		if reached != nil && !reached[contactOf(e)] {
			if e = leaving(e, l.reach()); e == nil {
				continue
			}
		}
		if err := l.w.event(e); err != nil {
			return err
		}
	}
	return l.w.flush()
}

// reached gives the contacts of the batch that are in the reader's reach; nil
// where everything is. What belongs to no contact is then heard by nobody.
func (l listener) reached(ctx context.Context, batch []*events.Event) (map[uuid.UUID]bool, error) {
	reach := l.reach()
	if reach.All {
		return nil, nil
	}
	ids := make([]uuid.UUID, 0, len(batch))
	for _, e := range batch {
		ids = append(ids, contactOf(e))
	}
	return l.Contacts.Reached(tenancy.WithReach(ctx, reach), ids)
}

// leaving tells of the change by which a contact left a reach no more than that it
// did; it is nil for any other event.
func leaving(e *events.Event, reach tenancy.Reach) *events.Event {
	if e.Kind != contact.EventUpdated {
		return nil
	}
	type side struct {
		OwnerID   uuid.UUID   `json:"owner_id"`
		Followers []uuid.UUID `json:"followers"`
	}
	var p struct{ Before, After side }
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return nil
	}
	held := func(s side) bool { return reach.Holds(append(s.Followers, s.OwnerID)...) }
	if !held(p.Before) || held(p.After) {
		return nil
	}
	return &events.Event{Seq: e.Seq, Kind: contactLeft, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, OccurredAt: e.OccurredAt}
}

// sees tells of a view whether it is shared, or the reader's own.
func (l listener) sees(e *events.Event) bool {
	if e.SubjectKind != contact.SubjectView {
		return true
	}
	type side struct {
		View *contact.ViewSnapshot `json:"view"`
	}
	var p struct {
		Before side `json:"before"`
		After  side `json:"after"`
	}
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return false
	}
	me := l.call.principal.Actor
	for _, v := range []*contact.ViewSnapshot{p.Before.View, p.After.View} {
		if v != nil && (v.Shared || v.OwnerKind == me.Kind && v.OwnerID == me.ID) {
			return true
		}
	}
	return false
}

// hears tells whether the reader holds the permission that the event's kind asks.
// Nobody hears what a later release wrote and this one doesn't know: whose it is
// can't be told.
func (l listener) hears(e *events.Event) bool {
	kind, known := l.Kinds.Find(e.Kind)
	return known && l.call.principal.Can(access.Permission(kind.Permission), l.call.tenant.SubAccount)
}

// contactOf is the contact that an event is about; Nil for none.
func contactOf(e *events.Event) uuid.UUID {
	if e.SubjectKind == "contact" {
		return e.SubjectID
	}
	type about struct {
		ContactID uuid.UUID `json:"contact_id"`
		Contact   struct {
			ID uuid.UUID `json:"id"`
		} `json:"contact"`
	}
	var p struct {
		about
		Before about `json:"before"`
		After  about `json:"after"`
	}
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return uuid.Nil // not of a shape that is anybody's
	}
	for _, id := range []uuid.UUID{p.After.ContactID, p.After.Contact.ID, p.Before.ContactID, p.Before.Contact.ID, p.ContactID} {
		if id != uuid.Nil {
			return id
		}
	}
	return uuid.Nil
}
