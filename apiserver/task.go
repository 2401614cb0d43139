package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// Task is something that a member means to do.
type Task struct {
	ID          uuid.UUID  `json:"id" format:"uuid" doc:"The task's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000d"`
	ContactID   *uuid.UUID `json:"contact_id" format:"uuid" doc:"The contact it is about; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	CompanyID   *uuid.UUID `json:"company_id" format:"uuid" doc:"The company it is about; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
	SubjectName string     `json:"subject_name" doc:"What the contact or the company is called; empty for neither." example:"Maria Rossi"`
	Title       string     `json:"title" doc:"What is to be done." example:"Call back"`
	Body        string     `json:"body" doc:"More about it." example:"About the spring order."`
	AssigneeID  *uuid.UUID `json:"assignee_id" format:"uuid" doc:"The member who does it; null for nobody yet." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	DueAt       *time.Time `json:"due_at" doc:"By when; of an all-day task the day's beginning. null for whenever." example:"2026-02-02T14:00:00Z"`
	AllDay      bool       `json:"all_day" doc:"Whether it has the whole day." example:"false"`
	Timezone    string     `json:"timezone" doc:"In which its day and its recurrence are reckoned." example:"Europe/Rome"`
	Recurrence  string     `json:"recurrence" doc:"When it comes again, as RFC 5545 writes it; empty for once." example:"FREQ=WEEKLY;BYDAY=MO"`
	ReminderAt  *time.Time `json:"reminder_at" doc:"When to be reminded; null for never." example:"2026-02-02T13:00:00Z"`
	CompletedAt *time.Time `json:"completed_at" doc:"When it was done; null while it is open." example:"2026-02-02T13:30:00Z"`
	Author      Actor      `json:"author" doc:"Who wrote it down."`
	CreatedAt   time.Time  `json:"created_at" doc:"When it was written down." example:"2026-02-01T12:00:00Z"`
	UpdatedAt   time.Time  `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version     int64      `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// TaskInput is a task as somebody gives it. On a change, what is absent stays
// and null empties.
type TaskInput struct {
	Title      optional[string]    `json:"title,omitzero" maxLength:"200" doc:"What is to be done." example:"Call back"`
	Body       optional[string]    `json:"body,omitzero" maxLength:"10000" doc:"More about it." example:"About the spring order."`
	AssigneeID optional[uuid.UUID] `json:"assignee_id,omitzero" format:"uuid" doc:"A member of the sub-account; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	DueAt      optional[time.Time] `json:"due_at,omitzero" doc:"By when. Of an all-day task any time of its day." example:"2026-02-02T14:00:00Z"`
	AllDay     optional[bool]      `json:"all_day,omitzero" doc:"Whether it has the whole day." example:"false"`
	Timezone   optional[string]    `json:"timezone,omitzero" maxLength:"64" doc:"An IANA name; without it, or empty, the sub-account's." example:"Europe/Rome"`
	Recurrence optional[string]    `json:"recurrence,omitzero" maxLength:"200" doc:"FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, BYDAY, BYMONTHDAY, COUNT and UNTIL of RFC 5545. The next task is made when one is done." example:"FREQ=WEEKLY;BYDAY=MO"`
	ReminderAt optional[time.Time] `json:"reminder_at,omitzero" doc:"When the event task.reminder tells of it: not after it is due, of an all-day task not after its day." example:"2026-02-02T13:00:00Z"`
}

// NewTask is a task with what it is about.
type NewTask struct {
	ContactID *uuid.UUID `json:"contact_id,omitempty" format:"uuid" doc:"The contact it is about, or" example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	CompanyID *uuid.UUID `json:"company_id,omitempty" format:"uuid" doc:"the company it is about; neither is a task of its own." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
	TaskInput
}

// TaskCount is how much a member has to do.
type TaskCount struct {
	AssigneeID *uuid.UUID `json:"assignee_id" format:"uuid" doc:"The member; null for what nobody has taken." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Open       int        `json:"open" doc:"How many are open." example:"12"`
	Overdue    int        `json:"overdue" doc:"How many of them should be done by now." example:"2"`
}

// TaskPath names a task.
type TaskPath struct {
	InSub
	Task uuid.UUID `path:"task" format:"uuid" doc:"The task's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000d"`
}

type taskOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Task
}

type tasksOutput struct{ Body List[Task] }

type taskCountsOutput struct{ Body List[TaskCount] }

type listTasksInput struct {
	InSub
	Paging
	Status     string    `query:"status" enum:"open,overdue,done" default:"open" doc:"The open ones by their due time, those without one last; or the done ones, the last first." example:"open"`
	Assignee   uuid.UUID `query:"assignee_id" format:"uuid" doc:"Only this member's." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Unassigned bool      `query:"unassigned" doc:"Only those that nobody has taken." example:"true"`
	Contact    uuid.UUID `query:"contact_id" format:"uuid" doc:"Only those about this contact." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Company    uuid.UUID `query:"company_id" format:"uuid" doc:"Only those about this company." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
	DueFrom    time.Time `query:"due_from" doc:"Only those that are due then or later." example:"2026-02-02T00:00:00Z"`
	DueBefore  time.Time `query:"due_before" doc:"Only those that are due earlier." example:"2026-02-03T00:00:00Z"`
}

type createTaskInput struct {
	InSub
	Body NewTask
}

type patchTaskInput struct {
	TaskPath
	Precondition
	Body TaskInput
}

type editTaskInput struct {
	TaskPath
	Precondition
}

func (s *server) listTasks() operation {
	return op("list-tasks", "List tasks", "A page of tasks: of everybody, of a member, of nobody yet, or about a contact or a company.",
		func(ctx context.Context, in *listTasksInput) (*tasksOutput, error) {
			page, err := s.Contacts.Tasks(ctx, contact.TaskQuery{
				Status: in.Status, AssigneeID: presentID(in.Assignee), Unassigned: in.Unassigned, DueFrom: presentTime(in.DueFrom), DueBefore: presentTime(in.DueBefore),
				Target: contact.Target{ContactID: presentID(in.Contact), CompanyID: presentID(in.Company)},
				Cursor: in.Cursor, Limit: in.Limit,
			})
			return &tasksOutput{Body: listOf(page.Items, page.Next, wireTask)}, err
		})
}

func (s *server) countTasks() operation {
	return op("count-tasks", "Count open tasks", "How many tasks are open and overdue, by who does them.",
		func(ctx context.Context, _ *InSub) (*taskCountsOutput, error) {
			counts, err := s.Contacts.TaskCounts(ctx)
			return &taskCountsOutput{Body: listOf(counts, "", func(c contact.TaskCount) TaskCount {
				return TaskCount{AssigneeID: idPointer(c.AssigneeID), Open: c.Open, Overdue: c.Overdue}
			})}, err
		})
}

func (s *server) createTask() operation {
	return op("create-task", "Create a task", "About a contact, a company or neither. One that comes again needs a due time. A series doesn't end before it begins, and a reminder doesn't come after what it reminds of.",
		func(ctx context.Context, in *createTaskInput) (*taskOutput, error) {
			var of contact.Target
			if in.Body.ContactID != nil {
				of.ContactID = presentID(*in.Body.ContactID)
			}
			if in.Body.CompanyID != nil {
				of.CompanyID = presentID(*in.Body.CompanyID)
			}
			t, err := s.Contacts.CreateTask(ctx, of, in.Body.input())
			return wiredTask(t), err
		}, created, once(inTenant), rehearsed)
}

func (s *server) getTask() operation {
	return op("get-task", "Read a task", "The task, with its version as ETag.",
		func(ctx context.Context, in *TaskPath) (*taskOutput, error) {
			t, err := s.Contacts.GetTask(ctx, in.Task)
			return wiredTask(t), err
		})
}

func (s *server) patchTask() operation {
	return op("patch-task", "Change a task", "Changes what is present; null empties. A series goes on from the new due time.",
		func(ctx context.Context, in *patchTaskInput) (*taskOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			t, err := s.Contacts.UpdateTask(ctx, in.Task, version, in.Body.input())
			return wiredTask(t), err
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func (s *server) completeTask() operation {
	return op("complete-task", "Complete a task",
		"The next one of its series is made with it: the first that comes behind its due time and is not past. One that is done stays as it is.",
		func(ctx context.Context, in *editTaskInput) (*taskOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			t, err := s.Contacts.CompleteTask(ctx, in.Task, version)
			return wiredTask(t), err
		}, once(inTenant), fails(http.StatusPreconditionFailed))
}

func (s *server) reopenTask() operation {
	return op("reopen-task", "Reopen a task", "It is open again, and comes once: the next one of its series is there already.",
		func(ctx context.Context, in *editTaskInput) (*taskOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			t, err := s.Contacts.ReopenTask(ctx, in.Task, version)
			return wiredTask(t), err
		}, once(inTenant), fails(http.StatusPreconditionFailed))
}

func (s *server) deleteTask() operation {
	return op("delete-task", "Delete a task", "The task leaves every list, and its series ends with it.",
		func(ctx context.Context, in *editTaskInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.DeleteTask(ctx, in.Task, version)
		}, fails(http.StatusPreconditionFailed))
}

func (b TaskInput) input() contact.TaskInput {
	out := contact.TaskInput{
		Title: b.Title.pointer(), Body: b.Body.pointer(), AllDay: b.AllDay.pointer(), Timezone: b.Timezone.pointer(),
		Recurrence: b.Recurrence.pointer(), DueAt: b.DueAt.orNil(), ReminderAt: b.ReminderAt.orNil(),
	}
	if b.AssigneeID.Set {
		assignee := nullable(b.AssigneeID)
		out.AssigneeID = &assignee
	}
	return out
}

// orNil gives a pointer to the value, or to nil where it was null; nil where the
// property was absent.
func (o optional[T]) orNil() **T {
	if !o.Set {
		return nil
	}
	value := &o.Value
	if o.Null {
		value = nil
	}
	return &value
}

func presentID(id uuid.UUID) uuid.NullUUID { return uuid.NullUUID{UUID: id, Valid: id != uuid.Nil} }

func presentTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func wiredTask(t contact.Task) *taskOutput {
	return &taskOutput{ETag: etag(t.Version), Body: wireTask(t)}
}

func wireTask(t contact.Task) Task {
	return Task{
		ID: t.ID, ContactID: idPointer(t.ContactID), CompanyID: idPointer(t.CompanyID), SubjectName: t.SubjectName, Title: t.Title, Body: t.Body,
		AssigneeID: idPointer(t.AssigneeID), DueAt: t.DueAt, AllDay: t.AllDay, Timezone: t.Timezone, Recurrence: t.Recurrence,
		ReminderAt: t.ReminderAt, CompletedAt: t.CompletedAt, Author: wireActor(t.Author),
		CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, Version: t.Version,
	}
}
