-- The serving role loses what it never needed: the counters behind identity columns, which tell how much all tenants
-- of the database do, and goose's own tables, through which it could have the migrations run again or never.
-- +goose Up
revoke all on all sequences in schema public from omnicrm_app;
alter default privileges in schema public revoke all on sequences from omnicrm_app;
revoke all on goose_db_version from omnicrm_app, omnicrm_mover;
-- +goose StatementBegin
do $$
begin
  if to_regclass('public.goose_lock') is not null then
    revoke all on goose_lock from omnicrm_app, omnicrm_mover;
  end if;
end
$$;
-- +goose StatementEnd
