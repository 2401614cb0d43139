-- Whether somebody has a password of their own: whom a provider brought has none, and no way in without it.
-- +goose Up
alter table person add column has_password boolean not null default true;

-- Brought by their first sign-in at a provider, and nothing of theirs was changed since. Who has one all the same proves it by using it.
update person p set has_password = false
 where updated_at = created_at
   and exists (select from sso_identity i where i.person_id = p.id and i.created_at between p.created_at and p.created_at + interval '2 seconds');
