package contact_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func (c country) Timezone(context.Context) (string, error) { return "America/New_York", nil }

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func (d *desk) task(of contact.Target, in contact.TaskInput) contact.Task {
	d.t.Helper()
	t, err := d.CreateTask(d.ctx, of, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return t
}

// open are the due times of the open tasks.
func (d *desk) open() (out []string) {
	d.t.Helper()
	page, err := d.Tasks(d.ctx, contact.TaskQuery{})
	if err != nil {
		d.t.Fatal(err)
	}
	for _, t := range page.Items {
		out = append(out, t.DueAt.In(time.UTC).Format(time.RFC3339))
	}
	return out
}

func TestTheNextTaskOfASeriesIsMadeWhenOneIsDone(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		rule, due, zone string
		allDay          bool
		doneAt          string // "" is an hour before it is due
		want            []string
	}{
		"nine o'clock stays nine o'clock when summer time begins": {
			rule: "FREQ=DAILY", due: "2026-03-07T14:00:00Z", zone: "America/New_York",
			want: []string{"2026-03-08T13:00:00Z", "2026-03-09T13:00:00Z"},
		},
		"and when it ends": {
			rule: "FREQ=WEEKLY;BYDAY=SU", due: "2026-10-18T07:00:00Z", zone: "Europe/Berlin",
			want: []string{"2026-10-25T08:00:00Z", "2026-11-01T08:00:00Z"},
		},
		"an all-day task is the day's own, however long it is": {
			rule: "FREQ=DAILY", due: "2026-03-28T12:00:00Z", zone: "Europe/Berlin", allDay: true,
			want: []string{"2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"},
		},
		"COUNT counts the series, not the task": {
			rule: "FREQ=DAILY;COUNT=2", due: "2026-05-01T12:00:00Z", zone: "UTC", want: []string{"2026-05-02T12:00:00Z", ""},
		},
		"UNTIL ends it": {
			rule: "FREQ=DAILY;UNTIL=20260502T235959Z", due: "2026-05-01T12:00:00Z", zone: "UTC", want: []string{"2026-05-02T12:00:00Z", ""},
		},
		"the last day of a month": {
			rule: "FREQ=MONTHLY;BYMONTHDAY=-1", due: "2026-01-31T12:00:00Z", zone: "UTC",
			want: []string{"2026-02-28T12:00:00Z", "2026-03-31T12:00:00Z"},
		},
		"the 31st comes where there is one": {
			rule: "FREQ=MONTHLY;BYMONTHDAY=31", due: "2026-01-31T12:00:00Z", zone: "UTC",
			want: []string{"2026-03-31T12:00:00Z", "2026-05-31T12:00:00Z"},
		},
		"every second Tuesday": {
			rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", due: "2026-05-05T12:00:00Z", zone: "UTC",
			want: []string{"2026-05-19T12:00:00Z", "2026-06-02T12:00:00Z"},
		},
		"what was missed is not made up for": {
			rule: "FREQ=DAILY", due: "2026-05-01T12:00:00Z", zone: "UTC", doneAt: "2026-05-09T15:00:00Z",
			want: []string{"2026-05-10T12:00:00Z"},
		},
		"of a day that is missed today is not": {
			rule: "FREQ=DAILY", due: "2026-05-01T12:00:00Z", zone: "UTC", allDay: true, doneAt: "2026-05-09T15:00:00Z",
			want: []string{"2026-05-09T00:00:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			due := at(tc.due)
			d.task(contact.Target{}, contact.TaskInput{
				Title: ptr("again"), DueAt: ptr(&due), Timezone: ptr(tc.zone), Recurrence: ptr(tc.rule), AllDay: ptr(tc.allDay),
			})
			for _, want := range tc.want {
				page, err := d.Tasks(d.ctx, contact.TaskQuery{})
				if err != nil || len(page.Items) != 1 {
					t.Fatalf("%d tasks are open, %v", len(page.Items), err)
				}
				d.setClock(page.Items[0].DueAt.Add(-time.Hour))
				if tc.doneAt != "" {
					d.setClock(at(tc.doneAt))
				}
				if _, err := d.CompleteTask(d.ctx, page.Items[0].ID, 1); err != nil {
					t.Fatal(err)
				}
				got := fmt.Sprint(d.open())
				if want = "[" + want + "]"; got != want {
					t.Fatalf("next is due %s, not %s", got, want)
				}
			}
		})
	}
}

func TestATasksFaultsAreNamed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	due := ptr(ptr(at("2026-05-01T12:00:00Z")))
	for name, tc := range map[string]struct {
		in contact.TaskInput
		at string
	}{
		"no title":                     {contact.TaskInput{}, "title"},
		"a zone that is nowhere":       {contact.TaskInput{Title: ptr("a"), Timezone: ptr("Mars/Olympus")}, "timezone"},
		"a series without a beginning": {contact.TaskInput{Title: ptr("a"), Recurrence: ptr("FREQ=DAILY")}, "due_at"},
		"an all-day task of no day":    {contact.TaskInput{Title: ptr("a"), AllDay: ptr(true)}, "due_at"},
		"somebody who works nowhere": {
			contact.TaskInput{Title: ptr("a"), AssigneeID: &uuid.NullUUID{UUID: uuid.New(), Valid: true}}, "assignee_id",
		},
		"every second":           {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=SECONDLY")}, "recurrence"},
		"every hour":             {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=HOURLY")}, "recurrence"},
		"a part that we skip":    {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=DAILY;BYHOUR=3")}, "recurrence"},
		"a start of its own":     {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=DAILY\nDTSTART=20260101T000000Z")}, "recurrence"},
		"a count and an end":     {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=DAILY;COUNT=2;UNTIL=20260601T000000Z")}, "recurrence"},
		"no frequency":           {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("INTERVAL=2")}, "recurrence"},
		"a day that never comes": {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=MONTHLY;BYMONTHDAY=32")}, "recurrence"},
		"a series that ends before it begins": {
			contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("FREQ=DAILY;UNTIL=20260501T115959Z")}, "recurrence",
		},
		"a reminder that comes too late": {
			contact.TaskInput{Title: ptr("a"), DueAt: due, ReminderAt: ptr(ptr(at("2026-05-01T12:00:01Z")))}, "reminder_at",
		},
		"a reminder when the day is over": {
			contact.TaskInput{Title: ptr("a"), DueAt: due, AllDay: ptr(true), ReminderAt: ptr(ptr(at("2026-05-02T04:00:00Z")))}, "reminder_at",
		},
		"nonsense": {contact.TaskInput{Title: ptr("a"), DueAt: due, Recurrence: ptr("every monday")}, "recurrence"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := d.CreateTask(d.ctx, contact.Target{}, tc.in)
			f, ok := fault.As(err)
			if !ok || f.Slug != "task.invalid" || len(f.Fields) != 1 || f.Fields[0].Path != tc.at {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAReminderComesOnceAndOnlyWhileItIsDue(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	first, later := start.Add(time.Hour), start.Add(3*time.Hour)
	one := d.task(contact.OfContact(maria.ID), contact.TaskInput{Title: ptr("call"), ReminderAt: ptr(&first)})
	var runs []time.Time
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(d.ctx, `select run_at from job where kind = 'task.remind'`)
		if err != nil {
			return err
		}
		runs, err = pgx.CollectRows(rows, pgx.RowTo[time.Time])
		return err
	})
	if err != nil || len(runs) != 1 || !runs[0].Equal(first) {
		t.Fatalf("it runs at %v, %v", runs, err)
	}
	if one, err = d.UpdateTask(d.ctx, one.ID, one.Version, contact.TaskInput{ReminderAt: ptr(&later)}); err != nil {
		t.Fatal(err)
	}
	reminded := func(when time.Time) (n int) {
		d.setClock(when)
		if err := d.Remind(d.ctx, one.ID); err != nil {
			t.Fatal(err)
		}
		kinds, _ := d.heard(maria.ID)
		for _, k := range kinds {
			if k == contact.EventTaskReminder {
				n++
			}
		}
		return n
	}
	if n := reminded(first); n != 0 {
		t.Error("it was put off and came all the same")
	}
	if n := reminded(later); n != 1 {
		t.Errorf("it came %d times", n)
	}
	if n := reminded(later.Add(time.Hour)); n != 1 {
		t.Errorf("a second run of the job makes it %d", n)
	}
	if err := d.Remind(d.ctx, uuid.New()); err != nil {
		t.Errorf("a task that is gone: %v", err)
	}
}

func TestAReminderKeepsItsDistanceInTheNextTask(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	due, reminder := at("2026-03-07T14:00:00Z"), at("2026-03-06T14:00:00Z") // nine o'clock in New York, a day before
	made := d.task(contact.Target{}, contact.TaskInput{
		Title: ptr("a"), DueAt: ptr(&due), ReminderAt: ptr(&reminder), Recurrence: ptr("freq=daily;interval=2"),
	})
	d.setClock(reminder)
	if _, err := d.CompleteTask(d.ctx, made.ID, 0); err != nil {
		t.Fatal(err)
	}
	page, err := d.Tasks(d.ctx, contact.TaskQuery{})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("%+v, %v", page, err)
	}
	if got := page.Items[0]; !got.DueAt.Equal(at("2026-03-09T13:00:00Z")) || !got.ReminderAt.Equal(at("2026-03-08T13:00:00Z")) {
		t.Errorf("due %v, reminder %v", got.DueAt, got.ReminderAt)
	}
}

func TestTasksAreListedByDueTimeAndCountedByAssignee(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria"})
	due := func(days int) **time.Time { return ptr(ptr(start.AddDate(0, 0, days))) }
	adas := &uuid.NullUUID{UUID: ada, Valid: true}
	d.task(contact.Target{}, contact.TaskInput{Title: ptr("whenever")})
	d.task(contact.OfContact(maria.ID), contact.TaskInput{Title: ptr("tomorrow"), DueAt: due(1), AssigneeID: adas})
	d.task(contact.Target{}, contact.TaskInput{Title: ptr("yesterday"), DueAt: due(-1), AssigneeID: adas})
	d.task(contact.Target{}, contact.TaskInput{Title: ptr("today"), DueAt: due(0), AllDay: ptr(true), AssigneeID: adas})
	done := d.task(contact.Target{}, contact.TaskInput{Title: ptr("done"), DueAt: due(-2)})
	for _, verb := range []func(context.Context, uuid.UUID, int64) (contact.Task, error){d.CompleteTask, d.ReopenTask, d.CompleteTask} {
		if _, err := verb(d.ctx, done.ID, 0); err != nil {
			t.Fatal(err)
		}
	}
	from := start
	for name, tc := range map[string]struct {
		q    contact.TaskQuery
		want []string
	}{
		"the open ones":             {contact.TaskQuery{}, []string{"yesterday", "today", "tomorrow", "whenever"}},
		"the overdue ones":          {contact.TaskQuery{Status: "overdue"}, []string{"yesterday"}},
		"the done ones":             {contact.TaskQuery{Status: "done"}, []string{"done"}},
		"a member's":                {contact.TaskQuery{AssigneeID: *adas}, []string{"yesterday", "today", "tomorrow"}},
		"a contact's":               {contact.TaskQuery{Target: contact.OfContact(maria.ID)}, []string{"tomorrow"}},
		"those that nobody has":     {contact.TaskQuery{Unassigned: true}, []string{"whenever"}},
		"and that are done":         {contact.TaskQuery{Unassigned: true, Status: "done"}, []string{"done"}},
		"those of some days":        {contact.TaskQuery{DueFrom: &from, DueBefore: ptr(start.AddDate(0, 0, 2))}, []string{"tomorrow"}},
		"somebody's who has none":   {contact.TaskQuery{AssigneeID: uuid.NullUUID{UUID: uuid.New(), Valid: true}}, nil},
		"a member's that are done":  {contact.TaskQuery{AssigneeID: *adas, Status: "done"}, nil},
		"those before the last day": {contact.TaskQuery{DueBefore: &from}, []string{"yesterday", "today"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for q := tc.q; ; {
				q.Limit = 1
				page, err := d.Tasks(d.ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				for _, one := range page.Items {
					got = append(got, one.Title)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	counts, err := d.TaskCounts(d.ctx)
	want := []contact.TaskCount{{AssigneeID: *adas, Open: 3, Overdue: 1}, {Open: 1}}
	if diff := cmp.Diff(want, counts); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

// setClock goes forward to a time.
func (d *desk) setClock(to time.Time) { d.clock.Advance(to.Sub(d.clock.Now())) }
