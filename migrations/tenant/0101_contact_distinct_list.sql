-- Whom somebody told apart is listed, the newest first; so the list is a range of an index.
-- +goose Up
create index contact_distinct_newest on contact_distinct (sub_account_id, created_at desc, a_id desc, b_id desc);
