-- Who did what in the administration: sign-ins, invitations, keys, suspensions. Written once, never changed; no foreign
-- keys, as it outlives what it tells of.
-- +goose Up
create table audit_entry (
  id             uuid primary key,
  agency_id      uuid, -- null: the platform's own, such as a database
  sub_account_id uuid,
  action         text not null,
  subject_id     uuid,
  actor          jsonb not null,
  detail         jsonb not null,
  occurred_at    timestamptz not null
);
create index audit_entry_agency on audit_entry (agency_id, occurred_at desc, id desc);
create index audit_entry_sub_account on audit_entry (sub_account_id, occurred_at desc, id desc) where sub_account_id is not null;

-- +goose StatementBegin
do $$
begin
  if exists (select from pg_roles where rolname = 'omnicrm_app') then
    revoke update, delete, truncate on audit_entry from omnicrm_app;
  end if;
end
$$;
-- +goose StatementEnd
-- +goose StatementBegin
create function audit_entry_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit_entry is append-only' using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger audit_entry_append_only before update or delete on audit_entry
  for each row execute function audit_entry_append_only();
create trigger audit_entry_no_truncate before truncate on audit_entry
  for each statement execute function audit_entry_append_only();
