-- A part of a name that one contact in two hundred has is looked up, and one that many have is met on the way through the list:
-- a hundred samples, one in a hundred contacts, can't tell the one from the other.
-- +goose Up
alter table contact alter column search_text set statistics 400;
analyze contact (search_text);
