-- One thread per contact and channel, and every message in it, whatever carried it.
-- +goose Up
create table conversation (
    sub_account_id  uuid        not null,
    id              uuid        not null,
    contact_id      uuid        not null,
    channel         text        not null,
    status          text        not null default 'open',
    unread          integer     not null default 0,
    last_message_id uuid,
    last_at         timestamptz not null,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    version         bigint      not null default 1,
    -- Set when the contact was deleted: the thread leaves the inbox and stays as evidence.
    hidden_at       timestamptz,
    primary key (sub_account_id, id),
    constraint conversation_thread_key unique (sub_account_id, contact_id, channel),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    constraint conversation_status check (status in ('open', 'resolved')),
    constraint conversation_unread check (unread >= 0)
);

alter table conversation enable row level security;
alter table conversation force row level security;
create policy tenant on conversation
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index conversation_by_activity on conversation (sub_account_id, last_at, id) where hidden_at is null;
create index conversation_open on conversation (sub_account_id, last_at, id) where hidden_at is null and status = 'open';
create index conversation_unread on conversation (sub_account_id, last_at, id) where hidden_at is null and unread > 0;

create table message (
    sub_account_id  uuid        not null,
    id              uuid        not null,
    conversation_id uuid        not null,
    contact_id      uuid        not null,
    channel         text        not null,
    direction       text        not null,
    purpose         text        not null,
    body            text        not null,
    status          text        not null,
    status_at       timestamptz not null,
    -- How often it was given to the channel: a late word about an earlier attempt moves nothing.
    attempt         integer     not null default 0,
    -- True once the carrier has said that it holds the message.
    acknowledged    boolean     not null default false,
    from_address    text        not null default '',
    to_address      text        not null default '',
    provider_id     text        not null default '',
    -- The caller's key: the same request twice is the same message.
    client_key      text        not null default '',
    error_code      text        not null default '',
    reason_rule     text        not null default '',
    reason_message  text        not null default '',
    -- What the gate decided, and why, for the newest attempt.
    decision        jsonb,
    actor_kind      text        not null default '',
    actor_id        text        not null default '',
    actor_name      text        not null default '',
    created_at      timestamptz not null,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, conversation_id) references conversation (sub_account_id, id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    constraint message_direction check (direction in ('in', 'out')),
    constraint message_status check (status in
        ('held', 'queued', 'sending', 'unknown', 'sent', 'delivered', 'undelivered', 'failed', 'received')),
    constraint message_decided check (direction = 'in' or decision is not null)
);

alter table message enable row level security;
alter table message force row level security;
create policy tenant on message
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index message_by_thread on message (sub_account_id, conversation_id, created_at, id);
create index message_by_contact on message (sub_account_id, contact_id);
-- A carrier that calls twice about one text makes one message.
create unique index message_received_key on message (sub_account_id, channel, provider_id) where direction = 'in';
create unique index message_client_key on message (sub_account_id, client_key) where client_key <> '';
