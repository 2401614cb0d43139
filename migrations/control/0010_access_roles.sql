-- Roles are rows, so that an agency can have its own beside the built-in ones; members of a sub-account form teams.
-- +goose Up
create table role (
  key         text primary key, -- of a built-in role its name, of an agency's own an id
  agency_id   uuid references agency on delete cascade, -- null: built in
  level       text not null check (level in ('agency', 'account')),
  name        text not null,
  description text not null default '',
  permissions text[] not null default '{}', -- of an agency's own; what a built-in role may do stands in the program
  reach       text not null default 'all' check (reach in ('all', 'team', 'assigned')),
  version     bigint not null default 1,
  created_at  timestamptz not null default now(),
  updated_at  timestamptz not null default now(),
  unique (key, level),
  check (level = 'account' or reach <> 'team') -- teams are a sub-account's
);
create unique index role_name_key on role (agency_id, lower(name)) where agency_id is not null;

insert into role (key, level, name) values
  ('agency_owner', 'agency', 'Agency owner'), ('agency_admin', 'agency', 'Agency admin'), ('agency_support', 'agency', 'Agency support'),
  ('account_admin', 'account', 'Admin'), ('account_manager', 'account', 'Manager'), ('account_user', 'account', 'User'),
  ('account_read_only', 'account', 'Read-only');

-- The release before writes the four roles that it knows, which are rows here.
alter table membership drop constraint membership_role_check, drop constraint membership_check;
alter table membership
  add column version bigint not null default 1,
  add column level text generated always as (case when sub_account_id is null then 'agency' else 'account' end) stored,
  -- Deferred, since with an agency its roles and its people go in an order that nobody chooses.
  add constraint membership_role_fkey foreign key (role, level) references role (key, level) deferrable initially deferred;
create index membership_role on membership (role);

create table team (
  id             uuid primary key,
  agency_id      uuid not null references agency on delete cascade,
  sub_account_id uuid not null references sub_account on delete cascade,
  name           text not null,
  version        bigint not null default 1,
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);
create unique index team_name_key on team (sub_account_id, lower(name));

create table team_member (
  team_id   uuid not null references team on delete cascade,
  person_id uuid not null references person on delete cascade,
  primary key (team_id, person_id)
);
create index team_member_person on team_member (person_id);
