-- Apps of others call the API for a person, as far as the person let them: OAuth 2.1.
-- +goose Up
create table oauth_app (
  id            uuid primary key, -- also its client_id
  agency_id     uuid not null references agency on delete cascade,
  name          text not null,
  homepage      text not null default '',
  redirect_uris text[] not null,
  scopes        text[] not null, -- the most that it may ask for
  secret_hash   bytea, -- null: a public client, which can keep no secret
  secret_hint   text not null default '',
  created_by    text not null,
  version       bigint not null default 1,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (agency_id, id)
);
create index oauth_app_agency on oauth_app (agency_id, id);

-- What an app asks for, until somebody answers.
create table oauth_request (
  id           uuid primary key,
  agency_id    uuid not null,
  app_id       uuid not null,
  redirect_uri text not null,
  scopes       text[] not null,
  state        text not null,
  challenge    text not null, -- PKCE, S256
  expires_at   timestamptz not null,
  foreign key (agency_id, app_id) references oauth_app (agency_id, id) on delete cascade
);
create index oauth_request_app on oauth_request (app_id);
create index oauth_request_expiry on oauth_request (expires_at);

-- What a person let an app do; the code that the app redeems for it is good once.
create table oauth_grant (
  id              uuid primary key,
  agency_id       uuid not null,
  app_id          uuid not null,
  person_id       uuid not null,
  scopes          text[] not null,
  sub_accounts    uuid[] not null, -- where; what is of the agency itself needs none
  redirect_uri    text not null,
  challenge       text not null,
  code_hash       bytea not null constraint oauth_grant_code_key unique,
  code_expires_at timestamptz not null,
  code_used_at    timestamptz,
  created_at      timestamptz not null,
  last_used_at    timestamptz,
  expires_at      timestamptz not null, -- of its newest token
  ended_at        timestamptz,
  foreign key (agency_id, app_id) references oauth_app (agency_id, id) on delete cascade,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade
);
create index oauth_grant_app on oauth_grant (app_id);
create index oauth_grant_person on oauth_grant (person_id);

create table oauth_token (
  token_hash bytea primary key,
  grant_id   uuid not null references oauth_grant on delete cascade,
  kind       text not null check (kind in ('access', 'refresh')),
  scopes     text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at    timestamptz -- of a refresh token: it is good once, and kept to tell when it comes again
);
create index oauth_token_grant on oauth_token (grant_id);
