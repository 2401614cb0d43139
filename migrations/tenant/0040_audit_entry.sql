-- Who did what to which record of a sub-account, and what it was before: written once, never changed.
-- +goose Up
create table audit_entry (
    sub_account_id uuid        not null,
    id             uuid        not null, -- of the event: an event that is processed again writes nothing new
    kind           text        not null,
    subject_kind   text        not null,
    subject_id     uuid        not null,
    actor          jsonb       not null,
    before         jsonb,
    after          jsonb,
    occurred_at    timestamptz not null,
    primary key (sub_account_id, id)
);

create index audit_entry_time on audit_entry (sub_account_id, occurred_at desc, id desc);
create index audit_entry_subject on audit_entry (sub_account_id, subject_id, occurred_at desc, id desc);

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy tenant on audit_entry
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- Two locks on the same door: the application has no right to change an entry, and the trigger stops its owner too.
-- omnicrm_mover alone deletes, when a whole sub-account is moved or purged.
revoke update, delete, truncate on audit_entry from omnicrm_app;
revoke update, truncate on audit_entry from omnicrm_mover;
-- +goose StatementBegin
create function audit_entry_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_user = 'omnicrm_mover' then
        return old;
    end if;
    raise exception 'audit_entry is append-only' using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger audit_entry_append_only before update or delete on audit_entry
    for each row execute function audit_entry_append_only();
create trigger audit_entry_no_truncate before truncate on audit_entry
    for each statement execute function audit_entry_append_only();
