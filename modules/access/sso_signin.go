package access

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"golang.org/x/oauth2"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// SSOBegin asks to sign in at a provider: one by its id, or, for Nil, the one that
// answers for the address.
type SSOBegin struct {
	Agency      uuid.UUID
	Provider    uuid.UUID
	Email       string
	RedirectURI string // where the provider sends the browser back to
	ReturnTo    string // a path of the app
	Browser     string // what binds the answer to the browser, if it has one already
}

// SSOStart is where the browser goes, and what it keeps until it is back.
type SSOStart struct {
	Address string
	Browser string
}

// SSOAnswer is what the browser brought back.
type SSOAnswer struct {
	Agency    uuid.UUID
	Browser   string
	State     string
	Code      string
	Error     string // of RFC 6749, section 4.1.2.1
	Issuer    string // of RFC 9207; empty where the provider doesn't say
	IP        string
	UserAgent string
}

// SSOResult is a session, or, where the person's own second factor is still to be
// asked for, Waiting: ConfirmSSO follows.
type SSOResult struct {
	SignedIn
	Waiting  bool
	ReturnTo string
}

// BeginSSO sends a browser to a provider. Errors: NotFound
// "identity_provider.unknown"; Unavailable "sso.provider_down".
func (s *Service) BeginSSO(ctx context.Context, in SSOBegin) (SSOStart, error) {
	email := normaliseEmail(in.Email)
	var row providerRow
	err := s.control.Read(ctx, func(r db.Reader) (err error) {
		if in.Provider != uuid.Nil {
			row, err = openProvider(ctx, r, in.Agency, in.Provider, "")
		} else {
			row, err = providerFor(ctx, r, in.Agency, email)
		}
		return err
	})
	if err != nil {
		return SSOStart{}, err
	}
	nonce, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	party, err := s.agencyAt(ctx, row, in.RedirectURI, nonce)
	if err != nil {
		return SSOStart{}, err
	}
	state, hash := auth.NewToken(ssoStatePrefix)
	browser := in.Browser
	if prefix, ok := auth.ParseToken(browser); !ok || prefix != ssoBrowserPrefix {
		browser, _ = auth.NewToken(ssoBrowserPrefix)
	}
	request := ssoRequest{
		Agency: in.Agency, Provider: row.ID, Nonce: nonce, Verifier: verifier, RedirectURI: in.RedirectURI,
		ReturnTo: localPath(in.ReturnTo), ExpiresAt: s.now().Add(ssoRequestLife),
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		return insertSSORequest(ctx, tx, request, hash, auth.HashToken(browser), s.now())
	})
	if !row.answersFor(email) {
		email = "" // no business of this provider's
	}
	return SSOStart{Address: askFor(party, row.IdentityProvider, state, nonce, verifier, email), Browser: browser}, err
}

// agencyAt is the agency as the provider knows it, with the secret.
func (s *Service) agencyAt(ctx context.Context, row providerRow, redirect, nonce string) (rp.RelyingParty, error) {
	secret, err := s.box.Open(row.Secret, providerPlace(row.IdentityProvider))
	if err != nil {
		return nil, err
	}
	return s.relying(ctx, row.IdentityProvider, string(secret), redirect, nonce)
}

// FinishSSO opens a session for whom the provider let in. Each state is good
// once, in the browser that began. Errors: Unauthenticated "sso.state",
// "sso.refused", "sso.token"; Unavailable "sso.provider_down"; Denied
// "sso.email_missing", "sso.email_unverified", "sso.domain", "sso.bound",
// "sso.unknown_person", "sso.no_role", and those of SignIn about places.
func (s *Service) FinishSSO(ctx context.Context, in SSOAnswer) (out SSOResult, err error) {
	request, row, err := s.takeSSORequest(ctx, in)
	if err != nil {
		return SSOResult{}, err
	}
	ctx = tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.System, IP: in.IP, UserAgent: storable(in.UserAgent, maxUserAgent)})
	claims, err := s.askProvider(ctx, in, request, row)
	if err == nil {
		err = s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
			out, err = s.letIn(ctx, tx, in, row, claims)
			return err
		})
	}
	if err != nil {
		return SSOResult{}, errors.Join(err, s.noteRefusal(ctx, row.IdentityProvider, claims, err))
	}
	out.ReturnTo = request.ReturnTo
	return out, nil
}

func (s *Service) takeSSORequest(ctx context.Context, in SSOAnswer) (request ssoRequest, row providerRow, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		request, err = deleteSSORequest(ctx, tx, in.Agency, auth.HashToken(in.State), auth.HashToken(in.Browser), s.now())
		if err != nil {
			return err
		}
		row, err = openProvider(ctx, tx, in.Agency, request.Provider, "")
		return err
	})
	return request, row, err
}

func (s *Service) askProvider(ctx context.Context, in SSOAnswer, request ssoRequest, row providerRow) (ssoClaims, error) {
	switch {
	case in.Issuer != "" && in.Issuer != row.Issuer:
		return ssoClaims{}, errSSOToken // another provider's answer
	case in.Error != "" || in.Code == "":
		return ssoClaims{}, errSSORefused.Wrap(errors.New(in.Error))
	}
	party, err := s.agencyAt(ctx, row, request.RedirectURI, request.Nonce)
	if err != nil {
		return ssoClaims{}, err
	}
	return redeem(ctx, party, in.Code, request.Verifier)
}

// letIn finds or makes the person, and opens the session or waits for their code.
func (s *Service) letIn(ctx context.Context, tx pgx.Tx, in SSOAnswer, before providerRow, claims ssoClaims) (SSOResult, error) {
	row, err := openProvider(ctx, tx, in.Agency, before.ID, ` for no key update of p`)
	if err != nil {
		return SSOResult{}, err
	}
	if row.rebinds(before.IdentityProvider) {
		return SSOResult{}, errSSOToken // the token is of who it was before
	}
	person, err := s.recognise(ctx, tx, row.IdentityProvider, claims)
	if err != nil {
		return SSOResult{}, err
	}
	strong := claims.strong(row.IdentityProvider)
	if person.TOTPSecret != nil && !strong {
		return SSOResult{Waiting: true}, insertSSOWaiting(ctx, tx, row.IdentityProvider, person.ID, auth.HashToken(in.Browser), s.now())
	}
	from := client{ip: in.IP, userAgent: in.UserAgent, strong: strong, provider: row.ID, life: row.sessionLife()}
	signed, err := s.enterBySSO(ctx, tx, person.Person, from)
	return SSOResult{SignedIn: signed}, err
}

// ConfirmSSO opens the session that waited for the person's code. A wrong code
// leaves it waiting. Errors: Unauthenticated "sso.state", "session.invalid",
// "session.code_required"; Throttled; those of SignIn about places.
func (s *Service) ConfirmSSO(ctx context.Context, in SSOAnswer) (out SignedIn, err error) {
	browser := auth.HashToken(in.Browser)
	var waiting ssoWaiting
	err = s.control.Read(ctx, func(r db.Reader) error {
		waiting, err = selectSSOWaiting(ctx, r, in.Agency, browser, s.now())
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.throttle(ctx, in.Agency, waiting.Email, in.IP); err != nil {
		return SignedIn{}, err
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, err := openProvider(ctx, tx, in.Agency, waiting.Provider, ` for no key update of p`)
		if err != nil {
			return err
		}
		person, ok, err := lockPerson(ctx, tx, in.Agency, waiting.Person)
		if err != nil || !ok {
			return orElse(err, errSSOState)
		}
		if err := s.checkCode(actAs(ctx, person.Person, in.IP), tx, &person, in.Code); err != nil {
			return err
		}
		if taken, err := deleteSSOWaiting(ctx, tx, in.Agency, browser); err != nil || !taken {
			return orElse(err, errSSOState)
		}
		from := client{ip: in.IP, userAgent: in.UserAgent, provider: row.ID, life: row.sessionLife()}
		out, err = s.enterBySSO(ctx, tx, person.Person, from)
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	s.relent(ctx, in.Agency, waiting.Email, in.IP)
	return out, nil
}

func (s *Service) enterBySSO(ctx context.Context, tx pgx.Tx, person Person, from client) (SignedIn, error) {
	roles, err := membershipsOf(ctx, tx, person.ID)
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.checkEntry(ctx, person.Agency, roles); err != nil {
		return SignedIn{}, err
	}
	out, err := s.openSession(ctx, tx, person, roles, from)
	if err != nil {
		return SignedIn{}, err
	}
	return out, s.auditor.Record(actAs(ctx, person, from.ip), tx, tenancy.Tenant{Agency: person.Agency}, "session.opened", person.ID,
		map[string]any{"session": out.Principal.Session, "by": "sso", "identity_provider": from.provider, "two_factors": from.strong})
}

// ssoRequest is a sign-in that somebody began.
type ssoRequest struct {
	Agency, Provider                       uuid.UUID
	Nonce, Verifier, RedirectURI, ReturnTo string
	ExpiresAt                              time.Time
}

// ssoWaiting is one that waits for a code.
type ssoWaiting struct {
	Provider, Person uuid.UUID
	Email            string
}
