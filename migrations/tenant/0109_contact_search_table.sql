-- What contacts are searched by stands in a table of its own: every change of a contact writes all indexes of its table, and
-- that of searches is one of the two dearest, while a tag or an owner changes nothing that anybody searches by. See
-- docs/adr/0054. The column goes in the same step: no release has read it.
-- +goose Up
create table contact_search (
    sub_account_id uuid        not null,
    contact_id     uuid        not null,
    -- sort_name and created_at of the contact, so that a page of a search is read here alone.
    name           text        collate "C" not null,
    created        timestamptz not null,
    -- Folded by modules/contact: names, addresses and numbers. A deleted contact has no row.
    text           text        not null,
    primary key (sub_account_id, contact_id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id) on delete cascade
);

alter table contact_search enable row level security;
alter table contact_search force row level security;
create policy tenant on contact_search
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- Row level security holds for the owner too; who moves tenants is let through.
create function contact_fill_search() returns void
    language sql volatile security definer set search_path = public, pg_temp as $$
    insert into contact_search (sub_account_id, contact_id, name, created, text)
    select sub_account_id, id, sort_name, created_at, search_text from contact where deleted_at is null
$$;
grant create on schema public to omnicrm_mover;
alter function contact_fill_search() owner to omnicrm_mover;
select contact_fill_search();
drop function contact_fill_search();

create index contact_search_by_name on contact_search (sub_account_id, name, contact_id);
create index contact_search_by_creation on contact_search (sub_account_id, created, contact_id);
create index contact_search_by_text on contact_search using gin (sub_account_id, text gin_trgm_ops);
alter table contact_search alter column text set statistics 400; -- as 0106 says
analyze contact_search;

drop function contact_page(text[], text, text, boolean, text, uuid, integer);
drop function contact_search(text[], text, text, boolean, text, uuid, integer, text, text, boolean);

-- A page of a search where LIKE and @> can't be marked LEAKPROOF: see 0011 and 0048.
-- +goose StatementBegin
create function contact_found(
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
    statement   text := 'select id from contact where contact.sub_account_id = $1 and deleted_at is null';
    name_column text := 'sort_name';
    id_column   text := 'id';
    pattern     text;
begin
    if column_name is null then
        raise exception 'contact_found: no order %', sort;
    end if;
    if cardinality(patterns) > 0 then
        statement := 'select id from contact join contact_search s on s.contact_id = id'
            || ' where s.sub_account_id = $1 and contact.sub_account_id = $1 and deleted_at is null';
        name_column := 's.name';
        id_column := 's.contact_id';
        column_name := case sort when 'name' then 's.name' when 'created_at' then 's.created' else column_name end;
        foreach pattern in array patterns loop
            if pattern like '\% %' then -- a word's beginning may be the text's own
                statement := statement || format(' and (text like %L or text like %L)', pattern, substr(pattern, 3));
            else
                statement := statement || format(' and text like %L', pattern);
            end if;
        end loop;
    end if;
    if tag is not null then
        statement := statement || ' and tags @> array[$2]';
    end if;
    if from_name is not null then
        statement := statement || case when outside then ' and not' else ' and' end 
            || format(' (%1$s >= $6 and %1$s < $7)', name_column);
    end if;
    if after_id is not null then
        statement := statement || format(' and (%s, %s) %s ($3::%s, $4)',
            column_name, id_column, case when descending then '<' else '>' end, kind);
    end if;
    statement := statement || format(' order by %s %s, %s %s limit $5', column_name, direction, id_column, direction);
    return query execute statement
        using current_setting('omnicrm.sub_account')::uuid, tag, after_key, after_id, most, from_name, to_name;
end $$;
-- +goose StatementEnd

create or replace function contact_with_text(pattern text) returns setof uuid
    language sql stable security definer set search_path = public, pg_temp as $$
    select contact_id from contact_search
     where sub_account_id = current_setting('omnicrm.sub_account')::uuid and text like pattern
$$;
alter function contact_found(text[], text, text, boolean, text, uuid, integer, text, text, boolean) owner to omnicrm_mover;
revoke create on schema public from omnicrm_mover;

alter table contact drop column search_text; -- its index goes with it
