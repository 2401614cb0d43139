package apiserver

import (
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	provider "github.com/zitadel/oidc/v3/pkg/op"

	"github.com/omnicrm/omnicrm/modules/access"
)

// oauthClient is an app as the library wants one.
type oauthClient struct{ access.OAuthApp }

func (c oauthClient) GetID() string          { return c.ID.String() }
func (c oauthClient) RedirectURIs() []string { return c.OAuthApp.RedirectURIs }

// ApplicationType is of an app whose addresses may have any scheme: which ones
// will do was decided when it was registered.
func (c oauthClient) ApplicationType() provider.ApplicationType {
	return provider.ApplicationTypeNative
}
func (c oauthClient) DevMode() bool { return true }

func (c oauthClient) AuthMethod() oidc.AuthMethod {
	if c.Confidential {
		return oidc.AuthMethodBasic
	}
	return oidc.AuthMethodNone
}

func (c oauthClient) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c oauthClient) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

// IsScopeAllowed leaves the scopes to modules/access, which names one that won't
// do rather than leaving it out.
func (c oauthClient) IsScopeAllowed(string) bool { return true }

func (c oauthClient) LoginURL(string) string           { return consentPage }
func (c oauthClient) PostLogoutRedirectURIs() []string { return nil }
func (c oauthClient) AccessTokenType() provider.AccessTokenType {
	return provider.AccessTokenTypeBearer
}

func (c oauthClient) IDTokenLifetime() time.Duration       { return 0 } // none is made
func (c oauthClient) IDTokenUserinfoClaimsAssertion() bool { return false }
func (c oauthClient) ClockSkew() time.Duration             { return 0 }

func (c oauthClient) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}

func (c oauthClient) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(scopes []string) []string { return scopes }
}
