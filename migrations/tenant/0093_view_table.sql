-- Views: a filter with a name, its columns and its order, of one person or for everybody.
-- +goose Up
create table saved_view (
    sub_account_id uuid        not null,
    id             uuid        not null,
    object         text        not null check (object in ('contact')),
    owner_kind     text        not null, -- who made it, as an actor: a person, or a key
    owner_id       text        not null,
    name           text        not null,
    filter         jsonb,                -- null is everybody
    columns        text[]      not null,
    sort           text        not null,
    shared         boolean     not null,
    position       integer     not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (sub_account_id, id)
);

alter table saved_view enable row level security;
alter table saved_view force row level security;
create policy tenant on saved_view
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index saved_view_by_owner on saved_view (sub_account_id, owner_kind, owner_id);
create index saved_view_shared on saved_view (sub_account_id) where shared;
