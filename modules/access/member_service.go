package access

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Members lists who works in a sub-account, by name: its own people, and the
// agency's, who can enter it. SubAccount Nil: the agency's people alone.
func (s *Service) Members(ctx context.Context, tenant tenancy.Tenant) (out []Member, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectMembers(ctx, r, tenant, uuid.Nil)
		return err
	})
	return out, err
}

// MemberOf reads one of Members; NotFound if they don't work there.
func (s *Service) MemberOf(ctx context.Context, tenant tenancy.Tenant, person uuid.UUID) (out Member, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		found, err := selectMembers(ctx, r, tenant, person)
		if err != nil || len(found) == 0 {
			return orElse(err, errMemberUnknown)
		}
		out = found[0]
		return nil
	})
	return out, err
}

// ChangeMember gives a member another role, with the next request of theirs.
// Errors: Invalid at "role"; NotFound; Stale; Denied "role.escalation"; Conflict
// "member.of_agency", "member.last_owner".
func (s *Service) ChangeMember(ctx context.Context, p Principal, in MemberChange) (Member, error) {
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: in.SubAccount}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := s.changeable(ctx, tx, p, in)
		if err != nil {
			return err
		}
		role, err := grantedRole(ctx, tx, p.Agency, in.Role, in.SubAccount)
		if err != nil {
			return err
		}
		if !p.Grants(role, in.SubAccount) {
			return errEscalation
		}
		if before.Role == in.Role {
			return nil
		}
		if err := setMemberRole(ctx, tx, scope, in.Person, in.Role); err != nil {
			return err
		}
		if err := lastOwner(ctx, tx, p.Agency, before.Role); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "member.role_changed", in.Person,
			map[string]any{"before": before.Role, "after": in.Role, "email": before.Email})
	})
	if err != nil {
		return Member{}, err
	}
	return s.MemberOf(ctx, scope, in.Person)
}

// RemoveMember takes a person out of a sub-account, or out of the agency itself,
// and out of its teams. Who works nowhere any more is signed out everywhere.
// What they own stays theirs until somebody else gets it. Errors: those of
// ChangeMember.
func (s *Service) RemoveMember(ctx context.Context, p Principal, in MemberChange) error {
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: in.SubAccount}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := s.changeable(ctx, tx, p, in)
		if err != nil {
			return err
		}
		if err := deleteMember(ctx, tx, scope, in.Person); err != nil {
			return err
		}
		if err := lastOwner(ctx, tx, p.Agency, before.Role); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "member.removed", in.Person, map[string]any{"role": before.Role, "email": before.Email})
	})
}

// changeable locks a member and checks that the principal holds all that the
// member does: nobody disposes of somebody mightier.
func (s *Service) changeable(ctx context.Context, tx pgx.Tx, p Principal, in MemberChange) (Member, error) {
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: in.SubAccount}
	if in.SubAccount == uuid.Nil {
		if err := lockOwners(ctx, tx, p.Agency); err != nil {
			return Member{}, err
		}
	}
	before, role, err := lockMember(ctx, tx, scope, in.Person)
	switch {
	case err != nil:
		return Member{}, err
	case in.Version != 0 && in.Version != before.Version:
		return Member{}, errStale.With("version", before.Version)
	case !p.Grants(role, in.SubAccount):
		return Member{}, errEscalation
	}
	return before, nil
}

// lastOwner refuses what left the agency without an owner.
func lastOwner(ctx context.Context, tx pgx.Tx, agency uuid.UUID, was Role) error {
	if was != AgencyOwner {
		return nil
	}
	left, err := countOwners(ctx, tx, agency)
	if err == nil && left == 0 {
		return errLastOwner
	}
	return err
}

// IsMember tells whether a person works in the context's sub-account: whether
// Members would list them.
func (s *Service) IsMember(ctx context.Context, person uuid.UUID) (member bool, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return false, err
	}
	err = s.control.Read(ctx, func(r db.Reader) error {
		member, err = worksIn(ctx, r, tenant, person)
		return err
	})
	return member, err
}
