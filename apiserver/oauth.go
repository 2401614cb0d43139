package apiserver

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	provider "github.com/zitadel/oidc/v3/pkg/op"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	oauthAuthorize  = "/oauth/authorize"
	oauthToken      = "/oauth/token" //nolint:gosec // an address
	oauthRevoke     = "/oauth/revoke"
	oauthIntrospect = "/oauth/introspect"
	oauthMetadata   = "/.well-known/oauth-authorization-server"
	consentPage     = "/oauth/consent" // of the web application
)

// mountOAuth adds the authorization server of each agency (OAuth 2.1). Its
// addresses speak forms and errors of RFC 6749, so they stand outside of the
// API; the library reads requests and writes answers, modules/access decides.
func (s *server) mountOAuth(r chi.Router) {
	handler := provider.RegisterServer(&oauthServer{server: s}, provider.Endpoints{
		Authorization: provider.NewEndpoint(oauthAuthorize), Token: provider.NewEndpoint(oauthToken),
		Revocation: provider.NewEndpoint(oauthRevoke), Introspection: provider.NewEndpoint(oauthIntrospect),
	}, provider.WithServerCORSOptions(nil))
	door := r.With(s.atHost, noStore, legible, s.rated, timed, bodied, fromClient)
	door.Method(http.MethodGet, oauthAuthorize, handler)
	for _, path := range []string{oauthToken, oauthRevoke, oauthIntrospect} {
		door.Method(http.MethodPost, path, handler)
	}
	r.With(s.atHost, s.rated).Get(oauthMetadata, s.serveOAuthMetadata)
}

// fromClient tells the audit from where an app calls; who it is, modules/access
// adds.
func fromClient(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := callOf(r.Context())
		actor := tenancy.Actor{Kind: tenancy.System, IP: c.ip.String(), UserAgent: shortened(c.userAgent), RequestID: c.id}
		next.ServeHTTP(w, r.WithContext(tenancy.WithActor(r.Context(), actor)))
	})
}

// serveOAuthMetadata is RFC 8414.
func (s *server) serveOAuthMetadata(w http.ResponseWriter, r *http.Request) {
	issuer, scopes := callOf(r.Context()).origin, []string{}
	for _, p := range access.AllPermissions() {
		scopes = append(scopes, string(p.Permission))
	}
	body, err := json.Marshal(map[string]any{
		"issuer":                                issuer,
		"authorization_endpoint":                issuer + oauthAuthorize,
		"token_endpoint":                        issuer + oauthToken,
		"revocation_endpoint":                   issuer + oauthRevoke,
		"introspection_endpoint":                issuer + oauthIntrospect,
		"service_documentation":                 issuer + "/api/docs/",
		"scopes_supported":                      scopes,
		"response_types_supported":              []string{"code"},
		"grant_types_supported":                 []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post", "none"},
	})
	if err != nil {
		writeProblem(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(body) // the reader is gone; there is nobody to tell
}

// oauthServer is what the library asks; each agency's host has its own apps.
type oauthServer struct {
	provider.UnimplementedServer
	server *server
}

// VerifyAuthRequest finds the app and makes sure of its address: until then
// nothing is sent there.
func (o *oauthServer) VerifyAuthRequest(ctx context.Context, r *provider.Request[oidc.AuthRequest]) (*provider.ClientRequest[oidc.AuthRequest], error) {
	id, err := uuid.Parse(r.Data.ClientID)
	if err != nil {
		return nil, oidc.ErrInvalidRequestRedirectURI().WithDescription("client_id names no app of this agency")
	}
	app, err := o.server.Access.OAuthAppOf(ctx, callOf(ctx).agency.ID, id)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, oidc.ErrInvalidRequestRedirectURI().WithDescription("client_id names no app of this agency")
	case err != nil:
		return nil, oauthError(ctx, err)
	case !slices.Contains(app.RedirectURIs, r.Data.RedirectURI):
		return nil, oidc.ErrInvalidRequestRedirectURI().WithDescription("redirect_uri is none that the app is registered with; it has to be the same to the letter")
	}
	return &provider.ClientRequest[oidc.AuthRequest]{Request: r, Client: oauthClient{app}}, nil
}

// Authorize keeps the request and sends the browser to where somebody answers it.
func (o *oauthServer) Authorize(ctx context.Context, r *provider.ClientRequest[oidc.AuthRequest]) (*provider.Redirect, error) {
	client, _ := r.Client.(oauthClient)
	in := r.Data
	if slices.Contains(in.Prompt, oidc.PromptNone) {
		return nil, oidc.ErrInteractionRequired().WithDescription("somebody has to be asked each time")
	}
	if in.CodeChallenge == "" {
		return nil, oidc.ErrInvalidRequest().WithDescription("code_challenge is required, with code_challenge_method S256")
	}
	request, err := o.server.Access.BeginOAuth(ctx, client.OAuthApp, access.OAuthRequestInput{
		RedirectURI: in.RedirectURI, Scopes: strings.Fields(r.Form.Get("scope")), State: in.State,
		Challenge: in.CodeChallenge, ChallengeMethod: string(in.CodeChallengeMethod),
	})
	if err != nil {
		return nil, oauthError(ctx, err)
	}
	return provider.NewRedirect(consentPage + "?request=" + request.String()), nil
}

// VerifyClient proves that the app is who it says.
func (o *oauthServer) VerifyClient(ctx context.Context, r *provider.Request[provider.ClientCredentials]) (provider.Client, error) {
	id, err := uuid.Parse(r.Data.ClientID)
	if err != nil {
		return nil, refusedClient()
	}
	app, ok, err := o.server.Access.ProveOAuthApp(ctx, callOf(ctx).agency.ID, id, r.Data.ClientSecret)
	if err != nil {
		return nil, oauthError(ctx, err)
	}
	if !ok {
		return nil, refusedClient()
	}
	return oauthClient{app}, nil
}

func refusedClient() error {
	return provider.NewStatusError(oidc.ErrInvalidClient().WithDescription("client_id or client_secret isn't right"), http.StatusUnauthorized)
}

// CodeExchange gives the first tokens.
func (o *oauthServer) CodeExchange(ctx context.Context, r *provider.ClientRequest[oidc.AccessTokenRequest]) (*provider.Response, error) {
	client, _ := r.Client.(oauthClient)
	return oauthTokens(ctx)(o.server.Access.RedeemOAuthCode(ctx, client.OAuthApp, r.Data.Code, r.Data.RedirectURI, r.Data.CodeVerifier))
}

// RefreshToken gives the next ones.
func (o *oauthServer) RefreshToken(ctx context.Context, r *provider.ClientRequest[oidc.RefreshTokenRequest]) (*provider.Response, error) {
	client, _ := r.Client.(oauthClient)
	return oauthTokens(ctx)(o.server.Access.RefreshOAuth(ctx, client.OAuthApp, r.Data.RefreshToken, r.Data.Scopes))
}

// Revocation is RFC 7009.
func (o *oauthServer) Revocation(ctx context.Context, r *provider.ClientRequest[oidc.RevocationRequest]) (*provider.Response, error) {
	client, _ := r.Client.(oauthClient)
	if err := o.server.Access.RevokeOAuth(ctx, client.OAuthApp, r.Data.Token); err != nil {
		return nil, oauthError(ctx, err)
	}
	return provider.NewResponse(nil), nil
}

// Introspect is RFC 7662, for an app's own tokens.
func (o *oauthServer) Introspect(ctx context.Context, r *provider.Request[provider.IntrospectionRequest]) (*provider.Response, error) {
	found, err := o.VerifyClient(ctx, &provider.Request[provider.ClientCredentials]{Data: r.Data.ClientCredentials})
	if err != nil {
		return nil, err
	}
	client, _ := found.(oauthClient)
	is, ok, err := o.server.Access.OAuthStandingOf(ctx, client.OAuthApp, r.Data.Token)
	if err != nil {
		return nil, oauthError(ctx, err)
	}
	if !ok {
		return provider.NewResponse(&oidc.IntrospectionResponse{}), nil
	}
	return provider.NewResponse(&oidc.IntrospectionResponse{
		Active: true, Scope: texts(is.Scopes), ClientID: client.GetID(), TokenType: oidc.BearerToken, Subject: is.Person.String(),
		IssuedAt: oidc.FromTime(is.IssuedAt), Expiration: oidc.FromTime(is.ExpiresAt), Issuer: callOf(ctx).origin,
	}), nil
}

func oauthTokens(ctx context.Context) func(access.OAuthTokens, error) (*provider.Response, error) {
	return func(t access.OAuthTokens, err error) (*provider.Response, error) {
		if err != nil {
			return nil, oauthError(ctx, err)
		}
		return provider.NewResponse(&oidc.AccessTokenResponse{
			AccessToken: t.Access, RefreshToken: t.Refresh, TokenType: oidc.BearerToken,
			ExpiresIn: uint64(t.ExpiresIn.Seconds()), Scope: texts(t.Scopes),
		}), nil
	}
}

// oauthError says a fault in the words of RFC 6749, sections 4.1.2.1 and 5.2.
// What is no fault is ours: it is logged, and told to nobody.
func oauthError(ctx context.Context, err error) error {
	f, ok := fault.As(err)
	switch {
	case !ok:
		callOf(ctx).log.LogAttrs(ctx, slog.LevelError, "oauth", slog.String("request_id", callOf(ctx).id), slog.Any("error", err))
		return oidc.ErrServerError().WithDescription(internalMessage)
	case f.Code == fault.Unavailable || f.Code == fault.Throttled:
		return provider.NewStatusError(oidc.ErrServerError().WithDescription("%s", f.Message), http.StatusServiceUnavailable)
	case f.Is(access.ErrOAuthGrant):
		return oidc.ErrInvalidGrant().WithDescription("%s", f.Message)
	}
	words := f.Message
	for i, field := range f.Fields {
		if i == 0 {
			words = ""
		}
		words += field.Path + " " + field.Message + ". "
	}
	if f.Slug == "oauth.scope" {
		return oidc.ErrInvalidScope().WithDescription("%s", words)
	}
	return oidc.ErrInvalidRequest().WithDescription("%s", words)
}
