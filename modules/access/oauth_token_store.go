package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

type tokenRow struct {
	Hash      []byte
	Kind      string
	Scopes    []Permission
	ExpiresAt time.Time
}

// insertTokens lets the grant live as long as the last of them; those before that
// have expired go.
func insertTokens(ctx context.Context, tx pgx.Tx, grant uuid.UUID, now time.Time, tokens ...tokenRow) error {
	batch := &pgx.Batch{}
	batch.Queue(`delete from oauth_token where grant_id = @grant and expires_at <= @now`, pgx.StrictNamedArgs{"grant": grant, "now": now})
	for _, t := range tokens {
		batch.Queue(`
			insert into oauth_token (token_hash, grant_id, kind, scopes, created_at, expires_at)
			values (@hash, @grant, @kind, @scopes, @now, @expires_at)`,
			pgx.StrictNamedArgs{"hash": t.Hash, "grant": grant, "kind": t.Kind, "scopes": texts(t.Scopes), "now": now, "expires_at": t.ExpiresAt})
		batch.Queue(`update oauth_grant set expires_at = greatest(expires_at, @expires_at) where id = @grant`,
			pgx.StrictNamedArgs{"grant": grant, "expires_at": t.ExpiresAt})
	}
	return tx.SendBatch(ctx, batch).Close()
}

func useRefresh(ctx context.Context, tx pgx.Tx, hash []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `update oauth_token set used_at = @now where token_hash = @hash`, pgx.StrictNamedArgs{"hash": hash, "now": now})
	return err
}

func deleteToken(ctx context.Context, tx pgx.Tx, app uuid.UUID, hash []byte) error {
	_, err := tx.Exec(ctx, `
		delete from oauth_token t using oauth_grant g
		where g.id = t.grant_id and g.app_id = @app and t.token_hash = @hash and t.kind = 'access'`,
		pgx.StrictNamedArgs{"app": app, "hash": hash})
	return err
}

// standing gives false for a token that is not the app's, or not good any more.
func standing(ctx context.Context, r db.Reader, app uuid.UUID, hash []byte, now time.Time) (out OAuthStanding, ok bool, err error) {
	err = r.QueryRow(ctx, `
		select t.scopes, g.person_id, t.created_at, t.expires_at
		from oauth_token t join oauth_grant g on g.id = t.grant_id
		where t.token_hash = @hash and g.app_id = @app and t.used_at is null and t.expires_at > @now and g.ended_at is null
			and exists (select from membership m where m.person_id = g.person_id)`,
		pgx.StrictNamedArgs{"hash": hash, "app": app, "now": now}).Scan(&out.Scopes, &out.Person, &out.IssuedAt, &out.ExpiresAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, false, nil
	}
	return out, err == nil, err
}

// liveRow is an access token with all that it stands for.
type liveRow struct {
	Scopes    []Permission
	Allowed   []Permission // the app's own
	AppName   string
	Grant     grantRow
	Person    Person
	HasFactor bool // a passkey, or a provider that counts as two factors
	MFA       MFA
	Roles     []membershipRow
}

const grantorColumns = `p.id, p.agency_id, p.email, p.name, p.totp_secret is not null, p.created_at, ` + membershipsSQL

func liveToken(ctx context.Context, r db.Reader, hash []byte, now time.Time) (row liveRow, ok bool, err error) {
	p, g := &row.Person, &row.Grant
	err = r.QueryRow(ctx, `
		select t.scopes, a.scopes, a.name, a.id, g.id, g.sub_accounts, g.last_used_at,
			exists (select from passkey k where k.person_id = p.id) or exists (
				select from sso_identity i join identity_provider ip on ip.id = i.provider_id
				where i.person_id = p.id and i.two_factors and ip.enabled and ip.mfa <> 'never'),
			coalesce((select pol.mfa from access_policy pol where pol.agency_id = p.agency_id), 'optional'),
			`+grantorColumns+`
		from oauth_token t
		join oauth_grant g on g.id = t.grant_id
		join oauth_app a on a.id = g.app_id
		join person p on p.id = g.person_id
		where t.token_hash = @hash and t.kind = 'access' and t.expires_at > @now and g.ended_at is null`,
		pgx.StrictNamedArgs{"hash": hash, "now": now}).
		Scan(&row.Scopes, &row.Allowed, &row.AppName, &g.App, &g.ID, &g.SubAccounts, &g.LastUsedAt, &row.HasFactor, &row.MFA,
			&p.ID, &p.Agency, &p.Email, &p.Name, &p.TOTPEnabled, &p.CreatedAt, &row.Roles)
	if errors.Is(err, pgx.ErrNoRows) {
		return row, false, nil
	}
	return row, err == nil, err
}

// grantor is who let the app in.
func grantor(ctx context.Context, tx pgx.Tx, grant grantRow) (p Person, roles []membershipRow, err error) {
	err = tx.QueryRow(ctx, `select `+grantorColumns+` from person p where p.id = @person`, pgx.StrictNamedArgs{"person": grant.Person}).
		Scan(&p.ID, &p.Agency, &p.Email, &p.Name, &p.TOTPEnabled, &p.CreatedAt, &roles)
	return p, roles, err
}

// awayFromProvider tells of somebody who is bound to identity providers, or has no
// other way to sign in, that they have been at none, of those that are on, for as long
// as a session by it lasts, and have no other session either. The provider tells
// nobody whom it shut out: this is how that is found out. A password and a passkey are
// no way where a provider is enforced, but for owners.
func awayFromProvider(ctx context.Context, tx pgx.Tx, person uuid.UUID, now time.Time) (away bool, err error) {
	err = tx.QueryRow(ctx, `
		select (exists (select from sso_identity where person_id = @person) or not exists (
			select from person w
			 where w.id = @person and (w.has_password or exists (select from passkey k where k.person_id = w.id))
			   and (exists (select from membership m where m.person_id = w.id and m.role = 'agency_owner')
			        or not exists (
					select from identity_provider_domain d join identity_provider p on p.id = d.provider_id and p.enabled and p.enforced
					 where d.agency_id = w.agency_id and d.domain = split_part(w.email, '@', 2)))))
		   and not exists (
			select from sso_identity i join identity_provider p on p.id = i.provider_id
			 where i.person_id = @person and p.enabled and i.last_used_at + make_interval(hours => p.session_hours) > @now)
		   and not exists (select from session where person_id = @person and expires_at > @now and last_seen_at > @idle)`,
		pgx.StrictNamedArgs{"person": person, "now": now, "idle": now.Add(-SessionIdle)}).Scan(&away)
	return away, err
}

// endGrantsOfStranded ends what people let apps do who sign in by the provider alone:
// no password, passkey or other provider that is on. It tells of how many.
func endGrantsOfStranded(ctx context.Context, tx pgx.Tx, p IdentityProvider, now time.Time) (int64, error) {
	tag, err := tx.Exec(ctx, `
		update oauth_grant g set ended_at = @now
		  from sso_identity i join person w on w.id = i.person_id
		 where i.agency_id = @agency and i.provider_id = @id and g.person_id = i.person_id and g.agency_id = @agency and g.ended_at is null
		   and not w.has_password and not exists (select from passkey k where k.person_id = w.id)
		   and not exists (
			select from sso_identity o join identity_provider p on p.id = o.provider_id
			 where o.person_id = w.id and o.provider_id <> @id and p.enabled)`,
		pgx.StrictNamedArgs{"agency": p.Agency, "id": p.ID, "now": now})
	return tag.RowsAffected(), err
}
