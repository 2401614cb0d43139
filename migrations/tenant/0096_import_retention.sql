-- Imports pause by themselves where a field that they fill is archived, are undone from where an undo stood, make companies,
-- and keep what they know of people for a while only.
-- +goose Up
alter table import
    add column problem   text    not null default '', -- why it paused by itself
    add column undone_to integer not null default 0,  -- rows before which an undo is over
    add column purged_at timestamptz;                 -- when file, errors and way back were deleted

-- Of an undo, which takes the rows of a contact together, and of a contact's erasure.
create index import_row_of_contact on import_row (sub_account_id, contact_id, import_id) where contact_id is not null;

-- The companies that an import made, for its undo.
create table import_company (
    sub_account_id uuid not null,
    import_id      uuid not null,
    company_id     uuid not null,
    primary key (sub_account_id, import_id, company_id),
    foreign key (sub_account_id, import_id) references import (sub_account_id, id),
    foreign key (sub_account_id, company_id) references company (sub_account_id, id)
);

alter table import_company enable row level security;
alter table import_company force row level security;
create policy tenant on import_company
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
