-- How much of a tenant each worker has in hand, for a cap over all of them, and how deep the queues are, for whoever scales the workers.
-- +goose Up
-- A row per worker and tenant says an upper bound of what it holds: written by each claim, lowered as jobs end, void
-- when its worker has not renewed it. Counting the leases instead would read every waiting job of the tenant.
create table job_hold (
    sub_account_id uuid        not null,
    worker         uuid        not null,
    jobs           integer     not null,
    claims         bigint      not null, -- of that worker: who lowers jobs must have seen the last
    held_until     timestamptz not null,
    primary key (sub_account_id, worker)
)
with (fillfactor = 50);

alter table job_hold enable row level security;
alter table job_hold force row level security;
create policy tenant on job_hold
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- The depth of each queue over all tenants, as it was last measured. It holds no tenant's row and no tenant's id.
create table queue_depth (
    queue       text        primary key,
    due         bigint      not null, -- their time has come; those at work are among them
    scheduled   bigint      not null, -- their time is still to come
    parked      bigint      not null,
    oldest_due  timestamptz,          -- since when the longest waiting that nobody holds is due
    measured_at timestamptz not null
);
revoke all on queue_depth from omnicrm_app, omnicrm_readonly;
grant select, insert, update, delete on queue_depth to omnicrm_mover;

-- Gives the depths, measured anew if nobody did so since max_age; one process at a time measures. What is
-- pending is counted from an index alone; the oldest is found by hopping from tenant to tenant.
-- +goose StatementBegin
create function queue_depths(at timestamptz, max_age interval)
    returns table (queue text, due bigint, scheduled bigint, parked bigint, oldest_due timestamptz)
    language plpgsql volatile security definer set search_path = public, pg_temp
    set enable_seqscan = off set enable_bitmapscan = off as $$
begin
    if not exists (select from queue_depth d where d.measured_at > at - max_age)
       and pg_try_advisory_xact_lock(3141592653589793238) then
        insert into queue_depth as d
        with recursive hop as (
            (select j.sub_account_id, j.queue from job j
              where j.finished_at is null order by j.sub_account_id, j.queue limit 1)
            union all
            select n.sub_account_id, n.queue from hop,
                lateral (select j.sub_account_id, j.queue from job j
                          where j.finished_at is null and (j.sub_account_id, j.queue) > (hop.sub_account_id, hop.queue)
                          order by j.sub_account_id, j.queue limit 1) n
        ),
        oldest as (
            select hop.queue, min(first.run_at) as run_at from hop,
                lateral (select j.run_at from job j
                          where j.sub_account_id = hop.sub_account_id and j.queue = hop.queue and j.finished_at is null
                            and j.run_at <= at and (j.lease_until is null or j.lease_until < at)
                          order by j.run_at limit 1) first
             group by hop.queue
        ),
        pending as (
            select j.queue, count(*) filter (where j.run_at <= at) as due, count(*) filter (where j.run_at > at) as scheduled
              from job j where j.finished_at is null group by j.queue
        ),
        failed as (select j.queue, count(*) as parked from job j where j.state = 'parked' group by j.queue)
        select q.name, coalesce(p.due, 0), coalesce(p.scheduled, 0), coalesce(f.parked, 0), o.run_at, at
          from unnest(array['interactive', 'automation', 'bulk', 'maintenance']) as q (name)
          left join pending p on p.queue = q.name
          left join failed f on f.queue = q.name
          left join oldest o on o.queue = q.name
        on conflict on constraint queue_depth_pkey do update
            set due = excluded.due, scheduled = excluded.scheduled, parked = excluded.parked,
                oldest_due = excluded.oldest_due, measured_at = excluded.measured_at;
    end if;
    return query select d.queue, d.due, d.scheduled, d.parked, d.oldest_due from queue_depth d;
end
$$;
-- +goose StatementEnd

grant create on schema public to omnicrm_mover;
alter function queue_depths(timestamptz, interval) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
