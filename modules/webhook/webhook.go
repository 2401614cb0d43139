package webhook

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// How much there may be, and how long it lasts.
const (
	MaxSubscriptions = 20 // a sub-account
	MaxKinds         = 50 // a subscription
	Slots            = 3  // calls to one target at once; 1 while it fails

	RetryFor     = 24 * time.Hour      // from a delivery's turn
	DisableAfter = 24 * time.Hour      // without one success
	Retention    = 30 * 24 * time.Hour // of what is finished
	MaxOverlap   = 7 * 24 * time.Hour  // in which a former secret still signs
)

// Why a subscription is off.
const (
	ByPerson  = "person"
	ByFailing = "failing"
)

// Subscription is a target that is told of some kinds of events.
type Subscription struct {
	ID             uuid.UUID
	URL            string
	Description    string
	Kinds          []string // "contact.updated", "contact.*", "*"
	Enabled        bool
	DisabledAt     *time.Time
	DisabledReason string // ByPerson or ByFailing; "" while it is on
	FailingSince   *time.Time
	LastSuccessAt  *time.Time
	FormerUntil    *time.Time // until when the former secret signs too
	Version        int64      // one more with every change by a person
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// State sums it up: active, failing or disabled.
func (s Subscription) State() string {
	switch {
	case !s.Enabled:
		return "disabled"
	case s.FailingSince != nil:
		return "failing"
	}
	return "active"
}

// Input is a new subscription.
type Input struct {
	URL         string
	Description string
	Kinds       []string
}

// UpdateInput changes what is not nil. Version is the version the caller saw;
// zero takes whatever is there.
type UpdateInput struct {
	ID          uuid.UUID
	Version     int64
	URL         *string
	Description *string
	Kinds       *[]string
	Enabled     *bool
}

func (in UpdateInput) apply(s Subscription) Input {
	out := Input{URL: s.URL, Description: s.Description, Kinds: s.Kinds}
	if in.URL != nil {
		out.URL = *in.URL
	}
	if in.Description != nil {
		out.Description = *in.Description
	}
	if in.Kinds != nil {
		out.Kinds = *in.Kinds
	}
	return out
}

// clean trims, sorts and drops repetitions.
func (in Input) clean() Input {
	in.URL, in.Description = strings.TrimSpace(in.URL), strings.TrimSpace(in.Description)
	kinds := make([]string, 0, len(in.Kinds))
	for _, k := range in.Kinds {
		kinds = append(kinds, strings.TrimSpace(k))
	}
	slices.Sort(kinds)
	in.Kinds = slices.Compact(kinds)
	return in
}

// validate checks all but where the address leads.
func (in Input) validate() error {
	var f fault.Checks
	f.Check(len(in.URL) > 0 && len(in.URL) <= 2048, "url", "Give an address of at most 2,048 characters.")
	f.Check(!strings.Contains(in.URL, "#"), "url", "Leave out the part after #: it is never sent.")
	f.Check(utf8.RuneCountInString(in.Description) <= 200, "description", "Use at most 200 characters.")
	f.Check(len(in.Kinds) > 0 && len(in.Kinds) <= MaxKinds, "events", "Name 1 to 50 kinds of events.")
	return f.Err("webhook.invalid")
}

// asks checks what is asked for against what there is; had is what the
// subscription asks for already, and may go on with.
func (in Input) asks(f *fault.Checks, kinds events.Kinds, had []string) {
	for i, k := range in.Kinds {
		k = strings.TrimSpace(k)
		f.Check(slices.Contains(had, k) || kinds.Offers(k), fmt.Sprintf("events[%d]", i),
			`There is no such kind. Name one as "contact.updated", all of a noun as "contact.*", or everything as "*"; GET /api/v1/event-kinds lists them.`)
	}
}

// patterns are all that a subscription may have asked for to hear of a kind.
func patterns(kind string) []string {
	out := []string{"*", kind}
	for i, c := range kind {
		if c == '.' {
			out = append(out, kind[:i]+".*")
		}
	}
	return out
}

// State of a delivery.
type State string

// The states. Waiting is behind an earlier one about the same subject.
const (
	Waiting   State = "waiting"
	Pending   State = "pending"
	Succeeded State = "succeeded"
	Failed    State = "failed"
)

// Delivery is an event for a subscription.
type Delivery struct {
	ID             uuid.UUID
	Written        int64
	SubscriptionID uuid.UUID
	EventID        uuid.UUID
	Kind           string
	SubjectKind    string
	SubjectID      uuid.UUID
	Body           string // as it is sent
	State          State
	Attempts       int
	ReadyAt        *time.Time // since when it is its turn
	NextAt         *time.Time // while it is pending
	LastStatus     *int
	LastError      string
	LastLatencyMS  *int `db:"last_latency_ms"`
	LastAttemptAt  *time.Time
	CreatedAt      time.Time
	FinishedAt     *time.Time
}

// MessageID is the header webhook-id, the same in every attempt.
func (d Delivery) MessageID() string { return messageID(d.ID) }

func messageID(id uuid.UUID) string { return "msg_" + strings.ReplaceAll(id.String(), "-", "") }

// Attempt is one call. Without FinishedAt its worker died in it: whether it
// arrived is not known.
type Attempt struct {
	Number     int
	StartedAt  time.Time
	FinishedAt *time.Time
	LatencyMS  *int `db:"latency_ms"`
	Status     *int // of the answer; nil without one
	Error      string
	Request    string // its headers
	Response   string // the beginning of it
}
