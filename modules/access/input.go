package access

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// SignInInput is what the sign-in form holds. Agency is that of the host.
type SignInInput struct {
	Agency    uuid.UUID
	Email     string
	Password  string
	Code      string // of the authenticator, or a recovery code; empty until asked for
	IP        string // of the client, as the trusted proxies tell it
	UserAgent string
}

// Validate names every field that won't do.
func (in SignInInput) Validate() error {
	var c fault.Checks
	c.Check(strings.TrimSpace(in.Email) != "", "email", "is required")
	c.Check(in.Password != "", "password", "is required")
	return c.Err("session.fields")
}

// InviteInput asks someone to join the agency (SubAccount Nil) or a sub-account.
type InviteInput struct {
	Agency     uuid.UUID
	SubAccount uuid.UUID
	Email      string
	Name       string // may be empty: the part of the address before the @
	Role       Role
}

// Validate names every field that won't do, but for a role that doesn't exist
// there.
func (in InviteInput) Validate() error {
	var c fault.Checks
	c.Check(in.Agency != uuid.Nil, "agency", "is required")
	c.Check(mailLike(normaliseEmail(in.Email)), "email", "must be an e-mail address, such as ada@acme.example")
	c.Check(utf8.RuneCountInString(in.Name) <= maxNameLength && storableText(in.Name), "name", "must have at most 120 characters that can be shown")
	c.Check(in.Role != "", "role", "is required")
	return c.Err("invitation.invalid")
}

// AcceptInput is what an invited person fills in. Who has a password already
// gives that one, and the code if they use an authenticator.
type AcceptInput struct {
	Agency    uuid.UUID // of the host
	Token     string
	Name      string
	Password  string
	Code      string
	IP        string
	UserAgent string
}

// Validate names every field that won't do, but for the password's rules, which
// depend on the person.
func (in AcceptInput) Validate() error {
	var c fault.Checks
	name := strings.TrimSpace(in.Name)
	c.Check(name != "" && utf8.RuneCountInString(name) <= maxNameLength, "name", "must have 1 to 120 characters")
	c.Check(in.Password != "", "password", "is required")
	return c.Err("invitation.fields")
}

// APIKeyInput describes a key to be made.
type APIKeyInput struct {
	SubAccount uuid.UUID // Nil: the agency and all its sub-accounts
	Name       string
	Scopes     []Permission
}

// Validate names every field that won't do.
func (in APIKeyInput) Validate() error {
	var c fault.Checks
	name := strings.TrimSpace(in.Name)
	c.Check(name != "" && utf8.RuneCountInString(name) <= maxNameLength, "name", "must have 1 to 120 characters")
	c.Check(len(in.Scopes) > 0, "scopes", "must hold at least one permission")
	for i, scope := range in.Scopes {
		path := fmt.Sprintf("scopes[%d]", i)
		c.Check(scope.Known(), path, "is no permission: see the API's reference for the list")
		c.Check(in.SubAccount == uuid.Nil || !scope.OfAgency(), path, "is the agency's: a sub-account's key can't hold it")
	}
	return c.Err("api_key.invalid")
}

func normaliseEmail(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// mailLike asks for no more than a sign of an address: it is proved by the
// invitation that arrives, not by a pattern.
func mailLike(address string) bool {
	local, domain, found := strings.Cut(address, "@")
	return found && local != "" && domain != "" && len(address) <= 254 && utf8.ValidString(address) &&
		!strings.ContainsAny(address, " \t\r\n\x00") && !strings.Contains(domain, "@") &&
		!strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

// storableText is text that PostgreSQL takes and a reader can see.
func storableText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
