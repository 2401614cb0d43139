-- What happened to a company, and to its contacts while they belonged to it, is a timeline too: one range of an index.
-- +goose Up
alter table timeline alter column contact_id drop not null; -- null: it happened to the company itself
alter table timeline add column company_id uuid;
alter table timeline add constraint timeline_company foreign key (sub_account_id, company_id) references company (sub_account_id, id) not valid;
alter table timeline add constraint timeline_of_somebody check (contact_id is not null or company_id is not null) not valid;

create index timeline_of_company on timeline (sub_account_id, company_id, occurred_at, id) where company_id is not null;
