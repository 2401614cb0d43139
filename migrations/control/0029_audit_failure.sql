-- Chains that could not be kept: one that fails is tried ever more seldom, by one worker of all, and not hourly by each.
-- +goose Up
create table audit_failure (
  chain_id uuid primary key, -- the agency's id
  failures integer not null check (failures > 0), -- in a row
  retry_at timestamptz not null,
  error    text not null -- of the last
);
