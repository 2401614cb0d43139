package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

type keyRow struct {
	ID         uuid.UUID
	Agency     uuid.UUID
	SubAccount *uuid.UUID
	Name       string
	Scopes     []string
	Hint       string
	creatorRow
	CreatedAt  time.Time
	LastUsedAt *time.Time
}

// keyColumns are those of a key without whoever made it, which letting it in needs not.
const keyColumns = `k.id, k.agency_id as agency, k.sub_account_id as sub_account, k.name, k.scopes, k.hint, k.created_at, k.last_used_at`

func (r keyRow) noun() APIKey {
	out := APIKey{
		ID: r.ID, Agency: r.Agency, Name: r.Name, Hint: r.Hint, CreatedBy: r.actor(), CreatedAt: r.CreatedAt, LastUsedAt: r.LastUsedAt,
		Scopes: make([]Permission, 0, len(r.Scopes)),
	}
	if r.SubAccount != nil {
		out.SubAccount = *r.SubAccount
	}
	for _, scope := range r.Scopes {
		out.Scopes = append(out.Scopes, Permission(scope))
	}
	return out
}

func insertKey(ctx context.Context, tx pgx.Tx, k APIKey, hash []byte) error {
	scopes := make([]string, 0, len(k.Scopes))
	for _, scope := range k.Scopes {
		scopes = append(scopes, string(scope))
	}
	_, err := tx.Exec(ctx, `
		insert into api_key (id, agency_id, sub_account_id, name, scopes, token_hash, hint, created_by, created_by_kind, created_by_id, created_at)
		values (@id, @agency, @sub_account, @name, @scopes, @hash, @hint, @created_by, @created_by_kind, @created_by_id, @created_at)`,
		pgx.StrictNamedArgs{
			"id": k.ID, "agency": k.Agency, "sub_account": orNull(k.SubAccount), "name": k.Name, "scopes": scopes, "hash": hash,
			"hint": k.Hint, "created_by": k.CreatedBy.Name, "created_by_kind": string(k.CreatedBy.Kind), "created_by_id": k.CreatedBy.ID, "created_at": k.CreatedAt,
		})
	return err
}

// liveKey gives false if there is none or it was revoked.
func liveKey(ctx context.Context, r db.Reader, hash []byte) (APIKey, bool, error) {
	rows, err := r.Query(ctx, `select `+keyColumns+`, '' as created_by, '' as created_by_kind, '' as created_by_id from api_key k where k.token_hash = @hash and k.revoked_at is null`,
		pgx.StrictNamedArgs{"hash": hash})
	if err != nil {
		return APIKey{}, false, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[keyRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return APIKey{}, false, nil
	}
	return row.noun(), err == nil, err
}

func touchKey(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update api_key set last_used_at = @now where id = @id and (last_used_at is null or last_used_at <= @before)`,
		pgx.StrictNamedArgs{"id": id, "now": now, "before": now.Add(-lastSeenEvery)})
	return err
}

func keysOf(ctx context.Context, tx pgx.Tx, agency, subAccount uuid.UUID) ([]APIKey, error) {
	rows, err := tx.Query(ctx, `select `+keyColumns+`, `+creatorColumns("k")+` from api_key k
		where k.agency_id = @agency and k.sub_account_id is not distinct from @sub_account and k.revoked_at is null order by k.id`,
		pgx.StrictNamedArgs{"agency": agency, "sub_account": orNull(subAccount)})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (APIKey, error) {
		r, err := pgx.RowToStructByName[keyRow](row)
		return r.noun(), err
	})
}

// revokeKey gives false if there is none to revoke.
func revokeKey(ctx context.Context, tx pgx.Tx, agency, subAccount, id uuid.UUID, now time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `update api_key set revoked_at = @now
		where id = @id and agency_id = @agency and sub_account_id is not distinct from @sub_account and revoked_at is null`,
		pgx.StrictNamedArgs{"id": id, "agency": agency, "sub_account": orNull(subAccount), "now": now})
	return tag.RowsAffected() == 1, err
}
