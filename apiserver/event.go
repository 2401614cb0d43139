package apiserver

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/google/uuid"
)

// StreamedEvent is the data of an event.
type StreamedEvent struct {
	Kind        string          `json:"kind" doc:"What happened." example:"contact.updated"`
	SubjectKind string          `json:"subject_kind" doc:"What sort of record it happened to." example:"contact"`
	SubjectID   uuid.UUID       `json:"subject_id" format:"uuid" doc:"Which one." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Payload     json.RawMessage `json:"payload" doc:"before and after, in the shape of the API's own records, as far as each exists; null of contact.left and reach.changed." example:"{\"after\":{\"id\":\"01920e5c-7f3a-7c1e-9d59-0242ac120005\",\"name\":\"Maria Rossi\"}}"`
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
			Schema: &huma.Schema{Type: huma.TypeString, Description: "id, event, data and retry lines; data is a StreamedEvent, of a reset a reason."},
		}},
	}}
}

func (s *server) streamEvents() operation {
	return op("stream-events", "Follow what happens",
		"Server-sent events. Each has its sequence number as id, its kind as event, and a StreamedEvent as data. "+
			"A comment comes every 15 seconds. After a break, a browser sends Last-Event-ID by itself and misses nothing; "+
			"retry says when to come back.\n\n"+
			"The event reset, with {\"reason\":\"ahead\"} or {\"reason\":\"expired\"} as data, says that the stream can't go on "+
			"from Last-Event-ID: read again what you hold; what happens from now on follows.\n\n"+
			"One caller has at most 20 streams open at a server, a sub-account at most 1,000, unless the installation says "+
			"otherwise: 429 streams.too_many.\n\n"+
			"contact.left tells whose reach is narrower than the sub-account that a contact is out of it from now on, by its id alone. "+
			"reach.changed tells that the reach itself changed, by a team, a role or a membership: drop what you hold and read it again. "+
			"It comes within seconds, once however many contacts came or went, also after a break: send Last-Event-ID as you got it, with what stands behind the number.\n\n"+
			"GET /api/v1/event-kinds lists the kinds, and the permission that each asks beside conversations.read.",
		s.stream, eventStream)
}

// stream answers with the events of the sub-account until the reader or the
// process goes, or the reader may not listen any more.
func (s *server) stream(ctx context.Context, in *streamInput) (*streamOutput, error) {
	after, held := int64(-1), "" // from now on
	if in.LastEventID != "" {
		number, mark, marked := strings.Cut(in.LastEventID, "-")
		if marked {
			held = "-" + mark
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 0 {
			return nil, errID.At("Last-Event-ID", "Send the id of the last event as you got it, or none.")
		}
		after = n
	}
	release, err := s.streams.take(callOf(ctx))
	if err != nil {
		return nil, err
	}
	feed, err := s.Stream.Subscribe(ctx, after)
	if err != nil {
		release()
		return nil, err
	}
	return &streamOutput{Body: func(hc huma.Context) {
		defer release()
		defer feed.Close()
		_, w := humachi.Unwrap(hc)
		listener{server: s, call: callOf(ctx), feed: feed, w: newEventWriter(w), resumed: after >= 0, held: held}.follow(ctx)
	}}, nil
}
