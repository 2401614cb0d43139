package access

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// recognise finds, binds or makes the person of whom a provider spoke, locked.
// Once bound, the subject alone says who it is: an address at the provider may
// pass to somebody else.
func (s *Service) recognise(ctx context.Context, tx pgx.Tx, p IdentityProvider, claims ssoClaims) (personRow, error) {
	bound, err := identityOf(ctx, tx, p, claims.Subject)
	if err != nil {
		return personRow{}, err
	}
	if bound == uuid.Nil {
		return s.bind(ctx, tx, p, claims)
	}
	person, ok, err := lockPerson(ctx, tx, p.Agency, bound)
	switch {
	case err != nil || !ok:
		return personRow{}, orElse(err, errSSOUnknown)
	case !p.answersFor(person.Email):
		return personRow{}, errSSODomain // the provider lost the domain
	}
	if err := useIdentity(ctx, tx, p, claims, s.now()); err != nil {
		return personRow{}, err
	}
	return person, s.acceptAll(ctx, tx, person.Person)
}

// bind is the first time: the verified address names the person.
func (s *Service) bind(ctx context.Context, tx pgx.Tx, p IdentityProvider, claims ssoClaims) (personRow, error) {
	email, err := claims.address(p)
	if err != nil {
		return personRow{}, err
	}
	person, known, err := personByEmail(ctx, tx, p.Agency, email)
	if err != nil {
		return personRow{}, err
	}
	if known {
		person, _, err = lockPerson(ctx, tx, p.Agency, person.ID)
	} else {
		person, err = s.newcomer(ctx, tx, p, claims, email)
	}
	if err != nil {
		return personRow{}, err
	}
	if err := bindIdentity(ctx, tx, p, claims, person.ID, s.now()); err != nil {
		return personRow{}, err
	}
	err = s.auditor.Record(actAs(ctx, person.Person, ""), tx, tenancy.Tenant{Agency: p.Agency}, "identity.bound", person.ID,
		map[string]any{"identity_provider": p.ID, "subject": claims.Subject, "email": email})
	if err != nil {
		return personRow{}, err
	}
	return person, s.acceptAll(ctx, tx, person.Person)
}

// newcomer makes a person who was invited, or whom the provider creates. Their
// password is nobody's.
func (s *Service) newcomer(ctx context.Context, tx pgx.Tx, p IdentityProvider, claims ssoClaims, email string) (personRow, error) {
	invited, err := openInvitationsOf(ctx, tx, p.Agency, email, s.now())
	if err != nil {
		return personRow{}, err
	}
	if len(invited) == 0 && p.Provisioning != ProvisionCreate {
		return personRow{}, errSSOUnknown
	}
	person := Person{ID: newID(), Agency: p.Agency, Email: email, Name: shownName(claims.Name, email), CreatedAt: s.now()}
	row := personRow{Person: person, PasswordHash: s.hasher.NoPassword()}
	if err := insertPerson(ctx, tx, row); err != nil {
		return personRow{}, err
	}
	if len(invited) > 0 {
		return row, nil // acceptAll gives them what they were invited to
	}
	return row, s.provision(ctx, tx, p, person)
}

// provision gives a new person what the provider gives.
func (s *Service) provision(ctx context.Context, tx pgx.Tx, p IdentityProvider, person Person) error {
	given := []uuid.UUID{}
	for _, place := range p.places() {
		err := s.checkPlace(ctx, p.Agency, place)
		if fault.Is(err, fault.NotFound) {
			continue // the sub-account is gone
		}
		if err != nil {
			return err
		}
		scope := tenancy.Tenant{Agency: p.Agency, SubAccount: place}
		if _, err := grantedRole(ctx, tx, p.Agency, p.Role, place); err != nil {
			return errSSOPlaces.Wrap(err)
		}
		if err := upsertMembership(ctx, tx, person, scope, p.Role, s.now()); err != nil {
			return err
		}
		given = append(given, place)
	}
	if len(given) == 0 {
		return errSSOPlaces
	}
	return s.auditor.Record(actAs(ctx, person, ""), tx, tenancy.Tenant{Agency: p.Agency}, "person.provisioned", person.ID,
		map[string]any{"identity_provider": p.ID, "email": person.Email, "role": p.Role, "sub_accounts": p.SubAccounts})
}

// acceptAll accepts what the person was invited to: the provider has proved the
// address to which the invitations went.
func (s *Service) acceptAll(ctx context.Context, tx pgx.Tx, person Person) error {
	open, err := openInvitationsOf(ctx, tx, person.Agency, person.Email, s.now())
	if err != nil {
		return err
	}
	for _, i := range open {
		scope := tenancy.Tenant{Agency: i.Agency, SubAccount: i.SubAccount}
		if _, err := grantedRole(ctx, tx, i.Agency, i.Role, i.SubAccount); fault.Is(err, fault.Invalid) {
			continue // the role is gone
		} else if err != nil {
			return err
		}
		if err := upsertMembership(ctx, tx, person, scope, i.Role, s.now()); err != nil {
			return err
		}
		if err := acceptInvitation(ctx, tx, i.ID, s.now()); err != nil {
			return err
		}
		err := s.auditor.Record(actAs(ctx, person, ""), tx, scope, "invitation.accepted", i.ID,
			map[string]any{"email": i.Email, "role": i.Role, "person": person.ID, "by": "sso"})
		if err != nil {
			return err
		}
	}
	return nil
}

// shownName is what a provider calls somebody, or the address as far as the @.
func shownName(name, email string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	if runes := []rune(name); len(runes) > maxNameLength {
		name = strings.TrimSpace(string(runes[:maxNameLength]))
	}
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	return name
}

// noteRefusal keeps in the audit that a provider's answer let nobody in, and why.
func (s *Service) noteRefusal(ctx context.Context, p IdentityProvider, claims ssoClaims, why error) error {
	f, ok := fault.As(why)
	if !ok {
		return nil // ours: it is logged
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "sso.refused", p.ID,
			map[string]any{"reason": f.Slug, "subject": claims.Subject, "email": storable(claims.Email, maxSubject)})
	})
}

// ssoDemand refuses a way in other than the provider that is enforced for the
// address; nil where none is.
func ssoDemand(ctx context.Context, r db.Reader, agency uuid.UUID, email string) error {
	row, err := providerFor(ctx, r, agency, email)
	switch {
	case fault.Is(err, fault.NotFound), err == nil && !row.Enforced:
		return nil
	case err != nil:
		return err
	}
	return errSSORequired.With("identity_provider", row.ID, "identity_provider_name", row.Name)
}

// owns tells whether somebody is an owner of the agency. Owners keep a way in
// beside an enforced provider, by two factors: without one, a provider that fails
// or was set up wrongly would lock everybody out.
func owns(roles []membershipRow) bool {
	for _, m := range roles {
		if m.SubAccount == nil && m.Role == AgencyOwner {
			return true
		}
	}
	return false
}
