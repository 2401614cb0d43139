package access

import (
	"context"
	"crypto/subtle"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// OAuthApps lists the agency's apps, the oldest first.
func (s *Service) OAuthApps(ctx context.Context, p Principal) (out []OAuthApp, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectApps(ctx, r, p.Agency, s.now())
		return err
	})
	return out, err
}

// OAuthAppOf reads an app of the agency; NotFound if there is none.
func (s *Service) OAuthAppOf(ctx context.Context, agency, id uuid.UUID) (out OAuthApp, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, _, err = oneApp(ctx, r, agency, id, "")
		return err
	})
	return out, err
}

// CreateOAuthApp registers an app and gives the secret of a confidential one,
// which is shown once. Errors: Invalid with every field; Conflict
// "oauth_app.too_many".
func (s *Service) CreateOAuthApp(ctx context.Context, p Principal, in OAuthAppInput) (OAuthApp, string, error) {
	now := s.now()
	app := in.apply(OAuthApp{
		ID: newID(), Agency: p.Agency, Confidential: in.Confidential, CreatedBy: creatorOf(p.Actor), Version: 1, CreatedAt: now, UpdatedAt: now,
	})
	if err := app.validate(); err != nil {
		return OAuthApp{}, "", err
	}
	secret, hash := "", []byte(nil)
	if app.Confidential {
		secret, hash = auth.NewToken(oauthSecretPrefix)
		app.SecretHint = auth.TokenHint(secret)
	}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		present, err := selectApps(ctx, tx, p.Agency, now)
		if err != nil {
			return err
		}
		if len(present) >= maxOAuthApps {
			return errTooManyApps
		}
		if err := insertApp(ctx, tx, app, hash); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "oauth_app.created", app.ID, map[string]any{"after": app.audited()})
	})
	if err != nil {
		return OAuthApp{}, "", err
	}
	return app, secret, nil
}

// UpdateOAuthApp changes what the input names. Scopes that it loses, it loses
// for whoever let it in before as well. Errors: Invalid; NotFound; Stale.
func (s *Service) UpdateOAuthApp(ctx context.Context, p Principal, id uuid.UUID, in OAuthAppInput) (after OAuthApp, err error) {
	err = s.changeApp(ctx, p, id, in.Version, "oauth_app.updated", func(tx pgx.Tx, before OAuthApp, hash []byte) (OAuthApp, error) {
		after = in.apply(before)
		if err := after.validate(); err != nil {
			return after, err
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		return after, updateApp(ctx, tx, after, hash)
	})
	return after, err
}

// RotateOAuthSecret gives a confidential app another secret, shown once; the one
// before is refused at once. Errors: NotFound; Conflict "oauth_app.public".
func (s *Service) RotateOAuthSecret(ctx context.Context, p Principal, id uuid.UUID) (after OAuthApp, secret string, err error) {
	err = s.changeApp(ctx, p, id, 0, "oauth_app.secret_rotated", func(tx pgx.Tx, before OAuthApp, _ []byte) (OAuthApp, error) {
		if !before.Confidential {
			return before, errAppPublic
		}
		var hash []byte
		after = before
		secret, hash = auth.NewToken(oauthSecretPrefix)
		after.SecretHint, after.Version, after.UpdatedAt = auth.TokenHint(secret), before.Version+1, s.now()
		return after, updateApp(ctx, tx, after, hash)
	})
	return after, secret, err
}

// DeleteOAuthApp takes the app away with all that people let it do, at once.
// Errors: NotFound; Stale.
func (s *Service) DeleteOAuthApp(ctx context.Context, p Principal, id uuid.UUID, version int64) error {
	return s.changeApp(ctx, p, id, version, "oauth_app.deleted", func(tx pgx.Tx, before OAuthApp, _ []byte) (OAuthApp, error) {
		return OAuthApp{}, deleteApp(ctx, tx, before)
	})
}

func (s *Service) changeApp(ctx context.Context, p Principal, id uuid.UUID, version int64, action string,
	change func(tx pgx.Tx, before OAuthApp, hash []byte) (OAuthApp, error),
) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, hash, err := oneApp(ctx, tx, p.Agency, id, ` for update`)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStale.With("version", before.Version)
		}
		after, err := change(tx, before, hash)
		if err != nil {
			return err
		}
		detail := map[string]any{"before": before.audited()}
		if after.ID != uuid.Nil {
			detail["after"] = after.audited()
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, action, id, detail)
	})
}

func (a OAuthApp) audited() map[string]any {
	return map[string]any{
		"name": a.Name, "homepage": a.Homepage, "redirect_uris": a.RedirectURIs, "scopes": a.Scopes,
		"confidential": a.Confidential, "secret_hint": a.SecretHint,
	}
}

// ProveOAuthApp finds the app that calls: a confidential one by its secret, a
// public one by its id alone. ok is false for whatever isn't right.
func (s *Service) ProveOAuthApp(ctx context.Context, agency, id uuid.UUID, secret string) (app OAuthApp, ok bool, err error) {
	var hash []byte
	err = s.control.Read(ctx, func(r db.Reader) error {
		app, hash, err = oneApp(ctx, r, agency, id, "")
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return OAuthApp{}, false, nil
	}
	if app.Confidential {
		ok = subtle.ConstantTimeCompare(hash, auth.HashToken(secret)) == 1
	} else {
		ok = secret == ""
	}
	return app, ok && err == nil, err
}
