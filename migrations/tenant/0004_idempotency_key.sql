-- A request under an Idempotency-Key leaves its answer in the transaction of its effect, so that a repeat is answered and not done again.
-- +goose Up
create table idempotency_key (
    sub_account_id uuid        not null,
    id             uuid        not null,
    principal      text        not null, -- "person:<id>" or "key:<id>": a key is its sender's own
    key            text        not null,
    fingerprint    bytea       not null, -- SHA-256 of the request
    answer         bytea       not null, -- sealed: it may hold what is shown only once
    created_at     timestamptz not null,
    primary key (sub_account_id, id),
    constraint idempotency_key_once unique (sub_account_id, principal, key)
);

create index idempotency_key_by_age on idempotency_key (sub_account_id, created_at);

alter table idempotency_key enable row level security;
alter table idempotency_key force row level security;
create policy tenant on idempotency_key
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
