package access

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// EnrolTOTP makes a shared secret for the person's authenticator. Nothing
// changes for their sign-in until ConfirmTOTP; enrolling again replaces a
// secret that wasn't confirmed. Conflict: an authenticator is set up already.
func (s *Service) EnrolTOTP(ctx context.Context, p Principal) (Enrolment, error) {
	if p.IsProgram() {
		return Enrolment{}, errPeopleOnly
	}
	if err := p.steppedUp(); err != nil {
		return Enrolment{}, err
	}
	agency, err := s.directory.Agency(ctx, p.Agency)
	if err != nil {
		return Enrolment{}, err
	}
	secret, url, err := auth.NewTOTP(agency.Name, p.Person.Email)
	if err != nil {
		return Enrolment{}, err
	}
	err = s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if row.TOTPSecret != nil {
			return errTOTPEnabled
		}
		sealed, err := s.box.Seal([]byte(secret), totpPlace(row.Person, "totp_candidate"))
		if err != nil {
			return err
		}
		row.TOTPCandidate = sealed
		return saveTOTP(ctx, tx, *row, s.now())
	})
	return Enrolment{Secret: secret, URL: url}, err
}

// ConfirmTOTP turns the second factor on, given a code of the enrolled
// authenticator, and gives ten recovery codes, each good once, shown once.
func (s *Service) ConfirmTOTP(ctx context.Context, p Principal, code string) (recovery []string, err error) {
	if p.IsProgram() {
		return nil, errPeopleOnly
	}
	if err := p.steppedUp(); err != nil {
		return nil, err
	}
	codes, hashes := auth.NewRecoveryCodes()
	err = s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if row.TOTPSecret != nil {
			return errTOTPEnabled
		}
		if row.TOTPCandidate == nil {
			return errTOTPMissing
		}
		secret, err := s.box.Open(row.TOTPCandidate, totpPlace(row.Person, "totp_candidate"))
		if err != nil {
			return err
		}
		step, ok := auth.VerifyTOTP(string(secret), code, s.now())
		if !ok {
			return errTOTPCode
		}
		if row.TOTPSecret, err = s.box.Seal(secret, totpPlace(row.Person, "totp_secret")); err != nil {
			return err
		}
		row.TOTPCandidate, row.TOTPStep = nil, step
		if err := saveTOTP(ctx, tx, *row, s.now()); err != nil {
			return err
		}
		if err := replaceRecoveryCodes(ctx, tx, row.ID, hashes); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "totp.enabled", row.ID, nil)
	})
	if err != nil {
		return nil, err
	}
	return codes, nil
}

// DisableTOTP turns the second factor off, given the password, so that a
// borrowed session can't. It is no error where none is set up.
func (s *Service) DisableTOTP(ctx context.Context, p Principal, password string) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	found, err := s.provePassword(ctx, p, password)
	if err != nil {
		return err
	}
	return s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if row.PasswordHash != found.PasswordHash {
			return errPassword
		}
		if row.TOTPSecret == nil && row.TOTPCandidate == nil {
			return nil
		}
		row.TOTPSecret, row.TOTPCandidate = nil, nil
		if err := saveTOTP(ctx, tx, *row, s.now()); err != nil {
			return err
		}
		if err := replaceRecoveryCodes(ctx, tx, row.ID, nil); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "totp.disabled", row.ID, nil)
	})
}

// changePerson runs fn on the locked row of the principal's person.
func (s *Service) changePerson(ctx context.Context, p Principal, fn func(tx pgx.Tx, row *personRow) error) error {
	return s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, ok, err := lockPerson(ctx, tx, p.Agency, p.Person.ID)
		if err != nil || !ok {
			return orElse(err, errEnded)
		}
		return fn(tx, &row)
	})
}
