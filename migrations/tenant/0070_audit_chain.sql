-- A chain of hashes over a sub-account's entries, signed now and then: who changes, removes or reorders one is found out.
-- The values stand beside what is hashed, so that a person's data can go while the chain still verifies.
-- +goose Up
alter table audit_entry
    add column seq         bigint,      -- its place in the chain, from 1, without gaps; null until it is chained
    add column paths       text[],      -- the fields that changed
    add column contact_id  uuid,        -- the contact whose data it holds besides its subject
    add column actor_kind  text,
    add column actor_id    text,
    add column actor_salt  bytea,
    add column actor_hash  bytea,       -- SHA-256 over the salt and the actor
    add column salt        bytea,
    add column before_hash bytea,       -- SHA-256 over the salt and the value; null without one
    add column after_hash  bytea,
    add column prev_hash   bytea,
    add column hash        bytea,
    add column erased_at   timestamptz, -- the values are gone
    add column erased_by   uuid;        -- by which entry
create unique index audit_entry_chain on audit_entry (sub_account_id, seq) where seq is not null;
create index audit_entry_unchained on audit_entry (sub_account_id, occurred_at, id) where seq is null;
create index audit_entry_actor on audit_entry (sub_account_id, actor_id, occurred_at desc, id desc);
create index audit_entry_contact on audit_entry (sub_account_id, contact_id) where contact_id is not null;

create table audit_chain (
    sub_account_id uuid   not null,
    seq            bigint not null default 0, -- of the last entry
    hash           bytea  not null default '',
    primary key (sub_account_id)
);

-- What the chain was at some time, signed. A cut is where older entries end.
create table audit_checkpoint (
    sub_account_id uuid        not null,
    id             uuid        not null,
    seq            bigint      not null,
    hash           bytea       not null,
    kind           text        not null check (kind in ('periodic', 'cut')),
    key_id         text        not null,
    signature      bytea       not null,
    created_at     timestamptz not null,
    primary key (sub_account_id, id)
);
create index audit_checkpoint_seq on audit_checkpoint (sub_account_id, seq);

create table audit_policy (
    sub_account_id uuid        not null,
    retention_days integer     not null check (retention_days between 30 and 3650),
    version        bigint      not null default 1,
    updated_at     timestamptz not null,
    primary key (sub_account_id)
);

alter table audit_chain enable row level security;
alter table audit_chain force row level security;
create policy tenant on audit_chain
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
alter table audit_checkpoint enable row level security;
alter table audit_checkpoint force row level security;
create policy tenant on audit_checkpoint
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
alter table audit_policy enable row level security;
alter table audit_policy force row level security;
create policy tenant on audit_policy
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- An entry may change twice: once when it is chained, and once when its values are erased. Nothing else of it may.
grant update (seq, paths, contact_id, actor_kind, actor_id, actor_salt, actor_hash, salt, before_hash, after_hash,
              prev_hash, hash, before, after, erased_at, erased_by) on audit_entry to omnicrm_app;
-- +goose StatementBegin
create or replace function audit_entry_append_only() returns trigger language plpgsql as $$
declare
    chained text[] := array['seq', 'paths', 'contact_id', 'actor_kind', 'actor_id', 'actor_salt', 'actor_hash', 'salt',
                            'before_hash', 'after_hash', 'prev_hash', 'hash'];
    erased  text[] := array['before', 'after', 'salt', 'erased_at', 'erased_by'];
begin
    if tg_op = 'DELETE' and current_user = 'omnicrm_mover' then
        return old;
    end if;
    if tg_op = 'UPDATE' then
        if old.seq is null and new.seq is not null and to_jsonb(new) - chained = to_jsonb(old) - chained then
            return new;
        end if;
        if old.seq is not null and old.erased_at is null and new.erased_at is not null and new.erased_by is not null
           and new.before is null and new.after is null and new.salt is null
           and to_jsonb(new) - erased = to_jsonb(old) - erased then
            return new;
        end if;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd

revoke update, delete, truncate on audit_checkpoint from omnicrm_app;
revoke update, truncate on audit_checkpoint from omnicrm_mover;
-- +goose StatementBegin
create function audit_checkpoint_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_user = 'omnicrm_mover' then
        return old;
    end if;
    raise exception 'audit_checkpoint is append-only' using errcode = 'insufficient_privilege';
end $$;
-- +goose StatementEnd
create trigger audit_checkpoint_append_only before update or delete on audit_checkpoint
    for each row execute function audit_checkpoint_append_only();
create trigger audit_checkpoint_no_truncate before truncate on audit_checkpoint
    for each statement execute function audit_checkpoint_append_only();

-- Takes away what is older than the policy, up to a signed cut, of the sub-account of the transaction alone.
-- +goose StatementBegin
create function audit_prune(upto bigint, most integer) returns bigint
    language plpgsql volatile security definer set search_path = public, pg_temp as $$
declare
    sub  uuid := current_setting('omnicrm.sub_account')::uuid;
    days integer := coalesce((select p.retention_days from audit_policy p where p.sub_account_id = sub), 400);
    gone bigint;
begin
    if not exists (select from audit_checkpoint c where c.sub_account_id = sub and c.kind = 'cut' and c.seq = upto) then
        raise exception 'audit_prune needs a cut' using errcode = 'insufficient_privilege';
    end if;
    delete from audit_entry e using (
        select o.id from audit_entry o where o.sub_account_id = sub and o.seq <= upto and o.occurred_at < now() - make_interval(days => days)
         order by o.seq limit most) old
     where e.sub_account_id = sub and e.id = old.id;
    get diagnostics gone = row_count;
    return gone;
end $$;
-- +goose StatementEnd
grant create on schema public to omnicrm_mover;
alter function audit_prune(bigint, integer) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
