// Package access decides who someone is and what they may do: people of an
// agency, their roles in it and in its sub-accounts, invitations, sessions,
// one-time codes and API keys.
//
// Tables (control database): person, recovery_code, role, membership, team,
// team_member, invitation, session, password_reset, access_policy, passkey,
// passkey_ceremony, api_key, oauth_app, oauth_request, oauth_grant, oauth_token,
// identity_provider, identity_provider_domain, sso_identity, sso_request,
// sso_waiting.
// Tokens are stored as their SHA-256 alone, passwords as argon2id, the
// authenticators' secrets sealed.
//
// A person belongs to one agency: the same address with two agencies is two
// people with two passwords. Sign-in is therefore by the agency's host. It is
// throttled per account and per address, and neither its answer nor its time
// tells whether an account exists.
//
// An agency can have its people sign in by its own identity providers, by OpenID
// Connect. A verified address of the provider's domains names the person once;
// from then on the provider's subject does.
//
// Authenticate turns a session's token or an API key into a Principal, on every
// request, from the database: signing out and revoking are effective at once.
// An app acts for a person by OAuth: it holds what they hold, of what they let it
// have, and a token that is used twice ends it.
//
// Authorize turns a Principal and a sub-account into the tenant of the request;
// a foreign one is not found, a suspended one can't be entered.
//
// Ports: Directory (modules/directory), Auditor (modules/audit), Caller
// (platform/outbound). Events: none;
// its changes are in the control side of the audit. Jobs: none.
//
// Limits: a session ends after 12 hours without use and after 14 days; an
// invitation after 7 days, a link to set a password after one; API keys don't
// expire but are revoked. 100 roles of an agency's own, 200 teams of a
// sub-account.
package access
