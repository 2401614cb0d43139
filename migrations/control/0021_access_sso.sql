-- People of an agency sign in at its own identity providers, by OpenID Connect.
-- +goose Up
create table identity_provider (
  id            uuid primary key,
  agency_id     uuid not null references agency on delete cascade,
  name          text not null,
  issuer        text not null,
  client_id     text not null,
  client_secret bytea not null, -- sealed
  enabled       boolean not null,
  enforced      boolean not null, -- for people with an address of its domains
  provisioning  text not null check (provisioning in ('members', 'create')),
  role          text not null, -- of whom it creates; empty if it creates nobody
  sub_accounts  uuid[] not null, -- where; none for a role in the agency
  mfa           text not null check (mfa in ('never', 'claimed', 'always')),
  acr_values    text[] not null,
  trust_email   boolean not null,
  session_hours integer not null check (session_hours > 0),
  created_by    text not null,
  version       bigint not null default 1,
  created_at    timestamptz not null,
  updated_at    timestamptz not null,
  unique (agency_id, id),
  check (enabled or not enforced)
);

-- Of one agency, an address leads to one provider.
create table identity_provider_domain (
  agency_id   uuid not null,
  domain      text not null check (domain = lower(domain)),
  provider_id uuid not null,
  constraint identity_provider_domain_key primary key (agency_id, domain),
  foreign key (agency_id, provider_id) references identity_provider (agency_id, id) on delete cascade
);
create index identity_provider_domain_provider on identity_provider_domain (provider_id);

-- Who somebody is there. The subject never changes; their address there may.
create table sso_identity (
  provider_id  uuid not null,
  subject      text not null,
  agency_id    uuid not null,
  person_id    uuid not null,
  two_factors  boolean not null, -- as the agency counted them when the person last came
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  primary key (provider_id, subject),
  constraint sso_identity_person_key unique (provider_id, person_id),
  foreign key (agency_id, provider_id) references identity_provider (agency_id, id) on delete cascade,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade
);
create index sso_identity_person on sso_identity (person_id);

-- Somebody was sent to a provider: the answer is good once, for minutes, and in the browser that began.
create table sso_request (
  state_hash   bytea primary key,
  agency_id    uuid not null,
  provider_id  uuid not null,
  browser_hash bytea not null,
  nonce        text not null,
  verifier     text not null, -- PKCE
  redirect_uri text not null,
  return_to    text not null,
  expires_at   timestamptz not null,
  foreign key (agency_id, provider_id) references identity_provider (agency_id, id) on delete cascade
);
create index sso_request_provider on sso_request (provider_id);
create index sso_request_expiry on sso_request (expires_at);

-- Somebody came back from a provider, and their own second factor is still to be asked for.
create table sso_waiting (
  browser_hash bytea primary key,
  agency_id    uuid not null,
  provider_id  uuid not null,
  person_id    uuid not null,
  expires_at   timestamptz not null,
  foreign key (agency_id, provider_id) references identity_provider (agency_id, id) on delete cascade,
  foreign key (agency_id, person_id) references person (agency_id, id) on delete cascade
);
create index sso_waiting_provider on sso_waiting (provider_id);
create index sso_waiting_person on sso_waiting (person_id);
create index sso_waiting_expiry on sso_waiting (expires_at);

-- By which provider a session was opened; with the provider it ends.
alter table session add column provider_id uuid references identity_provider on delete cascade;
create index session_provider on session (provider_id) where provider_id is not null;
