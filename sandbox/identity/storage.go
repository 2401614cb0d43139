package identity

import (
	"context"
	"crypto/rsa"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"github.com/omnicrm/omnicrm/platform/clock"
)

const tokenLife = time.Hour

// signingKey is the provider's; the public half is what it publishes.
type signingKey struct {
	id     string
	key    *rsa.PrivateKey
	public bool
}

// ID, SignatureAlgorithm, Algorithm, Use and Key are op.SigningKey and op.Key.
func (k signingKey) ID() string { return k.id }

// SignatureAlgorithm is the one that every client knows.
func (signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }

// Algorithm is the same.
func (signingKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }

// Use is to sign.
func (signingKey) Use() string { return "sig" }

// Key is the half that is asked for.
func (k signingKey) Key() any {
	if k.public {
		return &k.key.PublicKey
	}
	return k.key
}

// storage is what the library asks.
type storage struct {
	*Provider
	unsupported
}

// CreateAuthRequest keeps what a client asks for.
func (s storage) CreateAuthRequest(_ context.Context, in *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	request := &authRequest{id: uuid.NewString(), asked: *in, began: clock.System().Now()}
	s.requests[request.id] = request
	return request, nil
}

// AuthRequestByID finds it again.
func (s storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if request, ok := s.requests[id]; ok {
		return request, nil
	}
	return nil, oidc.ErrInvalidGrant()
}

// AuthRequestByCode finds it by its code.
func (s storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	s.mu.Lock()
	id := s.codes[code]
	s.mu.Unlock()
	return s.AuthRequestByID(ctx, id)
}

// SaveAuthCode gives it a code.
func (s storage) SaveAuthCode(_ context.Context, id, code string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = id
	return nil
}

// DeleteAuthRequest ends it: a code is good once.
func (s storage) DeleteAuthRequest(_ context.Context, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.requests, id)
	return nil
}

// CreateAccessToken makes one that is good for userinfo.
func (s storage) CreateAccessToken(_ context.Context, request op.TokenRequest) (string, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := uuid.NewString()
	if r, ok := request.(*authRequest); ok && r.person != nil {
		s.tokens[id] = *r.person
	}
	return id, clock.System().Now().Add(tokenLife), nil
}

// SigningKey signs.
func (s storage) SigningKey(context.Context) (op.SigningKey, error) { return s.key, nil }

// SignatureAlgorithms are the one.
func (storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet is what is published.
func (s storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{signingKey{id: s.key.id, key: s.key.key, public: true}}, nil
}

// GetClientByClientID finds a client.
func (s storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[id]; ok {
		return c, nil
	}
	return nil, oidc.ErrInvalidClient()
}

// AuthorizeClientIDSecret proves it.
func (s storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c, ok := s.clients[id]; !ok || c.secret != secret {
		return oidc.ErrInvalidClient()
	}
	return nil
}

// SetUserinfoFromScopes leaves it to SetUserinfoFromRequest.
func (storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil
}

// SetUserinfoFromRequest is what a token says.
func (storage) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, request op.IDTokenRequest, scopes []string) error {
	if r, ok := request.(*authRequest); ok && r.person != nil {
		r.person.tell(info, scopes)
	}
	return nil
}

// SetUserinfoFromToken is what userinfo says.
func (s storage) SetUserinfoFromToken(_ context.Context, info *oidc.UserInfo, token, _, _ string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	person, ok := s.tokens[token]
	if !ok {
		return oidc.ErrInvalidRequest()
	}
	person.tell(info, []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile})
	return nil
}

// GetPrivateClaimsFromScopes gives none.
func (storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return map[string]any{}, nil
}

// Health is good.
func (storage) Health(context.Context) error { return nil }

func (p Person) tell(info *oidc.UserInfo, scopes []string) {
	info.Subject = p.Subject
	if slices.Contains(scopes, oidc.ScopeProfile) {
		info.Name = p.Name
	}
	if slices.Contains(scopes, oidc.ScopeEmail) && p.Email != "" {
		info.Email = p.Email
		if p.Verified != nil {
			info.AppendClaims("email_verified", p.Verified)
		}
	}
}

// unsupported is what this provider doesn't do.
type unsupported struct{}

// CreateAccessAndRefreshTokens: nothing is refreshed.
func (unsupported) CreateAccessAndRefreshTokens(context.Context, op.TokenRequest, string) (string, string, time.Time, error) {
	return "", "", time.Time{}, oidc.ErrUnsupportedGrantType()
}

// TokenRequestByRefreshToken: the same.
func (unsupported) TokenRequestByRefreshToken(context.Context, string) (op.RefreshTokenRequest, error) {
	return nil, oidc.ErrUnsupportedGrantType()
}

// TerminateSession: there are none.
func (unsupported) TerminateSession(context.Context, string, string) error { return nil }

// RevokeToken: they end by themselves.
func (unsupported) RevokeToken(context.Context, string, string, string) *oidc.Error {
	return oidc.ErrInvalidRequest()
}

// GetRefreshTokenInfo: nothing is refreshed.
func (unsupported) GetRefreshTokenInfo(context.Context, string, string) (string, string, error) {
	return "", "", op.ErrInvalidRefreshToken
}

// SetIntrospectionFromToken: nobody introspects.
func (unsupported) SetIntrospectionFromToken(context.Context, *oidc.IntrospectionResponse, string, string, string) error {
	return oidc.ErrInvalidRequest()
}

// GetKeyByIDAndClientID: clients have secrets, no keys.
func (unsupported) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, oidc.ErrInvalidClient()
}

// ValidateJWTProfileScopes: the same.
func (unsupported) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, oidc.ErrInvalidScope()
}
