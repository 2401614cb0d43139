-- Bulk actions: what is done to whom, how far it has come, and what each contact had before, so that it goes on after any
-- death and can be undone.
-- +goose Up
create table bulk_action (
    sub_account_id uuid        not null,
    id             uuid        not null,
    action         jsonb       not null,
    selection      jsonb       not null, -- the filter, the search or the ids, and who is left out
    reach          jsonb       not null, -- of whoever started it
    state          text        not null,
    gathered       boolean     not null default false, -- the contacts are known: the rows of bulk_part
    part           integer     not null default 0,     -- the next of them
    total          integer     not null default 0,
    done           integer     not null default 0,
    changed        integer     not null default 0,
    skipped        integer     not null default 0, -- had it already, or were gone
    failed         integer     not null default 0, -- a rule of contacts forbids it
    reasons        jsonb       not null default '{}', -- of the failed ones, with how many
    undone         integer     not null default 0,
    kept           integer     not null default 0, -- by an undo, since somebody changed the same meanwhile
    error          text        not null default '',
    author         jsonb       not null,
    undo_until     timestamptz not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (sub_account_id, id),
    constraint bulk_action_state check (state in ('running', 'paused', 'cancelled', 'failed', 'done', 'undoing', 'undone'))
);

alter table bulk_action enable row level security;
alter table bulk_action force row level security;
create policy tenant on bulk_action
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index bulk_action_by_time on bulk_action (sub_account_id, created_at, id);

create table bulk_part (
    sub_account_id uuid    not null,
    bulk_id        uuid    not null,
    place          integer not null, -- from 0
    ids            uuid[]  not null,
    primary key (sub_account_id, bulk_id, place),
    foreign key (sub_account_id, bulk_id) references bulk_action (sub_account_id, id)
);

alter table bulk_part enable row level security;
alter table bulk_part force row level security;
create policy tenant on bulk_part
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create table bulk_change (
    sub_account_id uuid  not null,
    bulk_id        uuid  not null,
    contact_id     uuid  not null,
    before         jsonb not null, -- of what the action changes: the value, or what a list lost
    after          jsonb not null, -- the value, or what a list gained
    primary key (sub_account_id, bulk_id, contact_id),
    foreign key (sub_account_id, bulk_id) references bulk_action (sub_account_id, id)
);

alter table bulk_change enable row level security;
alter table bulk_change force row level security;
create policy tenant on bulk_change
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
