package sms

import (
	"context"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Channel is the name of this channel everywhere.
const Channel = "sms"

// MaxBody is the longest text in characters (Twilio error 21617).
const MaxBody = 1600

// MaxTries is how often in a row a busy carrier is called about one message; the
// waits between add up to about ten minutes.
const MaxTries = 9

var (
	errNotReady = fault.New(fault.Conflict, "sms.not_ready",
		"This sub-account has no phone number yet. An administrator of the agency can give it one.")
	errSignature = fault.New(fault.Denied, "sms.signature_invalid", "The signature is not the carrier's.")
	errNotHeld   = fault.New(fault.NotFound, "carrier.not_held", "The carrier does not hold this message.")
	errWebhook   = fault.New(fault.Invalid, "sms.webhook_invalid", "Some fields need mending.")
)

// Parts are what the service stands on.
type Parts struct {
	Tenants  *db.Tenants
	Jobs     Jobs
	Clock    clock.Clock
	Accounts Accounts
	Messages Messages
	OptOuts  OptOuts
	Carrier  Carrier
	// Patience is how long a call to the carrier may take; every wait for its
	// word is a multiple. Default 15 s.
	Patience time.Duration
}

// Service is the channel. It implements the Channel port of
// modules/conversation. Every verb acts on the sub-account of its context.
type Service struct {
	Parts
	collecting sync.Map // of collector: whose CollectJob this process has seen to
}

// New makes the service.
func New(p Parts) *Service {
	if p.Patience == 0 {
		p.Patience = defaultTimeout
	}
	return &Service{Parts: p}
}

// Address is where texts reach a contact.
func (s *Service) Address(c contact.Contact) string { return c.Phone }

// Sender is the sub-account's number; Conflict "sms.not_ready" without one.
func (s *Service) Sender(ctx context.Context) (string, error) {
	c, err := s.account(ctx)
	return c.From, err
}

// Check names what is wrong with a text: Invalid at "body".
func (s *Service) Check(body string) error {
	if utf8.RuneCountInString(body) > MaxBody {
		return fault.New(fault.Invalid, "message.invalid", "Some fields need mending.").
			At("body", "A text has at most 1600 characters.")
	}
	return nil
}

// Enqueue has an attempt delivered after the commit.
func (s *Service) Enqueue(ctx context.Context, tx pgx.Tx, message uuid.UUID, number int, urgent bool) error {
	return s.enqueue(ctx, tx, DeliverJob{MessageID: message, Attempt: number}, urgent, s.now())
}

func (s *Service) enqueue(ctx context.Context, tx pgx.Tx, j DeliverJob, urgent bool, at time.Time) error {
	on := queue.Automation
	if urgent {
		on = queue.Interactive
	}
	_, err := s.Jobs.Enqueue(ctx, tx, j, queue.On(on), queue.At(at), queue.Unique(j.key()))
	return err
}

// account gives the credentials, or errNotReady when there are none to send with.
func (s *Service) account(ctx context.Context) (Credentials, error) {
	c, err := s.Accounts.Account(ctx)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return Credentials{}, errNotReady.Wrap(err)
	}
	if err == nil && (c.From == "" || c.AccountSID == "" || c.AuthToken == "") {
		return Credentials{}, errNotReady
	}
	return c, err
}

// now is as fine as PostgreSQL keeps it.
func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Microsecond) }
