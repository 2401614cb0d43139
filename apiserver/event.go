package apiserver

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"
)

// StreamedEvent is the data of an event.
type StreamedEvent struct {
	Kind        string          `json:"kind" doc:"What happened." example:"contact.updated"`
	SubjectKind string          `json:"subject_kind" doc:"What sort of record it happened to." example:"contact"`
	SubjectID   uuid.UUID       `json:"subject_id" format:"uuid" doc:"Which one." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Payload     json.RawMessage `json:"payload" doc:"before and after, in the shape of the API's own records, as far as each exists." example:"{\"after\":{\"id\":\"01920e5c-7f3a-7c1e-9d59-0242ac120005\",\"name\":\"Maria Rossi\"}}"`
	OccurredAt  time.Time       `json:"occurred_at" doc:"When." example:"2026-02-02T08:15:00Z"`
}

type streamInput struct {
	InSub
	LastEventID string `header:"Last-Event-ID" doc:"The id of the last event that you saw: what came since is sent first. Without it, the stream begins now." example:"1042"`
}

type streamOutput struct {
	Body func(huma.Context)
}

// eventStream marks the operation's answer as a stream.
func eventStream(o *operation) {
	o.stream = true
	o.doc.Responses = map[string]*huma.Response{"200": {
		Description: "The stream, until one side ends it.",
		Content: map[string]*huma.MediaType{"text/event-stream": {
			Schema: &huma.Schema{Type: huma.TypeString, Description: "id, event and data lines; data is a StreamedEvent."},
		}},
	}}
}

func (s *server) streamEvents() operation {
	return op("stream-events", "Follow what happens",
		"Server-sent events. Each has its sequence number as id, its kind as event, and a StreamedEvent as data. "+
			"A comment comes every 15 seconds. After a break, a browser sends Last-Event-ID by itself and misses nothing.\n\n"+
			"Kinds: contact.created, contact.updated, contact.deleted, conversation.updated, message.created, message.updated, optout.changed.",
		s.stream, eventStream)
}

func (s *server) stream(context.Context, *streamInput) (*streamOutput, error) { return nil, nil }
