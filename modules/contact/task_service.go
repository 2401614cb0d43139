package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

var (
	errNoTask    = fault.New(fault.NotFound, "task.not_found", "There is no such task here.")
	errStaleTask = fault.New(fault.Stale, "task.stale", "Somebody changed this task meanwhile. Look at it again before you save.")
)

// CreateTask keeps a new task. Errors: Invalid with every field at fault;
// NotFound where there is no such target.
func (s *Service) CreateTask(ctx context.Context, of Target, in TaskInput) (Task, error) {
	t, err := s.checkTask(ctx, in, Task{Target: of})
	if err != nil {
		return Task{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := lockTarget(ctx, tx, of); err != nil {
			return err
		}
		if t, err = s.keepTask(ctx, tx, t); err != nil {
			return err
		}
		t, err = task(ctx, tx, t.ID, "")
		return err
	})
	return t, err
}

// keepTask inserts a task with a fresh id, its reminder and its event.
func (s *Service) keepTask(ctx context.Context, tx pgx.Tx, t Task) (Task, error) {
	now := s.now()
	t.ID, t.Version, t.CreatedAt, t.UpdatedAt, t.Author = uuid.Must(uuid.NewV7()), 1, now, now, author(ctx)
	t.Author.IP = ""
	if t.Recurrence != "" && !t.SeriesID.Valid {
		t.SeriesID = known(t.ID)
	}
	if err := insertTask(ctx, tx, t); err != nil {
		return Task{}, err
	}
	if err := s.remindLater(ctx, tx, t); err != nil {
		return Task{}, err
	}
	return t, s.change(ctx, tx, EventTaskCreated, "task", t.ID, t.Target, nil, snapshotTask(t))
}

// GetTask reads a task; NotFound if there is none, or its contact is gone.
func (s *Service) GetTask(ctx context.Context, id uuid.UUID) (t Task, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		t, err = task(ctx, tx, id, "")
		return err
	})
	return t, err
}

// UpdateTask changes what the input holds; a series goes on from the task's new
// due time. version is as in UpdateCompany. Errors: those of CreateTask; Stale
// with Meta "version".
func (s *Service) UpdateTask(ctx context.Context, id uuid.UUID, version int64, in TaskInput) (Task, error) {
	before, err := s.GetTask(ctx, id)
	if err != nil {
		return Task{}, err
	}
	want, err := s.checkTask(ctx, in, before)
	if err != nil {
		return Task{}, err
	}
	if version == 0 {
		version = before.Version
	}
	return s.changeTask(ctx, id, version, EventTaskUpdated, func(pgx.Tx, Task) (Task, error) { return want, nil })
}

// CompleteTask says that a task is done; the next of its series is made with it.
// One that is done stays as it is. Errors: NotFound, Stale.
func (s *Service) CompleteTask(ctx context.Context, id uuid.UUID, version int64) (Task, error) {
	return s.changeTask(ctx, id, version, EventTaskCompleted, func(tx pgx.Tx, t Task) (Task, error) {
		if t.CompletedAt != nil {
			return t, nil
		}
		now := s.now()
		if next, ok := t.next(now); ok {
			if _, err := s.keepTask(ctx, tx, next); err != nil {
				return Task{}, err
			}
		}
		t.CompletedAt = &now
		t.Recurrence, t.SeriesStart = "", nil // the series goes on with the next one
		return t, nil
	})
}

// ReopenTask says that a task is not done after all. It does not come again: the
// next of its series is there already. Errors: NotFound, Stale.
func (s *Service) ReopenTask(ctx context.Context, id uuid.UUID, version int64) (Task, error) {
	return s.changeTask(ctx, id, version, EventTaskReopened, func(_ pgx.Tx, t Task) (Task, error) {
		t.CompletedAt = nil
		return t, nil
	})
}

// changeTask changes a task under the lock of its target.
func (s *Service) changeTask(
	ctx context.Context, id uuid.UUID, version int64, kind string, change func(pgx.Tx, Task) (Task, error),
) (after Task, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockedTask(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStaleTask.With("version", before.Version)
		}
		if after, err = change(tx, before); err != nil {
			return err
		}
		if after.equal(before) {
			after = before
			return nil
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		if err := updateTask(ctx, tx, after); err != nil {
			return err
		}
		if !same(before.ReminderAt, after.ReminderAt) {
			if err := s.remindLater(ctx, tx, after); err != nil {
				return err
			}
		}
		return s.change(ctx, tx, kind, "task", id, after.Target, snapshotTask(before), snapshotTask(after))
	})
	return after, err
}

// DeleteTask takes a task away; its series ends with it. Errors: NotFound, Stale.
func (s *Service) DeleteTask(ctx context.Context, id uuid.UUID, version int64) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockedTask(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStaleTask.With("version", before.Version)
		}
		if err := tombstoneTask(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.change(ctx, tx, EventTaskDeleted, "task", id, before.Target, snapshotTask(before), nil)
	})
}

// Remind tells once that the time of a reminder has come. It is the handler of
// TaskReminderJob; where the task is done, gone or put off it does nothing.
func (s *Service) Remind(ctx context.Context, id uuid.UUID) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		t, err := lockedTask(ctx, tx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		now := s.now()
		if err == nil && t.CompletedAt == nil && t.RemindedAt == nil && t.ReminderAt != nil && !t.ReminderAt.After(now) {
			if err := markReminded(ctx, tx, id, now); err != nil {
				return err
			}
			if err := s.change(ctx, tx, EventTaskReminder, "task", id, t.Target, nil, snapshotTask(t)); err != nil {
				return err
			}
		}
		return queue.Complete(ctx, tx)
	})
}

func (s *Service) remindLater(ctx context.Context, tx pgx.Tx, t Task) error {
	if t.ReminderAt == nil || t.RemindedAt != nil || t.CompletedAt != nil {
		return nil
	}
	_, err := s.Jobs.Enqueue(ctx, tx, TaskReminderJob{TaskID: t.ID}, queue.On(queue.Automation), queue.At(*t.ReminderAt))
	return err
}

func (s *Service) checkTask(ctx context.Context, in TaskInput, before Task) (Task, error) {
	if before.Timezone == "" && in.Timezone == nil || in.Timezone != nil && *in.Timezone == "" {
		zone, err := s.Zones.Timezone(ctx)
		if err != nil {
			return Task{}, err
		}
		in.Timezone = &zone
	}
	t := in.on(before)
	var f fault.Checks
	f.Merge("", t.validate())
	f.Merge("", t.inOrder(before))
	if t.AssigneeID.Valid && t.AssigneeID != before.AssigneeID {
		err := s.members(ctx, &f, func(int) string { return "assignee_id" }, t.AssigneeID.UUID)
		if err != nil {
			return Task{}, err
		}
	}
	return t, f.Err("task.invalid")
}

func (t Task) equal(u Task) bool {
	return t.Title == u.Title && t.Body == u.Body && t.AssigneeID == u.AssigneeID && same(t.DueAt, u.DueAt) && t.AllDay == u.AllDay &&
		t.Timezone == u.Timezone && t.Recurrence == u.Recurrence && same(t.ReminderAt, u.ReminderAt) && same(t.CompletedAt, u.CompletedAt)
}

// lockedTask locks the target first, then reads the task as it is now.
func lockedTask(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Task, error) {
	seen, err := task(ctx, tx, id, "")
	if err != nil {
		return Task{}, err
	}
	if err := lockTarget(ctx, tx, seen.Target); err != nil {
		return Task{}, err
	}
	return task(ctx, tx, id, " for update of task")
}

// TaskQuery asks for a page of tasks: the open ones by their due time, those
// without one last; or the done ones, the last done first.
type TaskQuery struct {
	Status     string // "open", "overdue" or "done"; "" is open
	AssigneeID uuid.NullUUID
	Unassigned bool // those that nobody has taken; not with AssigneeID
	Target     Target
	DueBefore  *time.Time
	DueFrom    *time.Time
	Cursor     string
	Limit      int
}

// TaskCount is how many open tasks a member has; nobody's have no assignee.
type TaskCount struct {
	AssigneeID uuid.NullUUID
	Open       int
	Overdue    int
}
