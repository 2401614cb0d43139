-- The ledger of work to do: a job is inserted in the transaction of the fact
-- that calls for it. Redis only rings the bell.
-- +goose Up
create table job (
    sub_account_id   uuid        not null,
    id               uuid        not null,
    queue            text        not null check (queue in ('interactive', 'automation', 'bulk', 'maintenance')),
    kind             text        not null,
    payload          jsonb       not null,
    state            text        not null default 'pending'
                     check (state in ('pending', 'completed', 'discarded', 'parked', 'cancelled')),
    run_at           timestamptz not null,
    attempt          integer     not null default 0,
    max_attempts     integer     not null,
    -- A claim raises the fence and sets the lease; while the lease runs the job
    -- is somebody's, and once it has run out it is to be had again.
    fence            bigint      not null default 0,
    lease_until      timestamptz,
    unique_key       text,
    keep             boolean     not null default false,
    cancel_requested boolean     not null default false,
    progress         jsonb,
    last_error       text,
    actor            jsonb       not null,
    created_at       timestamptz not null,
    finished_at      timestamptz,
    primary key (sub_account_id, id),
    check ((state = 'pending') = (finished_at is null))
)
-- No indexed column changes while a job is claimed, so a claim updates the row
-- in place (HOT) where its page has room.
with (fillfactor = 60);

create unique index job_unique on job (sub_account_id, kind, unique_key)
    where unique_key is not null and finished_at is null;
create index job_due on job (sub_account_id, queue, run_at) where finished_at is null;
create index job_finished on job (sub_account_id, finished_at, id) where finished_at is not null;
create index job_kept on job (sub_account_id, created_at, id) where keep and finished_at is null;

alter table job enable row level security;
alter table job force row level security;
create policy tenant on job
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- The scheduler asks for tenants, never for their rows: this function hops from
-- tenant to tenant along the index, so a million jobs of one cost one hop.
-- +goose StatementBegin
create function job_due_tenants(at timestamptz, most integer)
    returns table (sub_account_id uuid, queue text)
    language sql stable security definer set search_path = public, pg_temp as $$
    with recursive hop as (
        (select j.sub_account_id, j.queue from job j
          where j.finished_at is null order by j.sub_account_id, j.queue limit 1)
        union all
        select n.sub_account_id, n.queue from hop,
            lateral (select j.sub_account_id, j.queue from job j
                      where j.finished_at is null and (j.sub_account_id, j.queue) > (hop.sub_account_id, hop.queue)
                      order by j.sub_account_id, j.queue limit 1) n
    )
    select hop.sub_account_id, hop.queue from hop
     where exists (select from job j
                    where j.sub_account_id = hop.sub_account_id and j.queue = hop.queue and j.finished_at is null
                      and j.run_at <= at and (j.lease_until is null or j.lease_until < at))
     limit most
$$;
-- +goose StatementEnd

grant create on schema public to omnicrm_mover;
alter function job_due_tenants(timestamptz, integer) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
