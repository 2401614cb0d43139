-- Where messages and threads stood before their contacts were merged, for as long as that can be undone.
-- +goose Up
create table conversation_moved (
    sub_account_id  uuid        not null,
    merge_id        uuid        not null,
    noun            text        not null, -- message; thread: went along; joined: its messages went to another; grown: it took them in
    record_id       uuid        not null,
    survivor_id     uuid        not null,
    contact_id      uuid        not null, -- whose it was
    conversation_id uuid        not null, -- where it stood
    before          jsonb,                -- a thread as it was
    version         bigint,               -- a thread's after the merge
    at              timestamptz not null,
    primary key (sub_account_id, merge_id, noun, record_id),
    constraint conversation_moved_noun check (noun in ('message', 'thread', 'joined', 'grown'))
);

alter table conversation_moved enable row level security;
alter table conversation_moved force row level security;
create policy tenant on conversation_moved
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index conversation_moved_by_survivor on conversation_moved (sub_account_id, survivor_id);
