package contact_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

func TestTheTimesOfATaskMayTouch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	due := at("2026-05-01T12:00:00Z") // eight o'clock in New York
	for name, in := range map[string]contact.TaskInput{
		"a series of one":                        {Recurrence: ptr("FREQ=DAILY;UNTIL=20260501T120000Z")},
		"a day's series that ends on that day":   {Recurrence: ptr("FREQ=DAILY;UNTIL=20260501"), AllDay: ptr(true)},
		"a reminder when it is due":              {ReminderAt: ptr(&due)},
		"a reminder at the day's last moment":    {ReminderAt: ptr(ptr(at("2026-05-02T03:59:59Z"))), AllDay: ptr(true)},
		"a reminder of what is never due at all": {ReminderAt: ptr(ptr(at("2026-05-02T03:59:59Z"))), DueAt: ptr((*time.Time)(nil))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in.Title = ptr("a")
			if in.DueAt == nil {
				in.DueAt = ptr(&due)
			}
			if _, err := d.CreateTask(d.ctx, contact.Target{}, in); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestAllThatIsWrongWithATaskIsToldAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	due := at("2026-05-01T12:00:00Z")
	_, err := d.CreateTask(d.ctx, contact.Target{}, contact.TaskInput{
		DueAt: ptr(&due), ReminderAt: ptr(ptr(due.Add(time.Hour))), Recurrence: ptr("FREQ=DAILY;UNTIL=20260401T000000Z"),
		AssigneeID: &uuid.NullUUID{UUID: uuid.New(), Valid: true},
	})
	f, ok := fault.As(err)
	if !ok || f.Slug != "task.invalid" {
		t.Fatalf("got %v", err)
	}
	var paths []string
	for _, field := range f.Fields {
		paths = append(paths, field.Path)
	}
	if diff := cmp.Diff([]string{"title", "reminder_at", "recurrence", "assignee_id"}, paths); diff != "" {
		t.Error(diff)
	}
}

// What was kept before the order of its times was asked for may be renamed and
// done; moved it may be only into order.
func TestATaskThatWasOutOfOrderBeforeIsStillToBeWorkedWith(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	due := at("2026-05-01T12:00:00Z")
	made := d.task(contact.Target{}, contact.TaskInput{Title: ptr("a"), DueAt: ptr(&due), ReminderAt: ptr(&due)})
	err := d.tenants.InTenant(d.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(d.ctx, `update task set reminder_at = due_at + interval '1 day' where id = $1`, made.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.UpdateTask(d.ctx, made.ID, 0, contact.TaskInput{Title: ptr("b")}); err != nil {
		t.Errorf("renamed: %v", err)
	}
	moved := due.Add(time.Hour)
	_, err = d.UpdateTask(d.ctx, made.ID, 0, contact.TaskInput{DueAt: ptr(&moved)})
	if f, ok := fault.As(err); !ok || len(f.Fields) != 1 || f.Fields[0].Path != "reminder_at" {
		t.Errorf("moved: %v", err)
	}
	d.setClock(due.AddDate(0, 0, 1))
	if err := d.Remind(d.ctx, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := d.UpdateTask(d.ctx, made.ID, 0, contact.TaskInput{DueAt: ptr(&moved)}); err != nil {
		t.Errorf("moved after the reminder has come: %v", err)
	}
	if _, err := d.CompleteTask(d.ctx, made.ID, 0); err != nil {
		t.Errorf("done: %v", err)
	}
}

func TestATaskSaysWhomItIsAboutAndIsGoneWithThem(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	maria := d.create(contact.CreateInput{FirstName: "Maria", LastName: "Rossi"})
	number := d.create(contact.CreateInput{Phone: "+14155550123"})
	firm, err := d.CreateCompany(d.ctx, contact.CompanyInput{Name: ptr("Rossi Flowers")})
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range []contact.Target{{}, contact.OfContact(maria.ID), contact.OfContact(number.ID), contact.OfCompany(firm.ID)} {
		made := d.task(of, contact.TaskInput{Title: ptr("a")})
		if read, err := d.GetTask(d.ctx, made.ID); err != nil || read.SubjectName != made.SubjectName {
			t.Errorf("made about %q, read about %q, %v", made.SubjectName, read.SubjectName, err)
		}
	}
	about := func() (names []string, open int) {
		page, err := d.Tasks(d.ctx, contact.TaskQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range page.Items {
			names = append(names, one.SubjectName)
		}
		counts, err := d.TaskCounts(d.ctx)
		if err != nil || len(counts) != 1 {
			t.Fatal(counts, err)
		}
		return names, counts[0].Open
	}
	names, open := about()
	if diff := cmp.Diff([]string{"", "Maria Rossi", "+14155550123", "Rossi Flowers"}, names); diff != "" || open != 4 {
		t.Error(open, diff)
	}
	if err := d.Delete(d.ctx, contact.DeleteInput{ID: maria.ID, Version: maria.Version}); err != nil {
		t.Fatal(err)
	}
	if err := d.DeleteCompany(d.ctx, firm.ID, firm.Version); err != nil {
		t.Fatal(err)
	}
	names, open = about()
	if diff := cmp.Diff([]string{"", "+14155550123"}, names); diff != "" || open != 2 {
		t.Error(open, diff)
	}
}

func TestAMembersAndNobodysTasksAreNotAskedForTogether(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	_, err := d.Tasks(d.ctx, contact.TaskQuery{AssigneeID: uuid.NullUUID{UUID: ada, Valid: true}, Unassigned: true})
	if f, ok := fault.As(err); !ok || f.Slug != "task.list_invalid" || len(f.Fields) != 1 || f.Fields[0].Path != "unassigned" {
		t.Errorf("got %v", err)
	}
}

func TestNobodysTasksAreListedAsFarAsTheirContactsAreInReach(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	mine, others := d.create(owned(ada, "Mine", "+14155550101")), d.create(owned(uuid.Nil, "Nobody's", "+14155550102"))
	for _, of := range []contact.Target{contact.OfContact(mine.ID), contact.OfContact(others.ID), {}} {
		d.task(of, contact.TaskInput{Title: ptr("a")})
	}
	page, err := d.Tasks(d.adasOnly(), contact.TaskQuery{Unassigned: true})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, one := range page.Items {
		names = append(names, one.SubjectName)
	}
	if diff := cmp.Diff([]string{"Mine", ""}, names); diff != "" {
		t.Error(diff)
	}
}
