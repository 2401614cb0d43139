package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

type invitationRow struct {
	ID         uuid.UUID
	Agency     uuid.UUID
	SubAccount *uuid.UUID
	Email      string
	Name       string
	Role       Role
	Known      bool
	ExpiresAt  time.Time
	AcceptedAt *time.Time
	RevokedAt  *time.Time
	CreatedAt  time.Time
}

const invitationColumns = `i.id, i.agency_id as agency, i.sub_account_id as sub_account, i.email, i.name, i.role,
	exists (select from person p where p.agency_id = i.agency_id and p.email = i.email) as known,
	i.expires_at, i.accepted_at, i.revoked_at, i.created_at`

func (r invitationRow) noun() Invitation {
	out := Invitation{
		ID: r.ID, Agency: r.Agency, Email: r.Email, Name: r.Name, Role: r.Role, Known: r.Known,
		ExpiresAt: r.ExpiresAt, AcceptedAt: r.AcceptedAt, RevokedAt: r.RevokedAt, CreatedAt: r.CreatedAt,
	}
	if r.SubAccount != nil {
		out.SubAccount = *r.SubAccount
	}
	return out
}

// selectInvitation gives false if there is none.
func selectInvitation(ctx context.Context, tx pgx.Tx, where string, args pgx.StrictNamedArgs) (Invitation, bool, error) {
	rows, err := tx.Query(ctx, `select `+invitationColumns+` from invitation i where `+where, args)
	if err != nil {
		return Invitation{}, false, err
	}
	row, err := pgx.CollectOneRow(rows, pgx.RowToStructByName[invitationRow])
	if errors.Is(err, pgx.ErrNoRows) {
		return Invitation{}, false, nil
	}
	return row.noun(), err == nil, err
}

func invitationByToken(ctx context.Context, tx pgx.Tx, agency uuid.UUID, hash []byte) (Invitation, bool, error) {
	return selectInvitation(ctx, tx, `i.token_hash = @hash and i.agency_id = @agency`, pgx.StrictNamedArgs{"hash": hash, "agency": agency})
}

func lockInvitation(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Invitation, bool, error) {
	return selectInvitation(ctx, tx, `i.id = @id for update of i`, pgx.StrictNamedArgs{"id": id})
}

func newestInvitation(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, email string) (Invitation, bool, error) {
	return selectInvitation(ctx, tx, `i.agency_id = @agency and i.sub_account_id is not distinct from @sub_account and i.email = @email
		order by i.id desc limit 1`, pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount), "email": email})
}

func insertInvitation(ctx context.Context, tx pgx.Tx, i Invitation, hash []byte) error {
	_, err := tx.Exec(ctx, `
		insert into invitation (id, agency_id, sub_account_id, email, name, role, token_hash, expires_at, created_at)
		values (@id, @agency, @sub_account, @email, @name, @role, @hash, @expires_at, @created_at)`,
		pgx.StrictNamedArgs{
			"id": i.ID, "agency": i.Agency, "sub_account": orNull(i.SubAccount), "email": i.Email, "name": i.Name, "role": string(i.Role),
			"hash": hash, "expires_at": i.ExpiresAt, "created_at": i.CreatedAt,
		})
	return err
}

func acceptInvitation(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update invitation set accepted_at = @now where id = @id`, pgx.StrictNamedArgs{"id": id, "now": now})
	return err
}

// revokeInvitations of a person to a place, or of everybody for email "".
func revokeInvitations(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, email string, now time.Time) (int64, error) {
	tag, err := tx.Exec(ctx, `update invitation set revoked_at = @now
		where agency_id = @agency and sub_account_id is not distinct from @sub_account and (@email = '' or email = @email)
			and accepted_at is null and revoked_at is null`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount), "email": email, "now": now})
	return tag.RowsAffected(), err
}

func selectInvitations(ctx context.Context, r db.Reader, scope tenancy.Tenant) ([]Invitation, error) {
	rows, err := r.Query(ctx, `select `+invitationColumns+` from invitation i
		where i.agency_id = @agency and i.sub_account_id is not distinct from @sub_account
			and i.accepted_at is null and i.revoked_at is null
		order by i.id desc limit 200`,
		pgx.StrictNamedArgs{"agency": scope.Agency, "sub_account": orNull(scope.SubAccount)})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Invitation, error) {
		found, err := pgx.RowToStructByName[invitationRow](row)
		return found.noun(), err
	})
}

// openInvitationsOf are those of an address, to whichever place, locked.
func openInvitationsOf(ctx context.Context, tx pgx.Tx, agency uuid.UUID, email string, now time.Time) ([]Invitation, error) {
	rows, err := tx.Query(ctx, `select `+invitationColumns+` from invitation i
		where i.agency_id = @agency and i.email = @email and i.accepted_at is null and i.revoked_at is null and i.expires_at > @now
		order by i.id for update of i`, pgx.StrictNamedArgs{"agency": agency, "email": email, "now": now})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (Invitation, error) {
		found, err := pgx.RowToStructByName[invitationRow](row)
		return found.noun(), err
	})
}

func renewInvitation(ctx context.Context, tx pgx.Tx, i Invitation, hash []byte) error {
	_, err := tx.Exec(ctx, `update invitation set token_hash = @hash, expires_at = @expires_at where id = @id`,
		pgx.StrictNamedArgs{"id": i.ID, "hash": hash, "expires_at": i.ExpiresAt})
	return err
}
