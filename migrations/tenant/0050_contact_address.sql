-- A contact has any number of e-mail addresses and phone numbers, and the columns of a CRM. contact.email and
-- contact.phone stay: they are the primary ones, which the release before reads and writes.
-- +goose Up
alter table contact
    add column company_id  uuid,
    add column job_title   text    not null default '',
    add column street      text    not null default '',
    add column city        text    not null default '',
    add column region      text    not null default '',
    add column postal_code text    not null default '',
    add column country     text    not null default '',
    add column timezone    text    not null default '',
    add column birthday    date,
    add column first_touch jsonb,
    add column last_touch  jsonb,
    add column followers   uuid[]  not null default '{}',
    add column dnd         text[]  not null default '{}',
    add column score       integer not null default 0,
    -- Values by the key of their field, as modules/contact writes them.
    add column custom      jsonb   not null default '{}';

create index contact_by_custom on contact using gin (sub_account_id, custom jsonb_path_ops) where deleted_at is null and custom <> '{}';
create index contact_by_follower on contact using gin (sub_account_id, followers) where deleted_at is null;
create index contact_by_company on contact (sub_account_id, company_id) where company_id is not null and deleted_at is null;

create table contact_address (
    sub_account_id uuid        not null,
    id             uuid        not null,
    contact_id     uuid        not null,
    kind           text        not null,
    value          text        not null,
    label          text        not null default '',
    is_primary     boolean     not null default false,
    state          text        not null default 'ok',
    -- Of a deleted contact: free for another one.
    released       boolean     not null default false,
    created_at     timestamptz not null,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id),
    constraint contact_address_kind check (kind in ('email', 'phone')),
    constraint contact_address_state check (state in ('ok', 'bounced', 'complained', 'invalid')),
    constraint contact_address_form check (value <> '' and (kind <> 'phone' or value ~ '^(\+[1-9][0-9]{1,14}|[0-9]{3,8})$'))
);

alter table contact_address enable row level security;
alter table contact_address force row level security;
create policy tenant on contact_address
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create unique index contact_address_key on contact_address (sub_account_id, kind, value) where not released;
create unique index contact_address_primary on contact_address (sub_account_id, contact_id, kind) where is_primary;
create index contact_address_by_contact on contact_address (sub_account_id, contact_id);

-- Whoever writes contact alone, as the release before does, has its primary ones mirrored: so an address belongs to one
-- contact, whichever release keeps it. Who writes contact_address itself says so by omnicrm.addresses = 'written' in
-- its transaction. The trigger goes with the release after the next.
-- +goose StatementBegin
create function contact_mirror() returns trigger language plpgsql as $$
declare
    gone  boolean := new.deleted_at is not null;
    other text;
    one   record;
begin
    for one in select * from (values ('email', new.email), ('phone', new.phone)) as v (kind, value) loop
        if one.value = '' then
            continue when tg_op = 'INSERT';
            delete from contact_address
             where sub_account_id = new.sub_account_id and contact_id = new.id and kind = one.kind and is_primary;
            continue;
        end if;
        if tg_op = 'UPDATE' then
            delete from contact_address
             where sub_account_id = new.sub_account_id and contact_id = new.id and kind = one.kind and value = one.value and not is_primary;
        end if;
        insert into contact_address (sub_account_id, id, contact_id, kind, value, is_primary, released, created_at)
        values (new.sub_account_id, gen_random_uuid(), new.id, one.kind, one.value, true, gone, new.created_at)
        on conflict (sub_account_id, contact_id, kind) where is_primary do update
           set value = excluded.value, state = 'ok' where contact_address.value <> excluded.value;
    end loop;
    if tg_op = 'INSERT' then
        return null;
    end if;
    if gone and old.deleted_at is not null and new.email = '' and new.phone = '' then -- erased
        delete from contact_address where sub_account_id = new.sub_account_id and contact_id = new.id;
        return new;
    end if;
    update contact_address set released = gone
     where sub_account_id = new.sub_account_id and contact_id = new.id and released <> gone;
    -- The release before knows of one of each: the others stay findable.
    for other in select value from contact_address
                  where sub_account_id = new.sub_account_id and contact_id = new.id and not is_primary order by created_at, id loop
        if strpos(new.search_text, other) = 0 then
            new.search_text := new.search_text || ' ' || other;
        end if;
    end loop;
    return new;
end $$;
-- +goose StatementEnd

create trigger contact_mirror_new after insert on contact
    for each row when (coalesce(current_setting('omnicrm.addresses', true), '') <> 'written')
    execute function contact_mirror();
create trigger contact_mirror_change before update on contact
    for each row when (coalesce(current_setting('omnicrm.addresses', true), '') <> 'written')
    execute function contact_mirror();
