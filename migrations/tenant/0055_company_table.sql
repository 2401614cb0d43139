-- The organisations that contacts belong to, found as contacts are.
-- +goose Up
create table company (
    sub_account_id uuid        not null,
    id             uuid        not null,
    name           text        not null,
    domain         text        not null default '', -- lower case, without "www."
    phone          text        not null default '', -- E.164
    website        text        not null default '',
    street         text        not null default '',
    city           text        not null default '',
    region         text        not null default '',
    postal_code    text        not null default '',
    country        text        not null default '', -- ISO 3166-1 alpha-2
    owner_id       uuid,
    tags           text[]      not null default '{}',
    custom         jsonb       not null default '{}',
    -- Folded by modules/contact, as in contact.
    sort_name      text collate "C" not null,
    search_text    text        not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    deleted_at     timestamptz,
    primary key (sub_account_id, id)
);

alter table company enable row level security;
alter table company force row level security;
create policy tenant on company
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- A deleted company gives its domain free.
create unique index company_domain_key on company (sub_account_id, domain) where domain <> '' and deleted_at is null;

create index company_by_name on company (sub_account_id, sort_name, id) where deleted_at is null;
create index company_by_creation on company (sub_account_id, created_at, id) where deleted_at is null;
create index company_by_change on company (sub_account_id, updated_at, id) where deleted_at is null;
create index company_by_text on company using gin (sub_account_id, search_text gin_trgm_ops) where deleted_at is null;
create index company_by_tag on company using gin (sub_account_id, tags) where deleted_at is null;
