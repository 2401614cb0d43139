-- What happened, written in the transaction that made it happen, and the
-- cursor behind which one consumer per sub-account stands.
-- +goose Up
create table event (
    sub_account_id uuid        not null,
    id             uuid        not null,
    -- written orders the events of one subject: its writer held the subject's
    -- row lock, so a later commit drew a later number.
    written        bigint      generated always as identity,
    -- seq is given by the consumer, without gaps: the order of the stream.
    seq            bigint,
    kind           text        not null,
    subject_kind   text        not null,
    subject_id     uuid        not null,
    payload        jsonb       not null,
    actor          jsonb       not null,
    occurred_at    timestamptz not null,
    processed_at   timestamptz,
    primary key (sub_account_id, id)
);

create unique index event_stream on event (sub_account_id, seq) where seq is not null;
create index event_pending on event (sub_account_id, written) where processed_at is null;
create index event_subject on event (sub_account_id, subject_id, seq);

create table event_cursor (
    sub_account_id uuid   not null,
    last_seq       bigint not null default 0,
    primary key (sub_account_id)
);

-- An event that a subscriber could not take. Later events of the same subject
-- wait behind it, so that the subscriber sees them in order after the mend.
create table event_parked (
    sub_account_id uuid        not null,
    event_id       uuid        not null,
    subscriber     text        not null,
    subject_id     uuid        not null,
    reason         text        not null,
    parked_at      timestamptz not null,
    replayed_at    timestamptz,
    primary key (sub_account_id, event_id, subscriber),
    foreign key (sub_account_id, event_id) references event (sub_account_id, id) on delete cascade
);

create index event_parked_open on event_parked (sub_account_id, subscriber, subject_id) where replayed_at is null;

alter table event enable row level security;
alter table event force row level security;
create policy tenant on event
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table event_cursor enable row level security;
alter table event_cursor force row level security;
create policy tenant on event_cursor
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table event_parked enable row level security;
alter table event_parked force row level security;
create policy tenant on event_parked
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- +goose StatementBegin
create function event_pending_tenants(most integer) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
    with recursive hop as (
        (select e.sub_account_id from event e where e.processed_at is null order by e.sub_account_id limit 1)
        union all
        select n.sub_account_id from hop,
            lateral (select e.sub_account_id from event e
                      where e.processed_at is null and e.sub_account_id > hop.sub_account_id
                      order by e.sub_account_id limit 1) n
    )
    select hop.sub_account_id from hop limit most
$$;
-- +goose StatementEnd

grant create on schema public to omnicrm_mover;
alter function event_pending_tenants(integer) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
