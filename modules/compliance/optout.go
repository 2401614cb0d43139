package compliance

import (
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// The changes that evidence records.
const (
	Out = "out"
	In  = "in"
)

// Wish is what somebody said about being written to, with its evidence.
type Wish struct {
	Channel   string
	Address   string
	Source    string        // how it reached us: "sms.keyword", "carrier", "person"
	Words     string        // exactly as they came
	MessageID uuid.NullUUID // the message that said it
	ContactID uuid.NullUUID
}

// Validate names every field at fault.
func (w Wish) Validate() error {
	var f fault.Checks
	f.Check(w.Channel != "", "channel", "Say on which channel.")
	f.Check(w.Address != "", "address", "Say for which address.")
	f.Check(w.Source != "", "source", "Say how it reached us.")
	f.Check(utf8.ValidString(w.Words), "words", "They hold characters that can't be kept.")
	return f.Err("optout.invalid")
}

// Evidence is a kept wish: a row of opt_out.
type Evidence struct {
	ID        uuid.UUID
	Channel   string
	Address   string
	Change    string // Out or In
	Source    string
	Words     string
	MessageID uuid.NullUUID
	ContactID uuid.NullUUID
	ActorKind string
	ActorID   string
	ActorName string
	ActorIP   string
	At        time.Time
}

// EventChanged tells that an address opted out or in; its payload is Changed.
const EventChanged = "optout.changed"

// Changed is the payload of EventChanged.
type Changed struct {
	Channel   string        `json:"channel"`
	Address   string        `json:"address"`
	OptedOut  bool          `json:"opted_out"`
	ContactID uuid.NullUUID `json:"contact_id"`
	Evidence  uuid.UUID     `json:"evidence"`
	At        time.Time     `json:"at"`
}
