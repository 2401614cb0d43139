package conversation

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// SendInput is a message to a contact. Key, if not empty, makes the request
// safe to repeat: the same key gives the message that it made before.
type SendInput struct {
	ContactID uuid.UUID
	Channel   string // "sms"
	Body      string
	Purpose   string // "" is Conversational
	Key       string
}

// Validate names every field at fault; the channel adds its own rules.
func (in SendInput) Validate() error {
	var f fault.Checks
	f.Check(in.ContactID != uuid.Nil, "contact_id", "Say to whom.")
	f.Check(in.Channel != "", "channel", "Say over which channel, for example sms.")
	f.Check(strings.TrimSpace(in.Body) != "", "body", "Write something.")
	f.Check(utf8.ValidString(in.Body) && !strings.ContainsRune(in.Body, 0), "body", "It holds characters that can't be sent.")
	f.Check(in.Purpose == "" || in.Purpose == Conversational || in.Purpose == Transactional || in.Purpose == Marketing,
		"purpose", "It is conversational, transactional or marketing.")
	f.Check(len(in.Key) <= 255, "key", "Use at most 255 characters.")
	return f.Err("message.invalid")
}

// Send writes a message to a contact, asks the gate and has the channel deliver
// it, in one transaction. A message that the gate holds back is no error: its
// status is held and it says why. Errors: Invalid; NotFound (the contact);
// Conflict when the sub-account has no sender.
func (s *Service) Send(ctx context.Context, in SendInput) (out Message, err error) {
	channel, err := s.checkSend(in)
	if err != nil {
		return Message{}, err
	}
	sender, err := channel.Sender(ctx)
	if err != nil {
		return Message{}, err
	}
	if in.Purpose == "" {
		in.Purpose = Conversational
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		to, err := s.Contacts.Find(ctx, tx, in.ContactID)
		if err != nil {
			return err
		}
		address := channel.Address(to)
		if address == "" {
			return errInvalid.At("contact_id", "This contact can't be reached over "+in.Channel+".")
		}
		th, err := s.ensureThread(ctx, tx, to.ID, in.Channel)
		if err != nil {
			return err
		}
		if in.Key != "" {
			var found bool
			if out, found, err = earlier(ctx, tx, in); err != nil || found {
				return err
			}
		}
		out, err = s.post(ctx, tx, th, draft{Body: in.Body, Purpose: in.Purpose, From: sender, To: address, Key: in.Key})
		return err
	})
	return out, err
}

// earlier finds the message that the same request made before.
func earlier(ctx context.Context, tx pgx.Tx, in SendInput) (Message, bool, error) {
	m, found, err := messageByKey(ctx, tx, in.Key)
	if found && (m.Body != in.Body || m.ContactID != in.ContactID) {
		return Message{}, false, errKeyReused
	}
	return m, found, err
}

func (s *Service) checkSend(in SendInput) (Channel, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	channel, ok := s.Channels[in.Channel]
	if !ok {
		return nil, errInvalid.At("channel", "There is no such channel.")
	}
	return channel, channel.Check(in.Body)
}

// Reply answers within a thread in the caller's transaction, as the system: the
// confirmation of an opt-out, the answer to HELP. The gate decides on it as on
// every message.
func (s *Service) Reply(ctx context.Context, tx pgx.Tx, in Reply) (Message, error) {
	th, err := lockThread(ctx, tx, in.ConversationID)
	if err != nil {
		return Message{}, err
	}
	ctx = tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.System})
	return s.post(ctx, tx, th, draft{Body: in.Body, Purpose: in.Purpose, From: in.From, To: in.To})
}

// Reply is an automatic answer.
type Reply struct {
	ConversationID uuid.UUID
	Body           string
	Purpose        string
	From, To       string
}

type draft struct {
	Body, Purpose, From, To, Key string
}

// post is the one way out: gate, row, channel, thread, events. The caller holds
// the thread's lock.
func (s *Service) post(ctx context.Context, tx pgx.Tx, th threadRow, d draft) (Message, error) {
	now := s.now()
	actor, ok := tenancy.ActorFrom(ctx)
	if !ok {
		actor = tenancy.Actor{Kind: tenancy.System}
	}
	m := Message{
		ID: uuid.Must(uuid.NewV7()), ConversationID: th.ID, ContactID: th.ContactID, Channel: th.Channel,
		Direction: Out, Purpose: d.Purpose, Body: d.Body, Attempt: 1, FromAddress: d.From, ToAddress: d.To,
		ActorKind: string(actor.Kind), ActorID: actor.ID, ActorName: actor.Name, CreatedAt: now, StatusAt: now,
	}
	if err := s.decide(ctx, tx, &m); err != nil {
		return Message{}, err
	}
	if err := insertMessage(ctx, tx, m, d.Key); err != nil {
		return Message{}, err
	}
	if err := s.enqueue(ctx, tx, m); err != nil {
		return Message{}, err
	}
	after := th
	after.LastMessageID, after.LastAt = uuid.NullUUID{UUID: m.ID, Valid: true}, now
	if err := s.published(ctx, tx, EventMessageCreated, nil, m); err != nil {
		return Message{}, err
	}
	_, err := s.save(ctx, tx, th, after)
	return m, err
}

// decide asks the gate and sets the status by what it says.
func (s *Service) decide(ctx context.Context, tx pgx.Tx, m *Message) error {
	d, err := s.Gate.Decide(ctx, tx, Outgoing{
		Channel: m.Channel, Address: m.ToAddress, Purpose: m.Purpose, MessageID: m.ID, ContactID: m.ContactID,
	})
	if err != nil {
		return err
	}
	m.Decision = &d
	m.Status, m.ReasonRule, m.ReasonMessage = Queued, "", ""
	if !d.Allowed {
		m.Status, m.ReasonRule, m.ReasonMessage = Held, d.Rule, d.Reason
	}
	return nil
}

func (s *Service) enqueue(ctx context.Context, tx pgx.Tx, m Message) error {
	if m.Status != Queued {
		return nil
	}
	urgent := m.ActorKind == string(tenancy.Person) || m.ActorKind == string(tenancy.Key) || m.ActorKind == string(tenancy.System)
	return s.Channels[m.Channel].Enqueue(ctx, tx, m.ID, m.Attempt, urgent)
}

// Retry tries a held, failed or undelivered message once more: the gate is asked
// again, and the new attempt has a number of its own. Errors: NotFound; Conflict
// "message.not_retriable" or "message.unknown".
func (s *Service) Retry(ctx context.Context, id uuid.UUID) (out Message, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockMessage(ctx, tx, id)
		if err != nil {
			return err
		}
		if before.Status == Unknown {
			return errUnknown
		}
		if !before.Retriable() {
			return errNotRetriable.With("status", before.Status)
		}
		if _, err := s.Contacts.Find(ctx, tx, before.ContactID); err != nil {
			return err
		}
		out = before
		out.Attempt, out.Acknowledged, out.ProviderID, out.ErrorCode = before.Attempt+1, false, "", ""
		out.StatusAt = s.now()
		if err := s.decide(ctx, tx, &out); err != nil {
			return err
		}
		if err := s.saveMessage(ctx, tx, before, out); err != nil {
			return err
		}
		return s.enqueue(ctx, tx, out)
	})
	return out, err
}
