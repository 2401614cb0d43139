package access

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// How long what OAuth hands out lasts.
const (
	OAuthAccessLife  = 15 * time.Minute
	OAuthRefreshLife = 30 * 24 * time.Hour // of one that isn't used; each use gives a new one
	oauthRequestLife = 15 * time.Minute    // for somebody to sign in and answer
	oauthCodeLife    = time.Minute

	oauthSecretPrefix  = "omcs"
	oauthCodePrefix    = "omac"
	oauthAccessPrefix  = "omat"
	oauthRefreshPrefix = "omrt"

	maxOAuthApps    = 100 // of an agency
	maxRedirects    = 20
	maxRedirectURI  = 2000
	maxOAuthState   = 2000
	challengeLength = 43 // of SHA-256 in base64url (RFC 7636, section 4.2)
)

// OAuthApp is an app that people of the agency may let act for them. Its id is
// its client_id.
type OAuthApp struct {
	ID           uuid.UUID
	Agency       uuid.UUID
	Name         string
	Homepage     string
	RedirectURIs []string
	Scopes       []Permission // the most that it may ask for
	Confidential bool         // it runs where it can keep a secret
	SecretHint   string
	CreatedBy    tenancy.Actor // kind, id and name: a person's is today's
	Grants       int           // that people have given and not taken back; of a list alone
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// OAuthAppInput describes an app. A change leaves what is nil. Version is the
// version the caller saw; zero takes whatever is there.
type OAuthAppInput struct {
	Name         *string
	Homepage     *string
	RedirectURIs *[]string
	Scopes       *[]Permission
	Confidential bool // of a new one; it never changes
	Version      int64
}

func (in OAuthAppInput) apply(a OAuthApp) OAuthApp {
	if in.Name != nil {
		a.Name = strings.TrimSpace(*in.Name)
	}
	if in.Homepage != nil {
		a.Homepage = strings.TrimSpace(*in.Homepage)
	}
	if in.RedirectURIs != nil {
		a.RedirectURIs = slices.Clone(*in.RedirectURIs)
	}
	if in.Scopes != nil {
		a.Scopes = ordered(*in.Scopes)
	}
	return a
}

// validate names every field that won't do.
func (a OAuthApp) validate() error {
	var c fault.Checks
	length := utf8.RuneCountInString(a.Name)
	c.Check(length >= 1 && length <= maxNameLength && storableText(a.Name), "name", "must have 1 to 120 characters that can be shown")
	home, err := url.Parse(a.Homepage)
	c.Check(a.Homepage == "" || err == nil && home.Scheme == "https" && home.Host != "" && len(a.Homepage) <= maxRedirectURI,
		"homepage", "must be an address that begins with https://")
	c.Check(len(a.RedirectURIs) >= 1 && len(a.RedirectURIs) <= maxRedirects, "redirect_uris", "must hold 1 to 20 addresses")
	for i, uri := range a.RedirectURIs {
		c.Check(redirectable(uri, a.Confidential), fmt.Sprintf("redirect_uris[%d]", i),
			"must be an https:// address without a fragment; http:// is for 127.0.0.1, [::1] and localhost, a scheme like com.example.app:/ for apps without a secret")
	}
	c.Check(len(a.Scopes) > 0, "scopes", "must hold at least one permission")
	for i, scope := range a.Scopes {
		c.Check(scope.Known(), fmt.Sprintf("scopes[%d]", i), "is no permission: GET /api/v1/permissions lists them")
	}
	return c.Err("oauth_app.invalid")
}

// redirectable is RFC 8252, sections 7.1 to 7.3, and RFC 6749, section 3.1.2.
func redirectable(uri string, confidential bool) bool {
	u, err := url.Parse(uri)
	if err != nil || !u.IsAbs() || strings.Contains(uri, "#") || u.User != nil || len(uri) > maxRedirectURI || !storableText(uri) || strings.Contains(uri, " ") {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		ip, err := netip.ParseAddr(u.Hostname())
		return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	}
	return !confidential && strings.Contains(u.Scheme, ".")
}

// OAuthRequestInput is what an app asks for. Its redirect URI has been found
// among the app's own before.
type OAuthRequestInput struct {
	RedirectURI     string
	Scopes          []string
	State           string
	Challenge       string
	ChallengeMethod string
}

// OAuthConsent is what an app asks of a person, and where they could let it.
type OAuthConsent struct {
	App    OAuthApp
	Scopes []PermissionInfo
	Places []OAuthPlace
	// Missing are the scopes on the agency itself that the person doesn't hold: the
	// app can't use them.
	Missing     []Permission
	RedirectURI string
}

// SentTo is the host, or the scheme, of where the answer goes.
func (c OAuthConsent) SentTo() string {
	u, err := url.Parse(c.RedirectURI)
	switch {
	case err != nil:
		return ""
	case u.Scheme == "https" || u.Scheme == "http":
		return u.Host
	}
	return u.Scheme + ":"
}

// OAuthPlace is a sub-account where the person works.
type OAuthPlace struct {
	Account
	Missing []Permission // the scopes that the person doesn't hold there
}

// OAuthGrant is what a person let an app do.
type OAuthGrant struct {
	ID          uuid.UUID
	App         uuid.UUID
	AppName     string
	Homepage    string
	Scopes      []Permission
	SubAccounts []uuid.UUID
	CreatedAt   time.Time
	LastUsedAt  *time.Time // to the minute
}

// OAuthTokens are shown once. The scope of the access token may be less than what
// the person let.
type OAuthTokens struct {
	Access    string
	Refresh   string
	Scopes    []Permission
	ExpiresIn time.Duration // of Access
}

// OAuthStanding is what a token stands for at the moment.
type OAuthStanding struct {
	Scopes    []Permission
	Person    uuid.UUID
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// AppRef is the app that a principal came by.
type AppRef struct {
	ID    uuid.UUID
	Name  string
	Grant uuid.UUID
}

// throughApp narrows a person to what an app may do for them: what they hold, in
// the places and of the permissions that they let it have.
func (p Principal) throughApp(app AppRef, scopes []Permission, places []uuid.UUID) Principal {
	out := p
	out.App, out.AgencyRole = &app, ""
	out.Actor.AppID, out.Actor.AppName = app.ID.String(), app.Name
	out.Roles, out.held = map[uuid.UUID]Role{}, map[uuid.UUID]held{}
	narrowed := func(from held, all []Permission) held {
		from.permissions = slices.DeleteFunc(slices.Clone(all), func(one Permission) bool { return !slices.Contains(scopes, one) })
		return from
	}
	for _, place := range places {
		if p.belongs(place) {
			role := p.in(place)
			out.Roles[place], out.held[place] = role.role, narrowed(role, p.Permissions(place))
		}
	}
	if p.AgencyRole != "" {
		out.held[uuid.Nil] = narrowed(p.held[uuid.Nil], p.Permissions(uuid.Nil))
	}
	return out
}
