package access

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	discovery "github.com/zitadel/oidc/v3/pkg/client"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"

	"github.com/omnicrm/omnicrm/platform/outbound"
)

// ssoSkew is how far a provider's clock may be from ours.
const ssoSkew = time.Minute

// ssoAlgorithms are those of a public key: one with a shared secret would let
// whoever reads the published keys sign.
var ssoAlgorithms = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}

// relying is the agency as the provider knows it. It asks the provider for its
// description, by the client that calls nothing private; every address in the
// description is called by the same one.
func (s *Service) relying(ctx context.Context, p IdentityProvider, secret, redirect, nonce string) (rp.RelyingParty, error) {
	scopes := []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile}
	party, err := rp.NewRelyingPartyOIDC(ctx, p.Issuer, p.ClientID, secret, redirect, scopes,
		rp.WithHTTPClient(s.caller.HTTP()),
		rp.WithVerifierOpts(
			rp.WithNonce(func(context.Context) string { return nonce }),
			rp.WithSupportedSigningAlgorithms(ssoAlgorithms...),
			rp.WithIssuedAtOffset(ssoSkew), rp.WithIssuedAtMaxAge(ssoRequestLife),
		))
	if err != nil {
		return nil, errSSODown.Wrap(err)
	}
	if err := s.caller.Vet(party.OAuthConfig().Endpoint.AuthURL); err != nil {
		return nil, errSSODown.Wrap(err) // the browser would be sent there
	}
	return party, nil
}

// askFor is the address at which somebody signs in.
func askFor(party rp.RelyingParty, p IdentityProvider, state, nonce, verifier, hint string) string {
	options := []rp.AuthURLOpt{
		rp.WithCodeChallenge(oauth2.S256ChallengeFromVerifier(verifier)),
		rp.AuthURLOpt(rp.WithURLParam("nonce", nonce)),
	}
	if hint != "" {
		options = append(options, rp.AuthURLOpt(rp.WithURLParam("login_hint", hint)))
	}
	if p.MFA == ProviderMFAClaimed && len(p.ACRValues) > 0 {
		options = append(options, rp.AuthURLOpt(rp.WithURLParam("acr_values", strings.Join(p.ACRValues, " "))))
	}
	return rp.AuthURL(state, party, options...)
}

// redeem gives what the provider says of who signed in. The library holds the
// token's signature, issuer, audience, nonce and times against what was asked.
// Errors: Unavailable "sso.provider_down"; Unauthenticated "sso.token".
func redeem(ctx context.Context, party rp.RelyingParty, code, verifier string) (ssoClaims, error) {
	tokens, err := rp.CodeExchange[*oidc.IDTokenClaims](ctx, code, party, rp.WithCodeVerifier(verifier))
	if err != nil {
		return ssoClaims{}, redeemError(err)
	}
	claims := tokens.IDTokenClaims
	if claims.Email == "" && party.UserinfoEndpoint() != "" {
		info, err := rp.Userinfo[*oidc.UserInfo](ctx, tokens.AccessToken, tokens.Type(), claims.Subject, party)
		if err != nil {
			return ssoClaims{}, redeemError(err)
		}
		claims.SetUserInfo(info)
	}
	_, said := claims.Claims["email_verified"]
	out := ssoClaims{
		Subject: claims.Subject, Email: normaliseEmail(claims.Email), Verified: bool(claims.EmailVerified), Silent: !said,
		Name: claims.Name, AMR: claims.AuthenticationMethodsReferences, ACR: claims.AuthenticationContextClassReference,
	}
	if len(out.Subject) > maxSubject || !storableText(out.Subject) {
		return ssoClaims{}, errSSOToken
	}
	return out, nil
}

// redeemError tells a provider that can't be reached, or is in trouble, from one
// whose answer isn't right.
func redeemError(err error) error {
	var network *url.Error
	var status *oauth2.RetrieveError
	if errors.As(err, &network) || errors.As(err, &status) && status.Response.StatusCode >= http.StatusInternalServerError {
		return errSSODown.Wrap(err)
	}
	return errSSOToken.Wrap(err)
}

// ProviderCheck is what a provider answered when it was asked how it is. Problem
// is empty where all is well.
type ProviderCheck struct {
	Problem       string
	Authorization string // where people will sign in
	Algorithms    []string
	Keys          int
}

// look asks a provider for its description and its keys.
func (s *Service) look(ctx context.Context, p IdentityProvider) ProviderCheck {
	found, err := discovery.Discover(ctx, p.Issuer, s.caller.HTTP())
	if err != nil {
		return ProviderCheck{Problem: explainProvider(err)}
	}
	out := ProviderCheck{Authorization: found.AuthorizationEndpoint, Algorithms: found.IDTokenSigningAlgValuesSupported}
	for name, address := range map[string]string{
		"authorization_endpoint": found.AuthorizationEndpoint, "token_endpoint": found.TokenEndpoint, "jwks_uri": found.JwksURI,
	} {
		if err := s.caller.Vet(address); err != nil {
			out.Problem = "Its " + name + " can't be called: " + err.Error()
			return out
		}
	}
	if !slices.ContainsFunc(out.Algorithms, func(a string) bool { return slices.Contains(ssoAlgorithms, a) }) {
		out.Problem = "It signs by no algorithm with a public key, such as RS256."
		return out
	}
	keys, err := s.keysAt(ctx, found.JwksURI)
	switch {
	case err != nil:
		out.Problem = "Its keys: " + explainProvider(err)
	case len(keys.Keys) == 0:
		out.Problem = "It publishes no key that signs."
	}
	out.Keys = len(keys.Keys)
	return out
}

func (s *Service) keysAt(ctx context.Context, address string) (out jose.JSONWebKeySet, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return out, err
	}
	res, err := s.caller.HTTP().Do(r)
	if err != nil {
		return out, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return out, errors.New("http status not ok: " + res.Status)
	}
	return out, json.NewDecoder(res.Body).Decode(&out)
}

// explainProvider says why a provider's answer won't do, for people who set it up.
func explainProvider(err error) string {
	var network *url.Error
	switch {
	case errors.As(err, &network), errors.Is(err, outbound.ErrTooLarge):
		return outbound.Explain(err)
	case errors.Is(err, oidc.ErrIssuerInvalid):
		return "It calls itself by another address than this one. Copy the issuer to the letter from its /.well-known/openid-configuration."
	}
	return "What it answers isn't the description of an OpenID provider."
}
