package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// insertReset keeps a link and ends the person's former one.
func insertReset(ctx context.Context, tx pgx.Tx, r PasswordReset, hash []byte, by string, now time.Time) error {
	if _, err := tx.Exec(ctx, `delete from password_reset where person_id = @person and used_at is null`,
		pgx.StrictNamedArgs{"person": r.Person.ID}); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into password_reset (id, agency_id, person_id, token_hash, created_by, created_at, expires_at)
		values (@id, @agency, @person, @hash, @by, @now, @expires_at)`,
		pgx.StrictNamedArgs{
			"id": r.ID, "agency": r.Person.Agency, "person": r.Person.ID, "hash": hash, "by": by, "now": now, "expires_at": r.ExpiresAt,
		})
	return err
}

// openReset gives false if there is none, or it was used or has expired. lock is
// how its row is locked.
func openReset(ctx context.Context, r db.Reader, agency uuid.UUID, hash []byte, now time.Time, lock string) (out PasswordReset, ok bool, err error) {
	p := &out.Person
	err = r.QueryRow(ctx, `
		select w.id, w.expires_at, p.id, p.agency_id, p.email, p.name, p.totp_secret is not null, p.created_at
		from password_reset w join person p on p.id = w.person_id
		where w.token_hash = @hash and w.agency_id = @agency and w.used_at is null and w.expires_at > @now`+lock,
		pgx.StrictNamedArgs{"hash": hash, "agency": agency, "now": now}).
		Scan(&out.ID, &out.ExpiresAt, &p.ID, &p.Agency, &p.Email, &p.Name, &p.TOTPEnabled, &p.CreatedAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return PasswordReset{}, false, nil
	}
	return out, err == nil, err
}

func closeReset(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update password_reset set used_at = @now where id = @id`, pgx.StrictNamedArgs{"id": id, "now": now})
	return err
}
