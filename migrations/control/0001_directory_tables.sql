-- Where every tenant lives and at which hosts: the operator writes it from the custom resources, the data plane reads it.
-- +goose Up
-- The control database has one owner, the role that migrates, and one user, omnicrm_app, where the server has that
-- role. A tiny installation runs with the owner alone.
-- +goose StatementBegin
do $$
begin
  if exists (select from pg_roles where rolname = 'omnicrm_app') then
    grant usage on schema public to omnicrm_app;
    alter default privileges in schema public grant select, insert, update, delete on tables to omnicrm_app;
    alter default privileges in schema public grant usage, select on sequences to omnicrm_app;
  end if;
end
$$;
-- +goose StatementEnd

create table tenant_database (
  id             uuid primary key,
  name           text not null constraint tenant_database_name_key unique,
  server         text not null,
  host           text not null,
  port           integer not null check (port between 1 and 65535),
  dbname         text not null,
  sslmode        text not null,
  app_user       text not null,
  app_password   bytea not null, -- sealed
  isolation      text not null check (isolation in ('Shared', 'Agency', 'Dedicated')),
  schema_version bigint not null default 0,
  status         text not null check (status in ('active', 'retained')),
  created_at     timestamptz not null,
  updated_at     timestamptz not null
);

create table agency (
  id           uuid primary key,
  name         text not null, -- metadata.name of the Agency
  namespace    text not null,
  uid          text not null, -- metadata.uid: a resource that was deleted and made anew is another one
  display_name text not null,
  branding     jsonb not null default '{}',
  isolation    text not null check (isolation in ('Shared', 'Agency', 'Dedicated')),
  database_id  uuid constraint agency_database_fkey references tenant_database,
  telephony    bytea, -- sealed
  status       text not null check (status in ('active', 'suspended', 'deleting', 'retained')),
  created_at   timestamptz not null,
  updated_at   timestamptz not null
);
-- A retained agency gives its name back, so that a new one may have it.
create unique index agency_name_key on agency (name) where status <> 'retained';
create unique index agency_namespace_key on agency (namespace) where status <> 'retained';

create table agency_host (
  host       text primary key check (host = lower(host)),
  agency_id  uuid not null references agency on delete cascade,
  is_primary boolean not null
);
create index agency_host_agency on agency_host (agency_id);
create unique index agency_host_primary on agency_host (agency_id) where is_primary;

create table sub_account (
  id           uuid primary key,
  agency_id    uuid not null constraint sub_account_agency_fkey references agency,
  namespace    text not null,
  name         text not null, -- metadata.name of the SubAccount
  uid          text not null,
  display_name text not null,
  timezone     text not null,
  country      text not null,
  currency     text not null,
  owner_email  text not null,
  database_id  uuid not null constraint sub_account_database_fkey references tenant_database,
  telephony    bytea, -- sealed
  phone_number text not null default '',
  status       text not null check (status in ('active', 'suspended', 'deleting', 'retained')),
  created_at   timestamptz not null,
  updated_at   timestamptz not null,
  deleted_at   timestamptz
);
create unique index sub_account_name_key on sub_account (namespace, name) where status <> 'retained';
create index sub_account_agency on sub_account (agency_id, id);
create index sub_account_database on sub_account (database_id);
