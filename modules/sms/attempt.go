package sms

import (
	"time"

	"github.com/google/uuid"
)

// The states of an attempt.
const (
	started   = "started"   // the call is about to be made, or was
	accepted  = "accepted"  // the carrier holds the text
	refused   = "refused"   // not now: a further attempt follows
	rejected  = "rejected"  // never
	unclear   = "unknown"   // no answer: being reconciled
	absent    = "absent"    // reconciled: the carrier never had it
	ambiguous = "ambiguous" // reconciled: it can't be told apart from another
)

// MatchWindow is how far apart an attempt's start and the carrier's creation of
// the text may be: clocks differ, and a call may wait for its connection.
const MatchWindow = 3 * time.Minute

// attempt is one call to the carrier: a row of sms_attempt.
type attempt struct {
	ID             uuid.UUID
	MessageID      uuid.UUID
	Number         int
	State          string
	AccountSID     string `db:"account_sid"`
	FromAddress    string
	ToAddress      string
	ProviderID     string
	ProviderStatus string
	ErrorCode      string
	Detail         string
	Doubtful       bool
	Lookups        int
	StartedAt      time.Time
	AnsweredAt     *time.Time
}

// verdict is what a reconciliation concludes.
type verdict int

const (
	notThere verdict = iota
	itIsThis
	cannotTell
)

// match looks for an attempt's text among those that the carrier holds. owned
// are the carrier's ids that belong to other attempts; rivals is how many other
// attempts are in doubt to the same number about the same body.
func match(a attempt, body string, held []Held, owned map[string]bool, rivals int) (Held, verdict) {
	var candidates []Held
	for _, h := range held {
		apart := h.CreatedAt.Sub(a.StartedAt)
		if h.Body == body && apart.Abs() <= MatchWindow && !owned[h.ProviderID] {
			candidates = append(candidates, h)
		}
	}
	switch {
	case len(candidates) == 0:
		return Held{}, notThere
	case len(candidates) == 1 && rivals == 0:
		return candidates[0], itIsThis
	}
	return Held{}, cannotTell
}
