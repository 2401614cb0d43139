-- Who made a key or an app: their kind and id beside the name that they had then, which is not theirs alone and may change.
-- +goose Up
alter table api_key
  add column created_by_kind text not null default '', -- empty: not known
  add column created_by_id   text not null default '';
alter table oauth_app
  add column created_by_kind text not null default '',
  add column created_by_id   text not null default '';

-- The audit of the administration knows.
update api_key k set created_by_kind = coalesce(e.actor_kind, e.actor->>'kind', ''), created_by_id = coalesce(e.actor_id, e.actor->>'id', '')
  from audit_entry e where e.agency_id = k.agency_id and e.subject_id = k.id and e.action = 'api_key.created';
update oauth_app a set created_by_kind = coalesce(e.actor_kind, e.actor->>'kind', ''), created_by_id = coalesce(e.actor_id, e.actor->>'id', '')
  from audit_entry e where e.agency_id = a.agency_id and e.subject_id = a.id and e.action = 'oauth_app.created';
