-- An agency's tier decides its sub-accounts' share of the workers.
-- +goose Up
alter table agency add column tier text not null default 'Standard';
