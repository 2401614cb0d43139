package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

func insertSSORequest(ctx context.Context, tx pgx.Tx, r ssoRequest, state, browser []byte, now time.Time) error {
	// Those that nobody came back from go with the next one.
	_, err := tx.Exec(ctx, `delete from sso_request where state_hash in (
		select state_hash from sso_request where expires_at <= @now limit 100 for update skip locked)`, pgx.StrictNamedArgs{"now": now})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into sso_request (state_hash, agency_id, provider_id, browser_hash, nonce, verifier, redirect_uri, return_to, expires_at)
		values (@state, @agency, @provider, @browser, @nonce, @verifier, @redirect_uri, @return_to, @expires_at)`,
		pgx.StrictNamedArgs{
			"state": state, "agency": r.Agency, "provider": r.Provider, "browser": browser, "nonce": r.Nonce, "verifier": r.Verifier,
			"redirect_uri": r.RedirectURI, "return_to": r.ReturnTo, "expires_at": r.ExpiresAt,
		})
	return err
}

// deleteSSORequest gives it back, once and to the browser that began; errSSOState
// if there is none.
func deleteSSORequest(ctx context.Context, tx pgx.Tx, agency uuid.UUID, state, browser []byte, now time.Time) (r ssoRequest, err error) {
	r.Agency = agency
	err = tx.QueryRow(ctx, `
		delete from sso_request where state_hash = @state and agency_id = @agency and browser_hash = @browser and expires_at > @now
		returning provider_id, nonce, verifier, redirect_uri, return_to, expires_at`,
		pgx.StrictNamedArgs{"state": state, "agency": agency, "browser": browser, "now": now}).
		Scan(&r.Provider, &r.Nonce, &r.Verifier, &r.RedirectURI, &r.ReturnTo, &r.ExpiresAt)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errSSOState.Wrap(err)
	}
	return r, err
}

// insertSSOWaiting replaces what waited in the same browser.
func insertSSOWaiting(ctx context.Context, tx pgx.Tx, p IdentityProvider, person uuid.UUID, browser []byte, now time.Time) error {
	_, err := tx.Exec(ctx, `delete from sso_waiting where browser_hash in (
		select browser_hash from sso_waiting where expires_at <= @now limit 100 for update skip locked)`, pgx.StrictNamedArgs{"now": now})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into sso_waiting (browser_hash, agency_id, provider_id, person_id, expires_at) values (@browser, @agency, @provider, @person, @expires_at)
		on conflict (browser_hash) do update set agency_id = @agency, provider_id = @provider, person_id = @person, expires_at = @expires_at`,
		pgx.StrictNamedArgs{"browser": browser, "agency": p.Agency, "provider": p.ID, "person": person, "expires_at": now.Add(ssoWaitingLife)})
	return err
}

// selectSSOWaiting gives errSSOState if nobody waits there.
func selectSSOWaiting(ctx context.Context, r db.Reader, agency uuid.UUID, browser []byte, now time.Time) (w ssoWaiting, err error) {
	err = r.QueryRow(ctx, `
		select w.provider_id, w.person_id, p.email from sso_waiting w join person p on p.id = w.person_id
		where w.browser_hash = @browser and w.agency_id = @agency and w.expires_at > @now`,
		pgx.StrictNamedArgs{"browser": browser, "agency": agency, "now": now}).Scan(&w.Provider, &w.Person, &w.Email)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errSSOState.Wrap(err)
	}
	return w, err
}

func deleteSSOWaiting(ctx context.Context, tx pgx.Tx, agency uuid.UUID, browser []byte) (bool, error) {
	tag, err := tx.Exec(ctx, `delete from sso_waiting where browser_hash = @browser and agency_id = @agency`,
		pgx.StrictNamedArgs{"browser": browser, "agency": agency})
	return tag.RowsAffected() == 1, err
}
