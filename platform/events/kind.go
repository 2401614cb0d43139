package events

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Kind is what a module tells of one kind of event. Each declares its own beside
// its events; all of them together are [Kinds].
type Kind struct {
	Name     string   // "contact.updated"; it never changes
	Subjects []string // the kinds of records that it may be about
	Noun     string   // what it is about, for people: "Contacts"
	Title    string   // what happened, behind the noun: "Changed"
	When     string   // when it happens: a sentence
	// Permission is what its reader holds besides that of the stream.
	Permission string
	// Webhooks may ask for it, and hear of it when they ask for everything.
	Webhooks bool
	// Counted are the names by which filters count it, such as "message.received".
	Counted []string
	// Only names the one way out on which an event of this kind is made, for one
	// hearer: nobody publishes it. "" for all others.
	Only Way
	// Differing says that before and after hold what differs alone; see [Differing].
	// Webhooks get the whole record as after.
	Differing bool
	// Example is a payload with every member that there may be. Members named in
	// Free hold whatever people put there.
	Example any
	Free    []string
}

// Way is how events get out.
type Way string

// The ways out.
const (
	OnStream  Way = "stream"
	OnWebhook Way = "webhook"
)

// NounKey is the first part of the name: "contact".
func (k Kind) NounKey() string {
	noun, _, _ := strings.Cut(k.Name, ".")
	return noun
}

// Payload is the example as it is sent.
func (k Kind) Payload() json.RawMessage {
	raw, err := json.Marshal(k.Example)
	if err != nil {
		return json.RawMessage(`null`) // no event has what JSON can't say; a test reads every example
	}
	return raw
}

// Kinds are all kinds of events that there are, by noun. The zero value knows
// none.
type Kinds struct {
	list   []Kind
	byName map[string]Kind
}

// NewKinds gathers what the modules declare; of a name that is declared twice it
// keeps the first, and a test of the whole list finds the second.
func NewKinds(declared ...[]Kind) Kinds {
	out := Kinds{byName: map[string]Kind{}}
	for _, k := range slices.Concat(declared...) {
		if _, twice := out.byName[k.Name]; twice {
			continue
		}
		out.byName[k.Name] = k
		out.list = append(out.list, k)
	}
	return out
}

// All gives the kinds in the order in which they were declared. The caller owns
// the list.
func (k Kinds) All() []Kind { return slices.Clone(k.list) }

// Find gives the kind of a name.
func (k Kinds) Find(name string) (Kind, bool) {
	found, ok := k.byName[name]
	return found, ok
}

// Offers tells whether webhooks may ask for what a subscription names: a kind, all
// of a noun as "contact.*", or everything as "*".
func (k Kinds) Offers(asked string) bool {
	if asked == "*" {
		return true
	}
	if noun, all := strings.CutSuffix(asked, ".*"); all {
		return slices.ContainsFunc(k.list, func(one Kind) bool { return one.Webhooks && one.NounKey() == noun })
	}
	return k.byName[asked].Webhooks
}

// Check refuses an event of a kind that nobody declared, or about something else
// than was declared: a mistake of the program, which must not be kept for ever.
func (k Kinds) Check(e New) error {
	kind, ok := k.byName[e.Kind]
	switch {
	case !ok || kind.Only != "":
		return fmt.Errorf("events: nobody declared that %q is published", e.Kind)
	case !slices.Contains(kind.Subjects, e.SubjectKind):
		return fmt.Errorf("events: %q is about %v, not about %q", e.Kind, kind.Subjects, e.SubjectKind)
	}
	return nil
}
