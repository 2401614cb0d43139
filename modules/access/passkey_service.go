package access

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// BeginPasskey gives the browser a challenge for a new passkey of the person.
// Denied "session.step_up": they have one already, and this session wasn't opened
// with it.
func (s *Service) BeginPasskey(ctx context.Context, p Principal, site Site) (out Ceremony, err error) {
	if p.IsProgram() {
		return Ceremony{}, errPeopleOnly
	}
	if err := p.steppedUp(); err != nil {
		return Ceremony{}, err
	}
	party, err := s.party(ctx, site)
	if err != nil {
		return Ceremony{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		user, err := passkeyUserOf(ctx, tx, p.Person, site.Host)
		if err != nil {
			return err
		}
		if len(user.credentials) >= maxPasskeys {
			return errTooManyPasskeys
		}
		options, state, err := party.BeginRegistration(user,
			webauthn.WithExclusions(webauthn.Credentials(user.credentials).CredentialDescriptors()))
		if err != nil {
			return err
		}
		out, err = s.keepCeremony(ctx, tx, site, p.Person.ID, options, state)
		return err
	})
	return out, err
}

// FinishPasskey keeps the passkey that the browser's authenticator made. Errors:
// Invalid "passkey.invalid"; NotFound "passkey.ceremony_unknown": the challenge
// was used, or is too old.
func (s *Service) FinishPasskey(ctx context.Context, p Principal, ceremony uuid.UUID, name string, response []byte) (Passkey, error) {
	if p.IsProgram() {
		return Passkey{}, errPeopleOnly
	}
	if err := checkPasskeyName(name); err != nil {
		return Passkey{}, err
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return Passkey{}, errPasskeyAnswer.Wrap(err)
	}
	site, state, err := s.takeCeremony(ctx, p.Agency, ceremony, p.Person.ID)
	if err != nil {
		return Passkey{}, err
	}
	party, err := s.party(ctx, site)
	if err != nil {
		return Passkey{}, err
	}
	out := Passkey{ID: newID(), Name: strings.TrimSpace(name), Host: site.Host, Version: 1, CreatedAt: s.now()}
	made, err := party.CreateCredential(passkeyUser{Person: p.Person}, state, answer)
	if err != nil {
		return Passkey{}, errPasskeyAnswer.Wrap(err)
	}
	err = s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if err := insertPasskey(ctx, tx, row.Person, out, *made); err != nil {
			return err
		}
		if err := strengthen(ctx, tx, p.Session); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "passkey.created", row.ID, map[string]any{"passkey": out.ID, "name": out.Name})
	})
	return out, err
}

// Passkeys lists the person's, the oldest first.
func (s *Service) Passkeys(ctx context.Context, p Principal) (out []Passkey, err error) {
	err = s.control.Read(ctx, func(r db.Reader) error {
		out, err = selectPasskeys(ctx, r, p.Person.ID)
		return err
	})
	return out, err
}

// RenamePasskey calls one of the person's otherwise. Errors: Invalid; NotFound;
// Stale.
func (s *Service) RenamePasskey(ctx context.Context, p Principal, id uuid.UUID, name string, version int64) (out Passkey, err error) {
	if err := checkPasskeyName(name); err != nil {
		return Passkey{}, err
	}
	err = s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		if out, err = onePasskey(ctx, tx, row.ID, id, version); err != nil {
			return err
		}
		out.Name, out.Version = strings.TrimSpace(name), out.Version+1
		return renamePasskey(ctx, tx, row.ID, out)
	})
	return out, err
}

// DeletePasskey takes one away, given the password, so that a borrowed session
// can't. Errors: NotFound; Invalid "password.wrong".
func (s *Service) DeletePasskey(ctx context.Context, p Principal, id uuid.UUID, password string) error {
	if p.IsProgram() {
		return errPeopleOnly
	}
	if _, err := s.provePassword(ctx, p, password); err != nil {
		return err
	}
	return s.changePerson(ctx, p, func(tx pgx.Tx, row *personRow) error {
		before, err := onePasskey(ctx, tx, row.ID, id, 0)
		if err != nil {
			return err
		}
		if err := deletePasskey(ctx, tx, row.ID, id); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "passkey.deleted", row.ID, map[string]any{"passkey": id, "name": before.Name})
	})
}

// party is the agency at the site.
func (s *Service) party(ctx context.Context, site Site) (*webauthn.WebAuthn, error) {
	agency, err := s.directory.Agency(ctx, site.Agency)
	if err != nil {
		return nil, err
	}
	return relyingParty(agency.Name, site)
}

// keepCeremony keeps what the answer will be held against.
func (s *Service) keepCeremony(ctx context.Context, tx pgx.Tx, site Site, person uuid.UUID, options any, state *webauthn.SessionData) (Ceremony, error) {
	raw, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, err
	}
	now := s.now()
	out := Ceremony{ID: newID(), Options: raw, ExpiresAt: now.Add(ceremonyLife)}
	return out, insertCeremony(ctx, tx, out, site, person, state, now)
}

// takeCeremony gives a challenge back, once.
func (s *Service) takeCeremony(ctx context.Context, agency, id, person uuid.UUID) (site Site, state webauthn.SessionData, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		site, state, err = deleteCeremony(ctx, tx, agency, id, person, s.now())
		return err
	})
	return site, state, err
}

// proven tells whether the session stands on two factors: a password alone opens
// none for a person with an authenticator, and a passkey is two.
func (p Principal) proven() bool { return p.Person.TOTPEnabled || p.strong }

// steppedUp refuses a session that was opened by a password alone although the
// person has a passkey: whoever knows the password must not add a factor of
// their own.
func (p Principal) steppedUp() error {
	if p.hasPasskey && !p.proven() {
		return errStepUp
	}
	return nil
}
