-- A page of a search by name begins with the names that begin with what was asked: they are one range of an index, where
-- the letters in the middle of a common name would be looked for from A to Z. contact_page stays for
-- the release before.
-- +goose Up
-- +goose StatementBegin
create function contact_search(
    patterns text[], tag text, sort text, descending boolean, after_key text, after_id uuid, most integer,
    from_name text, to_name text, outside boolean)
    returns setof uuid
    language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    column_name text := case sort when 'name' then 'sort_name' when 'created_at' then 'created_at' when 'updated_at' then 'updated_at' end;
    kind        text := case sort when 'name' then 'text' else 'timestamptz' end;
    direction   text := case when descending then 'desc' else 'asc' end;
    -- The function reads past row level security, so the tenant comes from the
    -- same setting as the policy's, never from an argument.
    statement   text := 'select id from contact where sub_account_id = $1 and deleted_at is null';
    pattern     text;
begin
    if column_name is null then
        raise exception 'contact_search: no order %', sort;
    end if;
    foreach pattern in array patterns loop
        if pattern like '\% %' then -- a word's beginning may be the text's own
            statement := statement || format(' and (search_text like %L or search_text like %L)', pattern, substr(pattern, 3));
        else
            statement := statement || format(' and search_text like %L', pattern);
        end if;
    end loop;
    if tag is not null then
        statement := statement || ' and tags @> array[$2]';
    end if;
    if from_name is not null then
        statement := statement || case when outside then ' and not' else ' and' end || ' (sort_name >= $6 and sort_name < $7)';
    end if;
    if after_id is not null then
        statement := statement || format(' and (%I, id) %s ($3::%s, $4)',
            column_name, case when descending then '<' else '>' end, kind);
    end if;
    statement := statement || format(' order by %I %s, id %s limit $5', column_name, direction, direction);
    return query execute statement
        using current_setting('omnicrm.sub_account')::uuid, tag, after_key, after_id, most, from_name, to_name;
end $$;
-- +goose StatementEnd

grant create on schema public to omnicrm_mover;
alter function contact_search(text[], text, text, boolean, text, uuid, integer, text, text, boolean) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
