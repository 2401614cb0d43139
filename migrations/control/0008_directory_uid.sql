-- The operator finds an entry by its resource's uid, so that an entry that was renamed by hand is not made a second time.
-- +goose Up
create index agency_uid on agency (uid);
create index sub_account_uid on sub_account (uid);
