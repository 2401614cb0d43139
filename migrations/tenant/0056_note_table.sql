-- What members write down about a contact or a company.
-- +goose Up
create table note (
    sub_account_id uuid        not null,
    id             uuid        not null,
    contact_id     uuid,
    company_id     uuid,
    body           text        not null, -- Markdown
    mentions       uuid[]      not null default '{}',
    pinned         boolean     not null default false,
    author         jsonb       not null,
    version        bigint      not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    deleted_at     timestamptz,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, company_id) references company (sub_account_id, id),
    constraint note_target check (num_nonnulls(contact_id, company_id) = 1)
);

alter table note enable row level security;
alter table note force row level security;
create policy tenant on note
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index note_by_contact on note (sub_account_id, contact_id, pinned, created_at, id) where deleted_at is null and contact_id is not null;
create index note_by_company on note (sub_account_id, company_id, pinned, created_at, id) where deleted_at is null and company_id is not null;
-- For the erasure, which takes the deleted ones too.
create index note_of_contact on note (sub_account_id, contact_id) where contact_id is not null;
