package conversation

import (
	"time"

	"github.com/google/uuid"
)

// The directions of a message, as seen from the sub-account.
const (
	In  = "in"
	Out = "out"
)

// Why a message is sent; the gate decides by it.
const (
	Conversational = "conversational" // a person writes to a person
	Transactional  = "transactional"
	Marketing      = "marketing"
	OptOutNotice   = "opt_out_notice" // the one confirmation of an opt-out
	OptInNotice    = "opt_in_notice"  // the one confirmation of an opt-in
	Help           = "help"           // the answer to HELP
)

// Message is one message of a thread.
type Message struct {
	ID             uuid.UUID
	ConversationID uuid.UUID
	ContactID      uuid.UUID
	Channel        string
	Direction      string // In or Out
	Purpose        string
	Body           string
	Status         Status
	StatusAt       time.Time
	Attempt        int  // how often it was given to the channel
	Acknowledged   bool // the carrier has said that it holds the message
	FromAddress    string
	ToAddress      string
	ProviderID     string // the carrier's name for the newest attempt
	ErrorCode      string // the carrier's, e.g. "30003"
	ReasonRule     string // which rule or code stands in the way; "" for none
	ReasonMessage  string // the same for a person
	Decision       *Decision
	ActorKind      string
	ActorID        string
	ActorName      string
	CreatedAt      time.Time
}

// Progress is how far the message has come.
func (m Message) Progress() Progress {
	return Progress{Attempt: m.Attempt, Status: m.Status, Acknowledged: m.Acknowledged}
}

// Retriable tells whether a person may try the message once more. An unknown
// one is not: it may have arrived, and trying it again could send it twice.
func (m Message) Retriable() bool {
	return m.Direction == Out && (m.Status == Held || m.Status == Failed || m.Status == Undelivered)
}

// Decision is what the gate decided, and why; it is stored with the message.
type Decision struct {
	Allowed   bool          `json:"allowed"`
	Rule      string        `json:"rule"`     // the rule that decided; "" when none stood in the way
	Reason    string        `json:"reason"`   // the same for a person
	Evidence  uuid.NullUUID `json:"evidence"` // the row it rests on
	Checked   []string      `json:"checked"`  // every rule that was asked, in order
	DecidedAt time.Time     `json:"decided_at"`
}

// The states of a thread.
const (
	Open     = "open"
	Resolved = "resolved"
)

// Conversation is a thread with a contact over one channel.
type Conversation struct {
	ID        uuid.UUID
	Contact   Contact
	Channel   string
	Status    string // Open or Resolved
	Unread    int    // received since somebody last read it
	Last      *Message
	LastAt    time.Time // of the last message: the order of the inbox
	CreatedAt time.Time
	UpdatedAt time.Time
	Version   int64
}

// Contact is what a thread shows of its contact.
type Contact struct {
	ID    uuid.UUID
	Name  string
	Phone string
}
