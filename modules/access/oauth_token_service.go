package access

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ErrOAuthGrant is why a code or a refresh token gives no tokens: RFC 6749 calls
// it invalid_grant.
var ErrOAuthGrant = fault.New(fault.Invalid, "oauth.grant_refused",
	"The code or refresh token is unknown, was used, has expired or was revoked.")

// RedeemOAuthCode gives the tokens for a code. Errors: ErrOAuthGrant, also for a
// redirect URI or a verifier that doesn't fit. A code that comes a second time
// was stolen on its way: it ends whatever came of the first.
func (s *Service) RedeemOAuthCode(ctx context.Context, app OAuthApp, code, redirectURI, verifier string) (out OAuthTokens, err error) {
	sum := sha256.Sum256([]byte(verifier))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	return s.handOut(ctx, app, "code", func(tx pgx.Tx) (grantRow, []Permission, bool, error) {
		grant, err := grantByCode(ctx, tx, app.ID, auth.HashToken(code))
		switch {
		case err != nil:
			return grant, nil, false, err
		case grant.CodeUsedAt != nil:
			return grant, nil, true, nil
		case grant.RedirectURI != redirectURI, !s.now().Before(grant.CodeExpiresAt),
			subtle.ConstantTimeCompare([]byte(grant.Challenge), []byte(challenge)) != 1:
			return grant, nil, false, ErrOAuthGrant
		}
		return grant, grant.Scopes, false, useCode(ctx, tx, grant.ID, s.now())
	})
}

// RefreshOAuth gives new tokens for a refresh token, which is good once; scopes,
// if any, narrow the access token. Errors: ErrOAuthGrant; Invalid "oauth.scope".
// One that comes a second time has been copied: it ends the grant. An app acts for
// who signs in by a provider as long after that as a session of theirs lasts.
func (s *Service) RefreshOAuth(ctx context.Context, app OAuthApp, token string, scopes []string) (OAuthTokens, error) {
	return s.handOut(ctx, app, "refresh_token", func(tx pgx.Tx) (grantRow, []Permission, bool, error) {
		hash := auth.HashToken(token)
		grant, used, err := grantByRefresh(ctx, tx, app.ID, hash, s.now())
		if err != nil || used {
			return grant, nil, used, err
		}
		wanted := grant.Scopes
		if len(scopes) > 0 {
			if wanted, err = (OAuthApp{Scopes: grant.Scopes}).asked(scopes); err != nil {
				return grant, nil, false, err
			}
		}
		// The token is not used up: it is good again once the person signed in there.
		if away, err := awayFromProvider(ctx, tx, grant.Person, s.now()); err != nil || away {
			return grant, nil, false, cmp.Or(err, error(ErrOAuthGrant))
		}
		return grant, wanted, false, useRefresh(ctx, tx, hash, s.now())
	})
}

// handOut finds a grant and makes its next tokens. The end of one that was
// copied is committed, although nothing is handed out.
func (s *Service) handOut(ctx context.Context, app OAuthApp, by string,
	find func(tx pgx.Tx) (grant grantRow, scopes []Permission, again bool, err error),
) (out OAuthTokens, err error) {
	refused := false
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		grant, scopes, again, err := find(tx)
		if err != nil {
			return err
		}
		who, roles, err := grantor(ctx, tx, grant)
		if err != nil {
			return err
		}
		if refused = again || grant.EndedAt != nil; refused {
			if grant.EndedAt != nil {
				return nil
			}
			return s.endGrant(s.actAsApp(ctx, who, app), tx, grant, "oauth_grant.reused", map[string]any{"app": app.ID, "token": by})
		}
		if err := s.checkEntry(ctx, app.Agency, roles); err != nil {
			return ErrOAuthGrant.Wrap(err)
		}
		out, err = s.newTokens(ctx, tx, grant, scopes)
		return err
	})
	if err == nil && refused {
		err = ErrOAuthGrant
	}
	return out, err
}

func (s *Service) newTokens(ctx context.Context, tx pgx.Tx, grant grantRow, scopes []Permission) (OAuthTokens, error) {
	now := s.now()
	access, accessHash := auth.NewToken(oauthAccessPrefix)
	refresh, refreshHash := auth.NewToken(oauthRefreshPrefix)
	err := insertTokens(ctx, tx, grant.ID, now,
		tokenRow{Hash: accessHash, Kind: "access", Scopes: scopes, ExpiresAt: now.Add(OAuthAccessLife)},
		tokenRow{Hash: refreshHash, Kind: "refresh", Scopes: grant.Scopes, ExpiresAt: now.Add(OAuthRefreshLife)})
	return OAuthTokens{Access: access, Refresh: refresh, Scopes: scopes, ExpiresIn: OAuthAccessLife}, err
}

// RevokeOAuth ends what a token stands for: with a refresh token the whole grant,
// with an access token that alone. No error for one that isn't the app's (RFC
// 7009, section 2.2).
func (s *Service) RevokeOAuth(ctx context.Context, app OAuthApp, token string) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		hash := auth.HashToken(token)
		if prefix, _ := auth.ParseToken(token); prefix == oauthAccessPrefix {
			return deleteToken(ctx, tx, app.ID, hash)
		}
		grant, _, err := grantByRefresh(ctx, tx, app.ID, hash, time.Time{})
		if fault.Is(err, fault.Invalid) || err == nil && grant.EndedAt != nil {
			return nil
		}
		if err != nil {
			return err
		}
		who, _, err := grantor(ctx, tx, grant)
		if err != nil {
			return err
		}
		return s.endGrant(s.actAsApp(ctx, who, app), tx, grant, "oauth_grant.revoked", map[string]any{"app": app.ID, "by": "app"})
	})
}

// OAuthStandingOf tells an app of one of its own tokens; ok is false for any
// other, and for one that is good no more.
func (s *Service) OAuthStandingOf(ctx context.Context, app OAuthApp, token string) (out OAuthStanding, ok bool, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, ok, err = standing(ctx, r, app.ID, auth.HashToken(token), s.now())
		return err
	})
	return out, ok, err
}

// OAuthGrants lists what the person let apps do, the newest first.
func (s *Service) OAuthGrants(ctx context.Context, p Principal) (out []OAuthGrant, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectGrants(ctx, r, p.Person.ID, s.now())
		return err
	})
	return out, err
}

// EndOAuthGrant takes back what the person let an app do, at once. NotFound: it
// is none of theirs, or has ended.
func (s *Service) EndOAuthGrant(ctx context.Context, p Principal, id uuid.UUID) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		grant, err := grantOf(ctx, tx, p.Person.ID, id)
		if err != nil {
			return err
		}
		return s.endGrant(ctx, tx, grant, "oauth_grant.revoked", map[string]any{"app": grant.App, "by": "person"})
	})
}

func (s *Service) endGrant(ctx context.Context, tx pgx.Tx, grant grantRow, action string, detail map[string]any) error {
	if err := endGrantRow(ctx, tx, grant.ID, s.now()); err != nil {
		return err
	}
	return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: grant.Agency}, action, grant.ID, detail)
}

// actAsApp is what the audit reads of an app's own doing; the address is that of
// the context's actor.
func (s *Service) actAsApp(ctx context.Context, who Person, app OAuthApp) context.Context {
	from, _ := tenancy.ActorFrom(ctx)
	return tenancy.WithActor(ctx, tenancy.Actor{
		Kind: tenancy.Person, ID: who.ID.String(), Name: who.Name, IP: from.IP, UserAgent: from.UserAgent, RequestID: from.RequestID,
		AppID: app.ID.String(), AppName: app.Name,
	})
}

// authenticateApp is who an access token stands for: the person, as far as the
// app may act for them, by what they hold now.
func (s *Service) authenticateApp(ctx context.Context, hash []byte) (out Principal, err error) {
	now := s.now()
	var grant grantRow
	err = s.control.Read(ctx, func(r db.Reader) error {
		live, ok, err := liveToken(ctx, r, hash, now)
		if err != nil || !ok || len(live.Roles) == 0 {
			return orElse(err, errOAuthToken)
		}
		grant = live.Grant
		p := personPrincipal(live.Person, uuid.Nil, live.Roles)
		mustEnrol := live.MFA.demands(p) && !p.Person.TOTPEnabled && !live.HasFactor
		scopes := slices.DeleteFunc(live.Scopes, func(one Permission) bool { return !slices.Contains(live.Allowed, one) })
		out = p.throughApp(AppRef{ID: grant.App, Name: live.AppName, Grant: grant.ID}, scopes, grant.SubAccounts)
		out.MustEnrol = mustEnrol
		return nil
	})
	if err != nil || grant.LastUsedAt != nil && now.Sub(*grant.LastUsedAt) < lastSeenEvery {
		return out, err
	}
	return out, s.control.InTx(ctx, func(tx pgx.Tx) error { return touchGrant(ctx, tx, grant.ID, now) })
}
