package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Job is work that happens after a request. One that is done leaves no trace,
// unless people wait for it.
type Job struct {
	ID          uuid.UUID       `json:"id" format:"uuid" doc:"The job's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120009"`
	Kind        string          `json:"kind" doc:"What sort of work." example:"sms.deliver"`
	Queue       string          `json:"queue" doc:"Which queue it waits in." enum:"interactive,automation,bulk,maintenance" example:"interactive"`
	State       string          `json:"state" doc:"Where it stands. A parked job failed for good: mend the reason, then replay it." enum:"scheduled,due,running,completed,discarded,parked,cancelled" example:"parked"`
	Payload     json.RawMessage `json:"payload" doc:"What it was told: ids alone." example:"{\"message_id\":\"01920e5c-7f3a-7c1e-9d59-0242ac120006\"}"`
	Attempt     int             `json:"attempt" doc:"How often it was tried." example:"16"`
	MaxAttempts int             `json:"max_attempts" doc:"After how many failures it is parked." example:"16"`
	Reason      string          `json:"reason,omitempty" doc:"Why it last failed." example:"carrier.unavailable: The carrier does not answer."`
	Progress    *JobProgress    `json:"progress,omitempty" doc:"How far it has come, where it reports that."`
	Actor       Actor           `json:"actor" doc:"Who called for it."`
	RunAt       time.Time       `json:"run_at" doc:"When it is due, or was." example:"2026-02-02T08:15:00Z"`
	CreatedAt   time.Time       `json:"created_at" doc:"When it was called for." example:"2026-02-02T04:10:00Z"`
	FinishedAt  *time.Time      `json:"finished_at,omitempty" doc:"When it was over; absent until then." example:"2026-02-02T08:15:02Z"`
}

// JobProgress is how far a job has come.
type JobProgress struct {
	Done  int64  `json:"done" doc:"How much is done." example:"1200"`
	Total int64  `json:"total" doc:"Of how much; 0 while that is not known." example:"5000"`
	Note  string `json:"note,omitempty" doc:"What it is at." example:"Reading row 1200"`
}

// ParkedEvent is an event that one of its hearers could not take.
type ParkedEvent struct {
	EventID    uuid.UUID `json:"event_id" format:"uuid" doc:"The event's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000a"`
	Kind       string    `json:"kind" doc:"What happened." example:"contact.updated"`
	Subscriber string    `json:"subscriber" doc:"Who could not take it." example:"audit"`
	SubjectID  uuid.UUID `json:"subject_id" format:"uuid" doc:"The record it is about. Later events of it wait for the same subscriber." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Reason     string    `json:"reason" doc:"Why." example:"the template is missing"`
	ParkedAt   time.Time `json:"parked_at" doc:"Since when." example:"2026-02-02T08:15:00Z"`
}

// ReplayEvents names whose events to replay.
type ReplayEvents struct {
	Subscriber string    `json:"subscriber" minLength:"1" maxLength:"64" doc:"As the parked event names it." example:"audit"`
	SubjectID  uuid.UUID `json:"subject_id" format:"uuid" doc:"As the parked event names it." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
}

// Replayed counts.
type Replayed struct {
	Replayed int `json:"replayed" doc:"How many events the subscriber took, in order: all of them, or none." example:"3"`
}

type jobPath struct {
	InSub
	Job uuid.UUID `path:"job" format:"uuid" doc:"The job's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120009"`
}

type listJobsInput struct {
	InSub
	Paging
	State string `query:"state" enum:"parked,discarded,cancelled,completed" doc:"Those that are over in this way, the latest first. Without it, the jobs under way that people wait for." example:"parked"`
}

type replayEventsInput struct {
	InSub
	Body ReplayEvents
}

type jobOutput struct{ Body Job }

type jobsOutput struct{ Body List[Job] }

type parkedEventsOutput struct{ Body List[ParkedEvent] }

type replayedOutput struct{ Body Replayed }

func (s *server) listJobs() operation {
	return op("list-jobs", "List jobs", "What failed for good, with its reason, and what people wait for, with its progress.",
		func(ctx context.Context, in *listJobsInput) (*jobsOutput, error) {
			page, err := s.Jobs.List(ctx, queue.ListInput{State: queue.State(in.State), Cursor: in.Cursor, Limit: in.Limit})
			return &jobsOutput{Body: listOf(page.Items, page.Next, wireJob)}, err
		})
}

func (s *server) getJob() operation {
	return op("get-job", "Read a job", "A job that is done is gone, unless people wait for it: 404 job.unknown.",
		func(ctx context.Context, in *jobPath) (*jobOutput, error) {
			job, err := s.Jobs.Get(ctx, in.Job)
			return &jobOutput{Body: wireJob(job)}, err
		})
}

func (s *server) replayJob() operation {
	return op("replay-job", "Replay a parked job", "It is due at once, with all its attempts anew.",
		func(ctx context.Context, in *jobPath) (*struct{}, error) { return nil, s.Jobs.Replay(ctx, in.Job) },
		once(inTenant), fails(http.StatusConflict))
}

func (s *server) cancelJob() operation {
	return op("cancel-job", "Cancel a job", "At once if it waits; if it runs, at its next step. What it has done stays.",
		func(ctx context.Context, in *jobPath) (*struct{}, error) { return nil, s.Jobs.Cancel(ctx, in.Job) },
		once(inTenant), fails(http.StatusConflict))
}

func (s *server) listParkedEvents() operation {
	return op("list-parked-events", "List parked events", "Events that one of their hearers could not take, the oldest first, a hundred at most.",
		func(ctx context.Context, _ *InSub) (*parkedEventsOutput, error) {
			list, err := s.Events.Parked(ctx)
			return &parkedEventsOutput{Body: listOf(list, "", wireParked)}, err
		})
}

func (s *server) replayEvents() operation {
	return op("replay-parked-events", "Replay the parked events of a record", "The subscriber takes them in order, all or none.",
		func(ctx context.Context, in *replayEventsInput) (*replayedOutput, error) {
			n, err := s.Events.Replay(ctx, in.Body.Subscriber, in.Body.SubjectID)
			return &replayedOutput{Body: Replayed{Replayed: n}}, err
		}, once(inTenant))
}

func wireJob(j queue.Info) Job {
	out := Job{
		ID: j.ID, Kind: j.Kind, Queue: string(j.Queue), State: string(j.State), Payload: j.Payload,
		Attempt: j.Attempt, MaxAttempts: j.MaxAttempts, Reason: j.Reason,
		Actor: Actor{Kind: string(j.Actor.Kind), ID: j.Actor.ID, Name: j.Actor.Name},
		RunAt: j.RunAt, CreatedAt: j.CreatedAt, FinishedAt: j.FinishedAt,
	}
	if j.Progress != nil {
		out.Progress = (*JobProgress)(j.Progress)
	}
	return out
}

func wireParked(p events.Parked) ParkedEvent {
	return ParkedEvent{
		EventID: p.EventID, Kind: p.Kind, Subscriber: p.Subscriber, SubjectID: p.SubjectID, Reason: p.Reason, ParkedAt: p.ParkedAt,
	}
}
