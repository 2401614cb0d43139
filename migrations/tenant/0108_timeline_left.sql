-- A contact that went from one company to another is told in the timelines of both.
-- +goose Up
alter table timeline add column left_company_id uuid;
alter table timeline add constraint timeline_left foreign key (sub_account_id, left_company_id) references company (sub_account_id, id) not valid;

create index timeline_of_left on timeline (sub_account_id, left_company_id, occurred_at, id) where left_company_id is not null;
