-- Who may see assigned contacts alone finds them by their owner, however many others there are.
-- +goose Up
create index contact_by_owner on contact (sub_account_id, owner_id) where deleted_at is null;
