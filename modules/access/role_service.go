package access

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Roles lists the roles of the principal's agency on a level, or on both for "":
// the built-in ones by rank, then its own by name.
func (s *Service) Roles(ctx context.Context, p Principal, level Level) (out []RoleInfo, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectRoles(ctx, r, p.Agency, `(@level = '' or r.level = @level)`, "", pgx.StrictNamedArgs{"level": string(level)})
		return err
	})
	slices.SortFunc(out, func(a, b RoleInfo) int {
		return cmp.Or(cmp.Compare(a.Key.rank(), b.Key.rank()), cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return out, err
}

// RoleOf reads a role of the principal's agency; NotFound if there is none.
func (s *Service) RoleOf(ctx context.Context, p Principal, key Role) (out RoleInfo, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = oneRole(ctx, r, p.Agency, key, "")
		return err
	})
	return out, err
}

// Grants tells whether the principal may give the role to somebody in a place:
// who gives a role holds all that it allows.
func (p Principal) Grants(r RoleInfo, subAccount uuid.UUID) bool {
	if p.IsKey() && p.KeyScope != uuid.Nil && p.KeyScope != subAccount {
		return false
	}
	return within(r.Permissions, p.grantable(subAccount)) && (r.Reach != SpanAll || p.Reach(subAccount).All)
}

// CreateRole makes a role of the agency's own. Errors: Invalid with every field;
// Denied "role.escalation" when it would allow what the principal may not;
// Conflict "role.name_taken", "role.too_many".
func (s *Service) CreateRole(ctx context.Context, p Principal, in RoleInput) (RoleInfo, error) {
	now := s.now()
	role := in.apply(RoleInfo{
		Key: Role(newID().String()), Agency: p.Agency, Level: in.Level, Reach: SpanAll, Version: 1, CreatedAt: now, UpdatedAt: now,
	})
	if err := role.validate(); err != nil {
		return RoleInfo{}, err
	}
	if !p.Grants(role, uuid.Nil) {
		return RoleInfo{}, errEscalation
	}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		present, err := selectRoles(ctx, tx, p.Agency, `r.agency_id is not null`, "", pgx.StrictNamedArgs{})
		if err != nil {
			return err
		}
		if len(present) >= maxRolesPerAgency {
			return errTooManyRoles
		}
		if err := insertRole(ctx, tx, role); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "role.created", uuid.MustParse(string(role.Key)), roleDetail(role))
	})
	return role, err
}

// UpdateRole changes a role of the agency's own, for everybody who holds it, at
// once. Errors: those of CreateRole; NotFound; Stale; Conflict "role.built_in".
func (s *Service) UpdateRole(ctx context.Context, p Principal, key Role, in RoleInput) (after RoleInfo, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := s.ownRole(ctx, tx, p, key, in.Version)
		if err != nil {
			return err
		}
		after = in.apply(before)
		if err := after.validate(); err != nil {
			return err
		}
		if !p.Grants(before, uuid.Nil) || !p.Grants(after, uuid.Nil) {
			return errEscalation
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		if err := updateRole(ctx, tx, after); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "role.updated", uuid.MustParse(string(key)),
			map[string]any{"before": roleDetail(before), "after": roleDetail(after)})
	})
	return after, err
}

// DeleteRole takes a role away that nobody holds. Errors: NotFound; Stale;
// Conflict "role.built_in", or "role.in_use" with Meta "members",
// "invitations" and "identity_providers".
func (s *Service) DeleteRole(ctx context.Context, p Principal, key Role, version int64) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		before, err := s.ownRole(ctx, tx, p, key, version)
		if err != nil {
			return err
		}
		invited, err := openInvitationsTo(ctx, tx, before, s.now())
		if err != nil {
			return err
		}
		giving, err := providersGiving(ctx, tx, before)
		if err != nil {
			return err
		}
		if before.Members+invited+giving > 0 {
			return errRoleInUse.With("members", before.Members, "invitations", invited, "identity_providers", giving)
		}
		if err := deleteRole(ctx, tx, before); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "role.deleted", uuid.MustParse(string(key)), roleDetail(before))
	})
}

// ownRole locks a role of the agency's own.
func (s *Service) ownRole(ctx context.Context, tx pgx.Tx, p Principal, key Role, version int64) (RoleInfo, error) {
	found, err := oneRole(ctx, tx, p.Agency, key, ` for update of r`)
	switch {
	case err != nil:
		return RoleInfo{}, err
	case found.Agency == uuid.Nil:
		return RoleInfo{}, errRoleBuiltIn
	case version != 0 && version != found.Version:
		return RoleInfo{}, errStale.With("version", found.Version)
	}
	return found, nil
}

// grantedRole reads the role that somebody is about to get in a place, and keeps
// it from being changed or deleted until the commit. Errors: Invalid at "role".
func grantedRole(ctx context.Context, tx pgx.Tx, agency uuid.UUID, key Role, subAccount uuid.UUID) (RoleInfo, error) {
	role, err := oneRole(ctx, tx, agency, key, ` for share of r`)
	if err == nil && role.Level != levelOf(subAccount) {
		err = errRoleUnknown
	}
	if err != nil && errors.Is(err, errRoleUnknown) {
		return RoleInfo{}, errRoleHere
	}
	return role, err
}

func roleDetail(r RoleInfo) map[string]any {
	return map[string]any{"name": r.Name, "level": r.Level, "permissions": r.Permissions, "reach": r.Reach}
}
