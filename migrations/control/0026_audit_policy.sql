-- How long an agency's administration is kept in the audit. Without a row: for good.
-- +goose Up
create table audit_policy (
  agency_id      uuid primary key,
  retention_days integer not null check (retention_days = 0 or retention_days between 30 and 3650), -- 0: for good
  version        bigint not null,
  updated_at     timestamptz not null
);

-- Whoever deletes an entry: it has to be older than its agency's policy, and before a signed cut.
-- +goose StatementBegin
create function audit_entry_expired(agency uuid, place bigint, at timestamptz) returns boolean
  language sql stable set search_path = public, pg_temp as $$
  select exists (select from audit_policy p where p.agency_id = agency and p.retention_days > 0
                   and at < now() - make_interval(days => p.retention_days))
     and exists (select from audit_checkpoint c where c.chain_id = agency and c.kind = 'cut' and c.seq >= place)
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create or replace function audit_entry_append_only() returns trigger language plpgsql as $$
declare
  chained text[] := array['seq', 'actor_kind', 'actor_id', 'actor_salt', 'actor_hash', 'salt', 'detail_hash', 'prev_hash', 'hash'];
  erased  text[] := '{}';
begin
  if tg_op = 'DELETE' and tg_table_name = 'audit_entry' then
    if audit_entry_expired(old.agency_id, old.seq, old.occurred_at) then
      return old;
    end if;
  end if;
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

-- Takes away what the policy no longer keeps, for whoever may not delete.
-- +goose StatementBegin
create function audit_prune(agency uuid, upto bigint, most integer) returns bigint
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
  gone bigint;
begin
  delete from audit_entry e using (
    select o.id from audit_entry o
     where coalesce(o.agency_id, '00000000-0000-0000-0000-000000000000') = agency and o.seq <= upto
       and audit_entry_expired(o.agency_id, o.seq, o.occurred_at)
     order by o.seq limit most) old
   where e.id = old.id;
  get diagnostics gone = row_count;
  return gone;
end $$;
-- +goose StatementEnd
-- +goose StatementBegin
do $$
begin
  revoke all on function audit_prune(uuid, bigint, integer) from public;
  if exists (select from pg_roles where rolname = 'omnicrm_app') then
    grant execute on function audit_prune(uuid, bigint, integer) to omnicrm_app;
  end if;
end
$$;
-- +goose StatementEnd
