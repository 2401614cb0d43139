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
		"This is for people who are signed in; an API key can't do it.")
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
	errScopes = fault.New(fault.Denied, "api_key.scopes",
		"A key can't hold more than you may do yourself.")
)
