package conversation

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// The events of this module. The subject of a message's events is the message,
// that of conversation.updated the thread.
const (
	EventMessageCreated = "message.created"
	EventMessageUpdated = "message.updated"
	EventUpdated        = "conversation.updated"
)

// MessageChanged is a message before and after a change.
type MessageChanged struct {
	Before *MessageSnapshot `json:"before,omitempty"`
	After  *MessageSnapshot `json:"after"`
}

// MessageSnapshot is a message in an event. Events outlive releases: fields are
// added, never renamed.
type MessageSnapshot struct {
	ID             uuid.UUID `json:"id"`
	ConversationID uuid.UUID `json:"conversation_id"`
	ContactID      uuid.UUID `json:"contact_id"`
	Channel        string    `json:"channel"`
	Direction      string    `json:"direction"`
	Body           string    `json:"body"`
	Status         Status    `json:"status"`
	Reason         *Reason   `json:"reason,omitempty"`
	ErrorCode      string    `json:"error_code,omitempty"`
	From           string    `json:"from"`
	To             string    `json:"to"`
	Actor          Actor     `json:"actor"`
	CreatedAt      time.Time `json:"created_at"`
	StatusAt       time.Time `json:"status_at"`
}

// Reason is what stands in a message's way.
type Reason struct {
	Rule    string `json:"rule"`
	Message string `json:"message"`
}

// Actor is who wrote a message.
type Actor struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Changed is a thread before and after a change.
type Changed struct {
	Before *Snapshot `json:"before,omitempty"`
	After  *Snapshot `json:"after,omitempty"`
}

// Snapshot is a thread in an event.
type Snapshot struct {
	ID          uuid.UUID        `json:"id"`
	Contact     ContactSnapshot  `json:"contact"`
	Channel     string           `json:"channel"`
	Status      string           `json:"status"`
	Unread      int              `json:"unread"`
	LastMessage *MessageSnapshot `json:"last_message,omitempty"`
	LastAt      time.Time        `json:"last_at"`
	UpdatedAt   time.Time        `json:"updated_at"`
}

// ContactSnapshot is what a thread shows of its contact.
type ContactSnapshot struct {
	ID    uuid.UUID `json:"id"`
	Name  string    `json:"name"`
	Phone string    `json:"phone"`
}

func messageSnapshot(m Message) *MessageSnapshot {
	out := &MessageSnapshot{
		ID: m.ID, ConversationID: m.ConversationID, ContactID: m.ContactID, Channel: m.Channel, Direction: m.Direction,
		Body: m.Body, Status: m.Status, ErrorCode: m.ErrorCode, From: m.FromAddress, To: m.ToAddress,
		Actor:     Actor{Kind: m.ActorKind, ID: m.ActorID, Name: m.ActorName},
		CreatedAt: m.CreatedAt, StatusAt: m.StatusAt,
	}
	if m.ReasonRule != "" || m.ReasonMessage != "" {
		out.Reason = &Reason{Rule: m.ReasonRule, Message: m.ReasonMessage}
	}
	return out
}

func snapshot(c Conversation) *Snapshot {
	out := &Snapshot{
		ID: c.ID, Contact: ContactSnapshot(c.Contact), Channel: c.Channel,
		Status: c.Status, Unread: c.Unread, LastAt: c.LastAt, UpdatedAt: c.UpdatedAt,
	}
	if c.Last != nil {
		out.LastMessage = messageSnapshot(*c.Last)
	}
	return out
}

// published writes the event of a message's change.
func (s *Service) published(ctx context.Context, tx pgx.Tx, kind string, before *Message, after Message) error {
	p := MessageChanged{After: messageSnapshot(after)}
	if before != nil {
		p.Before = messageSnapshot(*before)
	}
	return s.Events.Publish(ctx, tx, events.New{Kind: kind, SubjectKind: "message", SubjectID: after.ID, Payload: p})
}

// saveMessage stores a changed message and tells of it. The caller holds the
// thread's lock.
func (s *Service) saveMessage(ctx context.Context, tx pgx.Tx, before, after Message) error {
	if err := updateMessage(ctx, tx, after); err != nil {
		return err
	}
	return s.published(ctx, tx, EventMessageUpdated, &before, after)
}

// save stores a changed thread and tells of it. The caller holds its lock.
func (s *Service) save(ctx context.Context, tx pgx.Tx, before, after threadRow) (Conversation, error) {
	old, err := s.view(ctx, tx, before)
	if err != nil {
		return Conversation{}, err
	}
	after.Version, after.UpdatedAt = before.Version+1, s.now()
	if err := updateThread(ctx, tx, after); err != nil {
		return Conversation{}, err
	}
	c, err := s.view(ctx, tx, after)
	if err != nil {
		return Conversation{}, err
	}
	return c, s.Events.Publish(ctx, tx, events.New{
		Kind: EventUpdated, SubjectKind: "conversation", SubjectID: c.ID,
		Payload: Changed{Before: snapshot(old), After: snapshot(c)},
	})
}

// Subscriber hears what other modules publish.
type Subscriber struct{ s *Service }

// Subscriber gives the service's ear for events.
func (s *Service) Subscriber() Subscriber { return Subscriber{s} }

// Name files parked events for ever.
func (Subscriber) Name() string { return "conversation" }

// Handle takes a deleted contact's threads out of the inbox, and puts them back
// with the contact.
func (h Subscriber) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	if e.Kind == contact.EventRestored {
		return h.restore(ctx, tx, e)
	}
	if e.Kind != contact.EventDeleted {
		return nil
	}
	hidden, err := hideThreads(ctx, tx, e.SubjectID, h.s.now())
	if err != nil {
		return err
	}
	for _, r := range hidden {
		c, err := h.s.view(ctx, tx, r)
		if err != nil {
			return err
		}
		err = h.s.Events.Publish(ctx, tx, events.New{
			Kind: EventUpdated, SubjectKind: "conversation", SubjectID: r.ID, Payload: Changed{Before: snapshot(c)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// restore shows the threads of a contact that is back, unless it was merged into
// another one meanwhile, or deleted again.
func (h Subscriber) restore(ctx context.Context, tx pgx.Tx, e events.Event) error {
	_, err := h.s.Contacts.Find(ctx, tx, e.SubjectID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return h.s.show(ctx, tx, e.SubjectID)
}

// show puts the threads of contacts back into the inbox.
func (s *Service) show(ctx context.Context, tx pgx.Tx, contacts ...uuid.UUID) error {
	shown, err := showThreads(ctx, tx, contacts, s.now())
	if err != nil {
		return err
	}
	for _, r := range shown {
		c, err := s.view(ctx, tx, r)
		if err != nil {
			return err
		}
		err = s.Events.Publish(ctx, tx, events.New{
			Kind: EventUpdated, SubjectKind: "conversation", SubjectID: r.ID, Payload: Changed{After: snapshot(c)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
