-- Work that comes round by the calendar, kept as rows so that no process has to be awake, or to be the only one, for it to happen.
-- +goose Up
create table schedule (
    sub_account_id uuid        not null,
    id             uuid        not null,
    key            text        not null,
    cron           text        not null, -- five fields
    timezone       text,                 -- null: the sub-account's own
    zone           text        not null, -- in which next_run_at was reckoned
    queue          text        not null check (queue in ('interactive', 'automation', 'bulk', 'maintenance')),
    kind           text        not null,
    payload        jsonb       not null,
    enabled        boolean     not null default true,
    next_run_at    timestamptz not null,
    last_run_at    timestamptz,
    created_at     timestamptz not null,
    primary key (sub_account_id, id),
    constraint schedule_key unique (sub_account_id, key)
);

create index schedule_due on schedule (sub_account_id, next_run_at) where enabled;

alter table schedule enable row level security;
alter table schedule force row level security;
create policy tenant on schedule
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- For the sweep: who has something due. A few rows per tenant, so the index is read whole.
create function schedule_due_tenants(at timestamptz, most integer) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
    select distinct s.sub_account_id from schedule s where s.enabled and s.next_run_at <= at limit most
$$;

-- For the upkeep: the schedules that follow their sub-account's time zone, and the zone in which each was reckoned.
create function schedule_followers() returns table (sub_account_id uuid, key text, cron text, zone text)
    language sql stable security definer set search_path = public, pg_temp as $$
    select s.sub_account_id, s.key, s.cron, s.zone from schedule s where s.timezone is null
$$;

grant create on schema public to omnicrm_mover;
alter function schedule_due_tenants(timestamptz, integer) owner to omnicrm_mover;
alter function schedule_followers() owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
