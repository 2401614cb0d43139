-- A contact's company is one that there is. Rows of before are not looked through: none has a company yet.
-- +goose Up
alter table contact add constraint contact_company foreign key (sub_account_id, company_id)
    references company (sub_account_id, id) not valid;
