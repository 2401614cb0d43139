-- A passkey signs in by itself: what somebody has, and what they know or are.
-- +goose Up
create table passkey (
  id            uuid primary key,
  agency_id     uuid not null,
  person_id     uuid not null,
  credential_id bytea not null constraint passkey_credential_key unique,
  rp_id         text not null, -- the host at which it was made, where alone it works
  record        jsonb not null, -- the public key and the counter
  name          text not null,
  version       bigint not null default 1,
  created_at    timestamptz not null,
  last_used_at  timestamptz,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade
);
create index passkey_person on passkey (person_id);

-- A challenge that was given out, good once and for minutes.
create table passkey_ceremony (
  id         uuid primary key,
  agency_id  uuid not null references agency on delete cascade,
  person_id  uuid references person on delete cascade, -- null: somebody is about to sign in
  rp_id      text not null,
  origin     text not null,
  state      jsonb not null,
  expires_at timestamptz not null
);
create index passkey_ceremony_expiry on passkey_ceremony (expires_at);

-- Whether the session was opened by a passkey, or one was made in it.
alter table session add column strong boolean not null default false;
