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

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// heartbeat keeps proxies from closing a quiet stream, and is how often the
// reader's right to listen is looked at.
const heartbeat = 15 * time.Second

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

// stream answers with the events of the sub-account until the reader or the
// process goes, or the reader may not listen any more.
func (s *server) stream(ctx context.Context, in *streamInput) (*streamOutput, error) {
	after := int64(-1) // from now on
	if in.LastEventID != "" {
		n, err := strconv.ParseInt(in.LastEventID, 10, 64)
		if err != nil || n < 0 {
			return nil, errID.At("Last-Event-ID", "Send the id of the last event as you got it, or none.")
		}
		after = n
	}
	ctx, stop := context.WithCancel(ctx)
	news, err := s.Stream.Subscribe(ctx, after)
	if err != nil {
		stop()
		return nil, err
	}
	return &streamOutput{Body: func(hc huma.Context) {
		defer stop()
		_, w := humachi.Unwrap(hc)
		s.follow(ctx, newEventWriter(w), news)
	}}, nil
}

func (s *server) follow(ctx context.Context, w *eventWriter, news <-chan events.Event) {
	c := callOf(ctx)
	contacts := c.principal.Can(access.ContactsRead, c.tenant.SubAccount)
	if w.comment("welcome") != nil {
		return
	}
	beat := s.Clock.After(heartbeat)
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.Stopping:
			return
		case e, open := <-news:
			if !open {
				return // the reader lags; it comes back with its last id
			}
			if strings.HasPrefix(e.Kind, "contact.") && !contacts {
				continue
			}
			if w.event(e) != nil {
				return
			}
		case <-beat:
			// Nobody listens on after signing out, losing their role or a suspension.
			if !s.stillMay(ctx, c) || w.comment("still here") != nil {
				return
			}
			beat = s.Clock.After(heartbeat)
		}
	}
}

// stillMay asks again what was asked when the stream began. While the database
// that could answer is away, there is nothing new to hear either.
func (s *server) stillMay(ctx context.Context, c *call) bool {
	p, err := s.principal(ctx, c)
	if err == nil {
		_, err = s.Access.Authorize(ctx, p, access.ConversationsRead, c.tenant.SubAccount)
	}
	return err == nil || fault.Is(err, fault.Unavailable)
}
