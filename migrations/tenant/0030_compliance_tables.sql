-- Who asked not to be written to, in which words, and what follows from it.
-- +goose Up
create table opt_out (
    sub_account_id uuid        not null,
    id             uuid        not null,
    channel        text        not null,
    address        text        not null,
    change         text        not null,
    source         text        not null,
    words          text        not null,
    message_id     uuid,
    contact_id     uuid,
    actor_kind     text        not null,
    actor_id       text        not null default '',
    actor_name     text        not null default '',
    actor_ip       text        not null default '',
    at             timestamptz not null,
    primary key (sub_account_id, id),
    constraint opt_out_change check (change in ('out', 'in'))
);

alter table opt_out enable row level security;
alter table opt_out force row level security;
create policy tenant on opt_out
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

create index opt_out_by_address on opt_out (sub_account_id, address, at);

-- Evidence is never edited: 16 CFR 310.5 asks for five years of it.
-- +goose StatementBegin
create function opt_out_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'opt_out is append-only';
end $$;
-- +goose StatementEnd
create trigger opt_out_append_only before update on opt_out
    for each row execute function opt_out_append_only();

-- The present state that the gate reads; opt_out says how it came about.
create table suppression (
    sub_account_id uuid        not null,
    id             uuid        not null,
    channel        text        not null,
    address        text        not null,
    opted_out      boolean     not null,
    opt_out_id     uuid        not null,
    since          timestamptz not null,
    primary key (sub_account_id, id),
    constraint suppression_address_key unique (sub_account_id, address, channel),
    foreign key (sub_account_id, opt_out_id) references opt_out (sub_account_id, id)
);

alter table suppression enable row level security;
alter table suppression force row level security;
create policy tenant on suppression
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);

-- A sub-account's own choices; no row means the defaults of modules/compliance.
create table compliance_policy (
    sub_account_id   uuid not null,
    id               uuid not null,
    revocation_scope text not null,
    primary key (sub_account_id, id),
    constraint compliance_policy_one unique (sub_account_id),
    constraint compliance_policy_scope check (revocation_scope in ('all', 'channel'))
);

alter table compliance_policy enable row level security;
alter table compliance_policy force row level security;
create policy tenant on compliance_policy
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
