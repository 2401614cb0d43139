-- The same for what a request changes in the control database: an agency's keys, its people's own security.
-- +goose Up
create table idempotency_key (
  agency_id   uuid not null references agency on delete cascade,
  id          uuid not null,
  principal   text not null, -- "person:<id>" or "key:<id>": a key is its sender's own
  key         text not null,
  fingerprint bytea not null, -- SHA-256 of the request
  answer      bytea not null, -- sealed: it may hold what is shown only once
  created_at  timestamptz not null,
  primary key (agency_id, id),
  constraint idempotency_key_once unique (agency_id, principal, key)
);
create index idempotency_key_by_age on idempotency_key (agency_id, created_at);
