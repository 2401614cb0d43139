package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// providerRow is a provider with its sealed secret.
type providerRow struct {
	IdentityProvider
	Secret []byte
}

const providerColumns = `p.id, p.agency_id as agency, p.name, p.issuer, p.client_id, p.client_secret as secret, p.enabled, p.enforced,
	p.provisioning, p.role, p.sub_accounts, p.mfa, p.acr_values, p.trust_email, p.session_hours, p.created_by, p.version, p.created_at, p.updated_at,
	array(select d.domain from identity_provider_domain d where d.provider_id = p.id order by d.domain) as domains`

// selectProviders of an agency, the oldest first.
func selectProviders(ctx context.Context, r db.Reader, agency uuid.UUID) ([]IdentityProvider, error) {
	rows, err := r.Query(ctx, `
		select `+providerColumns+`, (select count(*) from sso_identity i where i.provider_id = p.id) as people
		from identity_provider p where p.agency_id = @agency order by p.id`, pgx.StrictNamedArgs{"agency": agency})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (IdentityProvider, error) {
		found, err := pgx.RowToStructByName[providerRow](row)
		return found.IdentityProvider, err
	})
}

// oneProvider gives errProviderUnknown if there is none.
func oneProvider(ctx context.Context, r db.Reader, agency, id uuid.UUID, lock string) (providerRow, error) {
	return findProvider(ctx, r, `p.agency_id = @agency and p.id = @id`+lock, pgx.StrictNamedArgs{"agency": agency, "id": id})
}

// openProvider is one by which people can sign in.
func openProvider(ctx context.Context, r db.Reader, agency, id uuid.UUID, lock string) (providerRow, error) {
	return oneProvider(ctx, r, agency, id, ` and p.enabled`+lock)
}

// providerFor is the one that answers for an address.
func providerFor(ctx context.Context, r db.Reader, agency uuid.UUID, email string) (providerRow, error) {
	domain, _ := domainOf(email)
	return findProvider(ctx, r, `p.agency_id = @agency and p.enabled and p.id in (
			select d.provider_id from identity_provider_domain d where d.agency_id = @agency and d.domain = @domain)`,
		pgx.StrictNamedArgs{"agency": agency, "domain": domain})
}

func findProvider(ctx context.Context, r db.Reader, where string, args pgx.StrictNamedArgs) (providerRow, error) {
	rows, err := r.Query(ctx, `select `+providerColumns+`, 0 as people from identity_provider p where `+where, args)
	if err != nil {
		return providerRow{}, err
	}
	row, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[providerRow])
	if errors.Is(err, pgx.ErrNoRows) {
		err = errProviderUnknown.Wrap(err)
	}
	return row, err
}

// saveProvider inserts it, or writes over what is there. Its domains are written
// anew.
func saveProvider(ctx context.Context, tx pgx.Tx, p IdentityProvider, secret []byte) error {
	_, err := tx.Exec(ctx, `
		insert into identity_provider (id, agency_id, name, issuer, client_id, client_secret, enabled, enforced, provisioning, role, sub_accounts,
			mfa, acr_values, trust_email, session_hours, created_by, version, created_at, updated_at)
		values (@id, @agency, @name, @issuer, @client_id, @secret, @enabled, @enforced, @provisioning, @role, @sub_accounts,
			@mfa, @acr_values, @trust_email, @session_hours, @created_by, @version, @created_at, @updated_at)
		on conflict (id) do update set name = @name, issuer = @issuer, client_id = @client_id, client_secret = @secret, enabled = @enabled,
			enforced = @enforced, provisioning = @provisioning, role = @role, sub_accounts = @sub_accounts, mfa = @mfa, acr_values = @acr_values,
			trust_email = @trust_email, session_hours = @session_hours, version = @version, updated_at = @updated_at`,
		pgx.StrictNamedArgs{
			"id": p.ID, "agency": p.Agency, "name": p.Name, "issuer": p.Issuer, "client_id": p.ClientID, "secret": secret, "enabled": p.Enabled,
			"enforced": p.Enforced, "provisioning": string(p.Provisioning), "role": string(p.Role), "sub_accounts": p.SubAccounts,
			"mfa": string(p.MFA), "acr_values": p.ACRValues, "trust_email": p.TrustEmail, "session_hours": p.SessionHours,
			"created_by": p.CreatedBy, "version": p.Version, "created_at": p.CreatedAt, "updated_at": p.UpdatedAt,
		})
	if err != nil {
		return err
	}
	args := pgx.StrictNamedArgs{"id": p.ID, "agency": p.Agency, "domains": p.Domains}
	if _, err := tx.Exec(ctx, `delete from identity_provider_domain where agency_id = @agency and provider_id = @id and domain <> all(@domains)`, args); err != nil {
		return err
	}
	// One that is another provider's stays that one's, and the count tells.
	tag, err := tx.Exec(ctx, `
		insert into identity_provider_domain (agency_id, domain, provider_id) select @agency, unnest(@domains::text[]), @id
		on conflict on constraint identity_provider_domain_key do update set provider_id = @id where identity_provider_domain.provider_id = @id`, args)
	if err == nil && tag.RowsAffected() != int64(len(p.Domains)) {
		err = errProviderDomain
	}
	return err
}

func deleteProvider(ctx context.Context, tx pgx.Tx, p IdentityProvider) error {
	_, err := tx.Exec(ctx, `delete from identity_provider where agency_id = @agency and id = @id`, pgx.StrictNamedArgs{"agency": p.Agency, "id": p.ID})
	return err
}

// endProviderSessions ends those that the provider opened.
func endProviderSessions(ctx context.Context, tx pgx.Tx, p IdentityProvider) (int64, error) {
	tag, err := tx.Exec(ctx, `delete from session where agency_id = @agency and provider_id = @id`, pgx.StrictNamedArgs{"agency": p.Agency, "id": p.ID})
	return tag.RowsAffected(), err
}

// endOtherSessions ends those of people with an address of the provider that it
// didn't open, but for owners'.
func endOtherSessions(ctx context.Context, tx pgx.Tx, p IdentityProvider) (int64, error) {
	tag, err := tx.Exec(ctx, `
		delete from session s using person w
		where w.id = s.person_id and s.agency_id = @agency and s.provider_id is distinct from @id
			and split_part(w.email, '@', 2) = any(@domains)
			and not exists (select from membership m where m.person_id = w.id and m.role = 'agency_owner')`,
		pgx.StrictNamedArgs{"agency": p.Agency, "id": p.ID, "domains": p.Domains})
	return tag.RowsAffected(), err
}

// hasRecovery tells whether an owner has a second factor.
func hasRecovery(ctx context.Context, tx pgx.Tx, agency uuid.UUID) (has bool, err error) {
	err = tx.QueryRow(ctx, `
		select exists (select from membership m join person w on w.id = m.person_id
			where m.agency_id = @agency and m.role = 'agency_owner'
				and (w.totp_secret is not null or exists (select from passkey k where k.person_id = w.id)))`,
		pgx.StrictNamedArgs{"agency": agency}).Scan(&has)
	return has, err
}

// providersGiving counts those that give new people the role.
func providersGiving(ctx context.Context, tx pgx.Tx, r RoleInfo) (n int, err error) {
	err = tx.QueryRow(ctx, `select count(*) from identity_provider where agency_id = @agency and role = @key`,
		pgx.StrictNamedArgs{"agency": r.Agency, "key": string(r.Key)}).Scan(&n)
	return n, err
}

func selectIdentities(ctx context.Context, r db.Reader, agency, provider uuid.UUID) ([]Identity, error) {
	rows, err := r.Query(ctx, `
		select i.person_id as person, w.name, w.email, i.subject, i.created_at, i.last_used_at
		from sso_identity i join person w on w.id = i.person_id
		where i.agency_id = @agency and i.provider_id = @provider order by lower(w.name), w.id limit 1000`,
		pgx.StrictNamedArgs{"agency": agency, "provider": provider})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Identity])
}

// identityOf is whose the subject is; Nil if nobody's.
func identityOf(ctx context.Context, tx pgx.Tx, p IdentityProvider, subject string) (person uuid.UUID, err error) {
	err = tx.QueryRow(ctx, `select person_id from sso_identity where agency_id = @agency and provider_id = @provider and subject = @subject`,
		pgx.StrictNamedArgs{"agency": p.Agency, "provider": p.ID, "subject": subject}).Scan(&person)
	if errors.Is(err, pgx.ErrNoRows) {
		err = nil
	}
	return person, err
}

// bindIdentity gives errSSOBound where the person is somebody else there.
func bindIdentity(ctx context.Context, tx pgx.Tx, p IdentityProvider, claims ssoClaims, person uuid.UUID, now time.Time) error {
	_, err := tx.Exec(ctx, `
		insert into sso_identity (provider_id, subject, agency_id, person_id, two_factors, created_at, last_used_at)
		values (@provider, @subject, @agency, @person, @two_factors, @now, @now)`,
		pgx.StrictNamedArgs{
			"provider": p.ID, "subject": claims.Subject, "agency": p.Agency, "person": person, "two_factors": claims.strong(p), "now": now,
		})
	if db.Constraint(err) == "sso_identity_person_key" {
		return errSSOBound.Wrap(err)
	}
	return err
}

func useIdentity(ctx context.Context, tx pgx.Tx, p IdentityProvider, claims ssoClaims, now time.Time) error {
	_, err := tx.Exec(ctx, `
		update sso_identity set last_used_at = @now, two_factors = @two_factors
		where agency_id = @agency and provider_id = @provider and subject = @subject`,
		pgx.StrictNamedArgs{"provider": p.ID, "agency": p.Agency, "subject": claims.Subject, "two_factors": claims.strong(p), "now": now})
	return err
}

// unbind ends the person's sessions by the provider, too; false if they had none
// there.
func unbind(ctx context.Context, tx pgx.Tx, p IdentityProvider, person uuid.UUID) (bool, error) {
	args := pgx.StrictNamedArgs{"agency": p.Agency, "provider": p.ID, "person": person}
	tag, err := tx.Exec(ctx, `delete from sso_identity where agency_id = @agency and provider_id = @provider and person_id = @person`, args)
	if err != nil || tag.RowsAffected() == 0 {
		return false, err
	}
	_, err = tx.Exec(ctx, `delete from session where agency_id = @agency and provider_id = @provider and person_id = @person`, args)
	return true, err
}

func unbindAll(ctx context.Context, tx pgx.Tx, p IdentityProvider) error {
	_, err := tx.Exec(ctx, `delete from sso_identity where agency_id = @agency and provider_id = @provider`,
		pgx.StrictNamedArgs{"agency": p.Agency, "provider": p.ID})
	return err
}
