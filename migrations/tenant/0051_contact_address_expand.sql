-- What contacts have in email and phone, as rows of contact_address. A migration of its own: the lock that a new trigger
-- needs is not held meanwhile, and whoever writes meanwhile has it mirrored by that trigger.
-- +goose Up
-- +goose StatementBegin
create function contact_expand_addresses() returns void
    language sql volatile security definer set search_path = public, pg_temp as $$
    insert into contact_address (sub_account_id, id, contact_id, kind, value, is_primary, released, created_at)
    select c.sub_account_id, gen_random_uuid(), c.id, v.kind, v.value, true, c.deleted_at is not null, c.created_at
      from contact c cross join lateral (values ('email', c.email), ('phone', c.phone)) as v (kind, value)
     where v.value <> ''
    on conflict do nothing
$$;
-- +goose StatementEnd

-- Row level security holds for the owner too; who moves tenants is let through.
grant create on schema public to omnicrm_mover;
alter function contact_expand_addresses() owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
select contact_expand_addresses();
drop function contact_expand_addresses();
