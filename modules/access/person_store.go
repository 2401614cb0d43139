package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// personRow is a person with what proves it is them.
type personRow struct {
	Person
	PasswordHash  string
	HasPassword   bool // of their own: the hash is not NoPassword's
	TOTPSecret    []byte
	TOTPCandidate []byte
	TOTPStep      int64
}

const personColumns = `p.id, p.agency_id as agency, p.email, p.name, p.totp_secret is not null as totp_enabled, p.created_at,
	p.password_hash, p.has_password, p.totp_secret, p.totp_candidate, p.totp_step`

// selectPerson gives false if there is none.
func selectPerson(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs) (personRow, bool, error) {
	rows, err := tx.Query(ctx, `select `+personColumns+` from person p where `+where, args)
	if err != nil {
		return personRow{}, false, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[personRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return personRow{}, false, nil
	}
	return row, err == nil, err
}

func personByEmail(ctx context.Context, tx pgx.Tx, agency uuid.UUID, email string) (personRow, bool, error) {
	return selectPerson(ctx, tx, `p.agency_id = @agency and p.email = @email`, pgx.StrictNamedArgs{"agency": agency, "email": email})
}

func lockPerson(ctx context.Context, tx pgx.Tx, agency, id uuid.UUID) (personRow, bool, error) {
	return selectPerson(ctx, tx, `p.agency_id = @agency and p.id = @id for update`, pgx.StrictNamedArgs{"agency": agency, "id": id})
}

// insertPerson gives a Conflict if the address was taken meanwhile.
func insertPerson(ctx context.Context, tx pgx.Tx, p personRow) error {
	_, err := tx.Exec(ctx, `
		insert into person (id, agency_id, email, name, password_hash, has_password, created_at, updated_at)
		values (@id, @agency, @email, @name, @hash, @has_password, @now, @now)`,
		pgx.StrictNamedArgs{
			"id": p.ID, "agency": p.Agency, "email": p.Email, "name": p.Name, "hash": p.PasswordHash, "has_password": p.HasPassword, "now": p.CreatedAt,
		})
	if db.Constraint(err) == "person_email_key" {
		return errMemberAlready.Wrap(err)
	}
	return err
}

func savePasswordHash(ctx context.Context, tx pgx.Tx, id uuid.UUID, hash string, now time.Time) error {
	_, err := tx.Exec(ctx, `update person set password_hash = @hash, has_password = true, updated_at = @now where id = @id`,
		pgx.StrictNamedArgs{"id": id, "hash": hash, "now": now})
	return err
}

func saveTOTP(ctx context.Context, tx pgx.Tx, p personRow, now time.Time) error {
	_, err := tx.Exec(ctx, `
		update person set totp_secret = @secret, totp_candidate = @candidate, totp_step = @step, updated_at = @now where id = @id`,
		pgx.StrictNamedArgs{"id": p.ID, "secret": p.TOTPSecret, "candidate": p.TOTPCandidate, "step": p.TOTPStep, "now": now})
	return err
}

func replaceRecoveryCodes(ctx context.Context, tx pgx.Tx, person uuid.UUID, hashes [][]byte) error {
	if _, err := tx.Exec(ctx, `delete from recovery_code where person_id = @person`, pgx.StrictNamedArgs{"person": person}); err != nil {
		return err
	}
	if len(hashes) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `insert into recovery_code (person_id, code_hash) select @person, unnest(@hashes::bytea[])`,
		pgx.StrictNamedArgs{"person": person, "hashes": hashes})
	return err
}

// useRecoveryCode gives false if there is no such code or it was used.
func useRecoveryCode(ctx context.Context, tx pgx.Tx, person uuid.UUID, hash []byte, now time.Time) (bool, error) {
	tag, err := tx.Exec(ctx, `update recovery_code set used_at = @now where person_id = @person and code_hash = @hash and used_at is null`,
		pgx.StrictNamedArgs{"person": person, "hash": hash, "now": now})
	return tag.RowsAffected() == 1, err
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
