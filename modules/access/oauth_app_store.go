package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

type appRow struct {
	ID           uuid.UUID
	Agency       uuid.UUID
	Name         string
	Homepage     string
	RedirectURIs []string
	Scopes       []Permission
	SecretHash   []byte
	SecretHint   string
	creatorRow
	Grants    int
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

var appColumns = `a.id, a.agency_id as agency, a.name, a.homepage, a.redirect_uris, a.scopes, a.secret_hash, a.secret_hint,
	a.version, a.created_at, a.updated_at, ` + creatorColumns("a")

func (r appRow) noun() OAuthApp {
	return OAuthApp{
		ID: r.ID, Agency: r.Agency, Name: r.Name, Homepage: r.Homepage, RedirectURIs: r.RedirectURIs, Scopes: known(r.Scopes),
		Confidential: r.SecretHash != nil, SecretHint: r.SecretHint, CreatedBy: r.actor(), Grants: r.Grants, Version: r.Version,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt,
	}
}

// known leaves out what a release has taken away.
func known(in []Permission) []Permission {
	out := make([]Permission, 0, len(in))
	for _, p := range in {
		if p.Known() {
			out = append(out, p)
		}
	}
	return out
}

func selectApps(ctx context.Context, r db.Reader, agency uuid.UUID, now time.Time) ([]OAuthApp, error) {
	rows, err := r.Query(ctx, `
		select `+appColumns+`, (select count(*) from oauth_grant g
			where g.app_id = a.id and g.code_used_at is not null and g.ended_at is null and g.expires_at > @now) as grants
		from oauth_app a where a.agency_id = @agency order by a.id`,
		pgx.StrictNamedArgs{"agency": agency, "now": now})
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[appRow])
	out := make([]OAuthApp, 0, len(list))
	for _, row := range list {
		out = append(out, row.noun())
	}
	return out, err
}

// oneApp gives errAppUnknown if there is none; hash is its secret's.
func oneApp(ctx context.Context, r db.Reader, agency, id uuid.UUID, lock string) (app OAuthApp, hash []byte, err error) {
	rows, err := r.Query(ctx, `select `+appColumns+`, 0 as grants from oauth_app a where a.agency_id = @agency and a.id = @id`+lock,
		pgx.StrictNamedArgs{"agency": agency, "id": id})
	if err != nil {
		return OAuthApp{}, nil, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[appRow])
	if errors.Is(err, pgx.ErrNoRows) {
		err = errAppUnknown.Wrap(err)
	}
	return row.noun(), row.SecretHash, err
}

func appArgs(a OAuthApp, hash []byte) pgx.StrictNamedArgs {
	return pgx.StrictNamedArgs{
		"id": a.ID, "agency": a.Agency, "name": a.Name, "homepage": a.Homepage, "redirect_uris": a.RedirectURIs, "scopes": texts(a.Scopes),
		"hash": hash, "hint": a.SecretHint, "version": a.Version, "updated_at": a.UpdatedAt,
	}
}

func insertApp(ctx context.Context, tx pgx.Tx, a OAuthApp, hash []byte) error {
	args := appArgs(a, hash)
	args["created_by"], args["created_by_kind"], args["created_by_id"] = a.CreatedBy.Name, string(a.CreatedBy.Kind), a.CreatedBy.ID
	args["created_at"] = a.CreatedAt
	_, err := tx.Exec(ctx, `
		insert into oauth_app (id, agency_id, name, homepage, redirect_uris, scopes, secret_hash, secret_hint,
			created_by, created_by_kind, created_by_id, version, created_at, updated_at)
		values (@id, @agency, @name, @homepage, @redirect_uris, @scopes, @hash, @hint, @created_by, @created_by_kind, @created_by_id, @version, @created_at, @updated_at)`, args)
	return err
}

func updateApp(ctx context.Context, tx pgx.Tx, a OAuthApp, hash []byte) error {
	_, err := tx.Exec(ctx, `
		update oauth_app set name = @name, homepage = @homepage, redirect_uris = @redirect_uris, scopes = @scopes, secret_hash = @hash,
			secret_hint = @hint, version = @version, updated_at = @updated_at
		where agency_id = @agency and id = @id`, appArgs(a, hash))
	return err
}

func deleteApp(ctx context.Context, tx pgx.Tx, a OAuthApp) error {
	_, err := tx.Exec(ctx, `delete from oauth_app where agency_id = @agency and id = @id`, pgx.StrictNamedArgs{"agency": a.Agency, "id": a.ID})
	return err
}

func texts(in []Permission) []string {
	out := make([]string, 0, len(in))
	for _, p := range in {
		out = append(out, string(p))
	}
	return out
}
