package conversation

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Inbound is a message that came in.
type Inbound struct {
	Channel    string
	From, To   string
	Body       string
	ProviderID string // the carrier's name for it: the same one twice is one message
}

// Receive keeps an incoming message in the caller's transaction: it finds the
// contact by its address or makes one, reopens the thread and counts it as
// unread. fresh is false when the carrier had told of it before.
func (s *Service) Receive(ctx context.Context, tx pgx.Tx, in Inbound) (m Message, fresh bool, err error) {
	if earlier, found, err := messageByProvider(ctx, tx, in.Channel, in.ProviderID); err != nil || found {
		return earlier, false, err
	}
	from, err := s.Contacts.EnsureByPhone(ctx, tx, in.From, in.Channel)
	if err != nil {
		return Message{}, false, err
	}
	before, err := s.ensureThread(ctx, tx, from.ID, in.Channel)
	if err != nil {
		return Message{}, false, err
	}
	// Once more behind the lock: the carrier may be calling twice at this moment.
	if earlier, found, err := messageByProvider(ctx, tx, in.Channel, in.ProviderID); err != nil || found {
		return earlier, false, err
	}
	now := s.now()
	m = Message{
		ID: uuid.Must(uuid.NewV7()), ConversationID: before.ID, ContactID: from.ID, Channel: in.Channel,
		Direction: In, Purpose: Conversational, Body: in.Body, Status: Received, StatusAt: now,
		FromAddress: in.From, ToAddress: in.To, ProviderID: in.ProviderID,
		ActorKind: "contact", ActorID: from.ID.String(), ActorName: from.Name(), CreatedAt: now,
	}
	if err := insertMessage(ctx, tx, m, ""); err != nil {
		return Message{}, false, err
	}
	after := before
	after.Status, after.Unread = Open, before.Unread+1
	after.LastMessageID, after.LastAt = uuid.NullUUID{UUID: m.ID, Valid: true}, now
	if err := s.published(ctx, tx, EventMessageCreated, nil, m); err != nil {
		return Message{}, false, err
	}
	_, err = s.save(ctx, tx, before, after)
	return m, true, err
}

// ensureThread finds the thread of a contact over a channel or begins it, and
// locks it.
func (s *Service) ensureThread(ctx context.Context, tx pgx.Tx, contactID uuid.UUID, channel string) (threadRow, error) {
	now := s.now()
	return upsertThread(ctx, tx, threadRow{
		ID: uuid.Must(uuid.NewV7()), ContactID: contactID, Channel: channel, Status: Open,
		LastAt: now, CreatedAt: now, UpdatedAt: now, Version: 1,
	})
}
