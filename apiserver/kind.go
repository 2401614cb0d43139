package apiserver

import (
	"context"
	"encoding/json"

	"github.com/omnicrm/omnicrm/platform/events"
)

// What the stream tells by itself, of the reader's reach.
const (
	contactLeft  = "contact.left"
	reachChanged = "reach.changed"
)

// StreamKinds declares what the stream of events makes for one reader.
func StreamKinds() []events.Kind {
	return []events.Kind{
		{
			Name: contactLeft, Subjects: []string{"contact"}, Noun: "Contacts", Title: "Out of reach",
			When:       "A contact is out of the reader's reach from now on: drop what you hold of it. The payload is null.",
			Permission: "contacts.read", Only: events.OnStream,
		},
		{
			Name: reachChanged, Subjects: []string{"sub_account"}, Noun: "Contacts", Title: "Reach changed",
			When: "The reader reaches other records than before, as a team, a role or a membership changed: drop what you hold and read it again. " +
				"The payload is null.",
			Permission: "conversations.read", Only: events.OnStream,
		},
	}
}

// EventKind is a kind of event.
type EventKind struct {
	Kind         string          `json:"kind" doc:"Its name, which never changes." example:"contact.updated"`
	Noun         string          `json:"noun" doc:"What it is about, for people." example:"Contacts"`
	Title        string          `json:"title" doc:"What happened, in a word or two." example:"Changed"`
	Description  string          `json:"description" doc:"When it happens." example:"Something about a contact changed: a field, a tag, an address, its owner or its followers."`
	SubjectKinds []string        `json:"subject_kinds" doc:"The sorts of records that it may be about." example:"[\"contact\"]"`
	Permission   string          `json:"permission" doc:"What its reader on the stream is allowed, beside conversations.read." example:"contacts.read"`
	Stream       string          `json:"stream" enum:"everybody,reader,no" doc:"Whether it comes on the event stream: as it happened, made for the one reader whom it concerns (and then it is in no audit), or not at all." example:"everybody"`
	Webhooks     bool            `json:"webhooks" doc:"Whether webhooks may ask for it." example:"true"`
	Differing    bool            `json:"differing" doc:"Whether before and after hold no more than what differs, beside id and name. Webhooks get all of the record as after." example:"true"`
	CountedAs    []string        `json:"counted_as" doc:"The names by which filters count it; none where they don't." example:"[\"message.received\"]"`
	Example      json.RawMessage `json:"example" doc:"A payload with every member that there may be." example:"{\"after\":{\"id\":\"01920e5c-7f3a-7c1e-9d59-0242ac120005\"}}"`
}

type eventKindsOutput struct{ Body List[EventKind] }

func (s *server) listEventKinds() operation {
	return op("list-event-kinds", "List the kinds of events",
		"Every kind of event there is, by noun: what the stream tells, what webhooks may ask for and what filters count. "+
			"Members are added to payloads, never renamed: ignore those that you don't know.",
		func(context.Context, *struct{}) (*eventKindsOutput, error) {
			return &eventKindsOutput{Body: listOf(s.Kinds.All(), "", wireKind)}, nil
		})
}

func wireKind(k events.Kind) EventKind {
	stream := map[events.Way]string{"": "everybody", events.OnStream: "reader", events.OnWebhook: "no"}[k.Only]
	return EventKind{
		Kind: k.Name, Noun: k.Noun, Title: k.Title, Description: k.When, SubjectKinds: k.Subjects, Permission: k.Permission, Stream: stream,
		Webhooks: k.Webhooks, Differing: k.Differing, CountedAs: append([]string{}, k.Counted...), Example: k.Payload(),
	}
}
