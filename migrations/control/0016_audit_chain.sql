-- The administration's entries in a chain of hashes per agency (the platform's own under the nil id), and the keys that
-- sign every chain.
-- +goose Up
alter table audit_entry
  add column seq         bigint,
  add column actor_kind  text,
  add column actor_id    text,
  add column actor_salt  bytea,
  add column actor_hash  bytea,
  add column salt        bytea,
  add column detail_hash bytea,
  add column prev_hash   bytea,
  add column hash        bytea;
create unique index audit_entry_chain on audit_entry (coalesce(agency_id, '00000000-0000-0000-0000-000000000000'), seq) where seq is not null;

create table audit_chain (
  chain_id uuid primary key, -- the agency's id
  seq      bigint not null,
  hash     bytea not null
);

create table audit_checkpoint (
  id         uuid primary key,
  chain_id   uuid not null,
  seq        bigint not null,
  hash       bytea not null,
  kind       text not null check (kind in ('periodic', 'cut')),
  key_id     text not null,
  signature  bytea not null,
  created_at timestamptz not null
);
create index audit_checkpoint_chain on audit_checkpoint (chain_id, seq);

create table audit_key (
  id         text primary key,
  public     bytea not null,
  sealed     bytea not null, -- the private key
  created_at timestamptz not null
);

-- +goose StatementBegin
do $$
begin
  if exists (select from pg_roles where rolname = 'omnicrm_app') then
    grant update (seq, actor_kind, actor_id, actor_salt, actor_hash, salt, detail_hash, prev_hash, hash) on audit_entry to omnicrm_app;
    revoke update, delete, truncate on audit_checkpoint, audit_key from omnicrm_app;
  end if;
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function audit_entry_append_only() returns trigger language plpgsql as $$
declare
  chained text[] := array['seq', 'actor_kind', 'actor_id', 'actor_salt', 'actor_hash', 'salt', 'detail_hash', 'prev_hash', 'hash'];
begin
  if tg_op = 'UPDATE' and tg_table_name = 'audit_entry' then
    if to_jsonb(old)->>'seq' is null and to_jsonb(new)->>'seq' is not null and to_jsonb(new) - chained = to_jsonb(old) - chained then
      return new;
    end if;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint
  for each row execute function audit_entry_append_only();
create trigger audit_checkpoint_no_truncate before truncate on audit_checkpoint
  for each statement execute function audit_entry_append_only();
