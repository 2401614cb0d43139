package access

import (
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// How long things last.
const (
	InvitationLife  = 7 * 24 * time.Hour
	SessionIdle     = 12 * time.Hour
	SessionLife     = 14 * 24 * time.Hour
	lastSeenEvery   = time.Minute // a session's or key's last use is written at most so often
	sessionPrefix   = "oms"
	invitePrefix    = "omi"
	apiKeyPrefix    = "omni"
	maxUserAgent    = 512
	maxNameLength   = 120
	maxKeysPerScope = 100
)

// Person is someone of an agency.
type Person struct {
	ID          uuid.UUID
	Agency      uuid.UUID
	Email       string // lower case
	Name        string
	TOTPEnabled bool
	CreatedAt   time.Time
}

// Principal is who makes a request: a person by a session, a program by an API
// key, or an app for a person by a token of OAuth.
type Principal struct {
	Actor   tenancy.Actor
	Agency  uuid.UUID
	Person  Person    // zero for an API key
	Session uuid.UUID // Nil for a program
	// MustEnrol tells that the agency demands a second factor and the person has
	// none: until then they can do nothing but set one up.
	MustEnrol bool
	// Impersonation is set where Person is not who it really is.
	Impersonation *Impersonation

	// App is set where an app acts for Person.
	App *AppRef

	strong     bool // the session was opened by a passkey, or one was made in it
	hasPasskey bool
	Key        uuid.UUID // Nil for a person

	AgencyRole Role               // empty if the person holds none in the agency itself
	Roles      map[uuid.UUID]Role // by sub-account
	held       map[uuid.UUID]held // what those roles are; the agency's under Nil

	Scopes   []Permission // of an API key
	KeyScope uuid.UUID    // the sub-account of an API key; Nil reaches the whole agency
}

// IsKey tells a program from a person.
func (p Principal) IsKey() bool { return p.Key != uuid.Nil }

// IsProgram tells a person at their browser from a key, and from an app that acts
// for a person.
func (p Principal) IsProgram() bool { return p.IsKey() || p.App != nil }

// Permissions on a sub-account of the principal's agency; on the agency itself
// for uuid.Nil. It trusts that the sub-account is the agency's: Authorize checks.
func (p Principal) Permissions(subAccount uuid.UUID) []Permission {
	var all []Permission
	switch {
	case p.IsKey():
		if p.KeyScope == uuid.Nil || p.KeyScope == subAccount {
			all = p.Scopes
		}
	case p.AgencyRole != "":
		all = p.held[uuid.Nil].permissions
	case subAccount != uuid.Nil || p.App != nil:
		all = p.held[subAccount].permissions
	}
	out := make([]Permission, 0, len(all))
	for _, permission := range all {
		if permission.OfAgency() == (subAccount == uuid.Nil) {
			out = append(out, permission)
		}
	}
	return out
}

// Can tells whether the principal holds the permission on the sub-account, or
// on the agency itself for uuid.Nil.
func (p Principal) Can(permission Permission, subAccount uuid.UUID) bool {
	return slices.Contains(p.Permissions(subAccount), permission)
}

// Reach is whose records the principal may see and change in a sub-account where
// it holds a permission. A key reaches everybody's: who makes one does, too.
func (p Principal) Reach(subAccount uuid.UUID) tenancy.Reach {
	if p.IsKey() {
		return tenancy.Everything
	}
	return p.in(subAccount).reach
}

// in is the role that counts in a sub-account, or in the agency for Nil.
func (p Principal) in(subAccount uuid.UUID) held {
	if p.AgencyRole != "" {
		return p.held[uuid.Nil]
	}
	return p.held[subAccount]
}

// belongs tells whether the principal has anything to do with a sub-account of
// its agency.
func (p Principal) belongs(subAccount uuid.UUID) bool {
	if p.IsKey() {
		return p.KeyScope == uuid.Nil || p.KeyScope == subAccount
	}
	_, member := p.Roles[subAccount]
	return member || p.AgencyRole != ""
}

// View is what a signed-in person sees of themselves and their places.
type View struct {
	Person      Person
	Agency      AgencyInfo
	AgencyRole  Role
	RoleName    string // of the role in the agency
	SubAccounts []ViewAccount
	Permissions []Permission // the union over all places, in a fixed order
}

// ViewAccount is a sub-account with the person's role in it.
type ViewAccount struct {
	Account
	Role        Role
	RoleName    string
	Reach       Span
	Permissions []Permission // none while the sub-account can't be entered
}

// Invitation asks a person to join an agency or one of its sub-accounts.
type Invitation struct {
	ID         uuid.UUID
	Agency     uuid.UUID
	SubAccount uuid.UUID // Nil: the agency itself
	Email      string
	Name       string
	Role       Role
	Known      bool // the person has a password already and joins with it
	ExpiresAt  time.Time
	AcceptedAt *time.Time
	RevokedAt  *time.Time
	CreatedAt  time.Time
}

// Open tells whether the invitation can be accepted at now.
func (i Invitation) Open(now time.Time) bool {
	return i.AcceptedAt == nil && i.RevokedAt == nil && now.Before(i.ExpiresAt)
}

// InvitationView is an open invitation with the names of the places.
type InvitationView struct {
	Invitation
	AgencyName     string
	SubAccountName string // empty for the agency itself
}

// SignedIn is a fresh session. Token is shown once: it is the cookie.
type SignedIn struct {
	Token     string
	ExpiresAt time.Time // absolute; without use it ends after SessionIdle
	Principal Principal
}

// APIKey lets a program in. Its token is known at its making alone.
type APIKey struct {
	ID         uuid.UUID
	Agency     uuid.UUID
	SubAccount uuid.UUID // Nil: the agency and all its sub-accounts
	Name       string
	Scopes     []Permission
	Hint       string        // prefix and last four digits
	CreatedBy  tenancy.Actor // kind, id and name: a person's is today's
	CreatedAt  time.Time
	LastUsedAt *time.Time // to the minute
}

// Enrolment is a shared secret that an authenticator is about to learn.
type Enrolment struct {
	Secret string // base32, for typing
	URL    string // otpauth://, for a QR code
}
