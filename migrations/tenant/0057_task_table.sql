-- What members mean to do, once or again and again, and when to be reminded of it.
-- +goose Up
create table task (
    sub_account_id uuid        not null,
    id             uuid        not null,
    contact_id     uuid,
    company_id     uuid,
    title          text        not null,
    body           text        not null default '',
    assignee_id    uuid,
    due_at         timestamptz,
    all_day        boolean     not null default false, -- due_at is then the day's beginning in timezone
    timezone       text        not null,               -- IANA; in which the recurrence is reckoned
    recurrence     text        not null default '',    -- RFC 5545, section 3.3.10: a subset
    -- The task that began the series, and its due time: COUNT is counted from there.
    series_id      uuid,
    series_start   timestamptz,
    reminder_at    timestamptz,
    reminded_at    timestamptz,
    completed_at   timestamptz,
    completed_by   jsonb,
    author         jsonb       not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    deleted_at     timestamptz,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, company_id) references company (sub_account_id, id),
    constraint task_target check (num_nonnulls(contact_id, company_id) <= 1),
    constraint task_recurs check (recurrence = '' or due_at is not null and series_start is not null)
);

alter table task enable row level security;
alter table task force row level security;
create policy tenant on task
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- A task without a due time stands last.
create index task_open on task (sub_account_id, coalesce(due_at, 'infinity'::timestamptz), id)
    where completed_at is null and deleted_at is null;
create index task_open_of on task (sub_account_id, assignee_id, coalesce(due_at, 'infinity'::timestamptz), id)
    where completed_at is null and deleted_at is null;
create index task_done on task (sub_account_id, completed_at, id) where completed_at is not null and deleted_at is null;
create index task_of_contact on task (sub_account_id, contact_id) where contact_id is not null;
create index task_of_company on task (sub_account_id, company_id) where company_id is not null;
