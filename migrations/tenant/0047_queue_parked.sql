-- Parked work is looked for by people: in a sub-account by kind, and over all
-- sub-accounts of an agency by number.
-- +goose Up
create index job_parked on job (sub_account_id, finished_at, id) where state = 'parked';

-- Both count for many tenants in one statement, and neither sees more than the
-- caller could: they run with the caller's rights and enter one tenant after the
-- other, so row level security holds for each.
-- +goose StatementBegin
create function job_parked_counts(subs uuid[]) returns table (sub_account_id uuid, parked bigint, oldest timestamptz)
    language plpgsql volatile as $$
declare
    before text := current_setting('omnicrm.sub_account', true);
    sub    uuid;
begin
    foreach sub in array subs loop
        perform set_config('omnicrm.sub_account', sub::text, true);
        return query
            select sub, count(*), min(j.finished_at) from job j
             where j.sub_account_id = sub and j.state = 'parked' having count(*) > 0;
    end loop;
    perform set_config('omnicrm.sub_account', coalesce(before, ''), true);
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function event_parked_counts(subs uuid[]) returns table (sub_account_id uuid, parked bigint, oldest timestamptz)
    language plpgsql volatile as $$
declare
    before text := current_setting('omnicrm.sub_account', true);
    sub    uuid;
begin
    foreach sub in array subs loop
        perform set_config('omnicrm.sub_account', sub::text, true);
        return query
            select sub, count(*), min(p.parked_at) from event_parked p
             where p.sub_account_id = sub and p.replayed_at is null having count(*) > 0;
    end loop;
    perform set_config('omnicrm.sub_account', coalesce(before, ''), true);
end $$;
-- +goose StatementEnd
