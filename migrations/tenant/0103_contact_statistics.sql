-- What the planner has to know to choose between walking through a list in its order and looking up: which tags one contact
-- in a thousand has, which it forgets below three in two thousand by default, and how common a folded name is.
-- +goose Up
alter table contact alter column tags set statistics 400;
create statistics contact_first_name on (fold(first_name)) from contact;
create statistics contact_last_name on (fold(last_name)) from contact;
analyze contact (tags, first_name, last_name);
