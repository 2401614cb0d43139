package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/google/uuid"

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
	Record      *Record         `json:"record,omitempty" doc:"What it is about; absent when that is not known, or gone."`
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

// ReplayJobs chooses parked jobs.
type ReplayJobs struct {
	IDs   []uuid.UUID `json:"ids,omitempty" maxItems:"100" format:"uuid" doc:"These, or" example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120009\"]"`
	Kind  string      `json:"kind,omitempty" maxLength:"64" doc:"those of this kind." example:"sms.deliver"`
	Queue string      `json:"queue,omitempty" enum:"interactive,automation,bulk,maintenance" doc:"With kind: of this queue alone." example:"interactive"`
}

// Replayed counts.
type Replayed struct {
	Replayed int `json:"replayed" doc:"How many were handed over again." example:"3"`
	Left     int `json:"left" doc:"How many of those asked for are still parked." example:"0"`
}

// Record is what a piece of work is about, where that can be looked at.
type Record struct {
	Kind string    `json:"kind" doc:"What sort of record." enum:"contact,conversation" example:"conversation"`
	ID   uuid.UUID `json:"id" format:"uuid" doc:"Which one." example:"01920e5c-7f3a-7c1e-9d59-0242ac120006"`
}

type jobPath struct {
	InSub
	Job uuid.UUID `path:"job" format:"uuid" doc:"The job's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120009"`
}

type listJobsInput struct {
	InSub
	Paging
	Queue string `query:"queue" enum:"interactive,automation,bulk,maintenance" doc:"Only those of this queue." example:"interactive"`
	Kind  string `query:"kind" maxLength:"64" doc:"Only those of this kind." example:"sms.deliver"`
	State string `query:"state" enum:"parked,discarded,cancelled,completed" doc:"Those that are over in this way, the latest first. Without it, the jobs under way that people wait for." example:"parked"`
}

type replayJobsInput struct {
	InSub
	Body ReplayJobs
}

type jobOutput struct{ Body Job }

type jobsOutput struct{ Body List[Job] }

type replayedOutput struct{ Body Replayed }

func (s *server) listJobs() operation {
	return op("list-jobs", "List jobs", "What failed for good, with its reason, and what people wait for, with its progress.",
		func(ctx context.Context, in *listJobsInput) (*jobsOutput, error) {
			page, err := s.Jobs.List(ctx, queue.ListInput{
				State: queue.State(in.State), Queue: queue.Name(in.Queue), Kind: in.Kind, Cursor: in.Cursor, Limit: in.Limit,
			})
			if err != nil {
				return nil, err
			}
			items, err := s.wireJobs(ctx, page.Items)
			return &jobsOutput{Body: List[Job]{Items: items, NextCursor: page.Next}}, err
		})
}

func (s *server) getJob() operation {
	return op("get-job", "Read a job", "A job that is done is gone, unless people wait for it: 404 job.unknown.",
		func(ctx context.Context, in *jobPath) (*jobOutput, error) {
			job, err := s.Jobs.Get(ctx, in.Job)
			if err != nil {
				return nil, err
			}
			items, err := s.wireJobs(ctx, []queue.Info{job})
			if err != nil {
				return nil, err
			}
			return &jobOutput{Body: items[0]}, nil
		})
}

func (s *server) replayJob() operation {
	return op("replay-job", "Replay a parked job", "It is due at once, with all its attempts anew.",
		func(ctx context.Context, in *jobPath) (*struct{}, error) { return nil, s.Jobs.Replay(ctx, in.Job) },
		once(inTenant), fails(http.StatusConflict))
}

func (s *server) replayJobs() operation {
	return op("replay-jobs", "Replay parked jobs",
		"Those named, or all of a kind, those parked longest first; a thousand at most, and left tells how many are still parked. "+
			"One whose work has been called for again meanwhile stays parked.",
		func(ctx context.Context, in *replayJobsInput) (*replayedOutput, error) {
			done, err := s.Jobs.ReplayMany(ctx, queue.ReplayInput{IDs: in.Body.IDs, Kind: in.Body.Kind, Queue: queue.Name(in.Body.Queue)})
			return &replayedOutput{Body: Replayed(done)}, err
		}, once(inTenant))
}

func (s *server) cancelJob() operation {
	return op("cancel-job", "Cancel a job", "At once if it waits or is parked; if it runs, at its next step. What it has done stays.",
		func(ctx context.Context, in *jobPath) (*struct{}, error) { return nil, s.Jobs.Cancel(ctx, in.Job) },
		once(inTenant), fails(http.StatusConflict))
}

// wireJobs joins jobs with the records that they are about.
func (s *server) wireJobs(ctx context.Context, list []queue.Info) ([]Job, error) {
	out := make([]Job, 0, len(list))
	about := make([]subject, 0, len(list))
	for _, j := range list {
		out = append(out, wireJob(j))
		about = append(about, subjectOf(j.Payload))
	}
	records, err := s.records(ctx, about)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Record = records[i]
	}
	return out, nil
}

func wireJob(j queue.Info) Job {
	out := Job{
		ID: j.ID, Kind: j.Kind, Queue: string(j.Queue), State: string(j.State), Payload: j.Payload,
		Attempt: j.Attempt, MaxAttempts: j.MaxAttempts, Reason: j.Reason,
		Actor: wireActor(j.Actor),
		RunAt: j.RunAt, CreatedAt: j.CreatedAt, FinishedAt: j.FinishedAt,
	}
	if j.Progress != nil {
		out.Progress = (*JobProgress)(j.Progress)
	}
	return out
}
