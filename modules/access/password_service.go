package access

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ResetLife is how long a link to set a password works.
const ResetLife = 24 * time.Hour

const resetPrefix = "omr"

// PasswordReset is a link to set a forgotten password.
type PasswordReset struct {
	ID         uuid.UUID
	Person     Person
	AgencyName string
	ExpiresAt  time.Time
}

// ChangePassword sets a new one, given the present one, and ends the person's
// other sessions. Errors: Invalid "password.wrong" at "password", "password.weak"
// at "new_password".
func (s *Service) ChangePassword(ctx context.Context, p Principal, present, next string) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	found, err := s.provePassword(ctx, p, present)
	if err != nil {
		return err
	}
	hash, err := s.newPassword(ctx, found.Person, "new_password", next)
	if err != nil {
		return err
	}
	return s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if row.PasswordHash != found.PasswordHash {
			return errPassword
		}
		if err := savePasswordHash(ctx, tx, row.ID, hash, s.now()); err != nil {
			return err
		}
		ended, err := deleteOtherSessions(ctx, tx, row.ID, p.Session)
		if err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "password.changed", row.ID, map[string]any{"sessions_ended": ended})
	})
}

// provePassword asks a signed-in person for their password once more, so that a
// borrowed session can't do it; attempts count as those of a sign-in.
func (s *Service) provePassword(ctx context.Context, p Principal, password string) (personRow, error) {
	if err := s.throttle(ctx, p.Agency, p.Person.Email, p.Actor.IP); err != nil {
		return personRow{}, err
	}
	found, _, err := s.findPerson(ctx, p.Agency, p.Person.Email)
	if err != nil {
		return personRow{}, err
	}
	ok, _, err := s.hasher.Verify(ctx, found.PasswordHash, password)
	if err != nil || !ok {
		return personRow{}, orElse(err, errPassword)
	}
	return found, nil
}

// newPassword hashes one that keeps the rules.
func (s *Service) newPassword(ctx context.Context, p Person, path, password string) (string, error) {
	agency, err := s.directory.Agency(ctx, p.Agency)
	if err != nil {
		return "", err
	}
	if why := auth.CheckPassword(password, p.Email, p.Name, agency.Name); why != "" {
		return "", fault.New(fault.Invalid, "password.weak", why).At(path, why)
	}
	return s.hasher.Hash(ctx, password)
}

// IssueReset makes a link to set a person's password; its token is shown once,
// and a former link ends. Errors: NotFound; Denied "role.escalation" unless the
// principal holds all that the person does, everywhere.
func (s *Service) IssueReset(ctx context.Context, p Principal, scope tenancy.Tenant, person uuid.UUID) (out PasswordReset, token string, err error) {
	token, hash := auth.NewToken(resetPrefix)
	now := s.now()
	out = PasswordReset{ID: newID(), ExpiresAt: now.Add(ResetLife)}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		if out.Person, err = s.lesser(ctx, tx, p, scope, person); err != nil {
			return err
		}
		if err := insertReset(ctx, tx, out, hash, p.Actor.Name, now); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "password.reset_issued", person, map[string]any{"email": out.Person.Email, "expires_at": out.ExpiresAt})
	})
	return out, token, err
}

// Reset shows an open link to whoever holds its token, at the host of its
// agency; NotFound otherwise.
func (s *Service) Reset(ctx context.Context, agency uuid.UUID, token string) (out PasswordReset, err error) {
	if prefix, ok := auth.ParseToken(token); !ok || prefix != resetPrefix {
		return PasswordReset{}, errReset
	}
	err = s.control.Read(ctx, func(r db.Reader) error {
		found, ok, err := openReset(ctx, r, agency, auth.HashToken(token), s.now(), "")
		if err != nil || !ok {
			return orElse(err, errReset)
		}
		out = found
		return nil
	})
	if err != nil {
		return PasswordReset{}, err
	}
	info, err := s.directory.Agency(ctx, agency)
	out.AgencyName = info.Name
	return out, err
}

// UseReset sets the password and ends every session of the person, who then signs
// in with it, and with their second factor as before. Errors: NotFound; Invalid
// "password.weak".
func (s *Service) UseReset(ctx context.Context, agency uuid.UUID, token, password, ip string) error {
	found, err := s.Reset(ctx, agency, token)
	if err != nil {
		return err
	}
	if strings.TrimSpace(password) == "" {
		return fault.New(fault.Invalid, "password.weak", "Choose a password.").At("password", "is required")
	}
	hash, err := s.newPassword(ctx, found.Person, "password", password)
	if err != nil {
		return err
	}
	ctx = actAs(ctx, found.Person, ip)
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		now := s.now()
		if _, ok, err := openReset(ctx, tx, agency, auth.HashToken(token), now, ` for update of w`); err != nil || !ok {
			return orElse(err, errReset) // used meanwhile
		}
		if err := closeReset(ctx, tx, found.ID, now); err != nil {
			return err
		}
		if err := savePasswordHash(ctx, tx, found.Person.ID, hash, now); err != nil {
			return err
		}
		if _, err := deleteSessions(ctx, tx, found.Person.ID); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: agency}, "password.reset", found.Person.ID, nil)
	})
}

// lesser reads a person of the principal's agency, of a sub-account if the scope
// names one, all of whose permissions the principal holds where they hold them:
// who could act as somebody must not become more by it.
func (s *Service) lesser(ctx context.Context, tx pgx.Tx, p Principal, scope tenancy.Tenant, person uuid.UUID) (Person, error) {
	found, ok, err := lockPerson(ctx, tx, p.Agency, person)
	if err != nil || !ok {
		return Person{}, orElse(err, errMemberUnknown)
	}
	if scope.SubAccount != uuid.Nil {
		if works, err := worksIn(ctx, tx, scope, person); err != nil || !works {
			return Person{}, orElse(err, errMemberUnknown)
		}
	}
	roles, err := membershipsOf(ctx, tx, person)
	if err != nil {
		return Person{}, err
	}
	for _, m := range roles {
		place := uuid.Nil
		if m.SubAccount != nil {
			place = *m.SubAccount
		}
		if !within(m.held(person).permissions, p.grantable(place)) {
			return Person{}, errEscalation
		}
	}
	return found.Person, nil
}
