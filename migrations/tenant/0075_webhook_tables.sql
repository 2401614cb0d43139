-- Who wants to be told what happens here, what each is still to be told, and how every call went.
-- +goose Up
create table webhook_subscription (
    sub_account_id    uuid        not null,
    id                uuid        not null,
    url               text        not null,
    description       text        not null default '',
    kinds             text[]      not null, -- "contact.updated", "contact.*", "*"
    secret            bytea       not null, -- sealed
    former_secret     bytea,                -- sealed; signs as well until former_until
    former_until      timestamptz,
    enabled           boolean     not null default true,
    disabled_at       timestamptz,
    disabled_reason   text        not null default '', -- "person" or "failing"
    failing_since     timestamptz,          -- the first failure after the last success
    last_success_at   timestamptz,
    version           bigint      not null default 1,
    created_at        timestamptz not null,
    updated_at        timestamptz not null,
    primary key (sub_account_id, id)
);

-- One event for one subscription. Of the open ones about one subject the first is pending and the others wait behind it.
create table webhook_delivery (
    sub_account_id  uuid        not null,
    id              uuid        not null,
    written         bigint      generated always as identity,
    subscription_id uuid        not null,
    event_id        uuid        not null,
    kind            text        not null,
    subject_kind    text        not null,
    subject_id      uuid        not null,
    body            text        not null, -- as it is sent: a retry sends the same bytes
    state           text        not null check (state in ('waiting', 'pending', 'succeeded', 'failed')),
    attempts        integer     not null default 0,
    ready_at        timestamptz,          -- since when it is its turn: retries last a day from then
    next_at         timestamptz,          -- of the next attempt
    lease_until     timestamptz,          -- a worker is at it
    last_status     integer,
    last_error      text        not null default '',
    last_latency_ms integer,
    last_attempt_at timestamptz,
    created_at      timestamptz not null,
    finished_at     timestamptz,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, subscription_id) references webhook_subscription (sub_account_id, id) on delete cascade
);
create index webhook_delivery_log on webhook_delivery (sub_account_id, subscription_id, written desc);
create index webhook_delivery_due on webhook_delivery (sub_account_id, subscription_id, next_at) where state = 'pending';
create index webhook_delivery_lane on webhook_delivery (sub_account_id, subscription_id, subject_id, written)
    where state in ('waiting', 'pending');
create index webhook_delivery_failed on webhook_delivery (sub_account_id, subscription_id, finished_at) where state = 'failed';
create index webhook_delivery_old on webhook_delivery (sub_account_id, finished_at) where finished_at is not null;

-- One call, written before it is made: one that never finished is one whose worker died in it.
create table webhook_attempt (
    sub_account_id uuid        not null,
    delivery_id    uuid        not null,
    number         integer     not null,
    started_at     timestamptz not null,
    finished_at    timestamptz,
    latency_ms     integer,
    status         integer, -- of the answer; null without one
    error          text        not null default '',
    request        text        not null default '', -- its headers
    response       text        not null default '', -- the beginning of it
    primary key (sub_account_id, delivery_id, number),
    foreign key (sub_account_id, delivery_id) references webhook_delivery (sub_account_id, id) on delete cascade
);

alter table webhook_subscription enable row level security;
alter table webhook_subscription force row level security;
create policy tenant on webhook_subscription
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table webhook_delivery enable row level security;
alter table webhook_delivery force row level security;
create policy tenant on webhook_delivery
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table webhook_attempt enable row level security;
alter table webhook_attempt force row level security;
create policy tenant on webhook_attempt
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
