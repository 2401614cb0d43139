-- Whether the letters of a file to import are what they were found to be: where it isn't certain, a person looks at them.
-- +goose Up
alter table import add column encoding_certain boolean not null default true;
