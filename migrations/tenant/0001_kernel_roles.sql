-- What every later table stands on: extensions for search, and the rights that
-- new tables give to the four roles.
-- +goose Up
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

revoke create on schema public from public;
grant usage on schema public to omnicrm_app, omnicrm_readonly, omnicrm_mover;

alter default privileges in schema public grant select, insert, update, delete on tables to omnicrm_app, omnicrm_mover;
alter default privileges in schema public grant select on tables to omnicrm_readonly;
alter default privileges in schema public grant usage, select on sequences to omnicrm_app, omnicrm_mover;
alter default privileges revoke execute on functions from public;
alter default privileges in schema public grant execute on functions to omnicrm_app, omnicrm_mover, omnicrm_readonly;
