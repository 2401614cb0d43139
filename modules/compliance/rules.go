package compliance

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Why something is sent. The channels use the same words.
const (
	Conversational = "conversational"
	Transactional  = "transactional"
	Marketing      = "marketing"
	OptOutNotice   = "opt_out_notice"
	OptInNotice    = "opt_in_notice"
	Help           = "help"
)

// NoticeWithin is how long after an opt-out its one confirmation may still go
// out: five minutes, 47 CFR 64.1200(a)(12).
const NoticeWithin = 5 * time.Minute

// Scope is how far an opt-out reaches.
type Scope string

// The scopes. From 31 January 2027 a revocation covers all of a sender's
// messages (47 CFR 64.1200(a)(10)), so ScopeAll is the default.
const (
	ScopeAll     Scope = "all"     // every channel to the same address
	ScopeChannel Scope = "channel" // only the channel on which it was said
)

// Send is what the gate is asked about.
type Send struct {
	Channel   string
	Address   string // the other side's: E.164 for texts and calls
	Purpose   string
	MessageID uuid.UUID
	ContactID uuid.UUID
}

// Decision is the gate's answer; it is stored with the message.
type Decision struct {
	Allowed   bool
	Rule      string        // the rule that objected; "" when none did
	Reason    string        // the same for a person
	Evidence  uuid.NullUUID // the opt_out row it rests on
	Checked   []string      // every rule that was asked, in order
	DecidedAt time.Time
}

// Suppression is the present state of an address on a channel.
type Suppression struct {
	Channel  string
	Address  string
	OptedOut bool
	OptOutID uuid.UUID // the evidence
	Since    time.Time
}

// Facts are all that the rules may look at: gathered first, then judged.
type Facts struct {
	Send         Send
	Now          time.Time
	Suspended    bool // the sub-account may not send
	Scope        Scope
	Suppressions []Suppression // of the address, one per channel
	Blocked      []string      // channels over which somebody decided that the contact is left alone
}

// Objection is why a rule stands in the way.
type Objection struct {
	Reason   string
	Evidence uuid.NullUUID
}

// Rule is one line of the checklist.
type Rule struct {
	Name  string // stable: stored with every decision
	Judge func(Facts) *Objection
}

// Rules is the checklist, in order.
func Rules() []Rule {
	return []Rule{
		{Name: "account.suspended", Judge: accountSuspended},
		{Name: "opt_out", Judge: optedOut},
		{Name: "dnd", Judge: doNotDisturb},
	}
}

// Judge runs the rules over the facts; the first objection decides.
func Judge(rules []Rule, f Facts) Decision {
	d := Decision{Allowed: true, Checked: make([]string, 0, len(rules)), DecidedAt: f.Now}
	for _, r := range rules {
		d.Checked = append(d.Checked, r.Name)
		if o := r.Judge(f); o != nil {
			d.Allowed, d.Rule, d.Reason, d.Evidence = false, r.Name, o.Reason, o.Evidence
			return d
		}
	}
	return d
}

func accountSuspended(f Facts) *Objection {
	if !f.Suspended {
		return nil
	}
	return &Objection{Reason: "This sub-account is suspended, so nothing is sent."}
}

// optedOut holds back whatever goes to somebody who asked for silence, but for
// the one confirmation of that wish and the answer to HELP (CTIA Messaging
// Principles and Best Practices, 5.1.3 and 5.1.4).
func optedOut(f Facts) *Objection {
	for _, s := range f.Suppressions {
		if !s.OptedOut || f.Scope == ScopeChannel && s.Channel != f.Send.Channel {
			continue
		}
		switch {
		case f.Send.Purpose == Help:
		case f.Send.Purpose == OptOutNotice && f.Now.Sub(s.Since) <= NoticeWithin:
		default:
			return &Objection{
				Reason:   "The recipient opted out on " + s.Since.UTC().Format("2 January 2006") + ".",
				Evidence: uuid.NullUUID{UUID: s.OptOutID, Valid: true},
			}
		}
	}
	return nil
}

// doNotDisturb holds back what goes over a channel that somebody closed for the
// contact by hand, but for the answers to what the contact has just written.
func doNotDisturb(f Facts) *Objection {
	if !slices.Contains(f.Blocked, f.Send.Channel) {
		return nil
	}
	switch f.Send.Purpose {
	case Help, OptOutNotice, OptInNotice:
		return nil
	}
	return &Objection{Reason: "This contact is marked as not to be disturbed over " + f.Send.Channel + "."}
}
