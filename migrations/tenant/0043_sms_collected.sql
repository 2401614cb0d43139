-- Up to when the carrier's list of received texts was looked through: what its webhooks could not tell us is taken from there.
-- +goose Up
create table sms_collected (
    sub_account_id uuid        not null,
    id             uuid        not null,
    number         text        not null,
    until          timestamptz not null,
    primary key (sub_account_id, id),
    constraint sms_collected_number_key unique (sub_account_id, number)
);

alter table sms_collected enable row level security;
alter table sms_collected force row level security;
create policy tenant on sms_collected
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
