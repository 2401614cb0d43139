package access

import (
	"context"
	"errors"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

func insertCeremony(ctx context.Context, tx pgx.Tx, c Ceremony, site Site, person uuid.UUID, state *webauthn.SessionData, now time.Time) error {
	// Those that nobody answered go with the next one.
	_, err := tx.Exec(ctx, `delete from passkey_ceremony where id in (
		select id from passkey_ceremony where expires_at <= @now limit 100 for update skip locked)`, pgx.StrictNamedArgs{"now": now})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into passkey_ceremony (id, agency_id, person_id, rp_id, origin, state, expires_at)
		values (@id, @agency, @person, @host, @origin, @state, @expires_at)`,
		pgx.StrictNamedArgs{
			"id": c.ID, "agency": site.Agency, "person": orNull(person), "host": site.Host, "origin": site.Origin,
			"state": state, "expires_at": c.ExpiresAt,
		})
	return err
}

// deleteCeremony gives it back, once; errCeremony if there is none.
func deleteCeremony(ctx context.Context, tx pgx.Tx, agency, id, person uuid.UUID, now time.Time) (site Site, state webauthn.SessionData, err error) {
	site.Agency = agency
	err = tx.QueryRow(ctx, `
		delete from passkey_ceremony
		where id = @id and agency_id = @agency and person_id is not distinct from @person and expires_at > @now
		returning rp_id, origin, state`,
		pgx.StrictNamedArgs{"id": id, "agency": agency, "person": orNull(person), "now": now}).Scan(&site.Host, &site.Origin, &state)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errCeremony.Wrap(err)
	}
	return site, state, err
}

func passkeyUserOf(ctx context.Context, tx pgx.Tx, p Person, host string) (passkeyUser, error) {
	rows, err := tx.Query(ctx, `select record from passkey where person_id = @person and rp_id = @host order by id`,
		pgx.StrictNamedArgs{"person": p.ID, "host": host})
	if err != nil {
		return passkeyUser{}, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[webauthn.Credential])
	return passkeyUser{Person: p, credentials: list}, err
}

func insertPasskey(ctx context.Context, tx pgx.Tx, p Person, k Passkey, c webauthn.Credential) error {
	_, err := tx.Exec(ctx, `
		insert into passkey (id, agency_id, person_id, credential_id, rp_id, record, name, created_at)
		values (@id, @agency, @person, @credential, @host, @record, @name, @now)`,
		pgx.StrictNamedArgs{
			"id": k.ID, "agency": p.Agency, "person": p.ID, "credential": c.ID, "host": k.Host, "record": c, "name": k.Name, "now": k.CreatedAt,
		})
	if db.Constraint(err) == "passkey_credential_key" {
		return errPasskeyAnswer.Wrap(err)
	}
	return err
}

// usePasskey keeps the counter.
func usePasskey(ctx context.Context, tx pgx.Tx, person uuid.UUID, c webauthn.Credential, now time.Time) error {
	_, err := tx.Exec(ctx, `update passkey set record = @record, last_used_at = @now where person_id = @person and credential_id = @credential`,
		pgx.StrictNamedArgs{"person": person, "credential": c.ID, "record": c, "now": now})
	return err
}

func selectPasskeys(ctx context.Context, r db.Reader, person uuid.UUID) ([]Passkey, error) {
	rows, err := r.Query(ctx, `select id, name, rp_id as host, version, created_at, last_used_at from passkey where person_id = @person order by id`,
		pgx.StrictNamedArgs{"person": person})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Passkey])
}

// onePasskey gives NotFound, or Stale where version is neither zero nor the
// passkey's. The person's row is locked.
func onePasskey(ctx context.Context, tx pgx.Tx, person, id uuid.UUID, version int64) (Passkey, error) {
	list, err := selectPasskeys(ctx, tx, person)
	for _, k := range list {
		if k.ID == id && version != 0 && version != k.Version {
			return Passkey{}, errStale.With("version", k.Version)
		}
		if k.ID == id {
			return k, nil
		}
	}
	return Passkey{}, orElse(err, errPasskeyUnknown)
}

func renamePasskey(ctx context.Context, tx pgx.Tx, person uuid.UUID, k Passkey) error {
	_, err := tx.Exec(ctx, `update passkey set name = @name, version = @version where person_id = @person and id = @id`,
		pgx.StrictNamedArgs{"person": person, "id": k.ID, "name": k.Name, "version": k.Version})
	return err
}

func deletePasskey(ctx context.Context, tx pgx.Tx, person, id uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from passkey where person_id = @person and id = @id`, pgx.StrictNamedArgs{"person": person, "id": id})
	return err
}

// deletePasskeys of somebody who has lost them.
func deletePasskeys(ctx context.Context, tx pgx.Tx, person uuid.UUID) error {
	_, err := tx.Exec(ctx, `delete from passkey where person_id = @person`, pgx.StrictNamedArgs{"person": person})
	return err
}

// strengthen notes that a passkey was made in the session.
func strengthen(ctx context.Context, tx pgx.Tx, session uuid.UUID) error {
	_, err := tx.Exec(ctx, `update session set strong = true where id = @id`, pgx.StrictNamedArgs{"id": session})
	return err
}
