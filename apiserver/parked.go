package apiserver

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
)

// ParkedEvent is an event that one of its hearers could not take.
type ParkedEvent struct {
	EventID     uuid.UUID `json:"event_id" format:"uuid" doc:"The event's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000a"`
	Kind        string    `json:"kind" doc:"What happened." example:"contact.updated"`
	Subscriber  string    `json:"subscriber" doc:"Who could not take it." example:"audit"`
	SubjectKind string    `json:"subject_kind" doc:"What sort of record it is about." example:"contact"`
	SubjectID   uuid.UUID `json:"subject_id" format:"uuid" doc:"Which one. Later events of it wait for the same subscriber." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Record      *Record   `json:"record,omitempty" doc:"Where to look at it; absent when that is not known, or gone."`
	Reason      string    `json:"reason" doc:"Why." example:"the template is missing"`
	ParkedAt    time.Time `json:"parked_at" doc:"Since when." example:"2026-02-02T08:15:00Z"`
}

// ReplayEvents names whose events to replay.
type ReplayEvents struct {
	Subscriber string     `json:"subscriber" minLength:"1" maxLength:"64" doc:"As the parked event names it." example:"audit"`
	SubjectID  *uuid.UUID `json:"subject_id,omitempty" format:"uuid" doc:"As the parked event names it; without it, every record's." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
}

// ParkedWork sums up what is parked in a sub-account.
type ParkedWork struct {
	Jobs   []ParkedJobs   `json:"jobs" doc:"By queue and kind, the most first."`
	Events []ParkedEvents `json:"events" doc:"By subscriber, the most first."`
}

// ParkedJobs are the parked jobs of a kind.
type ParkedJobs struct {
	Queue  string    `json:"queue" doc:"Which queue they wait in." enum:"interactive,automation,bulk,maintenance" example:"interactive"`
	Kind   string    `json:"kind" doc:"What sort of work." example:"sms.deliver"`
	Parked int       `json:"parked" doc:"How many." example:"12"`
	Oldest time.Time `json:"oldest" doc:"Since when the first of them is parked." example:"2026-02-02T08:15:00Z"`
}

// ParkedEvents are the events that a subscriber could not take.
type ParkedEvents struct {
	Subscriber string    `json:"subscriber" doc:"Who could not take them." example:"audit"`
	Parked     int       `json:"parked" doc:"How many." example:"3"`
	Oldest     time.Time `json:"oldest" doc:"Since when the first of them is parked." example:"2026-02-02T08:15:00Z"`
}

type listParkedInput struct {
	InSub
	Paging
	Subscriber string `query:"subscriber" maxLength:"64" doc:"Only those that this one could not take." example:"audit"`
}

type replayEventsInput struct {
	InSub
	Body ReplayEvents
}

type parkedEventsOutput struct{ Body List[ParkedEvent] }

type parkedWorkOutput struct{ Body ParkedWork }

func (s *server) listParkedEvents() operation {
	return op("list-parked-events", "List parked events", "Events that one of their hearers could not take, the oldest first.",
		func(ctx context.Context, in *listParkedInput) (*parkedEventsOutput, error) {
			page, err := s.Events.Parked(ctx, events.ParkedInput{Subscriber: in.Subscriber, Cursor: in.Cursor, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			about := make([]subject, 0, len(page.Items))
			for _, p := range page.Items {
				about = append(about, subject{p.SubjectKind, p.SubjectID})
			}
			records, err := s.records(ctx, about)
			if err != nil {
				return nil, err
			}
			out := listOf(page.Items, page.Next, wireParked)
			for i := range out.Items {
				out.Items[i].Record = records[i]
			}
			return &parkedEventsOutput{Body: out}, nil
		})
}

func (s *server) replayEvents() operation {
	return op("replay-parked-events", "Replay parked events",
		"The subscriber takes those of a record in order, all or none. Without a record it gets every record's, each for itself, "+
			"a hundred at most; left tells how many it could still not take.",
		func(ctx context.Context, in *replayEventsInput) (*replayedOutput, error) {
			if in.Body.SubjectID == nil {
				done, err := s.Events.ReplayAll(ctx, in.Body.Subscriber)
				return &replayedOutput{Body: Replayed(done)}, err
			}
			n, err := s.Events.Replay(ctx, in.Body.Subscriber, *in.Body.SubjectID)
			return &replayedOutput{Body: Replayed{Replayed: n}}, err
		}, once(inTenant))
}

func (s *server) getParkedWork() operation {
	return op("get-parked-work", "Sum up parked work", "How many jobs failed for good, by kind, and how many events could not be taken, by whom.",
		func(ctx context.Context, _ *InSub) (*parkedWorkOutput, error) {
			jobs, err := s.Jobs.ParkedKinds(ctx)
			if err != nil {
				return nil, err
			}
			heard, err := s.Events.ParkedKinds(ctx)
			out := ParkedWork{Jobs: make([]ParkedJobs, 0, len(jobs)), Events: make([]ParkedEvents, 0, len(heard))}
			for _, k := range jobs {
				out.Jobs = append(out.Jobs, ParkedJobs{Queue: string(k.Queue), Kind: k.Kind, Parked: k.Parked, Oldest: k.Oldest})
			}
			for _, k := range heard {
				out.Events = append(out.Events, ParkedEvents(k))
			}
			return &parkedWorkOutput{Body: out}, err
		})
}

func wireParked(p events.Parked) ParkedEvent {
	return ParkedEvent{
		EventID: p.EventID, Kind: p.Kind, Subscriber: p.Subscriber, SubjectKind: p.SubjectKind, SubjectID: p.SubjectID,
		Reason: p.Reason, ParkedAt: p.ParkedAt,
	}
}

// subject is what a piece of work names: a contact, a conversation, a message.
type subject struct {
	kind string
	id   uuid.UUID
}

// subjectOf reads what a job's payload names: ids alone, by their nouns.
func subjectOf(payload json.RawMessage) subject {
	var names struct {
		Message uuid.UUID `json:"message_id"`
		Contact uuid.UUID `json:"contact_id"`
	}
	// A payload of another shape names nothing that could be shown.
	if err := json.Unmarshal(payload, &names); err != nil {
		return subject{}
	}
	switch {
	case names.Message != uuid.Nil:
		return subject{"message", names.Message}
	case names.Contact != uuid.Nil:
		return subject{"contact", names.Contact}
	}
	return subject{}
}

// records turns subjects into what can be looked at: a message is looked at in
// its thread. nil where there is nothing to look at.
func (s *server) records(ctx context.Context, about []subject) ([]*Record, error) {
	var messages []uuid.UUID
	for _, a := range about {
		if a.kind == "message" {
			messages = append(messages, a.id)
		}
	}
	threads := map[uuid.UUID]uuid.UUID{}
	if len(messages) > 0 {
		var err error
		if threads, err = s.Conversations.ThreadsOf(ctx, messages); err != nil {
			return nil, err
		}
	}
	out := make([]*Record, len(about))
	for i, a := range about {
		switch a.kind {
		case "contact", "conversation":
			out[i] = &Record{Kind: a.kind, ID: a.id}
		case "message":
			if thread, ok := threads[a.id]; ok {
				out[i] = &Record{Kind: "conversation", ID: thread}
			}
		}
	}
	return out, nil
}
