package conversation

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errNotFound        = fault.New(fault.NotFound, "conversation.not_found", "There is no such conversation here.")
	errStale           = fault.New(fault.Stale, "conversation.stale", "Somebody changed this conversation meanwhile. Look at it again.")
	errMessageNotFound = fault.New(fault.NotFound, "message.not_found", "There is no such message here.")
	errNotRetriable    = fault.New(fault.Conflict, "message.not_retriable", "Only a message that was held, failed or was not delivered can be tried again.")
	errUnknown         = fault.New(fault.Conflict, "message.unknown",
		"The carrier did not say whether this message went out, so it is not sent again. Ask the recipient, and write a new one if it is missing.")
	errKeyReused = fault.New(fault.Conflict, "message.key_reused", "This key was used for another message.")
	errInvalid   = fault.New(fault.Invalid, "message.invalid", "Some fields need mending.")
)

// Parts are what the service stands on. Channels are by name: "sms".
type Parts struct {
	Tenants  *db.Tenants
	Events   Publisher
	Clock    clock.Clock
	Contacts Contacts
	Gate     Gate
	Channels map[string]Channel
}

// Service keeps threads. Every verb acts on the sub-account of its context.
type Service struct{ Parts }

// New makes the service. A channel that needs the service itself is added with
// AddChannel before the first verb runs.
func New(p Parts) *Service {
	if p.Channels == nil {
		p.Channels = map[string]Channel{}
	}
	return &Service{p}
}

// AddChannel plugs in a channel that stands on this service.
func (s *Service) AddChannel(name string, c Channel) { s.Channels[name] = c }

// Get reads a thread; NotFound if there is none, or its contact was deleted.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (c Conversation, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		row, err := thread(ctx, tx, id)
		if err != nil {
			return err
		}
		c, err = s.view(ctx, tx, row)
		return err
	})
	return c, err
}

// List reads a page of the inbox, the latest activity first. Errors: Invalid at
// "limit", "status" or "cursor".
func (s *Service) List(ctx context.Context, in ListInput) (out Page, err error) {
	q, err := in.query()
	if err != nil {
		return Page{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		out, err = s.list(ctx, tx, q)
		return err
	})
	return out, err
}

// Messages reads a page of a thread, the newest first. Errors: NotFound;
// Invalid at "limit" or "cursor".
func (s *Service) Messages(ctx context.Context, in MessagesInput) (out MessagePage, err error) {
	q, err := in.query()
	if err != nil {
		return MessagePage{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if _, err := thread(ctx, tx, in.ConversationID); err != nil {
			return err
		}
		out, err = listMessages(ctx, tx, q)
		return err
	})
	return out, err
}

// Message reads one message; NotFound if there is none.
func (s *Service) Message(ctx context.Context, id uuid.UUID) (m Message, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		m, err = message(ctx, tx, id)
		return err
	})
	return m, err
}

// ThreadsOf tells which thread each message stands in; what is no message is
// left out.
func (s *Service) ThreadsOf(ctx context.Context, messages []uuid.UUID) (out map[uuid.UUID]uuid.UUID, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		found, err := messagesByID(ctx, tx, messages)
		out = make(map[uuid.UUID]uuid.UUID, len(found))
		for id, m := range found {
			out[id] = m.ConversationID
		}
		return err
	})
	return out, err
}

// UpdateInput changes a thread: what is nil or false stays. Version is the
// version the caller saw; zero takes whatever is there.
type UpdateInput struct {
	ID      uuid.UUID
	Version int64
	Status  *string // Open or Resolved
	Read    bool    // somebody has read it: nothing is unread
}

// Validate names every field at fault.
func (in UpdateInput) Validate() error {
	var f fault.Checks
	f.Check(in.Status == nil || *in.Status == Open || *in.Status == Resolved, "status", "It is open or resolved.")
	return f.Err("conversation.invalid")
}

// Update resolves or reopens a thread, or marks it read. Errors: Invalid,
// NotFound; Stale with Meta "version" when the version is not the one the caller
// saw.
func (s *Service) Update(ctx context.Context, in UpdateInput) (out Conversation, err error) {
	if err := in.Validate(); err != nil {
		return Conversation{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if _, err := thread(ctx, tx, in.ID); err != nil {
			return err
		}
		before, err := lockThread(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != before.Version {
			return errStale.With("version", before.Version)
		}
		after := before
		if in.Status != nil {
			after.Status = *in.Status
		}
		if in.Read {
			after.Unread = 0
		}
		if after == before {
			out, err = s.view(ctx, tx, before)
			return err
		}
		out, err = s.save(ctx, tx, before, after)
		return err
	})
	return out, err
}

// now is as fine as PostgreSQL keeps it, so that what is returned is what is read.
func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Microsecond) }
