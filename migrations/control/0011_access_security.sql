-- A forgotten password is set anew by a link that an administrator makes, and an agency can ask for a second factor.
-- +goose Up
create table password_reset (
  id         uuid primary key,
  agency_id  uuid not null,
  person_id  uuid not null,
  token_hash bytea not null constraint password_reset_token_key unique,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade
);
-- At most one open link of a person: making one anew ends the former.
create unique index password_reset_open_key on password_reset (person_id) where used_at is null;

create table access_policy (
  agency_id  uuid primary key references agency on delete cascade, -- without a row: optional
  mfa        text not null check (mfa in ('optional', 'admins', 'everyone')),
  version    bigint not null,
  updated_at timestamptz not null
);
