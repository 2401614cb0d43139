package access

import "github.com/omnicrm/omnicrm/platform/fault"

var (
	errSignIn = fault.New(fault.Unauthenticated, "session.invalid",
		"The e-mail address, the password or the code isn't right.")
	errCodeRequired = fault.New(fault.Unauthenticated, "session.code_required",
		"Enter the code that your authenticator app shows.")
	errThrottled = fault.New(fault.Throttled, "session.throttled",
		"Too many attempts. Wait a moment and try again.")
	errNobody = fault.New(fault.Unauthenticated, "session.required",
		"Sign in first, or send a valid API key.")
	errEnded = fault.New(fault.Unauthenticated, "session.ended",
		"The session has ended. Sign in again.")
	errKeyRefused = fault.New(fault.Unauthenticated, "api_key.refused",
		"The API key is unknown or was revoked. Make a new one in the settings.")
	errDenied = fault.New(fault.Denied, "permission.missing",
		"You aren't allowed to do this here. An administrator can change your role, or the key's scopes.")
	errPeopleOnly = fault.New(fault.Denied, "permission.person_required",
		"This is for people who are signed in; a program can't do it.")
	errForeign = fault.New(fault.NotFound, "sub_account.unknown",
		"There is no such sub-account.")
	errAgencyStopped = fault.New(fault.Denied, "agency.suspended",
		"This account is suspended. Ask whoever runs it.")
	errAccountSuspended = fault.New(fault.Denied, "sub_account.suspended",
		"This account is suspended. Ask the agency that runs it.")
	errInvitation = fault.New(fault.NotFound, "invitation.unknown",
		"The invitation has expired, was used already or was replaced by a newer one. Ask for another.")
	errMemberAlready = fault.New(fault.Conflict, "invitation.member",
		"This person is a member already.")
	errTOTPEnabled = fault.New(fault.Conflict, "totp.enabled",
		"An authenticator is set up already. Remove it first.")
	errTOTPMissing = fault.New(fault.Conflict, "totp.not_enrolled",
		"No authenticator is being set up. Begin again.")
	errTOTPCode = fault.New(fault.Invalid, "totp.code",
		"The code isn't right.").At("code", "doesn't match: check the clock of your phone and try the next code")
	errPassword = fault.New(fault.Invalid, "password.wrong",
		"The password isn't right.").At("password", "isn't right")
	errKeyUnknown = fault.New(fault.NotFound, "api_key.unknown",
		"There is no such API key.")
	errTooManyKeys = fault.New(fault.Conflict, "api_key.too_many",
		"There are 100 API keys here already. Revoke one that isn't used.")
	errStale = fault.New(fault.Stale, "access.stale",
		"Somebody changed this meanwhile. Look at it again before you save.")
	errRoleUnknown = fault.New(fault.NotFound, "role.unknown",
		"There is no such role.")
	errRoleHere = fault.New(fault.Invalid, "role.invalid",
		"Some fields need mending.").At("role", "is no role that can be held here: the list of roles names those that can")
	errRoleBuiltIn = fault.New(fault.Conflict, "role.built_in",
		"Built-in roles stay as they are. Make a role of your own.")
	errRoleName = fault.New(fault.Conflict, "role.name_taken",
		"There is a role with this name already.").At("name", "is taken")
	errRoleInUse = fault.New(fault.Conflict, "role.in_use",
		"Somebody holds this role or is invited to it, or an identity provider gives it. Give them another one first.")
	errTooManyRoles = fault.New(fault.Conflict, "role.too_many",
		"There are 100 roles already. Delete one that nobody holds.")
	errEscalation = fault.New(fault.Denied, "role.escalation",
		"This role allows more than you may do yourself. Ask somebody who holds all of it.")
	errMemberUnknown = fault.New(fault.NotFound, "member.unknown",
		"Nobody with this id works here.")
	errPersonUnknown = fault.New(fault.NotFound, "person.unknown",
		"There is nobody with this id. They may have been erased already.")
	errPersonWorks = fault.New(fault.Conflict, "person.member",
		"This person still works here. Remove them everywhere first.")
	errMemberOfAgency = fault.New(fault.Conflict, "member.of_agency",
		"This person works for the agency and so enters every sub-account. Change them among the agency's people.")
	errLastOwner = fault.New(fault.Conflict, "member.last_owner",
		"An agency has at least one owner. Make somebody else an owner first.")
	errNoPlace = fault.New(fault.Denied, "session.no_place",
		"You don't work here any more. Ask an administrator to invite you.")
	errTeamUnknown = fault.New(fault.NotFound, "team.unknown",
		"There is no such team.")
	errTeamName = fault.New(fault.Conflict, "team.name_taken",
		"There is a team with this name already.").At("name", "is taken")
	errTooManyTeams = fault.New(fault.Conflict, "team.too_many",
		"There are 200 teams here already. Delete one that isn't used.")
	errInvitationGone = fault.New(fault.NotFound, "invitation.unknown",
		"There is no unanswered invitation with this id.")
	errReset = fault.New(fault.NotFound, "password_reset.unknown",
		"The link has expired, was used already or was replaced by a newer one. Ask for another.")
	errSessionUnknown = fault.New(fault.NotFound, "session.unknown",
		"There is no such open session.")
	errMFA = fault.New(fault.Denied, "mfa.required",
		"Your agency asks for a second factor. Set up an authenticator first.")
	errReadOnly = fault.New(fault.Denied, "impersonation.read_only",
		"You only look at this account as somebody else. Be yourself again, or enter without “read-only”.")
	errPersonal = fault.New(fault.Denied, "impersonation.personal",
		"This is the person's own. Nobody does it in their place.")
	errPasskeyHost = fault.New(fault.Conflict, "passkey.host",
		"Passkeys need an agency's own host name; an address has none.")
	errPasskeyAnswer = fault.New(fault.Invalid, "passkey.invalid",
		"The authenticator's answer can't be used. Begin again.").At("credential", "doesn't fit the challenge, or is registered already")
	errPasskeyRefused = fault.New(fault.Unauthenticated, "passkey.refused",
		"This passkey doesn't sign anybody in here. Use another one, or your password.")
	errPasskeyUnknown = fault.New(fault.NotFound, "passkey.unknown",
		"There is no such passkey.")
	errTooManyPasskeys = fault.New(fault.Conflict, "passkey.too_many",
		"There are 20 passkeys already. Take one away that isn't used.")
	errCeremony = fault.New(fault.NotFound, "passkey.ceremony_unknown",
		"The challenge is too old or was answered already. Begin again.")
	errStepUp = fault.New(fault.Denied, "session.step_up",
		"Sign in with your passkey first: a password alone doesn't add another way in.")
	errAppUnknown = fault.New(fault.NotFound, "oauth_app.unknown",
		"There is no such app.")
	errTooManyApps = fault.New(fault.Conflict, "oauth_app.too_many",
		"There are 100 apps already. Delete one that isn't used.")
	errAppPublic = fault.New(fault.Conflict, "oauth_app.public",
		"This app keeps no secret. Register another one that does.")
	errOAuthRequest = fault.New(fault.NotFound, "oauth.request_unknown",
		"The app's request was answered already, or is too old. Begin again in the app.")
	errOAuthPlaces = fault.New(fault.Invalid, "oauth.places",
		"Some fields need mending.")
	errOAuthNothing = fault.New(fault.Denied, "oauth.nothing",
		"The app asks for nothing that you may do. Somebody who may has to let it in.")
	errGrantUnknown = fault.New(fault.NotFound, "oauth_grant.unknown",
		"There is no such app of yours.")
	errOAuthToken = fault.New(fault.Unauthenticated, "oauth.token_refused",
		"The access token is unknown, has expired or was revoked. Refresh it, or ask the person again.")
	errProviderUnknown = fault.New(fault.NotFound, "identity_provider.unknown",
		"There is no such identity provider.")
	errTooManyProviders = fault.New(fault.Conflict, "identity_provider.too_many",
		"There are 10 identity providers already. Delete one that isn't used.")
	errProviderDomain = fault.New(fault.Conflict, "identity_provider.domain_taken",
		"Another identity provider answers for one of these domains.").At("domains", "names a domain of another provider")
	errProviderInvalid = fault.New(fault.Invalid, "identity_provider.invalid",
		"Some fields need mending.")
	errNoRecovery = fault.New(fault.Conflict, "identity_provider.no_recovery",
		"If the provider fails, somebody has to get in. First set up an authenticator or a passkey for at least one owner.").
		At("enforced", "needs an owner with an authenticator or a passkey")
	errIdentityUnknown = fault.New(fault.NotFound, "identity.unknown",
		"Nobody with this id signs in by this provider.")
	errSSORequired = fault.New(fault.Denied, "session.sso_required",
		"People with this address sign in by their company's identity provider.")
	errSSOState = fault.New(fault.Unauthenticated, "sso.state",
		"This sign-in was used already, took too long, or was begun in another browser. Begin again.")
	errSSODown = fault.New(fault.Unavailable, "sso.provider_down",
		"The identity provider doesn't answer as it should. Try again shortly, or tell an administrator.")
	errSSORefused = fault.New(fault.Unauthenticated, "sso.refused",
		"The identity provider didn't let you in.")
	errSSOToken = fault.New(fault.Unauthenticated, "sso.token",
		"The identity provider's answer can't be trusted. Begin again; if it stays so, tell an administrator.")
	errSSONoEmail = fault.New(fault.Denied, "sso.email_missing",
		"The identity provider doesn't tell your e-mail address. An administrator can let it.")
	errSSOUnverified = fault.New(fault.Denied, "sso.email_unverified",
		"The identity provider hasn't verified your e-mail address.")
	errSSODomain = fault.New(fault.Denied, "sso.domain",
		"Your e-mail address isn't of a domain that this identity provider answers for here.")
	errSSOBound = fault.New(fault.Denied, "sso.bound",
		"Somebody else at the identity provider already signs in with this address. An administrator can undo that.")
	errSSOUnknown = fault.New(fault.Denied, "sso.unknown_person",
		"You have no account here yet. Ask an administrator to invite you.")
	errSSOPlaces = fault.New(fault.Denied, "sso.no_role",
		"What new people get here doesn't exist any more. Ask an administrator to invite you.")
	errScopes = fault.New(fault.Denied, "api_key.scopes",
		"A key can't hold more than you may do yourself.")
)
