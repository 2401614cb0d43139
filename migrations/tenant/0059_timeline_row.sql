-- What happened to a contact, whatever record it happened to, as one range of an index; it outlives the events it is made of.
-- +goose Up
create table timeline (
    sub_account_id uuid        not null,
    id             uuid        not null, -- the event's; a message's own, as its later events change its row
    contact_id     uuid        not null,
    category       text        not null,
    kind           text        not null,
    record_id      uuid,                 -- the note, task, file, message or thread
    detail         jsonb       not null,
    actor          jsonb       not null,
    occurred_at    timestamptz not null,
    primary key (sub_account_id, id),
    foreign key (sub_account_id, contact_id) references contact (sub_account_id, id)
);

alter table timeline enable row level security;
alter table timeline force row level security;
create policy tenant on timeline
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index timeline_of_contact on timeline (sub_account_id, contact_id, occurred_at, id);
