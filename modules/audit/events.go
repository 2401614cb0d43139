package audit

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// EventPolicyChanged is published by this module; its subject is the sub-account.
const EventPolicyChanged = "audit.policy_changed"

// eventErased, of a contact, takes that contact's data out of the entries.
const eventErased = "contact.erased"

// Subscriber writes an entry for every event of a sub-account.
type Subscriber struct{}

var _ events.ManySubscriber = Subscriber{}

// Name of the subscriber; parked events are filed under it.
func (Subscriber) Name() string { return "audit" }

// Handle writes the event's entry at the end of the chain, once.
func (h Subscriber) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	return h.HandleMany(ctx, tx, []events.Event{e})
}

// HandleMany writes the entries of several events.
func (Subscriber) HandleMany(ctx context.Context, tx pgx.Tx, list []events.Event) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(list))
	for i, e := range list {
		ids[i] = e.ID
	}
	seq, previous, there, err := lockChain(ctx, tx, tenant.SubAccount, ids)
	if err != nil {
		return err
	}
	var f former
	written := make([]entry, 0, len(list))
	for _, e := range list {
		if slices.Contains(there, e.ID) {
			continue
		}
		l, contact, err := linkOf(tenant.SubAccount, e)
		if err != nil {
			return err
		}
		if err := l.seal(&f, seq+1, previous); err != nil {
			return err
		}
		written = append(written, entry{l, contact})
		if e.Kind == eventErased {
			insertLinks(tx, tenant.SubAccount, written)
			written = written[:0]
			eraseValues(tx, tenant.SubAccount, e.SubjectID, e.ID, e.OccurredAt)
		}
		seq, previous = l.Seq, l.Hash
	}
	insertLinks(tx, tenant.SubAccount, written)
	return moveChain(ctx, tx, tenant.SubAccount, seq, previous)
}

// entry is a link with the contact whose data it holds besides its subject.
type entry struct {
	Link
	contact uuid.NullUUID
}

// linkOf takes before and after from the payload; a payload that holds neither is
// what is known after.
func linkOf(sub uuid.UUID, e events.Event) (Link, uuid.NullUUID, error) {
	l := Link{
		Chain: sub, ID: e.ID, Kind: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, OccurredAt: e.OccurredAt,
	}
	if l.Before, l.After = e.Change(); l.Before == nil && l.After == nil {
		l.After = e.Payload
	}
	l.Paths = pathsOf(changes(l.Before, l.After))
	return l, contactIn(l.After, l.Before), l.named(e.Actor)
}
