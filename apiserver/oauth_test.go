package apiserver_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/oauth2"

	"github.com/omnicrm/omnicrm/modules/access"
)

const callback = "https://bookings.example/callback"

// thirdParty is an app of somebody else's, with the client library that most Go
// programs use.
type thirdParty struct {
	b      *bench
	config oauth2.Config
	id     string
}

// thirdParty makes an app at acme; more are further members of the request.
func (b *bench) thirdParty(owner, more string) *thirdParty {
	b.t.Helper()
	q := register(more)
	q.method, q.token = "POST", owner
	made := b.must(201, q)
	return &thirdParty{b: b, id: made.str("id"), config: oauth2.Config{
		ClientID: made.str("id"), ClientSecret: made.str("client_secret"), RedirectURL: callback,
		Scopes:   []string{"contacts.read", "contacts.write"},
		Endpoint: oauth2.Endpoint{AuthURL: "http://" + acmeHost + "/oauth/authorize", TokenURL: "http://" + acmeHost + "/oauth/token"},
	}}
}

// context has the library find every host at the bench's server.
func (p *thirdParty) context() context.Context {
	address := p.b.server.Listener.Addr().String()
	transport := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, address)
	}}
	p.b.t.Cleanup(transport.CloseIdleConnections)
	return context.WithValue(p.b.t.Context(), oauth2.HTTPClient, &http.Client{Transport: transport})
}

// authorize is what the browser gets for the app's link.
func (p *thirdParty) authorize(link string) answer {
	p.b.t.Helper()
	u, err := url.Parse(link)
	p.b.ok(err)
	return p.b.do(ask{path: u.RequestURI(), host: u.Host})
}

// asks begins, up to where a person answers.
func (p *thirdParty) asks(verifier string) (request string) {
	p.b.t.Helper()
	a := p.authorize(p.config.AuthCodeURL("state-1", oauth2.S256ChallengeOption(verifier)))
	page, request, ok := strings.Cut(a.header.Get("Location"), "?request=")
	if a.status != http.StatusFound || !ok || page != "/oauth/consent" {
		p.b.t.Fatalf("got %d %v %s", a.status, a.header, a.text)
	}
	return request
}

// allowed has the person say yes in the sub-account one, and gives the code.
func (p *thirdParty) allowed(person, verifier string) (code string) {
	p.b.t.Helper()
	to := p.b.must(200, ask{
		method: "POST", path: "/api/v1/me/oauth-requests/" + p.asks(verifier) + "/allow", token: person,
		body: `{"sub_account_ids":["` + p.b.one.ID.String() + `"]}`,
	}).str("redirect_to")
	u, err := url.Parse(to)
	p.b.ok(err)
	if !strings.HasPrefix(to, callback+"?") || u.Query().Get("state") != "state-1" || u.Query().Get("iss") != "http://"+acmeHost {
		p.b.t.Fatalf("the answer goes to %s", to)
	}
	return u.Query().Get("code")
}

// tokens is the whole way.
func (p *thirdParty) tokens(person string) *oauth2.Token {
	p.b.t.Helper()
	verifier := oauth2.GenerateVerifier()
	t, err := p.config.Exchange(p.context(), p.allowed(person, verifier), oauth2.VerifierOption(verifier))
	p.b.ok(err)
	return t
}

// refresh asks for the next tokens.
func (p *thirdParty) refresh(token string) (*oauth2.Token, error) {
	return p.config.TokenSource(p.context(), &oauth2.Token{RefreshToken: token}).Token()
}

// refused tells the error's code of RFC 6749.
func refused(err error) string {
	var e *oauth2.RetrieveError
	if errors.As(err, &e) {
		return e.ErrorCode
	}
	return ""
}

func (b *bench) control(sql string, args ...any) {
	b.t.Helper()
	b.ok(b.options.Control.InTx(b.t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(b.t.Context(), sql, args...)
		return err
	}))
}

func TestAnAppActsForWhomeverLetItIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner, ada := b.token(b.acme, uuid.Nil, access.AgencyOwner), b.token(b.acme, b.one.ID, access.AccountAdmin)
	p := b.thirdParty(owner, `"confidential":true,"homepage":"https://bookings.example"`)
	verifier := oauth2.GenerateVerifier()
	shown := b.must(200, ask{path: "/api/v1/me/oauth-requests/" + p.asks(verifier), token: ada})
	places, _ := shown.json["sub_accounts"].([]any)
	if !strings.Contains(shown.text, "Read contacts, and what is kept with them.") || shown.str("sent_to") != "bookings.example" || len(places) != 1 {
		t.Errorf("the person is shown %s", shown.text)
	}
	tokens := p.tokens(ada)
	if tokens.TokenType != "Bearer" || tokens.RefreshToken == "" || tokens.Extra("scope") != "contacts.read contacts.write" || tokens.ExpiresIn != 900 {
		t.Errorf("got %+v", tokens)
	}
	made := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: tokens.AccessToken, body: `{"first_name":"Maria"}`})
	b.must(200, ask{path: b.sub("/contacts/" + made.str("id")), token: tokens.AccessToken})
	for _, q := range []struct {
		want int
		code string
		ask
	}{
		{403, "permission.missing", ask{path: b.sub("/members")}},
		{403, "permission.missing", ask{path: "/api/v1/agency/members"}},
		{403, "permission.person_required", ask{path: "/api/v1/session"}},
		{403, "permission.person_required", ask{path: "/api/v1/me/oauth-grants"}},
		{404, "sub_account.unknown", ask{path: "/api/v1/sub-accounts/" + b.two.ID.String() + "/contacts"}},
		{401, "session.foreign", ask{path: b.sub("/contacts"), host: betaHost}},
	} {
		q.token = tokens.AccessToken
		if a := b.do(q.ask); a.status != q.want || a.code() != q.code {
			t.Errorf("%s at %s: %d %s", q.path, q.host, a.status, a.text)
		}
	}
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	actor, _ := b.must(200, ask{path: b.sub("/audit"), token: ada}).rows()[0]["actor"].(map[string]any)
	want := map[string]any{"kind": "person", "id": b.person(ada), "name": "Ann", "app": map[string]any{"id": p.id, "name": "Bookings"}}
	if diff := cmp.Diff(want, actor); diff != "" {
		t.Errorf("the audit names another actor (-want +got):\n%s", diff)
	}
	grants := b.must(200, ask{path: "/api/v1/me/oauth-grants", token: ada})
	if len(grants.rows()) != 1 || !strings.Contains(grants.text, p.id) {
		t.Errorf("the person let in %s", grants.text)
	}
	if apps := b.must(200, ask{path: "/api/v1/agency/oauth-apps", token: owner}); apps.rows()[0]["grants"] != 1.0 {
		t.Errorf("the agency reads %s", apps.text)
	}
}

func TestWhoSaysNoLetsNobodyIn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p := b.thirdParty(owner, `"confidential":false`)
	path := "/api/v1/me/oauth-requests/" + p.asks(oauth2.GenerateVerifier())
	to := b.must(200, ask{method: "POST", path: path + "/refuse", token: owner}).str("redirect_to")
	if !strings.Contains(to, "error=access_denied") || !strings.Contains(to, "state=state-1") || strings.Contains(to, "code=") {
		t.Errorf("the answer goes to %s", to)
	}
	body := `{"sub_account_ids":["` + b.one.ID.String() + `"]}`
	for _, q := range []ask{{path: path}, {method: "POST", path: path + "/allow", body: body}, {method: "POST", path: path + "/refuse"}} {
		q.token = owner
		if a := b.do(q); a.status != 404 || a.code() != "oauth.request_unknown" {
			t.Errorf("%s after the answer: %d %s", q.path, a.status, a.text)
		}
	}
}

func TestAnAnswerHasToMakeSense(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner, ada := b.token(b.acme, uuid.Nil, access.AgencyOwner), b.token(b.acme, b.one.ID, access.AccountReadOnly)
	p := b.thirdParty(owner, `"confidential":false`)
	foreigner := b.token(b.beta, uuid.Nil, access.AgencyOwner)
	path := "/api/v1/me/oauth-requests/" + p.asks(oauth2.GenerateVerifier())
	for name, tc := range map[string]struct {
		token, host, body, code string
		status                  int
	}{
		"nowhere":                          {ada, "", `[]`, "oauth.places", 422},
		"where they don't work":            {ada, "", `["` + b.two.ID.String() + `"]`, "oauth.places", 422},
		"another agency's sub-account":     {ada, "", `["` + b.abroad.ID.String() + `"]`, "oauth.places", 422},
		"somebody of another agency":       {foreigner, betaHost, `["` + b.abroad.ID.String() + `"]`, "oauth.request_unknown", 404},
		"somebody who may none of it here": {b.token(b.acme, b.one.ID, b.role(owner, "account", "assigned", access.MembersRead)), "", `["` + b.one.ID.String() + `"]`, "oauth.nothing", 403},
	} {
		a := b.do(ask{method: "POST", path: path + "/allow", token: tc.token, host: tc.host, body: `{"sub_account_ids":` + tc.body + `}`})
		if a.status != tc.status || a.code() != tc.code {
			t.Errorf("%s: %d %s", name, a.status, a.text)
		}
	}
	b.must(200, ask{method: "POST", path: path + "/allow", token: ada, body: `{"sub_account_ids":["` + b.one.ID.String() + `"]}`})
}

func TestWhatAnAppAsksForIsHeldAgainstItsRegistration(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p := b.thirdParty(owner, `"confidential":true`)
	challenge := oauth2.S256ChallengeFromVerifier(oauth2.GenerateVerifier())
	good := map[string]string{
		"client_id": p.id, "redirect_uri": callback, "response_type": "code", "scope": "contacts.read", "state": "s",
		"code_challenge": challenge, "code_challenge_method": "S256",
	}
	for name, tc := range map[string]struct {
		param, value string
		want         string // the error, sent to the app; "-": shown to whoever asks, and sent nowhere
		says         string
	}{
		"an unknown scope":                     {"scope", "contacts.read contacts.fly", "invalid_scope", "contacts.fly"},
		"more than the app is registered for":  {"scope", "contacts.read keys.manage", "invalid_scope", "keys.manage"},
		"no scope":                             {"scope", "", "invalid_scope", "scope"},
		"a scope of OpenID, which isn't there": {"scope", "openid", "invalid_scope", "openid"},
		"no challenge":                         {"code_challenge", "", "invalid_request", "S256"},
		"the plain method":                     {"code_challenge_method", "plain", "invalid_request", "S256"},
		"no method, which means plain":         {"code_challenge_method", "", "invalid_request", "S256"},
		"a challenge that is none":             {"code_challenge", "short", "invalid_request", "base64url"},
		"tokens in the address":                {"response_type", "token", "unauthorized_client", ""},
		"nobody to be asked":                   {"prompt", "none", "interaction_required", ""},
		"an unknown app":                       {"client_id", uuid.NewString(), "-", "client_id"},
		"no id at all":                         {"client_id", "x", "-", "client_id"},
		"another address":                      {"redirect_uri", "https://evil.example/callback", "-", "redirect_uri"},
		"a longer address":                     {"redirect_uri", callback + "/more", "-", "redirect_uri"},
		"the address with a query":             {"redirect_uri", callback + "?a=b", "-", "redirect_uri"},
		"the address in other letters":         {"redirect_uri", strings.ToUpper(callback), "-", "redirect_uri"},
	} {
		query := url.Values{}
		for k, v := range good {
			query.Set(k, v)
		}
		query.Set(tc.param, tc.value)
		a := b.do(ask{path: "/oauth/authorize?" + query.Encode()})
		to, err := url.Parse(a.header.Get("Location"))
		b.ok(err)
		switch {
		case strings.HasPrefix(to.String(), "/oauth/consent"):
			t.Errorf("%s: somebody would be asked", name)
		case tc.want == "-":
			if a.status != 400 || to.String() != "" || !strings.Contains(a.text, tc.says) {
				t.Errorf("%s: %d to %s: %s", name, a.status, to, a.text)
			}
		case tc.want != "":
			if got := to.Query(); a.status != 302 || !strings.HasPrefix(to.String(), callback+"?") || got.Get("error") != tc.want ||
				!strings.Contains(got.Get("error_description"), tc.says) || got.Get("state") != "s" {
				t.Errorf("%s: %d to %s", name, a.status, to)
			}
		}
	}
	query := url.Values{}
	for k, v := range good {
		query.Set(k, v)
	}
	if a := b.do(ask{path: "/oauth/authorize?" + query.Encode(), host: betaHost}); a.status != 400 || a.header.Get("Location") != "" {
		t.Errorf("at another agency's host: %d %s", a.status, a.text)
	}
}
