package webhook

import (
	"context"
	"encoding/json"
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
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	if e.Kind == kindErased {
		if err := forget(ctx, tx, tenant.SubAccount, e.SubjectID); err != nil {
			return err
		}
	}
	if kind, known := h.service.Kinds.Find(e.Kind); known && !kind.Webhooks {
		return nil
	}
	// A statement of its own: what follows sees what those who held the locks
	// have committed.
	wanting, err := lockWanting(ctx, tx, tenant.SubAccount, patterns(e.Kind))
	if err != nil || len(wanting) == 0 {
		return err
	}
	body, err := bodyOf(tenant.SubAccount, e)
	if err != nil {
		return err
	}
	return h.service.enqueue(ctx, tx, wanting, Delivery{
		EventID: e.ID, Kind: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, Body: body,
	})
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
	if !erased {
		wanting, err := lockWanting(ctx, tx, tenant.SubAccount, slices.Compact(asked))
		if err != nil || len(wanting) == 0 {
			return err
		}
	}
	for _, e := range list {
		if err := h.Handle(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}
