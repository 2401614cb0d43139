-- What happened is kept twice, in events and in the audit, each with a record before and after: to press it by lz4 costs a
-- fraction of pglz's time. Servers built without lz4 stay with pglz; what is there already is read as it is.
-- +goose Up
-- +goose StatementBegin
do $$
begin
    if exists (select from pg_settings where name = 'default_toast_compression' and 'lz4' = any(enumvals)) then
        alter table event alter column payload set compression lz4;
        alter table audit_entry alter column before set compression lz4, alter column after set compression lz4;
        alter table contact alter column custom set compression lz4;
    end if;
end $$;
-- +goose StatementEnd
