-- The list of all tasks is asked for by who does them, also for those that nobody has taken and those that are done: each is a range.
-- +goose Up
-- "is null" on a column of task_open_of would not keep its order.
create index task_open_unassigned on task (sub_account_id, coalesce(due_at, 'infinity'::timestamptz), id)
    where assignee_id is null and completed_at is null and deleted_at is null;
create index task_done_of on task (sub_account_id, assignee_id, completed_at, id) where completed_at is not null and deleted_at is null;
create index task_done_unassigned on task (sub_account_id, completed_at, id)
    where assignee_id is null and completed_at is not null and deleted_at is null;
