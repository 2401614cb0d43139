package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

type sessionRow struct {
	ID         uuid.UUID
	Person     Person
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
	MFA        MFA // what the agency demands
	Strong     bool
	HasPasskey bool
	ActingTill *time.Time // until when it is taken for somebody else; nil for never
}

func insertSession(ctx context.Context, tx pgx.Tx, r sessionRow, hash []byte, from client) error {
	_, err := tx.Exec(ctx, `
		insert into session (id, agency_id, person_id, token_hash, ip, user_agent, strong, provider_id, created_at, last_seen_at, expires_at)
		values (@id, @agency, @person, @hash, @ip, @user_agent, @strong, @provider, @created_at, @last_seen_at, @expires_at)`,
		pgx.StrictNamedArgs{
			"id": r.ID, "agency": r.Person.Agency, "person": r.Person.ID, "hash": hash, "ip": from.ip, "strong": from.strong, "provider": orNull(from.provider),
			"user_agent": storable(from.userAgent, maxUserAgent), "created_at": r.CreatedAt, "last_seen_at": r.LastSeenAt, "expires_at": r.ExpiresAt,
		})
	return err
}

// storable cuts what a client sent to what PostgreSQL takes: valid UTF-8
// without NUL, at most so many bytes.
func storable(text string, most int) string {
	text = text[:min(len(text), most)]
	return strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
}

// liveSession finds a session by its token with the person and their roles;
// false if there is none or it has ended.
func liveSession(ctx context.Context, r db.Reader, hash []byte, now time.Time) (row sessionRow, roles []membershipRow, ok bool, err error) {
	p := &row.Person
	err = r.QueryRow(ctx, `
		select s.id, s.created_at, s.last_seen_at, s.expires_at,
			p.id, p.agency_id, p.email, p.name, p.totp_secret is not null, p.created_at,
			s.strong, exists (select from passkey k where k.person_id = p.id),
			case when s.as_person_id is not null and s.as_sub_account_id is not null then s.as_until end,
			coalesce((select a.mfa from access_policy a where a.agency_id = p.agency_id), 'optional'),
			`+membershipsSQL+`
		from session s join person p on p.id = s.person_id
		where s.token_hash = @hash and s.expires_at > @now and s.last_seen_at > @idle`,
		pgx.StrictNamedArgs{"hash": hash, "now": now, "idle": now.Add(-SessionIdle)}).
		Scan(&row.ID, &row.CreatedAt, &row.LastSeenAt, &row.ExpiresAt,
			&p.ID, &p.Agency, &p.Email, &p.Name, &p.TOTPEnabled, &p.CreatedAt, &row.Strong, &row.HasPasskey, &row.ActingTill, &row.MFA, &roles)
	if errors.Is(err, pgx.ErrNoRows) {
		return row, nil, false, nil
	}
	return row, roles, err == nil, err
}

func touchSession(ctx context.Context, tx pgx.Tx, id uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `update session set last_seen_at = @now where id = @id and last_seen_at <= @before`,
		pgx.StrictNamedArgs{"id": id, "now": now, "before": now.Add(-lastSeenEvery)})
	return err
}

// deleteSession gives false if there is none.
func deleteSession(ctx context.Context, tx pgx.Tx, person, id uuid.UUID) (bool, error) {
	tag, err := tx.Exec(ctx, `delete from session where person_id = @person and id = @id`, pgx.StrictNamedArgs{"person": person, "id": id})
	return tag.RowsAffected() == 1, err
}

func deleteSessions(ctx context.Context, tx pgx.Tx, person uuid.UUID) (int64, error) {
	tag, err := tx.Exec(ctx, `delete from session where person_id = @person`, pgx.StrictNamedArgs{"person": person})
	return tag.RowsAffected(), err
}

func deleteOtherSessions(ctx context.Context, tx pgx.Tx, person, but uuid.UUID) (int64, error) {
	tag, err := tx.Exec(ctx, `delete from session where person_id = @person and id <> @but`, pgx.StrictNamedArgs{"person": person, "but": but})
	return tag.RowsAffected(), err
}

// selectSessions are those that haven't ended, the last used first.
func selectSessions(ctx context.Context, r db.Reader, person uuid.UUID, now time.Time) ([]OpenSession, error) {
	rows, err := r.Query(ctx, `
		select id, ip, user_agent, created_at, last_seen_at, expires_at from session
		where person_id = @person and expires_at > @now and last_seen_at > @idle order by last_seen_at desc, id desc`,
		pgx.StrictNamedArgs{"person": person, "now": now, "idle": now.Add(-SessionIdle)})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[OpenSession])
}

func deleteEndedSessions(ctx context.Context, tx pgx.Tx, person uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `delete from session where person_id = @person and (expires_at <= @now or last_seen_at <= @idle)`,
		pgx.StrictNamedArgs{"person": person, "now": now, "idle": now.Add(-SessionIdle)})
	return err
}
