package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// OpenSession is where somebody is signed in.
type OpenSession struct {
	ID         uuid.UUID
	IP         string
	UserAgent  string
	CreatedAt  time.Time
	LastSeenAt time.Time // to the minute
	ExpiresAt  time.Time
}

// OwnSessions lists where the person is signed in, the last used first.
func (s *Service) OwnSessions(ctx context.Context, p Principal) (out []OpenSession, err error) {
	if p.IsProgram() {
		return nil, errPeopleOnly
	}
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectSessions(ctx, r, p.Person.ID, s.now())
		return err
	})
	return out, err
}

// EndOwnSession ends one of them, this one too; NotFound if it isn't open.
func (s *Service) EndOwnSession(ctx context.Context, p Principal, id uuid.UUID) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		return s.endSession(ctx, tx, tenancy.Tenant{Agency: p.Agency}, p.Person.ID, id)
	})
}

// SessionsOf lists where a person is signed in, for whoever holds all that they
// do. Errors: NotFound; Denied "role.escalation".
func (s *Service) SessionsOf(ctx context.Context, p Principal, scope tenancy.Tenant, person uuid.UUID) (out []OpenSession, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := s.lesser(ctx, tx, p, scope, person); err != nil {
			return err
		}
		out, err = selectSessions(ctx, tx, person, s.now())
		return err
	})
	return out, err
}

// EndSessionOf ends a session of somebody's. Errors are those of SessionsOf.
func (s *Service) EndSessionOf(ctx context.Context, p Principal, scope tenancy.Tenant, person, id uuid.UUID) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := s.lesser(ctx, tx, p, scope, person); err != nil {
			return err
		}
		return s.endSession(ctx, tx, scope, person, id)
	})
}

func (s *Service) endSession(ctx context.Context, tx pgx.Tx, scope tenancy.Tenant, person, id uuid.UUID) error {
	ended, err := deleteSession(ctx, tx, person, id)
	if err != nil || !ended {
		return orElse(err, errSessionUnknown)
	}
	return s.auditor.Record(ctx, tx, scope, "session.revoked", person, map[string]any{"session": id})
}

// RenewRecoveryCodes gives ten new recovery codes, given a code of the
// authenticator; the former ones end. Conflict "totp.not_enrolled".
func (s *Service) RenewRecoveryCodes(ctx context.Context, p Principal, code string) ([]string, error) {
	if p.IsProgram() {
		return nil, errPeopleOnly
	}
	if err := s.throttle(ctx, p.Agency, p.Person.Email, p.Actor.IP); err != nil {
		return nil, err
	}
	codes, hashes := auth.NewRecoveryCodes()
	err := s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if row.TOTPSecret == nil {
			return errTOTPMissing
		}
		if err := s.checkCode(ctx, tx, row, code); err != nil {
			if errors.Is(err, errSignIn) {
				return errTOTPCode
			}
			return err
		}
		if err := replaceRecoveryCodes(ctx, tx, row.ID, hashes); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "recovery_codes.renewed", row.ID, nil)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// ResetSecondFactor takes a person's authenticator, recovery codes and passkeys away,
// for one who has lost them. Errors are those of SessionsOf.
func (s *Service) ResetSecondFactor(ctx context.Context, p Principal, person uuid.UUID) error {
	scope := tenancy.Tenant{Agency: p.Agency}
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		if _, err := s.lesser(ctx, tx, p, scope, person); err != nil {
			return err
		}
		row, ok, err := lockPerson(ctx, tx, p.Agency, person)
		if err != nil || !ok {
			return orElse(err, errMemberUnknown)
		}
		row.TOTPSecret, row.TOTPCandidate = nil, nil
		if err := saveTOTP(ctx, tx, row, s.now()); err != nil {
			return err
		}
		if err := replaceRecoveryCodes(ctx, tx, person, nil); err != nil {
			return err
		}
		if err := deletePasskeys(ctx, tx, person); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, scope, "totp.reset", person, map[string]any{"email": row.Email})
	})
}
