package access

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// client is where a session comes from.
type client struct {
	ip, userAgent string
	strong        bool          // it came by two factors in one: a passkey, or a provider that counts as two
	provider      uuid.UUID     // by which it came; Nil for none
	life          time.Duration // of the session; zero is SessionLife
}

// SignIn opens a session for a person of the agency. Unauthenticated
// "session.invalid" says no more than that something isn't right, and takes as
// long when there is no such person; "session.code_required" follows a right
// password where the person uses an authenticator. Throttled: RetryAfter says
// when. Denied: the agency, or every place the person may enter, is suspended;
// "session.sso_required", whatever the password, where an identity provider is
// enforced for the address, but for an owner's right password and code.
func (s *Service) SignIn(ctx context.Context, in SignInInput) (SignedIn, error) {
	if err := in.Validate(); err != nil {
		return SignedIn{}, err
	}
	email := normaliseEmail(in.Email)
	if err := s.throttle(ctx, in.Agency, email, in.IP); err != nil {
		return SignedIn{}, err
	}
	found, roles, err := s.findPerson(ctx, in.Agency, email)
	if err != nil {
		return SignedIn{}, err
	}
	rehashed, err := s.checkPassword(ctx, found, in.Password)
	if demand := s.demanded(ctx, in.Agency, email, err == nil && owns(roles) && found.TOTPSecret != nil); demand != nil {
		return SignedIn{}, demand
	}
	if err != nil {
		return SignedIn{}, err
	}
	if err := s.checkEntry(ctx, in.Agency, roles); err != nil {
		return SignedIn{}, err
	}
	ctx = actAs(ctx, found.Person, in.IP)
	var out SignedIn
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		p, ok, err := lockPerson(ctx, tx, found.Agency, found.ID)
		if err != nil || !ok || p.PasswordHash != found.PasswordHash {
			return orElse(err, errSignIn) // changed between the two looks
		}
		if err := s.checkCode(ctx, tx, &p, in.Code); err != nil {
			return err
		}
		if rehashed != "" || !p.HasPassword {
			if err := savePasswordHash(ctx, tx, p.ID, cmp.Or(rehashed, p.PasswordHash), s.now()); err != nil {
				return err
			}
		}
		out, err = s.openSession(ctx, tx, p.Person, roles, client{ip: in.IP, userAgent: in.UserAgent})
		if err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "session.opened", p.ID, map[string]any{"session": out.Principal.Session})
	})
	if err != nil {
		return SignedIn{}, err
	}
	s.relent(ctx, in.Agency, email, in.IP)
	return out, nil
}

// demanded refuses the password where an identity provider is enforced for the
// address. spared is somebody who proved to be an owner and is about to show
// another factor; to everybody else, right or wrong, the answer is the same: it
// tells nothing of who exists.
func (s *Service) demanded(ctx context.Context, agency uuid.UUID, email string, spared bool) error {
	return s.control.Read(ctx, func(r db.Reader) error {
		if demand := ssoDemand(ctx, r, agency, email); demand != nil && (!spared || !fault.Is(demand, fault.Denied)) {
			return demand
		}
		return nil
	})
}

// findPerson gives the zero person if there is none, after as many questions to
// the database as if there were one: the time must not tell.
func (s *Service) findPerson(ctx context.Context, agency uuid.UUID, email string) (p personRow, roles []membershipRow, err error) {
	err = s.control.InTx(ctx, func(tx pgx.Tx) (err error) {
		if p, _, err = personByEmail(ctx, tx, agency, email); err != nil {
			return err
		}
		roles, err = membershipsOf(ctx, tx, p.ID)
		return err
	})
	return p, roles, err
}

// checkPassword spends the same on a person who doesn't exist. It gives a new
// hash where the costs have been raised since.
func (s *Service) checkPassword(ctx context.Context, p personRow, password string) (rehashed string, err error) {
	if p.ID == uuid.Nil {
		return "", orElse(s.hasher.Burn(ctx, password), errSignIn)
	}
	ok, stale, err := s.hasher.Verify(ctx, p.PasswordHash, password)
	if err != nil || !ok {
		return "", orElse(err, errSignIn)
	}
	if !stale {
		return "", nil
	}
	return s.hasher.Hash(ctx, password)
}

// checkEntry refuses a person who has nowhere to go: the agency is stopped, or
// they hold no role in it and each of their sub-accounts is suspended, or they
// hold no role any more.
func (s *Service) checkEntry(ctx context.Context, agency uuid.UUID, roles []membershipRow) error {
	info, err := s.directory.Agency(ctx, agency)
	if err != nil {
		return err
	}
	if info.Status != tenancy.Active {
		return errAgencyStopped
	}
	if len(roles) == 0 {
		return errNoPlace
	}
	for _, m := range roles {
		if m.SubAccount == nil {
			return nil
		}
		account, err := s.directory.Account(ctx, *m.SubAccount)
		switch {
		case fault.Is(err, fault.NotFound):
		case err != nil:
			return err
		case account.Status == tenancy.Active:
			return nil
		}
	}
	return errAccountSuspended
}

// checkCode asks for the second factor where there is one. A code of the
// authenticator is good once, and so is a recovery code.
func (s *Service) checkCode(ctx context.Context, tx pgx.Tx, p *personRow, code string) error {
	switch {
	case p.TOTPSecret == nil:
		return nil
	case strings.TrimSpace(code) == "":
		return errCodeRequired
	case auth.LooksLikeRecoveryCode(code):
		used, err := useRecoveryCode(ctx, tx, p.ID, auth.HashRecoveryCode(code), s.now())
		if err != nil || !used {
			return orElse(err, errSignIn)
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "recovery_code.used", p.ID, nil)
	}
	secret, err := s.box.Open(p.TOTPSecret, totpPlace(p.Person, "totp_secret"))
	if err != nil {
		return err
	}
	step, ok := auth.VerifyTOTP(string(secret), code, s.now())
	if !ok || step <= p.TOTPStep {
		return errSignIn
	}
	p.TOTPStep = step
	if s.box.Stale(p.TOTPSecret) { // the keyset was rotated since
		if p.TOTPSecret, err = s.box.Seal(secret, totpPlace(p.Person, "totp_secret")); err != nil {
			return err
		}
	}
	return saveTOTP(ctx, tx, *p, s.now())
}

func (s *Service) openSession(ctx context.Context, tx pgx.Tx, p Person, roles []membershipRow, from client) (SignedIn, error) {
	now := s.now()
	token, hash := auth.NewToken(sessionPrefix)
	if from.life == 0 {
		from.life = SessionLife
	}
	row := sessionRow{ID: newID(), Person: p, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(from.life)}
	if err := deleteEndedSessions(ctx, tx, p.ID, now); err != nil {
		return SignedIn{}, err
	}
	if err := insertSession(ctx, tx, row, hash, from); err != nil {
		return SignedIn{}, err
	}
	principal := personPrincipal(p, row.ID, roles)
	principal.Actor.IP = from.ip
	policy, err := selectPolicy(ctx, tx, principal, "")
	if err != nil {
		return SignedIn{}, err
	}
	principal.strong = from.strong
	principal.MustEnrol = policy.MFA.demands(principal) && !principal.proven()
	return SignedIn{Token: token, ExpiresAt: row.ExpiresAt, Principal: principal}, nil
}

func personPrincipal(p Person, session uuid.UUID, roles []membershipRow) Principal {
	out := Principal{
		Actor:  tenancy.Actor{Kind: tenancy.Person, ID: p.ID.String(), Name: p.Name},
		Agency: p.Agency, Person: p, Session: session, Roles: map[uuid.UUID]Role{}, held: map[uuid.UUID]held{},
	}
	for _, m := range roles {
		place := uuid.Nil
		if m.SubAccount == nil {
			out.AgencyRole = m.Role
		} else {
			place = *m.SubAccount
			out.Roles[place] = m.Role
		}
		out.held[place] = m.held(p.ID)
	}
	return out
}

func actAs(ctx context.Context, p Person, ip string) context.Context {
	return tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.Person, ID: p.ID.String(), Name: p.Name, IP: ip})
}

func totpPlace(p Person, column string) secrets.Place {
	return secrets.Place{Tenant: p.Agency.String(), Table: "person", Column: column, Row: p.ID.String()}
}

func orElse(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}
