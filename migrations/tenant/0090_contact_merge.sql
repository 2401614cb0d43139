-- Contacts that proved to be one person: who was merged into whom, and for thirty days what an undo needs.
-- +goose Up
create table contact_merge (
    sub_account_id uuid        not null,
    id             uuid        not null,
    survivor_id    uuid        not null,
    from_ids       uuid[]      not null,
    state          text        not null default 'done',
    before         jsonb,                -- the survivor before and after: gone once it can't be undone
    after          jsonb,
    author         jsonb       not null,
    created_at     timestamptz not null,
    undo_until     timestamptz not null,
    undone_at      timestamptz,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, survivor_id) references contact (sub_account_id, id),
    constraint contact_merge_state check (state in ('done', 'undone', 'expired')),
    constraint contact_merge_kept check ((state = 'done') = (before is not null and after is not null))
);

alter table contact_merge enable row level security;
alter table contact_merge force row level security;
create policy tenant on contact_merge
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index contact_merge_by_time on contact_merge (sub_account_id, created_at, id);
create index contact_merge_by_survivor on contact_merge (sub_account_id, survivor_id, created_at);
create index contact_merge_due on contact_merge (sub_account_id, undo_until) where state = 'done';

-- Where a merged contact is to be found; kept for as long as its row, so that an old id always has an answer.
create table contact_merged (
    sub_account_id uuid not null,
    contact_id     uuid not null,
    survivor_id    uuid not null,
    merge_id       uuid not null,
    primary key (sub_account_id, contact_id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, survivor_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, merge_id) references contact_merge (sub_account_id, id)
);

alter table contact_merged enable row level security;
alter table contact_merged force row level security;
create policy tenant on contact_merged
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index contact_merged_by_survivor on contact_merged (sub_account_id, survivor_id);
create index contact_merged_by_merge on contact_merged (sub_account_id, merge_id);

-- Whose each record was that a merge moved.
create table contact_moved (
    sub_account_id uuid not null,
    merge_id       uuid not null,
    noun           text not null check (noun in ('note', 'task', 'file', 'timeline')),
    record_id      uuid not null,
    contact_id     uuid not null,
    primary key (sub_account_id, merge_id, noun, record_id),
    foreign key (sub_account_id, merge_id) references contact_merge (sub_account_id, id)
);

alter table contact_moved enable row level security;
alter table contact_moved force row level security;
create policy tenant on contact_moved
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
