package webhook

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// The events of this module. Their subject is the subscription.
const (
	Subject       = "webhook"
	EventCreated  = "webhook.created"
	EventUpdated  = "webhook.updated"
	EventDeleted  = "webhook.deleted"
	EventDisabled = "webhook.disabled" // by itself, after a day of failing
	KindPing      = "webhook.ping"     // a delivery alone, no event
)

// kindErased says that a contact's personal data has to go, from everywhere.
const kindErased = "contact.erased"

// Changed is a subscription before and after a change.
type Changed struct {
	Before *Snapshot `json:"before,omitempty"`
	After  *Snapshot `json:"after,omitempty"`
}

// Snapshot is a subscription in an event. Events outlive releases: fields are
// added, never renamed.
type Snapshot struct {
	ID             uuid.UUID  `json:"id"`
	URL            string     `json:"url"`
	Description    string     `json:"description"`
	Events         []string   `json:"events"`
	Enabled        bool       `json:"enabled"`
	DisabledReason string     `json:"disabled_reason"`
	FailingSince   *time.Time `json:"failing_since"`
	FormerUntil    *time.Time `json:"previous_secret_until"`
}

func snapshot(s Subscription) *Snapshot {
	return &Snapshot{
		ID: s.ID, URL: s.URL, Description: s.Description, Events: s.Kinds, Enabled: s.Enabled, DisabledReason: s.DisabledReason,
		FailingSince: s.FailingSince, FormerUntil: s.FormerUntil,
	}
}

func (s *Service) publish(ctx context.Context, tx pgx.Tx, kind string, id uuid.UUID, c Changed) error {
	return s.Events.Publish(ctx, tx, events.New{Kind: kind, SubjectKind: Subject, SubjectID: id, Payload: c})
}

// message is the body of a call. Members are added, never renamed.
type message struct {
	ID         uuid.UUID       `json:"id"`   // of the event
	Type       string          `json:"type"` // its kind
	APIVersion string          `json:"api_version"`
	Timestamp  time.Time       `json:"timestamp"` // when it happened
	Sequence   int64           `json:"sequence"`  // its place among the sub-account's events; 0 for a ping
	SubAccount uuid.UUID       `json:"sub_account_id"`
	Subject    messageSubject  `json:"subject"`
	Actor      messageActor    `json:"actor"`
	Data       json.RawMessage `json:"data"` // before and after, in the API's shape
}

type messageSubject struct {
	Kind string    `json:"kind"`
	ID   uuid.UUID `json:"id"`
}

type messageActor struct {
	Kind tenancy.ActorKind `json:"kind"`
	ID   string            `json:"id,omitempty"`
	Name string            `json:"name,omitempty"`
}

func bodyOf(sub uuid.UUID, e events.Event) (string, error) {
	raw, err := json.Marshal(message{
		ID: e.ID, Type: e.Kind, APIVersion: "v1", Timestamp: e.OccurredAt.UTC(), Sequence: e.Seq, SubAccount: sub,
		Subject: messageSubject{Kind: e.SubjectKind, ID: e.SubjectID},
		Actor:   messageActor{Kind: e.Actor.Kind, ID: e.Actor.ID, Name: e.Actor.Name}, Data: e.Payload,
	})
	return string(raw), err
}

// Subscriber writes a delivery for each subscription that wants the event.
type Subscriber struct{ service *Service }

var _ events.ManySubscriber = Subscriber{}

// Subscriber gives the module's hearer of events.
func (s *Service) Subscriber() Subscriber { return Subscriber{s} }

// Name of the subscriber; parked events are filed under it.
func (Subscriber) Name() string { return "webhooks" }

// Handle enqueues the event's deliveries.
func (h Subscriber) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	return h.HandleMany(ctx, tx, []events.Event{e})
}

// HandleMany asks once whether anybody wants any of the events: mostly nobody
// does.
func (h Subscriber) HandleMany(ctx context.Context, tx pgx.Tx, list []events.Event) error {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	var asked []string
	erased := false
	for _, e := range list {
		asked = append(asked, patterns(e.Kind)...)
		erased = erased || e.Kind == kindErased
	}
	slices.Sort(asked)
	wanting, err := lockWanting(ctx, tx, tenant.SubAccount, slices.Compact(asked))
	if err != nil || len(wanting) == 0 && !erased {
		return err
	}
	whole, err := h.service.whole(ctx, tx, list)
	if err != nil {
		return err
	}
	for _, e := range list {
		if err := h.deliver(ctx, tx, tenant.SubAccount, e, whole[e.SubjectID]); err != nil {
			return err
		}
	}
	return nil
}

// deliver enqueues an event's deliveries. whole is the record that it is about,
// where the event holds what differs alone.
func (h Subscriber) deliver(ctx context.Context, tx pgx.Tx, sub uuid.UUID, e events.Event, whole json.RawMessage) error {
	if e.Kind == kindErased {
		if err := forget(ctx, tx, sub, e.SubjectID); err != nil {
			return err
		}
	}
	kind, known := h.service.Kinds.Find(e.Kind)
	if known && !kind.Webhooks {
		return nil
	}
	// A statement of its own: what follows sees what those who held the locks
	// have committed.
	wanting, err := lockWanting(ctx, tx, sub, patterns(e.Kind))
	if err != nil || len(wanting) == 0 {
		return err
	}
	if kind.Differing && whole != nil {
		if e.Payload, err = completed(e, whole); err != nil {
			return err
		}
	}
	body, err := bodyOf(sub, e)
	if err != nil {
		return err
	}
	return h.service.enqueue(ctx, tx, wanting, Delivery{
		EventID: e.ID, Kind: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, Body: body,
	})
}

// whole reads the records of which events hold what differs alone: as they are by
// now, at least as new as the events. One that is gone, of which a later event
// tells, is left out.
func (s *Service) whole(ctx context.Context, tx pgx.Tx, list []events.Event) (map[uuid.UUID]json.RawMessage, error) {
	ids := map[string][]uuid.UUID{}
	for _, e := range list {
		if kind, known := s.Kinds.Find(e.Kind); known && kind.Differing {
			ids[e.SubjectKind] = append(ids[e.SubjectKind], e.SubjectID)
		}
	}
	out := map[uuid.UUID]json.RawMessage{}
	for subject, of := range ids {
		found, err := s.Records.Whole(ctx, tx, subject, of)
		if err != nil {
			return nil, err
		}
		maps.Copy(out, found)
	}
	return out, nil
}

// completed is the payload of a change with all of the record after it.
func completed(e events.Event, after json.RawMessage) (json.RawMessage, error) {
	before, _ := e.Change()
	return json.Marshal(struct {
		Before json.RawMessage `json:"before,omitempty"`
		After  json.RawMessage `json:"after"`
	}{before, after})
}
