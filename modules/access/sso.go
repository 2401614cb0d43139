package access

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

const (
	ssoRequestLife = 10 * time.Minute // to sign in at the provider
	ssoWaitingLife = 5 * time.Minute  // to enter a code
	ssoStatePrefix = "omss"
	// ssoBrowserPrefix begins the cookie that binds an answer to the browser that
	// asked.
	ssoBrowserPrefix = "omsb"

	maxProviders        = 10 // of an agency
	maxProviderDomains  = 50
	maxProviderPlaces   = 100
	maxACRValues        = 20
	maxClientID         = 500
	maxClientSecret     = 2000
	maxIssuer           = 2000
	maxSubject          = 255 // OpenID Connect Core 1.0, section 2
	defaultSessionHours = 24
	maxSessionHours     = 14 * 24
)

// Provisioning is whom a provider lets in.
type Provisioning string

// The provisionings.
const (
	ProvisionMembers Provisioning = "members" // people whom the agency has, or has invited
	ProvisionCreate  Provisioning = "create"  // anybody with an address of its domains: who is new gets a role
)

// ProviderMFA is whether signing in at a provider counts as two factors.
type ProviderMFA string

// The provider's second factors.
const (
	ProviderMFANever   ProviderMFA = "never"
	ProviderMFAClaimed ProviderMFA = "claimed" // where the token says so, by amr (RFC 8176) or acr
	ProviderMFAAlways  ProviderMFA = "always"  // the agency answers for it
)

// IdentityProvider is where people of an agency prove who they are, by OpenID
// Connect.
type IdentityProvider struct {
	ID           uuid.UUID
	Agency       uuid.UUID
	Name         string // as people read it when they sign in
	Issuer       string
	ClientID     string
	Domains      []string // of the addresses that it answers for, lower case
	Enabled      bool
	Enforced     bool // no other way in for people with such an address, but for owners with a second factor
	Provisioning Provisioning
	Role         Role        // of whom it creates
	SubAccounts  []uuid.UUID // where; none for a role in the agency
	MFA          ProviderMFA
	ACRValues    []string // that count as two factors, beside phr and phrh
	TrustEmail   bool     // a token without email_verified is believed
	SessionHours int      // after which somebody has to be let in anew
	CreatedBy    string
	People       int // who are bound to it; of a list alone
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// ProviderInput describes a provider. A change leaves what is nil. Version is the
// version the caller saw; zero takes whatever is there.
type ProviderInput struct {
	Name, Issuer, ClientID, ClientSecret *string
	Domains                              *[]string
	Enabled, Enforced, TrustEmail        *bool
	Provisioning                         *Provisioning
	Role                                 *Role
	SubAccounts                          *[]uuid.UUID
	MFA                                  *ProviderMFA
	ACRValues                            *[]string
	SessionHours                         *int
	Version                              int64
}

func (in ProviderInput) apply(p IdentityProvider) IdentityProvider {
	text := func(to *string, from *string) {
		if from != nil {
			*to = strings.TrimSpace(*from)
		}
	}
	text(&p.Name, in.Name)
	text(&p.Issuer, in.Issuer)
	text(&p.ClientID, in.ClientID)
	take(&p.Enabled, in.Enabled)
	take(&p.Enforced, in.Enforced)
	take(&p.TrustEmail, in.TrustEmail)
	take(&p.Provisioning, in.Provisioning)
	take(&p.Role, in.Role)
	take(&p.SubAccounts, in.SubAccounts)
	take(&p.MFA, in.MFA)
	take(&p.ACRValues, in.ACRValues)
	take(&p.SessionHours, in.SessionHours)
	if in.Domains != nil {
		p.Domains = []string{}
		for _, domain := range *in.Domains {
			p.Domains = append(p.Domains, strings.ToLower(strings.TrimSpace(domain)))
		}
	}
	if !p.Enabled {
		p.Enforced = false
	}
	if p.Provisioning == ProvisionMembers {
		p.Role, p.SubAccounts = "", []uuid.UUID{}
	}
	return p
}

func take[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// publicDomains are where anybody can have an address.
var publicDomains = []string{
	"aol.com", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com", "mail.ru", "me.com",
	"msn.com", "outlook.com", "proton.me", "protonmail.com", "qq.com", "web.de", "yahoo.com", "yandex.ru", "zoho.com",
}

// validate names every field that won't do, but for where the issuer leads and
// for a role that doesn't exist.
func (p IdentityProvider) validate() error {
	var c fault.Checks
	length := utf8.RuneCountInString(p.Name)
	c.Check(length >= 1 && length <= maxNameLength && storableText(p.Name), "name", "must have 1 to 120 characters that can be shown")
	c.Check(issuerLike(p.Issuer), "issuer", "must be the address that the provider calls itself by: without a question mark, a # or a user name")
	c.Check(p.ClientID != "" && len(p.ClientID) <= maxClientID && storableText(p.ClientID), "client_id", "must have 1 to 500 characters that can be shown")
	c.Check(len(p.Domains) >= 1 && len(p.Domains) <= maxProviderDomains, "domains", "must hold 1 to 50 domains")
	for i, domain := range p.Domains {
		path := fmt.Sprintf("domains[%d]", i)
		c.Check(mailLike("a@"+domain) && strings.Contains(domain, "."), path, "must be the part of an address behind the @, such as acme.example")
		c.Check(!slices.Contains(publicDomains, domain), path, "is a domain where anybody can have an address: name your own")
		c.Check(slices.Index(p.Domains, domain) == i, path, "is named twice")
	}
	c.Check(p.Provisioning == ProvisionMembers || p.Provisioning == ProvisionCreate, "provisioning", "is members or create")
	if p.Provisioning == ProvisionCreate {
		c.Check(p.Role != "", "role", "is required: what people get whom the provider creates")
		c.Check(p.Role != AgencyOwner, "role", "can't be the owner's: owners are made by owners")
		c.Check(len(p.SubAccounts) <= maxProviderPlaces, "sub_account_ids", "must hold at most 100 sub-accounts")
	}
	c.Check(p.MFA == ProviderMFANever || p.MFA == ProviderMFAClaimed || p.MFA == ProviderMFAAlways, "mfa", "is never, claimed or always")
	c.Check(len(p.ACRValues) <= maxACRValues, "acr_values", "must hold at most 20 values")
	for i, value := range p.ACRValues {
		c.Check(value != "" && len(value) <= maxSubject && storableText(value) && !strings.Contains(value, " "), fmt.Sprintf("acr_values[%d]", i),
			"must have 1 to 255 characters without a space")
	}
	c.Check(p.SessionHours >= 1 && p.SessionHours <= maxSessionHours, "session_hours", "must be 1 to 336")
	return c.Err("identity_provider.invalid")
}

// issuerLike is OpenID Connect Discovery 1.0, section 4: no query, no fragment.
func issuerLike(issuer string) bool {
	u, err := url.Parse(issuer)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		!strings.ContainsAny(issuer, "?# ") && len(issuer) <= maxIssuer && storableText(issuer)
}

// answersFor tells whether an address is of one of the provider's domains.
func (p IdentityProvider) answersFor(email string) bool {
	domain, ok := domainOf(email)
	return ok && slices.Contains(p.Domains, domain)
}

// sessionLife is how long somebody is let in for.
func (p IdentityProvider) sessionLife() time.Duration {
	return min(time.Duration(p.SessionHours)*time.Hour, SessionLife)
}

// rebinds tells whether the subjects of before mean nothing any more: another
// provider names people as it likes, and one may name them anew for another
// client.
func (p IdentityProvider) rebinds(before IdentityProvider) bool {
	return p.Issuer != before.Issuer || p.ClientID != before.ClientID
}

func (p IdentityProvider) audited() map[string]any {
	return map[string]any{
		"name": p.Name, "issuer": p.Issuer, "client_id": p.ClientID, "domains": p.Domains, "enabled": p.Enabled, "enforced": p.Enforced,
		"provisioning": p.Provisioning, "role": p.Role, "sub_accounts": p.SubAccounts, "mfa": p.MFA, "acr_values": p.ACRValues,
		"trust_email": p.TrustEmail, "session_hours": p.SessionHours,
	}
}

func domainOf(email string) (string, bool) {
	at := strings.LastIndexByte(email, '@')
	return email[at+1:], at >= 0
}

// Identity binds a person to who they are at a provider.
type Identity struct {
	Person     uuid.UUID
	Name       string
	Email      string
	Subject    string
	CreatedAt  time.Time
	LastUsedAt time.Time
}

// ssoClaims are what a provider's token says of somebody.
type ssoClaims struct {
	Subject  string
	Email    string // lower case
	Verified bool   // the provider says so
	Silent   bool   // it says nothing about it
	Name     string
	AMR      []string
	ACR      string
}

// strong tells whether the provider proved two factors, as the agency counts
// them. phr and phrh are those of OpenID's EAP ACR Values 1.0.
func (c ssoClaims) strong(p IdentityProvider) bool {
	switch p.MFA {
	case ProviderMFAAlways:
		return true
	case ProviderMFAClaimed:
		return slices.Contains(c.AMR, "mfa") || c.ACR == "phr" || c.ACR == "phrh" || c.ACR != "" && slices.Contains(p.ACRValues, c.ACR)
	case ProviderMFANever:
	}
	return false
}

// address is the e-mail address that may name one of the agency's people.
func (c ssoClaims) address(p IdentityProvider) (string, error) {
	switch {
	case !mailLike(c.Email):
		return "", errSSONoEmail
	case !c.Verified && (!c.Silent || !p.TrustEmail):
		return "", errSSOUnverified
	case !p.answersFor(c.Email):
		return "", errSSODomain
	}
	return c.Email, nil
}

// localPath is where a browser goes after signing in: never to another host.
func localPath(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.Contains(to, `\`) || len(to) > maxRedirectURI || !storableText(to) {
		return "/"
	}
	return to
}
