-- The same search for servers where LIKE and @> can't be marked LEAKPROOF: under
-- row level security they would read every contact instead of the index.
-- +goose Up
-- +goose StatementBegin
create function contact_page(
    patterns text[], tag text, sort text, descending boolean, after_key text, after_id uuid, most integer)
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
        raise exception 'contact_page: no order %', sort;
    end if;
    foreach pattern in array patterns loop
        statement := statement || format(' and search_text like %L', pattern);
    end loop;
    if tag is not null then
        statement := statement || ' and tags @> array[$2]';
    end if;
    if after_id is not null then
        statement := statement || format(' and (%I, id) %s ($3::%s, $4)',
            column_name, case when descending then '<' else '>' end, kind);
    end if;
    statement := statement || format(' order by %I %s, id %s limit $5', column_name, direction, direction);
    return query execute statement
        using current_setting('omnicrm.sub_account')::uuid, tag, after_key, after_id, most;
end $$;
-- +goose StatementEnd

grant create on schema public to omnicrm_mover;
alter function contact_page(text[], text, text, boolean, text, uuid, integer) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;
