-- Contacts from a file: what was asked for, how far it has come, and what became of each row, so that it can go on after
-- any death and be undone.
-- +goose Up
create table import (
    sub_account_id uuid        not null,
    id             uuid        not null,
    file_id        uuid        not null,
    name           text        not null,
    state          text        not null,
    encoding       text        not null,
    delimiter      text        not null,
    headed         boolean     not null, -- the first row names the columns
    columns        text[]      not null,
    fingerprint    text        not null, -- of the columns
    settings       jsonb       not null,
    total          integer     not null, -- rows of people
    done           integer     not null default 0,
    created        integer     not null default 0,
    changed        integer     not null default 0,
    unchanged      integer     not null default 0,
    failed         integer     not null default 0,
    undone         integer     not null default 0,
    kept           integer     not null default 0, -- by an undo, since somebody changed them meanwhile
    author         jsonb       not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, file_id) references file (sub_account_id, id),
    constraint import_state check (state in ('ready', 'running', 'paused', 'cancelled', 'done', 'undoing', 'undone'))
);

alter table import enable row level security;
alter table import force row level security;
create policy tenant on import
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index import_by_time on import (sub_account_id, created_at, id);

create table import_row (
    sub_account_id uuid    not null,
    import_id      uuid    not null,
    place          integer not null, -- from 1, as people count rows below the header
    outcome        text    not null check (outcome in ('created', 'changed', 'failed')),
    contact_id     uuid,
    before         jsonb,            -- the contact, to put it back
    version        bigint,           -- of the contact after it: another one is somebody else's work
    undone         boolean not null default false,
    cells          text[],           -- of a failed one, as they came
    error          text,
    primary key (sub_account_id, import_id, place),
    foreign key (sub_account_id, import_id) references import (sub_account_id, id)
);

alter table import_row enable row level security;
alter table import_row force row level security;
create policy tenant on import_row
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index import_row_failed on import_row (sub_account_id, import_id, place) where outcome = 'failed';

-- What the columns of such a file meant the last time.
create table import_mapping (
    sub_account_id uuid        not null,
    fingerprint    text        not null,
    fields         text[]      not null,
    updated_at     timestamptz not null,
    primary key (sub_account_id, fingerprint)
);

alter table import_mapping enable row level security;
alter table import_mapping force row level security;
create policy tenant on import_mapping
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
