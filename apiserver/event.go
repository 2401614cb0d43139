package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
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
	After       string `query:"last_event_id" doc:"The same for who can't send the header, such as a browser's first connection, which the header, if it comes, stands above." example:"1042"`
}

// last is the id of the last event that the reader saw, and where they said so.
func (in *streamInput) last() (id, at string) {
	if in.LastEventID != "" {
		return in.LastEventID, "Last-Event-ID"
	}
	return in.After, "last_event_id"
}

// streamPosition is the header in which an answer says where the stream stood when
// it was read.
const streamPosition = "Stream-Position"

// positioned tells a person's browser, with what it reads of a sub-account, from
// where the stream has to go on, so that nothing between the two is lost and nothing
// has to be read again. A program asks the stream itself.
func (s *server) positioned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		if !c.principal.IsProgram() {
			// The read's own error, if the database is away, says it better.
			if seq, err := s.Stream.Position(r.Context()); err == nil {
				w.Header().Set(streamPosition, strconv.FormatInt(seq, 10)+reachMark(c.principal.Reach(c.tenant.SubAccount)))
			}
		}
		next.ServeHTTP(w, r)
	})
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
			"What a person's browser reads of the sub-account says in the header Stream-Position where the stream stood just before: "+
			"go on from there, and nothing between the reading and the stream is lost.\n\n"+
			"GET /api/v1/event-kinds lists the kinds, and the permission that each asks beside conversations.read.",
		s.stream, eventStream)
}

// stream answers with the events of the sub-account until the reader or the
// process goes, or the reader may not listen any more.
func (s *server) stream(ctx context.Context, in *streamInput) (*streamOutput, error) {
	after, held := int64(-1), "" // from now on
	if last, at := in.last(); last != "" {
		number, mark, marked := strings.Cut(last, "-")
		if marked {
			held = "-" + mark
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n < 0 {
			return nil, errID.At(at, "Send the id of the last event as you got it, or none.")
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
