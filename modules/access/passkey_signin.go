package access

import (
	"context"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// PasskeySignIn is what a browser's authenticator answered to a challenge.
type PasskeySignIn struct {
	Agency    uuid.UUID
	Ceremony  uuid.UUID
	Response  []byte
	IP        string
	UserAgent string
}

// BeginPasskeySignIn gives the browser of somebody who hasn't said who they are a
// challenge.
func (s *Service) BeginPasskeySignIn(ctx context.Context, site Site) (out Ceremony, err error) {
	party, err := s.party(ctx, site)
	if err != nil {
		return Ceremony{}, err
	}
	options, state, err := party.BeginDiscoverableLogin()
	if err != nil {
		return Ceremony{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		out, err = s.keepCeremony(ctx, tx, site, uuid.Nil, options, state)
		return err
	})
	return out, err
}

// SignInByPasskey opens a session for whom the passkey is. It asks for nothing
// else: the authenticator has made sure of the person. Errors: Unauthenticated
// "passkey.refused"; NotFound "passkey.ceremony_unknown"; those of SignIn about
// places; Denied "session.sso_required".
func (s *Service) SignInByPasskey(ctx context.Context, in PasskeySignIn) (out SignedIn, err error) {
	answer, err := protocol.ParseCredentialRequestResponseBytes(in.Response)
	if err != nil {
		return SignedIn{}, errPasskeyAnswer.Wrap(err)
	}
	site, state, err := s.takeCeremony(ctx, in.Agency, in.Ceremony, uuid.Nil)
	if err != nil {
		return SignedIn{}, err
	}
	party, err := s.party(ctx, site)
	if err != nil {
		return SignedIn{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		who, used, err := party.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
			return s.holder(ctx, tx, site, handle)
		}, state, answer)
		if err != nil {
			return errPasskeyRefused.Wrap(err)
		}
		user, ok := who.(passkeyUser)
		if !ok || used.Authenticator.CloneWarning {
			return errPasskeyRefused // its counter has gone back: there are two of it
		}
		roles, err := membershipsOf(ctx, tx, user.ID)
		if err != nil {
			return err
		}
		if err := s.checkEntry(ctx, in.Agency, roles); err != nil {
			return err
		}
		if !owns(roles) {
			if err := ssoDemand(ctx, tx, in.Agency, user.Email); err != nil {
				return err
			}
		}
		if err := usePasskey(ctx, tx, user.ID, *used, s.now()); err != nil {
			return err
		}
		out, err = s.openSession(ctx, tx, user.Person, roles, client{ip: in.IP, userAgent: in.UserAgent, strong: true})
		if err != nil {
			return err
		}
		return s.auditor.Record(actAs(ctx, user.Person, in.IP), tx, tenancy.Tenant{Agency: in.Agency}, "session.opened", user.ID,
			map[string]any{"session": out.Principal.Session, "by": "passkey"})
	})
	return out, err
}

// holder is whom the authenticator's handle names, locked.
func (s *Service) holder(ctx context.Context, tx pgx.Tx, site Site, handle []byte) (webauthn.User, error) {
	id, err := uuid.FromBytes(handle)
	if err != nil {
		return nil, err
	}
	row, ok, err := lockPerson(ctx, tx, site.Agency, id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("access: nobody has the handle %s", id)
	}
	return passkeyUserOf(ctx, tx, row.Person, site.Host)
}
