-- A person's data goes out of the administration's entries while the chain still verifies: the values and the actor are
-- beside what is hashed. Each may go once, in the name of an entry that tells of it.
-- +goose Up
alter table audit_entry
  add column erased_at       timestamptz, -- since when the detail is gone
  add column erased_by       uuid,        -- by which entry
  add column actor_erased_by uuid;        -- by which entry the actor's name, address and program are gone
create index audit_entry_actor on audit_entry (agency_id, actor_id);

-- +goose StatementBegin
do $$
begin
  if exists (select from pg_roles where rolname = 'omnicrm_app') then
    grant update (actor, detail, erased_at, erased_by, actor_erased_by) on audit_entry to omnicrm_app;
  end if;
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function audit_entry_append_only() returns trigger language plpgsql as $$
declare
  chained text[] := array['seq', 'actor_kind', 'actor_id', 'actor_salt', 'actor_hash', 'salt', 'detail_hash', 'prev_hash', 'hash'];
  erased  text[] := '{}';
begin
  if tg_op = 'UPDATE' and tg_table_name = 'audit_entry' then
    if old.seq is null and new.seq is not null and to_jsonb(new) - chained = to_jsonb(old) - chained then
      return new;
    end if;
    if old.erased_by is null and new.erased_by is not null and new.erased_at is not null and new.detail = '{}' and new.salt is null then
      erased := erased || array['detail', 'salt', 'erased_at', 'erased_by'];
    end if;
    if old.actor_erased_by is null and new.actor_erased_by is not null and new.actor = '{}' and new.actor_salt is null then
      erased := erased || array['actor', 'actor_salt', 'actor_erased_by'];
    end if;
    if old.seq is not null and erased <> '{}' and to_jsonb(new) - erased = to_jsonb(old) - erased then
      return new;
    end if;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
