-- The people a sub-account knows, found by any part of a name, address or number.
-- +goose Up
create table contact (
    sub_account_id uuid        not null,
    id             uuid        not null,
    first_name     text        not null default '',
    last_name      text        not null default '',
    email          text        not null default '',
    phone          text        not null default '',
    tags           text[]      not null default '{}',
    owner_id       uuid,
    source         text        not null default '',
    -- Folded by modules/contact: lower case, without accents. "C" keeps the order
    -- of a page the same on every server, and its operators leakproof.
    sort_name      text collate "C" not null,
    search_text    text        not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    deleted_at     timestamptz,
    primary key (sub_account_id, id),
    -- E.164, or the short code from which somebody texted.
    constraint contact_phone_form check (phone ~ '^(\+[1-9][0-9]{1,14}|[0-9]{3,8})?$')
);

alter table contact enable row level security;
alter table contact force row level security;
create policy tenant on contact
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- A deleted contact gives its number and address free.
create unique index contact_phone_key on contact (sub_account_id, phone) where phone <> '' and deleted_at is null;
create unique index contact_email_key on contact (sub_account_id, email) where email <> '' and deleted_at is null;

create index contact_by_name on contact (sub_account_id, sort_name, id) where deleted_at is null;
create index contact_by_creation on contact (sub_account_id, created_at, id) where deleted_at is null;
create index contact_by_change on contact (sub_account_id, updated_at, id) where deleted_at is null;
create index contact_by_text on contact using gin (sub_account_id, search_text gin_trgm_ops) where deleted_at is null;
create index contact_by_tag on contact using gin (sub_account_id, tags) where deleted_at is null;
