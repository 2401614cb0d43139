package faults_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// The promises that the checker holds the product to.
const (
	keepsAccepted = "an accepted text is kept, exactly once"
	sendsOnce     = "no handset gets a text twice, nor one that nobody sent"
	settlesAll    = "every text arrived, or says why it did not"
	tellsTruth    = "our ledger says what the carrier's says"
	hasDecision   = "each send has the reason why it was lawful"
	heedsStop     = "after a STOP no further text goes out, and one confirmation"
	hearsAll      = "every text that a handset sent is kept, exactly once"
	tellsAll      = "events have no gaps, none waits, each change is in the audit"
	leavesNothing = "no job waits, and none was given up"
)

var promises = []string{keepsAccepted, sendsOnce, settlesAll, tellsTruth, hasDecision, heedsStop, hearsAll, tellsAll, leavesNothing}

// accepted is what a client was promised.
type accepted struct {
	SubAccount, ID uuid.UUID
	To, Body       string
}

// text is a message as we hold it.
type text struct {
	SubAccountID uuid.UUID
	ID           uuid.UUID
	Direction    string
	Purpose      string
	ActorKind    string
	FromAddress  string
	ToAddress    string
	Body         string
	Status       string
	ReasonRule   string
	ProviderID   string
	Rule         *string // of the decision; nil without one
	Allowed      *bool
	CreatedAt    time.Time
}

// call is an attempt as we hold it.
type call struct {
	SubAccountID uuid.UUID
	MessageID    uuid.UUID
	State        string
	StartedAt    time.Time
}

// ledger is what a sub-account has beside its texts.
type ledger struct {
	SubAccountID          uuid.UUID
	Events, Waiting       int
	First, Last           int64
	ParkedEvents          int
	Unaudited             int // events about a change without their audit entry
	Jobs, ParkedJobs      int
	TextEvents, TextsKept int // message.created events, and messages
}

// books are all that the checker compares.
type books struct {
	Accepted []accepted
	Texts    []text
	Calls    []call
	Ledgers  []ledger
	Carrier  []carrier.Message
}

// violation is a promise that was broken, and how.
type violation struct{ Promise, How string }

// audit holds the books against the promises: a pure function, so that a test can
// show what it catches.
func audit(b books) []violation {
	c := &checker{books: b, byKey: map[key][]carrier.Message{}}
	for _, m := range b.Carrier {
		if m.Direction != carrier.Inbound {
			k := key{m.To, m.Body}
			c.byKey[k] = append(c.byKey[k], m)
		}
	}
	c.accepted()
	c.outgoing()
	c.extra()
	c.stops()
	c.incoming()
	c.ledgers()
	return c.found
}

// key tells texts apart: a client never writes the same body to the same handset
// twice, and a confirmation goes out once.
type key struct{ To, Body string }

type checker struct {
	books
	byKey map[key][]carrier.Message
	found []violation
}

func (c *checker) blame(promise, how string, args ...any) {
	c.found = append(c.found, violation{promise, fmt.Sprintf(how, args...)})
}

func (c *checker) accepted() {
	kept := map[key]int{}
	byID := map[uuid.UUID]text{}
	for _, t := range c.Texts {
		if t.Direction == "out" {
			kept[key{t.ToAddress, t.Body}]++
			byID[t.ID] = t
		}
	}
	promised := map[uuid.UUID]bool{}
	for _, a := range c.Accepted {
		promised[a.ID] = true
		if t, ok := byID[a.ID]; !ok || t.Body != a.Body || t.ToAddress != a.To || t.SubAccountID != a.SubAccount {
			c.blame(keepsAccepted, "%s was accepted, and we hold %+v", a.ID, t)
		}
		if n := kept[key{a.To, a.Body}]; n > 1 {
			c.blame(keepsAccepted, "%q to %s is kept %d times", a.Body, a.To, n)
		}
	}
	for id, t := range byID {
		if t.ActorKind == "key" && !promised[id] {
			c.blame(keepsAccepted, "%s (%q) is kept, and its client knows nothing of it", id, t.Body)
		}
	}
}

// outcomes are, by our status, how many texts the carrier may hold, and in which
// of its states.
var outcomes = map[string]struct {
	least, most int
	states      []string
}{
	"delivered":   {1, 1, []string{carrier.StatusDelivered}},
	"sent":        {1, 1, []string{carrier.StatusSent}},
	"undelivered": {1, 1, []string{carrier.StatusUndelivered}},
	"failed":      {0, 1, []string{carrier.StatusFailed}},
	"held":        {0, 0, nil},
}

func (c *checker) outgoing() {
	for _, t := range c.Texts {
		if t.Direction != "out" {
			continue
		}
		theirs := c.byKey[key{t.ToAddress, t.Body}]
		want, settled := outcomes[t.Status]
		if !settled {
			c.blame(settlesAll, "%s is %s (%s); the carrier holds %s", t.ID, t.Status, t.ReasonRule, brief(theirs))
			continue
		}
		if t.Status != "delivered" && t.Status != "sent" && t.ReasonRule == "" {
			c.blame(settlesAll, "%s is %s without a reason", t.ID, t.Status)
		}
		if len(theirs) < want.least || len(theirs) > want.most {
			c.blame(tellsTruth, "%s is %s (%s), and the carrier holds %s", t.ID, t.Status, t.ReasonRule, brief(theirs))
		}
		for _, m := range theirs {
			if !slices.Contains(want.states, m.Status) || t.ProviderID != "" && t.ProviderID != m.SID {
				c.blame(tellsTruth, "%s is %s as %s, and the carrier holds %s", t.ID, t.Status, t.ProviderID, brief(theirs))
			}
		}
		if t.Rule == nil || t.Allowed == nil || *t.Allowed != (t.Status != "held") {
			c.blame(hasDecision, "%s is %s, and its decision is %v", t.ID, t.Status, t.Allowed)
		}
	}
}

func brief(all []carrier.Message) string {
	out := ""
	for _, m := range all {
		out += m.SID + " " + m.Status + "; "
	}
	return cmp.Or(out, "nothing")
}

func (c *checker) extra() {
	ours := map[key]bool{}
	for _, t := range c.Texts {
		if t.Direction == "out" {
			ours[key{t.ToAddress, t.Body}] = true
		}
	}
	for k, theirs := range c.byKey {
		if len(theirs) > 1 {
			c.blame(sendsOnce, "%q went to %s %d times: %s", k.Body, k.To, len(theirs), brief(theirs))
		}
		if !ours[k] {
			c.blame(sendsOnce, "%q went to %s, and we know nothing of it", k.Body, k.To)
		}
	}
}

const optOutNotice = "opt_out_notice"

// stops holds every call against the STOP of its handset. Both are dated behind
// the lock of their thread, so their order is that of their commits.
func (c *checker) stops() {
	stopped := map[[2]string]time.Time{}
	notices := map[[2]string]int{}
	byID := map[uuid.UUID]text{}
	for _, t := range c.Texts {
		byID[t.ID] = t
		if t.Direction == "in" && t.Body == stopWord {
			stopped[[2]string{t.SubAccountID.String(), t.FromAddress}] = t.CreatedAt
		}
		if t.Purpose == optOutNotice {
			notices[[2]string{t.SubAccountID.String(), t.ToAddress}]++
		}
	}
	for who := range stopped {
		if n := notices[who]; n != 1 {
			c.blame(heedsStop, "%s said STOP and was confirmed %d times", who[1], n)
		}
	}
	for _, a := range c.Calls {
		t := byID[a.MessageID]
		at, ok := stopped[[2]string{a.SubAccountID.String(), t.ToAddress}]
		if ok && a.StartedAt.After(at) && t.Purpose != optOutNotice {
			c.blame(heedsStop, "%q went to %s %s after the STOP", t.Body, t.ToAddress, a.StartedAt.Sub(at))
		}
	}
}

func (c *checker) incoming() {
	ours := map[string]int{}
	for _, t := range c.Texts {
		if t.Direction == "in" {
			ours[t.ProviderID]++
		}
	}
	for _, m := range c.Carrier {
		if m.Direction != carrier.Inbound {
			continue
		}
		if n := ours[m.SID]; n != 1 {
			c.blame(hearsAll, "%q from %s is kept %d times; the carrier's calls: %+v", m.Body, m.From, n, m.Calls)
		}
		delete(ours, m.SID)
	}
	for sid := range ours {
		c.blame(hearsAll, "%s is kept, and nobody sent it", sid)
	}
}

func (c *checker) ledgers() {
	for _, l := range c.Ledgers {
		if l.Events > 0 && (l.First != 1 || l.Last != int64(l.Events)) || l.Waiting != 0 || l.ParkedEvents != 0 {
			c.blame(tellsAll, "%s: %d events from %d to %d, %d wait, %d parked", l.SubAccountID, l.Events, l.First, l.Last, l.Waiting, l.ParkedEvents)
		}
		if l.Unaudited != 0 || l.TextEvents != l.TextsKept {
			c.blame(tellsAll, "%s: %d events without an audit entry; %d texts, and %d told", l.SubAccountID, l.Unaudited, l.TextsKept, l.TextEvents)
		}
		if l.Jobs != 0 || l.ParkedJobs != 0 {
			c.blame(leavesNothing, "%s: %d jobs wait, %d were given up", l.SubAccountID, l.Jobs, l.ParkedJobs)
		}
	}
}
