package access

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Providers lists the agency's identity providers, the oldest first.
func (s *Service) Providers(ctx context.Context, agency uuid.UUID) (out []IdentityProvider, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectProviders(ctx, r, agency)
		return err
	})
	return out, err
}

// ProviderOf reads one of the agency; NotFound if there is none.
func (s *Service) ProviderOf(ctx context.Context, agency, id uuid.UUID) (IdentityProvider, error) {
	var row providerRow
	err := s.control.Read(ctx, func(r db.Reader) (err error) {
		row, err = oneProvider(ctx, r, agency, id, "")
		return err
	})
	return row.IdentityProvider, err
}

// CreateProvider keeps a provider. What is not given: switched on, for members
// alone, its second factor never counts, a day. Errors: Invalid with every field;
// Denied "role.escalation"; Conflict "identity_provider.too_many",
// "identity_provider.domain_taken", "identity_provider.no_recovery".
func (s *Service) CreateProvider(ctx context.Context, p Principal, in ProviderInput) (IdentityProvider, error) {
	now := s.now()
	made := in.apply(IdentityProvider{
		ID: newID(), Agency: p.Agency, Domains: []string{}, Enabled: true, Provisioning: ProvisionMembers, SubAccounts: []uuid.UUID{},
		MFA: ProviderMFANever, ACRValues: []string{}, SessionHours: defaultSessionHours, CreatedBy: p.Actor.Name, Version: 1, CreatedAt: now, UpdatedAt: now,
	})
	if in.ClientSecret == nil {
		in.ClientSecret = new(string)
	}
	if err := s.checkProvider(ctx, made, in.ClientSecret); err != nil {
		return IdentityProvider{}, err
	}
	sealed, err := s.box.Seal([]byte(*in.ClientSecret), providerPlace(made))
	if err != nil {
		return IdentityProvider{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		present, err := selectProviders(ctx, tx, p.Agency)
		if err != nil {
			return err
		}
		if len(present) >= maxProviders {
			return errTooManyProviders
		}
		ended, err := s.putProvider(ctx, tx, p, IdentityProvider{}, made, sealed)
		if err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "identity_provider.created", made.ID,
			map[string]any{"after": made.audited(), "sessions_ended": ended})
	})
	return made, err
}

// UpdateProvider changes what the input names. Another issuer or client forgets
// who is bound to it; switched off, the sessions that it opened end; enforced,
// the others of its people. Errors: those of CreateProvider; NotFound; Stale.
func (s *Service) UpdateProvider(ctx context.Context, p Principal, id uuid.UUID, in ProviderInput) (after IdentityProvider, err error) {
	before, err := s.ProviderOf(ctx, p.Agency, id)
	if err != nil {
		return IdentityProvider{}, err
	}
	if err := s.checkProvider(ctx, in.apply(before), in.ClientSecret); err != nil {
		return IdentityProvider{}, err
	}
	err = s.changeProvider(ctx, p, id, in.Version, func(tx pgx.Tx, row providerRow) error {
		if row.Version != before.Version {
			return errStale.With("version", row.Version) // it changed while the issuer was looked at
		}
		after = in.apply(before)
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		if in.ClientSecret != nil {
			if row.Secret, err = s.box.Seal([]byte(*in.ClientSecret), providerPlace(after)); err != nil {
				return err
			}
		}
		ended, err := s.putProvider(ctx, tx, p, before, after, row.Secret)
		if err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "identity_provider.updated", id, map[string]any{
			"before": before.audited(), "after": after.audited(), "secret_changed": in.ClientSecret != nil, "sessions_ended": ended,
		})
	})
	return after, err
}

// putProvider writes a provider with what follows from the change.
func (s *Service) putProvider(ctx context.Context, tx pgx.Tx, p Principal, before, after IdentityProvider, secret []byte) (ended int64, err error) {
	if err := givesRole(ctx, tx, p, after); err != nil {
		return 0, err
	}
	if after.Enforced {
		has, err := hasRecovery(ctx, tx, p.Agency)
		if err != nil || !has {
			return 0, orElse(err, errNoRecovery)
		}
	}
	if err := saveProvider(ctx, tx, after, secret); err != nil {
		return 0, err
	}
	if before.ID != uuid.Nil && after.rebinds(before) {
		if err := unbindAll(ctx, tx, after); err != nil {
			return 0, err
		}
	}
	if before.ID != uuid.Nil && (!after.Enabled || after.rebinds(before)) {
		if ended, err = endProviderSessions(ctx, tx, after); err != nil {
			return 0, err
		}
	}
	if !after.Enforced {
		return ended, nil
	}
	others, err := endOtherSessions(ctx, tx, after)
	return ended + others, err
}

// givesRole checks what new people will get as if the principal gave it.
func givesRole(ctx context.Context, tx pgx.Tx, p Principal, after IdentityProvider) error {
	if after.Provisioning != ProvisionCreate {
		return nil
	}
	for _, place := range after.places() {
		role, err := grantedRole(ctx, tx, p.Agency, after.Role, place)
		if fault.Is(err, fault.Invalid) {
			return errProviderInvalid.At("role", "is no role that can be held there: one of the agency takes no sub-accounts, any other at least one", "sub_account_ids")
		}
		if err != nil {
			return err
		}
		if !p.Grants(role, place) {
			return errEscalation
		}
	}
	return nil
}

// places are where new people work; Nil is the agency itself.
func (p IdentityProvider) places() []uuid.UUID {
	if len(p.SubAccounts) == 0 {
		return []uuid.UUID{uuid.Nil}
	}
	return p.SubAccounts
}

// DeleteProvider takes one away, with who is bound to it, the sessions that it opened,
// and what those let apps do who have no other way to sign in. Errors: NotFound; Stale.
func (s *Service) DeleteProvider(ctx context.Context, p Principal, id uuid.UUID, version int64) error {
	return s.changeProvider(ctx, p, id, version, func(tx pgx.Tx, row providerRow) error {
		ended, err := endProviderSessions(ctx, tx, row.IdentityProvider)
		if err != nil {
			return err
		}
		grants, err := endGrantsOfStranded(ctx, tx, row.IdentityProvider, s.now())
		if err != nil {
			return err
		}
		if err := deleteProvider(ctx, tx, row.IdentityProvider); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "identity_provider.deleted", id,
			map[string]any{"before": row.audited(), "sessions_ended": ended, "grants_ended": grants})
	})
}

// CheckProvider asks a provider how it is; that it isn't well is no error.
func (s *Service) CheckProvider(ctx context.Context, p Principal, id uuid.UUID) (ProviderCheck, error) {
	found, err := s.ProviderOf(ctx, p.Agency, id)
	if err != nil {
		return ProviderCheck{}, err
	}
	return s.look(ctx, found), nil
}

// Identities lists who is bound to a provider, by name, at most 1,000. NotFound:
// there is no such provider.
func (s *Service) Identities(ctx context.Context, p Principal, id uuid.UUID) (out []Identity, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		if _, err := oneProvider(ctx, r, p.Agency, id, ""); err != nil {
			return err
		}
		out, err = selectIdentities(ctx, r, p.Agency, id)
		return err
	})
	return out, err
}

// Unbind has a provider forget who somebody is there, and ends their sessions by
// it: whoever comes next with their address is them. Errors: NotFound.
func (s *Service) Unbind(ctx context.Context, p Principal, id, person uuid.UUID) error {
	return s.changeProvider(ctx, p, id, 0, func(tx pgx.Tx, row providerRow) error {
		had, err := unbind(ctx, tx, row.IdentityProvider, person)
		if err != nil || !had {
			return orElse(err, errIdentityUnknown)
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "identity.unbound", person, map[string]any{"identity_provider": id})
	})
}

// changeProvider runs fn on the locked row. Whoever signs in by the provider
// waits, or is waited for.
func (s *Service) changeProvider(ctx context.Context, p Principal, id uuid.UUID, version int64, fn func(tx pgx.Tx, row providerRow) error) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, err := oneProvider(ctx, tx, p.Agency, id, ` for update`)
		if err != nil {
			return err
		}
		if version != 0 && version != row.Version {
			return errStale.With("version", row.Version)
		}
		return fn(tx, row)
	})
}

// checkProvider names every field that won't do; a nil secret stays as it is.
func (s *Service) checkProvider(ctx context.Context, p IdentityProvider, secret *string) error {
	var c fault.Checks
	c.Merge("", p.validate())
	if secret != nil {
		c.Check(*secret != "" && len(*secret) <= maxClientSecret && storableText(*secret), "client_secret", "must have 1 to 2000 characters that can be shown")
	}
	if issuerLike(p.Issuer) {
		if err := s.caller.Vet(p.Issuer); err != nil {
			c.Check(false, "issuer", err.Error())
		}
	}
	for _, id := range p.SubAccounts {
		err := s.checkPlace(ctx, p.Agency, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		c.Check(err == nil, "sub_account_ids", "names one that isn't the agency's: "+id.String())
	}
	return c.Err("identity_provider.invalid")
}

func providerPlace(p IdentityProvider) secrets.Place {
	return secrets.Place{Tenant: p.Agency.String(), Table: "identity_provider", Column: "client_secret", Row: p.ID.String()}
}
