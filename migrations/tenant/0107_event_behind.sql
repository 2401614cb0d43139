-- What a bulk action changes is heard of behind what people change: see docs/adr/0051.
-- +goose Up
alter table event add column behind boolean not null default false;
create index event_waiting on event (sub_account_id, behind, written) where processed_at is null;
drop index event_pending;
