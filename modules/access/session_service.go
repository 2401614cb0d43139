package access

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Authenticate tells who a session's token or an API key stands for; it asks
// the database each time, so what was revoked is refused at once. The caller
// adds the client's address to the principal's Actor. Unauthenticated:
// unknown, ended or revoked. Denied: the agency is stopped.
func (s *Service) Authenticate(ctx context.Context, token string) (Principal, error) {
	prefix, ok := auth.ParseToken(token)
	if !ok {
		return Principal{}, errNobody
	}
	var out Principal
	var err error
	switch prefix {
	case sessionPrefix:
		out, err = s.authenticateSession(ctx, auth.HashToken(token))
	case apiKeyPrefix:
		out, err = s.authenticateKey(ctx, auth.HashToken(token))
	case oauthAccessPrefix:
		out, err = s.authenticateApp(ctx, auth.HashToken(token))
	default:
		return Principal{}, errNobody
	}
	if err != nil {
		return Principal{}, err
	}
	agency, err := s.directory.Agency(ctx, out.Agency)
	if err != nil {
		return Principal{}, err
	}
	if agency.Status != tenancy.Active {
		return Principal{}, errAgencyStopped
	}
	return out, nil
}

func (s *Service) authenticateSession(ctx context.Context, hash []byte) (out Principal, err error) {
	now := s.now()
	var row sessionRow
	err = s.control.Read(ctx, func(r db.Reader) error {
		found, roles, ok, err := liveSession(ctx, r, hash, now)
		if err != nil || !ok {
			return orElse(err, errEnded)
		}
		row, out = found, personPrincipal(found.Person, found.ID, roles)
		out.strong, out.hasPasskey = found.Strong, found.HasPasskey
		out.MustEnrol = found.MFA.demands(out) && !out.proven()
		if found.ActingTill == nil || !now.Before(*found.ActingTill) || !out.Can(AgencyImpersonate, uuid.Nil) {
			return nil
		}
		as, err := acting(ctx, r, found.ID)
		if err != nil {
			return err
		}
		out = out.actingAs(as)
		return nil
	})
	if err != nil || now.Sub(row.LastSeenAt) < lastSeenEvery {
		return out, err
	}
	return out, s.control.InTx(ctx, func(tx pgx.Tx) error { return touchSession(ctx, tx, row.ID, now) })
}

// Authorize opens a sub-account to the principal for one permission and gives
// the tenant to put into the context. NotFound: it doesn't exist, or is another
// agency's, or one where the principal has no business. Denied: suspended, or
// the permission is missing.
func (s *Service) Authorize(ctx context.Context, p Principal, permission Permission, subAccount uuid.UUID) (tenancy.Tenant, error) {
	account, err := s.directory.Account(ctx, subAccount)
	if fault.Is(err, fault.NotFound) {
		return tenancy.Tenant{}, errForeign
	}
	switch {
	case err != nil:
		return tenancy.Tenant{}, err
	case account.Agency != p.Agency, !p.belongs(subAccount), account.Status == tenancy.Retained:
		return tenancy.Tenant{}, errForeign
	case account.Status != tenancy.Active:
		return tenancy.Tenant{}, errAccountSuspended
	case p.MustEnrol:
		return tenancy.Tenant{}, errMFA
	case !p.Can(permission, subAccount):
		return tenancy.Tenant{}, errDenied.With("permission", permission)
	}
	return tenancy.Tenant{SubAccount: subAccount, Agency: account.Agency}, nil
}

// AuthorizeAgency allows a permission on the principal's own agency, or is
// Denied.
func (s *Service) AuthorizeAgency(p Principal, permission Permission) error {
	if p.MustEnrol {
		return errMFA
	}
	if !p.Can(permission, uuid.Nil) {
		return errDenied.With("permission", permission)
	}
	return nil
}

// Allows tells whether the principal may call at all: changing says whether the
// call changes something, personal whether it concerns the person themselves.
// Denied: they are taken for somebody else, and it is not for them.
func (p Principal) Allows(changing, personal bool) error {
	switch {
	case p.Impersonation == nil:
		return nil
	case personal:
		return errPersonal
	case changing && p.Impersonation.ReadOnly:
		return errReadOnly
	}
	return nil
}

// View tells a signed-in person who they are and where they can go.
func (s *Service) View(ctx context.Context, p Principal) (View, error) {
	if p.IsProgram() {
		return View{}, errPeopleOnly
	}
	agency, err := s.directory.Agency(ctx, p.Agency)
	if err != nil {
		return View{}, err
	}
	accounts, err := s.directory.Accounts(ctx, p.Agency)
	if err != nil {
		return View{}, err
	}
	return buildView(p, agency, accounts), nil
}

func buildView(p Principal, agency AgencyInfo, accounts []Account) View {
	out := View{Person: p.Person, Agency: agency, AgencyRole: p.AgencyRole, RoleName: p.held[uuid.Nil].name, SubAccounts: []ViewAccount{}, Permissions: []Permission{}}
	held := map[Permission]bool{}
	for _, permission := range p.Permissions(uuid.Nil) {
		held[permission] = true
	}
	for _, account := range accounts {
		if !p.belongs(account.ID) {
			continue
		}
		role := p.in(account.ID)
		place := ViewAccount{Account: account, Role: role.role, RoleName: role.name, Reach: role.span, Permissions: []Permission{}}
		if account.Status == tenancy.Active {
			place.Permissions = p.Permissions(account.ID)
		}
		for _, permission := range place.Permissions {
			held[permission] = true
		}
		out.SubAccounts = append(out.SubAccounts, place)
	}
	for _, info := range permissions {
		if held[info.Permission] {
			out.Permissions = append(out.Permissions, info.Permission)
		}
	}
	return out
}

// SignOut ends the principal's session.
func (s *Service) SignOut(ctx context.Context, p Principal) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := deleteSession(ctx, tx, p.self().ID, p.Session); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "session.closed", p.Person.ID, map[string]any{"session": p.Session})
	})
}

// SignOutEverywhere ends every session of the person, this one included.
func (s *Service) SignOutEverywhere(ctx context.Context, p Principal) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		ended, err := deleteSessions(ctx, tx, p.self().ID)
		if err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "session.closed_everywhere", p.Person.ID, map[string]any{"sessions": ended})
	})
}
