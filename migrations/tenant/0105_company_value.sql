-- Values of unique fields of companies that are not deleted, once more. Nothing else is looked up by a company's values: there
-- are few companies.
-- +goose Up
create table company_value (
    sub_account_id uuid not null,
    field_id       uuid not null,
    company_id     uuid not null,
    text           text not null,
    primary key (sub_account_id, field_id, company_id),
    foreign key (sub_account_id, company_id) references company (sub_account_id, id),
    foreign key (sub_account_id, field_id) references custom_field (sub_account_id, id)
);

create unique index company_value_key on company_value (sub_account_id, field_id, text);
create index company_value_of_company on company_value (sub_account_id, company_id);

alter table company_value enable row level security;
alter table company_value force row level security;
create policy tenant on company_value
    using (sub_account_id = current_setting('omnicrm.sub_account')::uuid)
    with check (sub_account_id = current_setting('omnicrm.sub_account')::uuid);
