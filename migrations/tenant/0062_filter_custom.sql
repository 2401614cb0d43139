-- What 0061 does for texts and tags, for custom fields.
-- +goose Up
create function contact_with_custom(wanted jsonb) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
    select id from contact
     where sub_account_id = current_setting('omnicrm.sub_account')::uuid and deleted_at is null and custom <> '{}' and custom @> wanted
$$;

grant create on schema public to omnicrm_mover;
alter function contact_with_custom(jsonb) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
