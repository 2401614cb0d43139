-- When chains that no sub-account's night looks after were last looked for: once a day in the whole installation.
-- +goose Up
create table audit_sweep (
  one boolean primary key default true check (one),
  at  timestamptz not null
);
insert into audit_sweep (at) values ('-infinity');
