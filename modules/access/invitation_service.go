package access

import (
	"context"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Standing is how far a person's joining of a place has come.
type Standing struct {
	Member     bool        // they have a password and a role there
	Invitation *Invitation // the newest; nil if there never was one
}

// Invite makes an invitation and gives its token, which is shown once: the link
// ends in it. A former open invitation of the same person to the same place is
// revoked. Conflict: they are a member already.
func (s *Service) Invite(ctx context.Context, in InviteInput) (Invitation, string, error) {
	if err := in.Validate(); err != nil {
		return Invitation{}, "", err
	}
	if err := s.checkPlace(ctx, in.Agency, in.SubAccount); err != nil {
		return Invitation{}, "", err
	}
	email, scope := normaliseEmail(in.Email), tenancy.Tenant{Agency: in.Agency, SubAccount: in.SubAccount}
	name := strings.TrimSpace(in.Name)
	if name == "" {
		name, _, _ = strings.Cut(email, "@")
	}
	token, hash := auth.NewToken(invitePrefix)
	now := s.now()
	out := Invitation{
		ID: newID(), Agency: in.Agency, SubAccount: in.SubAccount, Email: email, Name: name, Role: in.Role,
		ExpiresAt: now.Add(InvitationLife), CreatedAt: now,
	}
	err := s.control.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := grantedRole(ctx, tx, in.Agency, in.Role, in.SubAccount); err != nil {
			return err
		}
		member, err := isMember(ctx, tx, scope, email)
		if err != nil || member {
			return orElse(err, errMemberAlready)
		}
		if _, err := revokeInvitations(ctx, tx, scope, email, now); err != nil {
			return err
		}
		if err := insertInvitation(ctx, tx, out, hash); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "invitation.issued", out.ID,
			map[string]any{"email": email, "role": in.Role, "expires_at": out.ExpiresAt})
	})
	if err != nil {
		return Invitation{}, "", err
	}
	return out, token, nil
}

// checkPlace refuses a sub-account that isn't the agency's.
func (s *Service) checkPlace(ctx context.Context, agency, subAccount uuid.UUID) error {
	if _, err := s.directory.Agency(ctx, agency); err != nil {
		return err
	}
	if subAccount == uuid.Nil {
		return nil
	}
	account, err := s.directory.Account(ctx, subAccount)
	if err == nil && account.Agency != agency {
		return errForeign
	}
	return err
}

// Standing tells how far a person's joining has come; the operator keeps the
// owner's invitation by it. SubAccount Nil in the scope is the agency itself.
func (s *Service) Standing(ctx context.Context, scope tenancy.Tenant, email string) (out Standing, err error) {
	email = normaliseEmail(email)
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		if out.Member, err = isMember(ctx, tx, scope, email); err != nil {
			return err
		}
		newest, ok, err := newestInvitation(ctx, tx, scope, email)
		if ok {
			out.Invitation = &newest
		}
		return err
	})
	return out, err
}

// RevokeInvitations ends every open invitation to a place.
func (s *Service) RevokeInvitations(ctx context.Context, scope tenancy.Tenant) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		revoked, err := revokeInvitations(ctx, tx, scope, "", s.now())
		if err != nil || revoked == 0 {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "invitation.revoked", uuid.Nil, map[string]any{"invitations": revoked})
	})
}

// Invitation shows an open invitation to whoever holds its token, at the host
// of its agency; NotFound otherwise.
func (s *Service) Invitation(ctx context.Context, agency uuid.UUID, token string) (InvitationView, error) {
	found, err := s.openInvitation(ctx, agency, token)
	if err != nil {
		return InvitationView{}, err
	}
	info, err := s.directory.Agency(ctx, agency)
	if err != nil {
		return InvitationView{}, err
	}
	out := InvitationView{Invitation: found, AgencyName: info.Name}
	if found.SubAccount == uuid.Nil {
		return out, nil
	}
	account, err := s.directory.Account(ctx, found.SubAccount)
	out.SubAccountName = account.Name
	return out, err
}

func (s *Service) openInvitation(ctx context.Context, agency uuid.UUID, token string) (out Invitation, err error) {
	if prefix, ok := auth.ParseToken(token); !ok || prefix != invitePrefix {
		return Invitation{}, errInvitation
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		found, ok, err := invitationByToken(ctx, tx, agency, auth.HashToken(token))
		if err != nil || !ok || !found.Open(s.now()) {
			return orElse(err, errInvitation)
		}
		out = found
		return nil
	})
	return out, err
}

// Accept joins the invited person: in one transaction the person with their
// password (or, if they have one already, the check of it and of their code),
// the membership, the end of the invitation and a session. Invalid names what
// is wrong with the password. Denied "session.sso_required": they sign in by the
// identity provider, which accepts it.
func (s *Service) Accept(ctx context.Context, in AcceptInput) (SignedIn, error) {
	if err := in.Validate(); err != nil {
		return SignedIn{}, err
	}
	invitation, err := s.openInvitation(ctx, in.Agency, in.Token)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.throttle(ctx, in.Agency, invitation.Email, in.IP); err != nil {
		return SignedIn{}, err
	}
	place := membershipRow{SubAccount: orNull(invitation.SubAccount), Role: invitation.Role}
	if err := s.checkEntry(ctx, in.Agency, []membershipRow{place}); err != nil {
		return SignedIn{}, err
	}
	// An owner's invitation is the last way in: whoever runs the platform makes it.
	if invitation.Role != AgencyOwner {
		err := s.control.Read(ctx, func(r db.Reader) error { return ssoDemand(ctx, r, in.Agency, invitation.Email) })
		if err != nil {
			return SignedIn{}, err
		}
	}
	known, hash, err := s.prepareAccept(ctx, in, invitation)
	if err != nil {
		return SignedIn{}, err
	}
	var out SignedIn
	err = s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
		out, err = s.join(ctx, tx, in, invitation, known, hash)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	s.relent(ctx, in.Agency, invitation.Email, in.IP)
	return out, nil
}

// prepareAccept does what takes long, outside of the transaction: it checks the
// password of a known person, or hashes that of a new one.
func (s *Service) prepareAccept(ctx context.Context, in AcceptInput, invitation Invitation) (known personRow, hash string, err error) {
	known, _, err = s.findPerson(ctx, in.Agency, invitation.Email)
	if err != nil {
		return personRow{}, "", err
	}
	if known.ID != uuid.Nil {
		_, err = s.checkPassword(ctx, known, in.Password)
		if fault.Is(err, fault.Unauthenticated) {
			err = errPassword
		}
		return known, "", err
	}
	agency, err := s.directory.Agency(ctx, in.Agency)
	if err != nil {
		return personRow{}, "", err
	}
	if why := auth.CheckPassword(in.Password, invitation.Email, in.Name, agency.Name); why != "" {
		return personRow{}, "", fault.New(fault.Invalid, "password.weak", why).At("password", why)
	}
	hash, err = s.hasher.Hash(ctx, in.Password)
	return personRow{}, hash, err
}

func (s *Service) join(ctx context.Context, tx pgx.Tx, in AcceptInput, invitation Invitation, known personRow, hash string) (SignedIn, error) {
	now := s.now()
	locked, ok, err := lockInvitation(ctx, tx, invitation.ID)
	if err != nil || !ok || !locked.Open(now) {
		return SignedIn{}, orElse(err, errInvitation)
	}
	person := Person{ID: newID(), Agency: in.Agency, Email: invitation.Email, Name: strings.TrimSpace(in.Name), CreatedAt: now}
	if known.ID == uuid.Nil {
		err = insertPerson(ctx, tx, personRow{Person: person, PasswordHash: hash, HasPassword: true})
	} else {
		person, err = s.confirmKnown(ctx, tx, known, in.Code)
	}
	if err != nil {
		return SignedIn{}, err
	}
	ctx = actAs(ctx, person, in.IP)
	scope := tenancy.Tenant{Agency: invitation.Agency, SubAccount: invitation.SubAccount}
	if _, err := grantedRole(ctx, tx, scope.Agency, invitation.Role, scope.SubAccount); err != nil {
		return SignedIn{}, errInvitation.Wrap(err) // the role is gone
	}
	if err := upsertMembership(ctx, tx, person, scope, invitation.Role, now); err != nil {
		return SignedIn{}, err
	}
	if err := acceptInvitation(ctx, tx, invitation.ID, now); err != nil {
		return SignedIn{}, err
	}
	roles, err := membershipsOf(ctx, tx, person.ID)
	if err != nil {
		return SignedIn{}, err
	}
	out, err := s.openSession(ctx, tx, person, roles, client{ip: in.IP, userAgent: in.UserAgent})
	if err != nil {
		return SignedIn{}, err
	}
	return out, s.auditor.Record(ctx, tx, scope, "invitation.accepted", invitation.ID,
		map[string]any{"email": invitation.Email, "role": invitation.Role, "person": person.ID})
}

// confirmKnown looks again under a lock at a person whose password was right.
func (s *Service) confirmKnown(ctx context.Context, tx pgx.Tx, known personRow, code string) (Person, error) {
	row, ok, err := lockPerson(ctx, tx, known.Agency, known.ID)
	if err != nil || !ok || row.PasswordHash != known.PasswordHash {
		return Person{}, orElse(err, errPassword)
	}
	return row.Person, s.checkCode(ctx, tx, &row, code)
}
