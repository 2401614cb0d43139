-- Where LIKE, @> and && can't be marked LEAKPROOF, row level security would keep a filter from the indexes of texts and
-- tags. These look one condition up past it, for the tenant of the same setting: a filter then joins what they find.
-- Their statements are fixed and their arguments values, so there is nothing that a filter could add to them.
-- +goose Up
create function contact_with_text(pattern text) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
    select id from contact
     where sub_account_id = current_setting('omnicrm.sub_account')::uuid and deleted_at is null and search_text like pattern
$$;

-- +goose StatementBegin
create function contact_with_tags(wanted text[], whole boolean) returns setof uuid
    language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if whole then
        return query select id from contact
            where sub_account_id = current_setting('omnicrm.sub_account')::uuid and deleted_at is null and tags @> wanted;
    else
        return query select id from contact
            where sub_account_id = current_setting('omnicrm.sub_account')::uuid and deleted_at is null and tags && wanted;
    end if;
end $$;
-- +goose StatementEnd

grant create on schema public to omnicrm_mover;
alter function contact_with_text(text) owner to omnicrm_mover;
alter function contact_with_tags(text[], boolean) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
