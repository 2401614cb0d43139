-- Who may sign in and what they may do: people belong to one agency, and hold roles in it or in its sub-accounts.
-- +goose Up
create table person (
  id             uuid primary key,
  agency_id      uuid not null references agency on delete cascade,
  email          text not null check (email = lower(email)),
  name           text not null,
  password_hash  text not null,
  totp_secret    bytea, -- sealed; set once it is confirmed
  totp_candidate bytea, -- sealed; until it is confirmed
  totp_step      bigint not null default 0, -- of the last accepted code: a code is good once
  created_at     timestamptz not null,
  updated_at     timestamptz not null,
  constraint person_email_key unique (agency_id, email),
  unique (agency_id, id)
);

create table recovery_code (
  person_id uuid not null references person on delete cascade,
  code_hash bytea not null,
  used_at   timestamptz,
  primary key (person_id, code_hash)
);

create table membership (
  id             uuid primary key,
  agency_id      uuid not null,
  person_id      uuid not null,
  sub_account_id uuid references sub_account on delete cascade, -- null: the agency itself
  role           text not null check (role in ('agency_owner', 'agency_admin', 'account_admin', 'account_user')),
  created_at     timestamptz not null,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade,
  constraint membership_person_key unique nulls not distinct (person_id, sub_account_id),
  check ((sub_account_id is null) = (role in ('agency_owner', 'agency_admin')))
);
create index membership_agency on membership (agency_id, sub_account_id);

create table invitation (
  id             uuid primary key,
  agency_id      uuid not null references agency on delete cascade,
  sub_account_id uuid references sub_account on delete cascade,
  email          text not null check (email = lower(email)),
  name           text not null,
  role           text not null,
  token_hash     bytea not null constraint invitation_token_key unique,
  expires_at     timestamptz not null,
  accepted_at    timestamptz,
  revoked_at     timestamptz,
  created_at     timestamptz not null
);
-- At most one open invitation of a person to a place: issuing anew revokes the former.
create unique index invitation_open_key on invitation (agency_id, sub_account_id, email) nulls not distinct
  where accepted_at is null and revoked_at is null;

create table session (
  id           uuid primary key,
  agency_id    uuid not null,
  person_id    uuid not null,
  token_hash   bytea not null constraint session_token_key unique,
  ip           text not null,
  user_agent   text not null,
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at   timestamptz not null,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade
);
create index session_person on session (person_id);

create table api_key (
  id             uuid primary key,
  agency_id      uuid not null references agency on delete cascade,
  sub_account_id uuid references sub_account on delete cascade, -- null: the agency and all its sub-accounts
  name           text not null,
  scopes         text[] not null,
  token_hash     bytea not null constraint api_key_token_key unique,
  hint           text not null,
  created_by     text not null,
  created_at     timestamptz not null,
  last_used_at   timestamptz,
  revoked_at     timestamptz
);
create index api_key_agency on api_key (agency_id, sub_account_id);
