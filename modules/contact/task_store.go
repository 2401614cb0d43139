package contact

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// readTasks reads tasks with what their contact or company is called; one of those that was deleted takes its tasks out
// of sight.
const readTasks = `
	select task.id, task.contact_id, task.company_id, task.title, task.body, task.assignee_id, task.due_at, task.all_day, task.timezone,
	       task.recurrence, task.series_id, task.series_start, task.reminder_at, task.reminded_at, task.completed_at, task.author,
	       task.version, task.created_at, task.updated_at,
	       coalesce(nullif(trim(contact.first_name || ' ' || contact.last_name), ''), nullif(contact.email, ''), contact.phone,
	                company.name, '') as subject_name` + fromTasks

const fromTasks = `
	  from task
	  left join contact on contact.sub_account_id = @sub_account and contact.id = task.contact_id
	  left join company on company.sub_account_id = @sub_account and company.id = task.company_id
	 where task.sub_account_id = @sub_account and task.deleted_at is null and contact.deleted_at is null and company.deleted_at is null`

// tasksInReach holds what readTasks reads to the contacts in the context's reach; one that is about no contact is
// everybody's.
func tasksInReach(ctx context.Context, args pgx.StrictNamedArgs) string {
	return tenancy.ReachFrom(ctx).Condition(args, `task.contact_id is null`, `contact.owner_id = any(@reach)`, `contact.followers && @reach`)
}

// task reads a task whose target is there to be seen.
func task(ctx context.Context, tx pgx.Tx, id uuid.UUID, lock string) (Task, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Task{}, err
	}
	rows, err := tx.Query(ctx, readTasks+` and task.id = @id`+lock, args)
	if err != nil {
		return Task{}, err
	}
	t, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Task])
	if err == nil {
		err = seeTarget(ctx, tx, t.Target)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return Task{}, errNoTask.Wrap(err)
	}
	return t, err
}

func taskRow(ctx context.Context, t Task) (pgx.StrictNamedArgs, error) {
	return with(ctx, pgx.StrictNamedArgs{
		"id": t.ID, "title": t.Title, "body": t.Body, "assignee": t.AssigneeID, "due_at": t.DueAt, "all_day": t.AllDay,
		"timezone": t.Timezone, "recurrence": t.Recurrence, "series": t.SeriesID, "series_start": t.SeriesStart,
		"reminder_at": t.ReminderAt, "reminded_at": t.RemindedAt, "completed_at": t.CompletedAt, "version": t.Version,
		"updated_at": t.UpdatedAt,
	})
}

func insertTask(ctx context.Context, tx pgx.Tx, t Task) error {
	args, err := taskRow(ctx, t)
	if err != nil {
		return err
	}
	args["contact"], args["company"], args["author"], args["created_at"] = t.ContactID, t.CompanyID, t.Author, t.CreatedAt
	_, err = tx.Exec(ctx, `
		insert into task (sub_account_id, id, contact_id, company_id, title, body, assignee_id, due_at, all_day, timezone, recurrence,
		                  series_id, series_start, reminder_at, reminded_at, completed_at, author, version, created_at, updated_at)
		values (@sub_account, @id, @contact, @company, @title, @body, @assignee, @due_at, @all_day, @timezone, @recurrence,
		        @series, @series_start, @reminder_at, @reminded_at, @completed_at, @author, @version, @created_at, @updated_at)`, args)
	return err
}

func updateTask(ctx context.Context, tx pgx.Tx, t Task) error {
	args, err := taskRow(ctx, t)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update task set title = @title, body = @body, assignee_id = @assignee, due_at = @due_at, all_day = @all_day,
		       timezone = @timezone, recurrence = @recurrence, series_id = @series, series_start = @series_start,
		       reminder_at = @reminder_at, reminded_at = @reminded_at, completed_at = @completed_at, version = @version,
		       updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func tombstoneTask(ctx context.Context, tx pgx.Tx, id uuid.UUID, at time.Time) error {
	return taskSet(ctx, tx, `deleted_at = @at, updated_at = @at, version = version + 1`, id, at)
}

func markReminded(ctx context.Context, tx pgx.Tx, id uuid.UUID, at time.Time) error {
	return taskSet(ctx, tx, `reminded_at = @at`, id, at)
}

func taskSet(ctx context.Context, tx pgx.Tx, what string, id uuid.UUID, at time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "at": at})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `update task set `+what+` where sub_account_id = @sub_account and id = @id`, args)
	return err
}

// Tasks reads a page of tasks. Errors: Invalid at "status", "unassigned", "limit" or "cursor";
// NotFound where there is no such target.
func (s *Service) Tasks(ctx context.Context, q TaskQuery) (out PageOf[Task], err error) {
	var f fault.Checks
	if q.Status == "" {
		q.Status = "open"
	}
	f.Check(q.Status == "open" || q.Status == "overdue" || q.Status == "done", "status", "Say open, overdue or done.")
	f.Check(!q.Unassigned || !q.AssigneeID.Valid, "unassigned", "Ask for a member's or for those that nobody has taken, not both.")
	scope := "task/" + q.Status + "/" + q.AssigneeID.UUID.String() + "/" + q.Target.scope()
	if q.Unassigned {
		scope += "/unassigned"
	}
	for _, t := range []*time.Time{q.DueFrom, q.DueBefore} {
		if scope += "/"; t != nil {
			scope += t.UTC().Format(time.RFC3339Nano)
		}
	}
	most, after := paged(&f, q.Limit, q.Cursor, scope)
	if err := f.Err("task.list_invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := seeTarget(ctx, tx, q.Target); err != nil {
			return err
		}
		rows, err := tasks(ctx, tx, q, after, most+1, s.now())
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, scope, q.place)
		return err
	})
	return out, err
}

func (q TaskQuery) place(t Task) place {
	switch {
	case q.Status == "done":
		return place{At: *t.CompletedAt, ID: t.ID}
	case t.DueAt != nil:
		return place{At: *t.DueAt, ID: t.ID}
	}
	return place{ID: t.ID} // without a due time: at infinity
}

func tasks(ctx context.Context, tx pgx.Tx, q TaskQuery, after *place, most int, now time.Time) ([]Task, error) {
	sql, args, err := q.statement(ctx, after, most, now)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, sql, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Task])
}

func (q TaskQuery) statement(ctx context.Context, after *place, most int, now time.Time) (string, pgx.StrictNamedArgs, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return "", nil, err
	}
	where, order := ` and completed_at is null`, `coalesce(due_at, 'infinity'::timestamptz), task.id`
	if q.Status == "done" {
		where, order = ` and completed_at is not null`, `completed_at desc, task.id desc`
	}
	if after != nil {
		args["after"] = after.ID
		switch {
		case q.Status == "done":
			where += ` and (completed_at, task.id) < (@at, @after)`
			args["at"] = after.At
		case after.At.IsZero():
			where += ` and (coalesce(due_at, 'infinity'::timestamptz), task.id) > ('infinity'::timestamptz, @after)`
		default:
			where += ` and (coalesce(due_at, 'infinity'::timestamptz), task.id) > (@at, @after)`
			args["at"] = after.At
		}
	}
	for _, c := range []struct {
		on    bool
		where string
		name  string
		value any
	}{
		{q.Status == "overdue", ` and ` + overdue, "now", now},
		{q.AssigneeID.Valid, ` and assignee_id = @assignee`, "assignee", q.AssigneeID},
		{q.Target.ContactID.Valid, ` and task.contact_id = @contact`, "contact", q.Target.ContactID},
		{q.Target.CompanyID.Valid, ` and task.company_id = @company`, "company", q.Target.CompanyID},
		{q.DueFrom != nil, ` and due_at >= @due_from`, "due_from", q.DueFrom},
		{q.DueBefore != nil, ` and due_at < @due_before`, "due_before", q.DueBefore},
	} {
		if c.on {
			where += c.where
			args[c.name] = c.value
		}
	}
	if q.Unassigned {
		where += ` and assignee_id is null`
	}
	return readTasks + where + tasksInReach(ctx, args) + `
	 order by ` + order + ` limit @most`, args, nil
}

// overdue: an all-day task has the whole of its day.
const overdue = `due_at < case when all_day then @now::timestamptz - interval '1 day' else @now::timestamptz end`

// TaskCounts tells how many tasks are open and overdue, by assignee.
func (s *Service) TaskCounts(ctx context.Context) (out []TaskCount, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"now": s.now()})
	if err != nil {
		return nil, err
	}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		rows, err := r.Query(ctx, `
			select assignee_id, count(*) as open, count(*) filter (where `+overdue+`) as overdue`+fromTasks+`
			   and completed_at is null`+tasksInReach(ctx, args)+`
			 group by assignee_id order by assignee_id`, args)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByName[TaskCount])
		return err
	})
	return out, err
}
