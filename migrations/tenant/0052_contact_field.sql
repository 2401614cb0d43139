-- Fields that a sub-account makes itself, and the values that are looked up by range or held to be unique. All values live
-- in contact.custom; contact_value has those of unique and indexed fields once more, typed.
-- +goose Up
create table field_folder (
    sub_account_id uuid        not null,
    id             uuid        not null,
    object         text        not null,
    name           text        not null,
    position       integer     not null default 0,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (sub_account_id, id),
    constraint field_folder_name_key unique (sub_account_id, object, name)
);

create table custom_field (
    sub_account_id uuid        not null,
    id             uuid        not null,
    object         text        not null,
    key            text        not null,
    name           text        not null,
    kind           text        not null,
    folder_id      uuid,
    options        jsonb       not null default '[]',
    required       boolean     not null default false,
    is_unique      boolean     not null default false,
    indexed        boolean     not null default false,
    rules          jsonb       not null default '{}',
    position       integer     not null default 0,
    version        bigint      not null default 1,
    archived_at    timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, folder_id) references field_folder (sub_account_id, id),
    -- Of the archived ones too: a key means the same for ever.
    constraint custom_field_key unique (sub_account_id, object, key),
    constraint custom_field_object check (object in ('contact', 'company'))
);

-- One more with every change of an object's fields: whoever wrote by the fields of before, tries again.
create table field_catalogue (
    sub_account_id uuid   not null,
    object         text   not null,
    version        bigint not null,
    primary key (sub_account_id, object)
);

create table contact_value (
    sub_account_id uuid    not null,
    field_id       uuid    not null,
    contact_id     uuid    not null,
    text           text    not null,
    number         numeric,
    time           timestamptz,
    -- Whether nobody else may have the same: of a unique field, and of a contact that is not deleted.
    held           boolean not null,
    primary key (sub_account_id, field_id, contact_id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, field_id) references custom_field (sub_account_id, id)
);

create unique index contact_value_key on contact_value (sub_account_id, field_id, text) where held;
create index contact_value_by_text on contact_value (sub_account_id, field_id, text, contact_id);
create index contact_value_by_number on contact_value (sub_account_id, field_id, number, contact_id) where number is not null;
create index contact_value_by_time on contact_value (sub_account_id, field_id, time, contact_id) where time is not null;
create index contact_value_by_contact on contact_value (sub_account_id, contact_id);

alter table field_folder enable row level security;
alter table field_folder force row level security;
create policy tenant on field_folder
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table custom_field enable row level security;
alter table custom_field force row level security;
create policy tenant on custom_field
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table field_catalogue enable row level security;
alter table field_catalogue force row level security;
create policy tenant on field_catalogue
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

alter table contact_value enable row level security;
alter table contact_value force row level security;
create policy tenant on contact_value
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
