-- By what contacts are found to be one person, and the pairs that are: kept as contacts change, so that nobody compares a
-- million with a million.
-- +goose Up
create table contact_match (
    sub_account_id uuid not null,
    contact_id     uuid not null,
    rule           text not null,
    key            text collate "C" not null,
    name           text not null, -- folded, to be compared where the key is only near
    primary key (sub_account_id, contact_id, rule, key),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id)
);

alter table contact_match enable row level security;
alter table contact_match force row level security;
create policy tenant on contact_match
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index contact_match_by_key on contact_match (sub_account_id, rule, key, contact_id);

create table contact_duplicate (
    sub_account_id uuid    not null,
    a_id           uuid    not null,
    b_id           uuid    not null,
    confidence     integer not null, -- of a hundred
    reasons        jsonb   not null,
    primary key (sub_account_id, a_id, b_id),
    foreign key (sub_account_id, a_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, b_id) references contact (sub_account_id, id),
    constraint contact_duplicate_order check (a_id < b_id)
);

alter table contact_duplicate enable row level security;
alter table contact_duplicate force row level security;
create policy tenant on contact_duplicate
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index contact_duplicate_by_confidence on contact_duplicate (sub_account_id, confidence desc, a_id, b_id);
create index contact_duplicate_other on contact_duplicate (sub_account_id, b_id);

-- Pairs of whom somebody said that they are not the same.
create table contact_distinct (
    sub_account_id uuid        not null,
    a_id           uuid        not null,
    b_id           uuid        not null,
    author         jsonb       not null,
    created_at     timestamptz not null,
    primary key (sub_account_id, a_id, b_id),
    foreign key (sub_account_id, a_id) references contact (sub_account_id, id),
    foreign key (sub_account_id, b_id) references contact (sub_account_id, id),
    constraint contact_distinct_order check (a_id < b_id)
);

alter table contact_distinct enable row level security;
alter table contact_distinct force row level security;
create policy tenant on contact_distinct
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index contact_distinct_other on contact_distinct (sub_account_id, b_id);

-- How far the contacts from before have been looked at.
create table contact_match_walk (
    sub_account_id uuid    not null,
    scheme         integer not null, -- of the keys: another one begins anew
    after_id       uuid    not null,
    done           boolean not null,
    primary key (sub_account_id)
);

alter table contact_match_walk enable row level security;
alter table contact_match_walk force row level security;
create policy tenant on contact_match_walk
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
