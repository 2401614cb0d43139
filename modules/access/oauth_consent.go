package access

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// BeginOAuth keeps what an app asks for until somebody has signed in and
// answered. It is good once, for 15 minutes. Invalid names what is wrong by the
// parameter: scope, code_challenge, code_challenge_method or state.
func (s *Service) BeginOAuth(ctx context.Context, app OAuthApp, in OAuthRequestInput) (uuid.UUID, error) {
	scopes, err := app.asked(in.Scopes)
	if err != nil {
		return uuid.Nil, err
	}
	var c fault.Checks
	c.Check(in.ChallengeMethod == "S256", "code_challenge_method", "is S256")
	c.Check(len(in.Challenge) == challengeLength && !strings.ContainsFunc(in.Challenge, notBase64URL), "code_challenge",
		"is the SHA-256 of the code verifier in base64url, without padding")
	c.Check(len(in.State) <= maxOAuthState && storableText(in.State), "state", "has at most 2000 characters that can be shown")
	if err := c.Err("oauth.request_invalid"); err != nil {
		return uuid.Nil, err
	}
	row := requestRow{
		ID: uuid.New(), Agency: app.Agency, App: app.ID, RedirectURI: in.RedirectURI, Scopes: scopes, State: in.State,
		Challenge: in.Challenge, ExpiresAt: s.now().Add(oauthRequestLife),
	}
	return row.ID, s.control.InTx(ctx, func(tx pgx.Tx) error { return insertRequest(ctx, tx, row, s.now()) })
}

// asked reads the scopes of a request.
func (a OAuthApp) asked(names []string) ([]Permission, error) {
	scopes := make([]Permission, 0, len(names))
	var c fault.Checks
	c.Check(len(names) > 0, "scope", "is required: name at least one permission")
	for _, name := range names {
		scope := Permission(name)
		scopes = append(scopes, scope)
		switch {
		case !scope.Known():
			c.Check(false, "scope", "names no permission: "+name)
		case !slices.Contains(a.Scopes, scope):
			c.Check(false, "scope", "is more than the app is registered for: "+name)
		}
	}
	return ordered(scopes), c.Err("oauth.scope")
}

func notBase64URL(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' && r != '_'
}

// OAuthConsentOf shows a person what an app asks for. NotFound: it was answered,
// or is too old.
func (s *Service) OAuthConsentOf(ctx context.Context, p Principal, request uuid.UUID) (OAuthConsent, error) {
	if p.IsProgram() {
		return OAuthConsent{}, errPeopleOnly
	}
	var row requestRow
	var app OAuthApp
	err := s.control.Read(ctx, func(r db.Reader) (err error) {
		if row, err = oneRequest(ctx, r, p.Agency, request, s.now(), ""); err != nil {
			return err
		}
		app, _, err = oneApp(ctx, r, p.Agency, row.App, "")
		return err
	})
	if err != nil {
		return OAuthConsent{}, err
	}
	accounts, err := s.directory.Accounts(ctx, p.Agency)
	if err != nil {
		return OAuthConsent{}, err
	}
	out := OAuthConsent{App: app, RedirectURI: row.RedirectURI, Places: []OAuthPlace{}, Missing: []Permission{}}
	for _, scope := range known(row.Scopes) {
		out.Scopes = append(out.Scopes, *scope.info())
		if scope.OfAgency() && !p.Can(scope, uuid.Nil) {
			out.Missing = append(out.Missing, scope)
		}
	}
	if !slices.ContainsFunc(row.Scopes, ofAccount) {
		return out, nil
	}
	for _, account := range accounts {
		if !p.belongs(account.ID) || account.Status != tenancy.Active {
			continue
		}
		place := OAuthPlace{Account: account, Missing: []Permission{}}
		for _, scope := range out.Scopes {
			if !scope.Permission.OfAgency() && !p.Can(scope.Permission, account.ID) {
				place.Missing = append(place.Missing, scope.Permission)
			}
		}
		out.Places = append(out.Places, place)
	}
	return out, nil
}

func ofAccount(p Permission) bool { return !p.OfAgency() }

// AllowOAuth lets the app of a request act for the person in the sub-accounts,
// and gives the address to send the browser to. issuer is the origin where it
// was asked. Errors: NotFound "oauth.request_unknown"; Invalid "oauth.places";
// Denied "oauth.nothing", "mfa.required".
func (s *Service) AllowOAuth(ctx context.Context, p Principal, request uuid.UUID, subAccounts []uuid.UUID, issuer string) (address string, err error) {
	switch {
	case p.IsProgram():
		return "", errPeopleOnly
	case p.MustEnrol:
		return "", errMFA
	}
	places, err := s.consentPlaces(ctx, p, subAccounts)
	if err != nil {
		return "", err
	}
	code, hash := auth.NewToken(oauthCodePrefix)
	now := s.now()
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, err := oneRequest(ctx, tx, p.Agency, request, now, ` for update`)
		if err != nil {
			return err
		}
		if err := p.consents(row.Scopes, places); err != nil {
			return err
		}
		grant := grantRow{
			ID: newID(), Agency: p.Agency, App: row.App, Person: p.Person.ID, Scopes: row.Scopes, SubAccounts: places, RedirectURI: row.RedirectURI,
			Challenge: row.Challenge, CodeExpiresAt: now.Add(oauthCodeLife), CreatedAt: now, ExpiresAt: now.Add(oauthCodeLife),
		}
		address = answerTo(row, issuer, "code", code)
		if err := deleteRequest(ctx, tx, row.ID); err != nil {
			return err
		}
		if err := insertGrant(ctx, tx, grant, hash); err != nil {
			return err
		}
		return s.auditor.Record(ctx, tx, tenancy.Tenant{Agency: p.Agency}, "oauth_grant.given", grant.ID,
			map[string]any{"app": row.App, "scopes": row.Scopes, "sub_accounts": places})
	})
	return address, err
}

// consentPlaces are the sub-accounts, each once, if the person works in all of
// them.
func (s *Service) consentPlaces(ctx context.Context, p Principal, ids []uuid.UUID) ([]uuid.UUID, error) {
	out := []uuid.UUID{}
	for _, id := range ids {
		account, err := s.directory.Account(ctx, id)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && (account.Agency != p.Agency || !p.belongs(id) || account.Status != tenancy.Active):
			return nil, errOAuthPlaces.At("sub_account_ids", "names one where you don't work: "+id.String())
		case err != nil:
			return nil, err
		case !slices.Contains(out, id):
			out = append(out, id)
		}
	}
	return out, nil
}

// consents refuses an answer by which the app could do nothing.
func (p Principal) consents(scopes []Permission, places []uuid.UUID) error {
	agencyToo := slices.ContainsFunc(scopes, func(s Permission) bool { return s.OfAgency() && p.Can(s, uuid.Nil) })
	if len(places) == 0 && !agencyToo {
		return errOAuthPlaces.At("sub_account_ids", "names at least one sub-account")
	}
	for _, place := range places {
		if slices.ContainsFunc(scopes, func(s Permission) bool { return p.Can(s, place) }) {
			return nil
		}
	}
	if !agencyToo {
		return errOAuthNothing
	}
	return nil
}

// RefuseOAuth answers no, and gives the address to send the browser to. NotFound:
// it was answered, or is too old.
func (s *Service) RefuseOAuth(ctx context.Context, p Principal, request uuid.UUID, issuer string) (address string, err error) {
	if p.IsProgram() {
		return "", errPeopleOnly
	}
	err = s.control.InTx(ctx, func(tx pgx.Tx) error {
		row, err := oneRequest(ctx, tx, p.Agency, request, s.now(), ` for update`)
		if err != nil {
			return err
		}
		address = answerTo(row, issuer, "error", "access_denied")
		return deleteRequest(ctx, tx, row.ID)
	})
	return address, err
}

// answerTo is the app's address with the answer (RFC 6749, section 4.1.2) and who
// gives it (RFC 9207).
func answerTo(row requestRow, issuer, name, value string) string {
	u, err := url.Parse(row.RedirectURI)
	if err != nil { // it was parsed when the app was registered
		return row.RedirectURI
	}
	query := u.Query()
	query.Set(name, value)
	if row.State != "" {
		query.Set("state", row.State)
	}
	query.Set("iss", issuer)
	u.RawQuery = query.Encode()
	return u.String()
}
