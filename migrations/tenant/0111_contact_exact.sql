-- What of a contact's custom fields filters ask for exactly stands once more, by itself, and carries the index: every change
-- of a contact writes all indexes of its table, and an entry for each of fifty fields was the dearest of them, most of them for
-- texts, which are never looked up so. See docs/adr/0055. There is no release yet that writes contacts without it.
-- +goose Up
drop index contact_by_custom;
-- The values of custom whose kinds are asked for exactly, as modules/contact (Field.exact) says.
alter table contact add column custom_exact jsonb not null default '{}';

-- Row level security holds for the owner too; who moves tenants is let through.
create function contact_fill_exact() returns void
    language sql volatile security definer set search_path = public, pg_temp as $$
    update contact c set custom_exact = found.values
      from (select c.sub_account_id, c.id, jsonb_object_agg(v.key, v.value) as values
              from contact c cross join jsonb_each(c.custom) v
              join custom_field f on f.sub_account_id = c.sub_account_id and f.object = 'contact' and f.key = v.key
             where c.custom <> '{}'
               and f.kind in ('number', 'money', 'phone', 'email', 'select', 'multi_select', 'checkbox', 'file', 'reference')
             group by c.sub_account_id, c.id) found
     where c.sub_account_id = found.sub_account_id and c.id = found.id
$$;
grant create on schema public to omnicrm_mover;
alter function contact_fill_exact() owner to omnicrm_mover;
select contact_fill_exact();
drop function contact_fill_exact();

create index contact_by_custom on contact using gin (sub_account_id, custom_exact jsonb_path_ops)
    where deleted_at is null and custom_exact <> '{}';
analyze contact (custom_exact);

create or replace function contact_with_custom(wanted jsonb) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
    select id from contact
     where sub_account_id = current_setting('omnicrm.sub_account')::uuid and deleted_at is null
       and custom_exact <> '{}' and custom_exact @> wanted
$$;
alter function contact_with_custom(jsonb) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
