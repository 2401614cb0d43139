package conversation

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
)

// Gate stands in front of every send. modules/compliance implements it.
type Gate interface {
	Decide(ctx context.Context, tx pgx.Tx, s Outgoing) (Decision, error)
}

// Outgoing is what the gate is asked about.
type Outgoing struct {
	Channel   string
	Address   string // the other side's
	Purpose   string
	MessageID uuid.UUID
	ContactID uuid.UUID
}

// Channel carries messages of one kind. modules/sms implements it for texts.
type Channel interface {
	// Address is where the channel reaches a contact; "" for nowhere.
	Address(c contact.Contact) string
	// Sender is the address that the sub-account sends from; Conflict when it
	// has none yet.
	Sender(ctx context.Context) (string, error)
	// Check names what is wrong with a body: Invalid at "body".
	Check(body string) error
	// Enqueue has the attempt delivered after the commit; urgent when a person
	// waits for it.
	Enqueue(ctx context.Context, tx pgx.Tx, message uuid.UUID, attempt int, urgent bool) error
}

// Contacts is modules/contact.
type Contacts interface {
	Find(ctx context.Context, tx pgx.Tx, id uuid.UUID) (contact.Contact, error)
	EnsureByPhone(ctx context.Context, tx pgx.Tx, phone, source string) (contact.Contact, error)
	Lookup(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) (map[uuid.UUID]contact.Contact, error)
}

// Publisher is platform/events.
type Publisher interface {
	Publish(ctx context.Context, tx pgx.Tx, e events.New) error
}
