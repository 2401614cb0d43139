-- What members attach to contacts and companies, in pieces, so that neither side ever holds a whole file in memory.
-- +goose Up
create table file (
    sub_account_id uuid        not null,
    id             uuid        not null,
    contact_id     uuid,
    company_id     uuid,
    purpose        text        not null default 'attachment', -- what it is kept for; lists show attachments
    name           text        not null,
    content_type   text        not null, -- as its first bytes say, never as its sender does
    size           bigint      not null,
    sha256         bytea       not null,
    author         jsonb       not null,
    created_at     timestamptz not null,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, company_id) references company (sub_account_id, id),
    constraint file_target check (num_nonnulls(contact_id, company_id) <= 1),
    constraint file_size check (size >= 0)
);

alter table file enable row level security;
alter table file force row level security;
create policy tenant on file
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index file_by_time on file (sub_account_id, created_at, id) where purpose = 'attachment';
create index file_of_contact on file (sub_account_id, contact_id, created_at, id) where contact_id is not null;
create index file_of_company on file (sub_account_id, company_id, created_at, id) where company_id is not null;

create table file_chunk (
    sub_account_id uuid    not null,
    file_id        uuid    not null,
    place          integer not null, -- from 0; each but the last has 256 KiB
    content        bytea   not null,
    primary key (sub_account_id, file_id, place),
    foreign key (sub_account_id, file_id) references file (sub_account_id, id) on delete cascade
);
-- Pictures and documents are compressed already.
alter table file_chunk alter column content set storage external;

alter table file_chunk enable row level security;
alter table file_chunk force row level security;
create policy tenant on file_chunk
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- How much a sub-account keeps, so that an upload need not add up all the others.
create table file_usage (
    sub_account_id uuid   not null,
    bytes          bigint not null default 0,
    primary key (sub_account_id)
);

alter table file_usage enable row level security;
alter table file_usage force row level security;
create policy tenant on file_usage
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
