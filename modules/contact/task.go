package contact

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// What a task may hold.
const (
	MaxTaskTitle = 200
	MaxTaskBody  = 10_000
)

// Task is something that a member means to do, about a contact, a company or
// neither.
type Task struct {
	ID uuid.UUID
	Target
	SubjectName string // what the contact or the company is called
	Title       string
	Body        string
	AssigneeID  uuid.NullUUID
	DueAt       *time.Time // of an all-day task the day's beginning in Timezone
	AllDay      bool
	Timezone    string // IANA
	Recurrence  string // a subset of RFC 5545's RRULE; "" for once
	SeriesID    uuid.NullUUID
	SeriesStart *time.Time
	ReminderAt  *time.Time
	RemindedAt  *time.Time
	CompletedAt *time.Time
	Author      tenancy.Actor
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// TaskInput is a task as somebody gives it: what is nil stays as it is.
type TaskInput struct {
	Title      *string
	Body       *string
	AssigneeID *uuid.NullUUID
	DueAt      **time.Time
	AllDay     *bool
	Timezone   *string // "" is the sub-account's
	Recurrence *string
	ReminderAt **time.Time
}

func (in TaskInput) on(t Task) Task {
	if in.Title != nil {
		t.Title = tidy(*in.Title)
	}
	if in.Body != nil {
		t.Body = strings.TrimSpace(*in.Body)
	}
	set(&t.AssigneeID, in.AssigneeID)
	set(&t.AllDay, in.AllDay)
	set(&t.Timezone, in.Timezone)
	before := t.DueAt
	set(&t.DueAt, in.DueAt)
	if in.Recurrence != nil {
		t.Recurrence = strings.ToUpper(strings.TrimPrefix(strings.TrimSpace(*in.Recurrence), "RRULE:"))
	}
	if in.ReminderAt != nil {
		t.ReminderAt, t.RemindedAt = *in.ReminderAt, nil
	}
	t.DueAt, t.ReminderAt = fine(t.DueAt), fine(t.ReminderAt)
	zone, err := time.LoadLocation(t.Timezone)
	if err == nil && t.AllDay && t.DueAt != nil {
		y, m, d := t.DueAt.In(zone).Date()
		day := time.Date(y, m, d, 0, 0, 0, 0, zone).UTC()
		t.DueAt = &day
	}
	switch moved := !same(before, t.DueAt); {
	case t.Recurrence == "" || t.DueAt == nil:
		t.SeriesID, t.SeriesStart = uuid.NullUUID{}, nil
	case t.SeriesStart == nil || moved || in.Recurrence != nil:
		t.SeriesStart = t.DueAt // a series that is moved or redefined begins anew
	}
	return t
}

// fine is as fine as PostgreSQL keeps a time.
func fine(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	f := t.UTC().Truncate(time.Microsecond)
	return &f
}

func same(a, b *time.Time) bool { return a == nil && b == nil || a != nil && b != nil && a.Equal(*b) }

func (t Task) validate() error {
	var f fault.Checks
	f.Check(t.Title != "", "title", "Say what is to be done.")
	text(&f, "title", t.Title, MaxTaskTitle)
	longText(&f, "body", t.Body, MaxTaskBody)
	f.Check(t.ContactID.UUID == uuid.Nil || t.CompanyID.UUID == uuid.Nil, "company_id", "A task is about a contact or a company, not both.")
	zone, err := time.LoadLocation(t.Timezone)
	f.Check(err == nil && t.Timezone != "" && t.Timezone != "Local", "timezone", "Use an IANA name, like Europe/Rome.")
	f.Check(!t.AllDay || t.DueAt != nil, "due_at", "An all-day task needs its day.")
	for path, at := range map[string]*time.Time{"due_at": t.DueAt, "reminder_at": t.ReminderAt} {
		f.Check(at == nil || at.Year() >= 1970 && at.Year() <= 2200, path, "Use a year from 1970 to 2200.")
	}
	if t.Recurrence != "" && err == nil {
		f.Check(t.DueAt != nil, "due_at", "A task that comes again needs a due time.")
		_, mend := recurrence(t.Recurrence, zone)
		f.Check(mend == "", "recurrence", mend)
	}
	return f.Err("task.invalid")
}

// inOrder refuses a series that ends before it begins, and a reminder that comes
// when it is too late. What stood so before this was asked stays as it is until
// its times are changed.
func (t Task) inOrder(before Task) error {
	zone, err := time.LoadLocation(t.Timezone)
	if err != nil || t.DueAt == nil || same(before.DueAt, t.DueAt) && before.AllDay == t.AllDay && before.Timezone == t.Timezone &&
		same(before.ReminderAt, t.ReminderAt) && before.Recurrence == t.Recurrence {
		return nil
	}
	var f fault.Checks
	if t.ReminderAt != nil && t.RemindedAt == nil {
		if t.AllDay { // it has the whole of its day
			f.CheckBeside(t.ReminderAt.Before(t.DueAt.In(zone).AddDate(0, 0, 1)), "reminder_at", "Remind before the day on which it is due is over.", "due_at", "timezone")
		} else {
			f.CheckBeside(!t.ReminderAt.After(*t.DueAt), "reminder_at", "Remind before it is due, or when it is due.", "due_at", "all_day")
		}
	}
	if t.Recurrence != "" {
		o, mend := recurrence(t.Recurrence, zone)
		ends := mend == "" && !o.Until.IsZero() && o.Until.Before(t.DueAt.Truncate(time.Second)) // as finely as series are reckoned
		f.CheckBeside(!ends, "recurrence", "UNTIL is before the task is due: it would end before it begins.", "due_at", "timezone")
	}
	return f.Err("task.invalid")
}

// The events of tasks. Their subject is the contact or the company, else the
// task; before and after hold the task as "task".
const (
	EventTaskCreated   = "task.created"
	EventTaskUpdated   = "task.updated"
	EventTaskCompleted = "task.completed"
	EventTaskReopened  = "task.reopened"
	EventTaskDeleted   = "task.deleted"
	EventTaskReminder  = "task.reminder"
)

// TaskSnapshot is a task in an event. Fields are added, never renamed.
type TaskSnapshot struct {
	ID          uuid.UUID     `json:"id"`
	ContactID   uuid.NullUUID `json:"contact_id"`
	CompanyID   uuid.NullUUID `json:"company_id"`
	Title       string        `json:"title"`
	Body        string        `json:"body"`
	AssigneeID  uuid.NullUUID `json:"assignee_id"`
	DueAt       *time.Time    `json:"due_at"`
	AllDay      bool          `json:"all_day"`
	Timezone    string        `json:"timezone"`
	Recurrence  string        `json:"recurrence"`
	ReminderAt  *time.Time    `json:"reminder_at"`
	CompletedAt *time.Time    `json:"completed_at"`
	CreatedAt   time.Time     `json:"created_at"`
	UpdatedAt   time.Time     `json:"updated_at"`
	Version     int64         `json:"version"`
}

func snapshotTask(t Task) TaskSnapshot {
	return TaskSnapshot{
		ID: t.ID, ContactID: t.ContactID, CompanyID: t.CompanyID, Title: t.Title, Body: t.Body, AssigneeID: t.AssigneeID,
		DueAt: t.DueAt, AllDay: t.AllDay, Timezone: t.Timezone, Recurrence: t.Recurrence, ReminderAt: t.ReminderAt,
		CompletedAt: t.CompletedAt, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt, Version: t.Version,
	}
}

// TaskReminderJob reminds of a task, if that is still due when it runs.
type TaskReminderJob struct {
	TaskID uuid.UUID `json:"task_id"`
}

// Kind names the job for ever.
func (TaskReminderJob) Kind() string { return "task.remind" }
