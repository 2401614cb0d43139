package audit

import (
	"context"
	"encoding/json"

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

var _ events.Subscriber = Subscriber{}

// Name of the subscriber; parked events are filed under it.
func (Subscriber) Name() string { return "audit" }

// Handle writes the event's entry at the end of the chain, once.
func (Subscriber) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	seq, previous, there, err := lockChain(ctx, tx, tenant.SubAccount, e.ID)
	if err != nil || there {
		return err
	}
	l, contact, err := linkOf(tenant.SubAccount, e)
	if err != nil {
		return err
	}
	if err := l.seal(seq+1, previous); err != nil {
		return err
	}
	if err := insertLink(ctx, tx, l, contact); err != nil {
		return err
	}
	if e.Kind != eventErased {
		return nil
	}
	return eraseValues(ctx, tx, tenant.SubAccount, e.SubjectID, e.ID, e.OccurredAt)
}

// linkOf takes before and after from the payload; a payload that holds neither is
// what is known after.
func linkOf(sub uuid.UUID, e events.Event) (Link, uuid.NullUUID, error) {
	l := Link{
		Chain: sub, ID: e.ID, Kind: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, OccurredAt: e.OccurredAt,
	}
	var change struct{ Before, After json.RawMessage }
	if err := json.Unmarshal(e.Payload, &change); err != nil || (change.Before == nil && change.After == nil) {
		l.After = e.Payload
	} else {
		l.Before, l.After = change.Before, change.After
	}
	l.Paths = pathsOf(changes(l.Before, l.After))
	return l, contactIn(l.After, l.Before), l.named(e.Actor)
}
