-- What stood beside contact_address for a release that wrote contact alone, and was written with every change of a contact: the
-- mirror, and two unique indexes that say what contact_address_key says. No release of before is left to run beside this one.
-- Rows of a bulk action are written in a transaction that holds the action: a check of each cost more than what it guards.
-- +goose Up
drop trigger contact_mirror_new on contact;
drop trigger contact_mirror_change on contact;
drop function contact_mirror();
drop index contact_phone_key;
drop index contact_email_key;
alter table bulk_change drop constraint bulk_change_sub_account_id_bulk_id_fkey;
