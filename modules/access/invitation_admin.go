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

// InviteBy is Invite by somebody who may give no role that allows more than
// their own. Errors: those of Invite; Denied "role.escalation".
func (s *Service) InviteBy(ctx context.Context, p Principal, in InviteInput) (out Invitation, token string, err error) {
	in.Agency = p.Agency
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		role, err := grantedRole(ctx, tx, p.Agency, in.Role, in.SubAccount)
		if err := fault.Join(in.Validate(), err); err != nil {
			return err
		}
		if !p.Grants(role, in.SubAccount) {
			return errEscalation
		}
		out, token, err = s.Invite(db.Within(ctx, tx), in)
		return err
	})
	return out, token, err
}

// Invitations lists who was invited to a sub-account, or to the agency itself
// for uuid.Nil, and hasn't answered, the newest first; those that have expired
// too, until somebody revokes them or invites anew.
func (s *Service) Invitations(ctx context.Context, p Principal, subAccount uuid.UUID) (out []Invitation, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectInvitations(ctx, r, tenancy.Tenant{Agency: p.Agency, SubAccount: subAccount})
		return err
	})
	return out, err
}

// ResendInvitation gives an unanswered invitation a new token and a new week;
// the former link ends. Errors: NotFound; Denied "role.escalation".
func (s *Service) ResendInvitation(ctx context.Context, p Principal, subAccount, id uuid.UUID) (out Invitation, token string, err error) {
	token, hash := auth.NewToken(invitePrefix)
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: subAccount}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		if out, err = s.unanswered(ctx, tx, p, scope, id); err != nil {
			return err
		}
		out.ExpiresAt = s.now().Add(InvitationLife)
		if err := renewInvitation(ctx, tx, out, hash); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "invitation.resent", id, map[string]any{"email": out.Email, "expires_at": out.ExpiresAt})
	})
	return out, token, err
}

// RevokeInvitation ends an unanswered invitation at once. Errors are those of
// ResendInvitation.
func (s *Service) RevokeInvitation(ctx context.Context, p Principal, subAccount, id uuid.UUID) error {
	scope := tenancy.Tenant{Agency: p.Agency, SubAccount: subAccount}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		found, err := s.unanswered(ctx, tx, p, scope, id)
		if err != nil {
			return err
		}
		if _, err := revokeInvitations(ctx, tx, scope, found.Email, s.now()); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "invitation.revoked", id, map[string]any{"email": found.Email})
	})
}

// unanswered locks an invitation to the place that is neither accepted nor
// revoked.
func (s *Service) unanswered(ctx context.Context, tx pgx.Tx, p Principal, scope tenancy.Tenant, id uuid.UUID) (Invitation, error) {
	found, ok, err := lockInvitation(ctx, tx, id)
	if err != nil {
		return Invitation{}, err
	}
	if !ok || found.Agency != scope.Agency || found.SubAccount != scope.SubAccount || found.AcceptedAt != nil || found.RevokedAt != nil {
		return Invitation{}, errInvitationGone
	}
	role, err := grantedRole(ctx, tx, p.Agency, found.Role, scope.SubAccount)
	if err != nil {
		return Invitation{}, err
	}
	if !p.Grants(role, scope.SubAccount) {
		return Invitation{}, errEscalation
	}
	return found, nil
}
