package sms

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/queue"
)

// Credentials are a sub-account's standing with the carrier.
type Credentials struct {
	AccountSID string
	AuthToken  string
	From       string // its number, E.164
	// StatusURLBase is where the carrier tells of a message, up to the message's
	// id: https://…/webhooks/twilio/<sub-account>/status
	StatusURLBase string
}

// Accounts knows the context's sub-account. modules/directory implements it.
type Accounts interface {
	// Account is NotFound or Conflict while the sub-account has no number.
	Account(ctx context.Context) (Credentials, error)
	// BusinessName is how the sub-account is called to its customers.
	BusinessName(ctx context.Context) (string, error)
}

// Message is what a channel needs of a message.
type Message struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	ContactID      uuid.UUID
	Body           string
	Purpose        string
	From, To       string
	Attempt        int
	Status         string // the words of modules/conversation
	Rule           string // why it is not further; "" for none
	Urgent         bool   // a person waits for it
}

// Change is news of a message.
type Change struct {
	Attempt      int
	Status       string
	Acknowledged bool
	ProviderID   string
	ErrorCode    string
	Rule, Reason string
}

// Inbound is a text that came in.
type Inbound struct {
	From, To   string
	Body       string
	ProviderID string
}

// Reply is an automatic answer within a thread.
type Reply struct {
	ConversationID uuid.UUID
	Body           string
	Purpose        string
	From, To       string
}

// Messages keeps the threads; all of it happens in the caller's transaction.
// modules/conversation implements it.
type Messages interface {
	Locked(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Message, error)
	Begin(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int) (m Message, due bool, err error)
	Advance(ctx context.Context, tx pgx.Tx, id uuid.UUID, c Change) (moved bool, err error)
	Requeue(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int, rule, reason string) (moved bool, err error)
	Explain(ctx context.Context, tx pgx.Tx, id uuid.UUID, attempt int, rule, reason string) error
	Receive(ctx context.Context, tx pgx.Tx, in Inbound) (m Message, fresh bool, err error)
	Reply(ctx context.Context, tx pgx.Tx, r Reply) error
}

// Wish is what somebody said about being written to.
type Wish struct {
	Channel   string
	Address   string
	Source    string
	Words     string
	MessageID uuid.NullUUID
	ContactID uuid.NullUUID
}

// OptOuts keeps wishes in the caller's transaction. modules/compliance
// implements it.
type OptOuts interface {
	OptOut(ctx context.Context, tx pgx.Tx, w Wish) (changed bool, err error)
	OptIn(ctx context.Context, tx pgx.Tx, w Wish) (changed bool, err error)
}

// Jobs is platform/queue.
type Jobs interface {
	Enqueue(ctx context.Context, tx pgx.Tx, p queue.Payload, opts ...queue.Option) (uuid.UUID, error)
}

// Carrier is the outer provider. Twilio implements it.
type Carrier interface {
	// Send makes one call, and says what is known of its outcome.
	Send(ctx context.Context, c Credentials, t Text) Answer
	// Find lists the texts from one number to another, the newest first.
	Find(ctx context.Context, c Credentials, from, to string) ([]Held, error)
	// Fetch reads one text by the carrier's id; NotFound when it holds it no more.
	Fetch(ctx context.Context, c Credentials, id string) (Held, error)
	// Received lists the texts that came in for the account's number since then,
	// the newest first.
	Received(ctx context.Context, c Credentials, since time.Time) ([]Inbound, error)
}

// Text is a text to send.
type Text struct {
	From, To, Body string
	StatusURL      string
}

// Outcome is what is known of a call.
type Outcome int

// The outcomes of a call.
const (
	Unclear  Outcome = iota // nobody knows: the zero value, so that forgetting is safe
	Accepted                // the carrier holds the text
	Busy                    // not now
	Refused                 // never
)

// Answer is the outcome of a send.
type Answer struct {
	Outcome    Outcome
	ProviderID string
	Status     string // the carrier's word
	ErrorCode  string
	Detail     string        // for the log and the attempt row
	RetryAfter time.Duration // as the carrier asked; zero when it did not
	Doubtful   bool          // Busy, but the carrier may hold the text all the same
}

// Held is a text as the carrier holds it.
type Held struct {
	ProviderID string
	Body       string
	Status     string
	ErrorCode  string
	CreatedAt  time.Time
}
