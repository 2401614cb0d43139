package identity

import (
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// authRequest is what a client asked for, and who signed in.
type authRequest struct {
	id     string
	asked  oidc.AuthRequest
	began  time.Time
	person *Person // nil until somebody has
}

// The methods of op.AuthRequest.

// GetID names it.
func (r *authRequest) GetID() string { return r.id }

// GetACR is by what class of ways the person signed in.
func (r *authRequest) GetACR() string { return r.person.ACR }

// GetAMR is by which ways.
func (r *authRequest) GetAMR() []string { return r.person.AMR }

// GetAudience is the client.
func (r *authRequest) GetAudience() []string { return []string{r.asked.ClientID} }

// GetAuthTime is when.
func (r *authRequest) GetAuthTime() time.Time { return r.began }

// GetClientID is who asked.
func (r *authRequest) GetClientID() string { return r.asked.ClientID }

// GetCodeChallenge is PKCE's; nil where the client sent none.
func (r *authRequest) GetCodeChallenge() *oidc.CodeChallenge {
	if r.asked.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: r.asked.CodeChallenge, Method: r.asked.CodeChallengeMethod}
}

// GetNonce comes back in the token.
func (r *authRequest) GetNonce() string { return r.asked.Nonce }

// GetRedirectURI is where the answer goes.
func (r *authRequest) GetRedirectURI() string { return r.asked.RedirectURI }

// GetResponseType is a code.
func (r *authRequest) GetResponseType() oidc.ResponseType { return r.asked.ResponseType }

// GetResponseMode is how the answer is sent.
func (r *authRequest) GetResponseMode() oidc.ResponseMode { return r.asked.ResponseMode }

// GetScopes is what the client wants to know.
func (r *authRequest) GetScopes() []string { return r.asked.Scopes }

// GetState comes back with the code.
func (r *authRequest) GetState() string { return r.asked.State }

// GetSubject is who signed in.
func (r *authRequest) GetSubject() string { return r.person.Subject }

// Done tells whether somebody has.
func (r *authRequest) Done() bool { return r.person != nil }

// client is a relying party.
type client struct {
	id, secret string
	redirects  []string
	provider   *Provider
}

// The methods of op.Client.

// GetID is its client_id.
func (c client) GetID() string { return c.id }

// RedirectURIs are equal to the letter.
func (c client) RedirectURIs() []string { return c.redirects }

// PostLogoutRedirectURIs are none.
func (client) PostLogoutRedirectURIs() []string { return nil }

// ApplicationType is one with a server.
func (client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }

// AuthMethod is HTTP Basic.
func (client) AuthMethod() oidc.AuthMethod { return oidc.AuthMethodBasic }

// ResponseTypes is a code.
func (client) ResponseTypes() []oidc.ResponseType { return []oidc.ResponseType{oidc.ResponseTypeCode} }

// GrantTypes is a code.
func (client) GrantTypes() []oidc.GrantType { return []oidc.GrantType{oidc.GrantTypeCode} }

// LoginURL is where the person signs in.
func (client) LoginURL(id string) string { return "/login?id=" + id }

// AccessTokenType is an opaque one.
func (client) AccessTokenType() op.AccessTokenType { return op.AccessTokenTypeBearer }

// IDTokenLifetime is how long it says so.
func (client) IDTokenLifetime() time.Duration { return tokenLife }

// DevMode lets redirects go to plain HTTP, as on one machine they do.
func (client) DevMode() bool { return true }

// RestrictAdditionalIdTokenScopes restricts nothing.
func (client) RestrictAdditionalIdTokenScopes() func([]string) []string { return all }

// RestrictAdditionalAccessTokenScopes restricts nothing.
func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string { return all }

func all(scopes []string) []string { return scopes }

// IsScopeAllowed allows none of the client's own.
func (client) IsScopeAllowed(string) bool { return false }

// IDTokenUserinfoClaimsAssertion has the token say what userinfo says.
func (c client) IDTokenUserinfoClaimsAssertion() bool {
	c.provider.mu.Lock()
	defer c.provider.mu.Unlock()
	return !c.provider.terse
}

// ClockSkew is none.
func (client) ClockSkew() time.Duration { return 0 }
