-- A server may be reached through a pooler that hands out connections by transaction: its clients prepare no statements.
-- +goose Up
alter table tenant_database add column pooled boolean not null default false;
