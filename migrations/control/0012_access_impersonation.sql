-- The agency's people enter a sub-account as one of its members, for a while and with a reason.
-- +goose Up
alter table session
  add column as_person_id      uuid references person on delete set null,
  add column as_sub_account_id uuid references sub_account on delete set null,
  add column as_reason         text not null default '',
  add column as_read_only      boolean not null default false,
  add column as_until          timestamptz; -- null: as oneself
