-- Every call to the carrier has its row before it is made, so that no text is sent twice.
-- +goose Up
create table sms_attempt (
    sub_account_id  uuid        not null,
    id              uuid        not null,
    message_id      uuid        not null,
    number          integer     not null,
    state           text        not null,
    account_sid     text        not null,
    from_address    text        not null,
    to_address      text        not null,
    provider_id     text        not null default '',
    provider_status text        not null default '',
    error_code      text        not null default '',
    detail          text        not null default '',
    -- A server error: the carrier may hold the text all the same, so it is asked
    -- before another attempt is made.
    doubtful        boolean     not null default false,
    -- How often the carrier was asked what became of it.
    lookups         integer     not null default 0,
    started_at      timestamptz not null,
    answered_at     timestamptz,
    primary key (sub_account_id, id),
    constraint sms_attempt_number_key unique (sub_account_id, message_id, number),
    foreign key (sub_account_id, message_id) references message (sub_account_id, id),
    constraint sms_attempt_state check (state in ('started', 'accepted', 'refused', 'rejected', 'unknown', 'absent', 'ambiguous'))
);

alter table sms_attempt enable row level security;
alter table sms_attempt force row level security;
create policy tenant on sms_attempt
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create unique index sms_attempt_provider_key on sms_attempt (sub_account_id, provider_id) where provider_id <> '';
create index sms_attempt_by_address on sms_attempt (sub_account_id, to_address, started_at);
