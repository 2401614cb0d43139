package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

type requestRow struct {
	ID          uuid.UUID
	Agency      uuid.UUID
	App         uuid.UUID
	RedirectURI string
	Scopes      []Permission
	State       string
	Challenge   string
	ExpiresAt   time.Time
}

func insertRequest(ctx context.Context, tx pgx.Tx, r requestRow, now time.Time) error {
	// Those that nobody answered go with the next one.
	_, err := tx.Exec(ctx, `delete from oauth_request where id in (
		select id from oauth_request where expires_at <= @now limit 100 for update skip locked)`, pgx.StrictNamedArgs{"now": now})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into oauth_request (id, agency_id, app_id, redirect_uri, scopes, state, challenge, expires_at)
		values (@id, @agency, @app, @redirect_uri, @scopes, @state, @challenge, @expires_at)`,
		pgx.StrictNamedArgs{
			"id": r.ID, "agency": r.Agency, "app": r.App, "redirect_uri": r.RedirectURI, "scopes": texts(r.Scopes), "state": r.State,
			"challenge": r.Challenge, "expires_at": r.ExpiresAt,
		})
	return err
}

func oneRequest(ctx context.Context, r db.Reader, agency, id uuid.UUID, now time.Time, lock string) (requestRow, error) {
	rows, err := r.Query(ctx, `
		select id, agency_id as agency, app_id as app, redirect_uri, scopes, state, challenge, expires_at
		from oauth_request where agency_id = @agency and id = @id and expires_at > @now`+lock,
		pgx.StrictNamedArgs{"agency": agency, "id": id, "now": now})
	if err != nil {
		return requestRow{}, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[requestRow])
	if errors.Is(err, pgx.ErrNoRows) {
		err = errOAuthRequest.Wrap(err)
	}
	return row, err
}

func deleteRequest(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from oauth_request where id = @id`, pgx.StrictNamedArgs{"id": id})
	return err
}

type grantRow struct {
	ID            uuid.UUID
	Agency        uuid.UUID
	App           uuid.UUID
	Person        uuid.UUID
	Scopes        []Permission
	SubAccounts   []uuid.UUID
	RedirectURI   string
	Challenge     string
	CodeExpiresAt time.Time
	CodeUsedAt    *time.Time
	CreatedAt     time.Time
	LastUsedAt    *time.Time
	ExpiresAt     time.Time
	EndedAt       *time.Time
}

const grantColumns = `g.id, g.agency_id as agency, g.app_id as app, g.person_id as person, g.scopes, g.sub_accounts, g.redirect_uri,
	g.challenge, g.code_expires_at, g.code_used_at, g.created_at, g.last_used_at, g.expires_at, g.ended_at`

func insertGrant(ctx context.Context, tx pgx.Tx, g grantRow, hash []byte) error {
	// What ended long ago, or was never redeemed, goes with the person's next one.
	_, err := tx.Exec(ctx, `delete from oauth_grant where person_id = @person and expires_at <= @before`,
		pgx.StrictNamedArgs{"person": g.Person, "before": g.CreatedAt.Add(-OAuthRefreshLife)})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into oauth_grant (id, agency_id, app_id, person_id, scopes, sub_accounts, redirect_uri, challenge, code_hash, code_expires_at, created_at, expires_at)
		values (@id, @agency, @app, @person, @scopes, @sub_accounts, @redirect_uri, @challenge, @hash, @code_expires_at, @created_at, @expires_at)`,
		pgx.StrictNamedArgs{
			"id": g.ID, "agency": g.Agency, "app": g.App, "person": g.Person, "scopes": texts(g.Scopes), "sub_accounts": g.SubAccounts,
			"redirect_uri": g.RedirectURI, "challenge": g.Challenge, "hash": hash, "code_expires_at": g.CodeExpiresAt,
			"created_at": g.CreatedAt, "expires_at": g.ExpiresAt,
		})
	return err
}

// oneGrant locks it; otherwise is the error if there is none.
func oneGrant(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs, otherwise error) (grantRow, error) {
	rows, err := tx.Query(ctx, `select `+grantColumns+` from oauth_grant g where `+where+` for update`, args)
	if err != nil {
		return grantRow{}, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[grantRow])
	if errors.Is(err, pgx.ErrNoRows) {
		err = otherwise
	}
	return row, err
}

func grantByCode(ctx context.Context, tx pgx.Tx, app uuid.UUID, hash []byte) (grantRow, error) {
	return oneGrant(ctx, tx, `g.app_id = @app and g.code_hash = @hash`, pgx.StrictNamedArgs{"app": app, "hash": hash}, ErrOAuthGrant)
}

// grantByRefresh tells also whether the token was used; one that has expired by
// now reads as none. The grant's lock lets one of two win.
func grantByRefresh(ctx context.Context, tx pgx.Tx, app uuid.UUID, hash []byte, now time.Time) (g grantRow, used bool, err error) {
	args := pgx.StrictNamedArgs{"app": app, "hash": hash, "now": now}
	g, err = oneGrant(ctx, tx, `g.app_id = @app and g.id = (
		select t.grant_id from oauth_token t where t.token_hash = @hash and t.kind = 'refresh' and t.expires_at > @now)`, args, ErrOAuthGrant)
	if err != nil {
		return g, false, err
	}
	err = tx.QueryRow(ctx, `select used_at is not null from oauth_token where token_hash = @hash`, pgx.StrictNamedArgs{"hash": hash}).Scan(&used)
	return g, used, err
}

func grantOf(ctx context.Context, tx pgx.Tx, person, id uuid.UUID) (grantRow, error) {
	return oneGrant(ctx, tx, `g.person_id = @person and g.id = @id and g.ended_at is null`,
		pgx.StrictNamedArgs{"person": person, "id": id}, errGrantUnknown)
}

func useCode(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update oauth_grant set code_used_at = @now where id = @id`, pgx.StrictNamedArgs{"id": id, "now": now})
	return err
}

func touchGrant(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update oauth_grant set last_used_at = @now where id = @id and (last_used_at is null or last_used_at <= @before)`,
		pgx.StrictNamedArgs{"id": id, "now": now, "before": now.Add(-lastSeenEvery)})
	return err
}

func endGrantRow(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update oauth_grant set ended_at = @now where id = @id and ended_at is null`, pgx.StrictNamedArgs{"id": id, "now": now})
	return err
}

func selectGrants(ctx context.Context, r db.Reader, person uuid.UUID, now time.Time) ([]OAuthGrant, error) {
	rows, err := r.Query(ctx, `
		select g.id, g.app_id as app, a.name as app_name, a.homepage, g.scopes, g.sub_accounts, g.created_at, g.last_used_at
		from oauth_grant g join oauth_app a on a.id = g.app_id
		where g.person_id = @person and g.code_used_at is not null and g.ended_at is null and g.expires_at > @now order by g.id desc`,
		pgx.StrictNamedArgs{"person": person, "now": now})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OAuthGrant])
}
