package apiserver_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"github.com/omnicrm/omnicrm/modules/access"
)

// works tells whether an access token still does.
func (p *thirdParty) works(token string) bool {
	p.b.t.Helper()
	a := p.b.do(ask{path: p.b.sub("/contacts"), token: token})
	if a.status != 200 && a.code() != "oauth.token_refused" {
		p.b.t.Fatalf("got %d %s", a.status, a.text)
	}
	return a.status == 200
}

// form sends one to an address of OAuth, as the app.
func (p *thirdParty) form(path, host string, values url.Values) answer {
	p.b.t.Helper()
	header := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	if p.config.ClientSecret != "" {
		header["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(p.id+":"+p.config.ClientSecret))
	} else {
		values.Set("client_id", p.id)
	}
	return p.b.do(ask{method: "POST", path: path, host: host, body: values.Encode(), header: header})
}

// audited tells whether the agency's audit has the action.
func (b *bench) audited(owner, action string) bool {
	b.t.Helper()
	for _, row := range b.must(200, ask{path: "/api/v1/agency/audit", token: owner}).rows() {
		if row["action"] == action {
			return true
		}
	}
	return false
}

func TestACodeIsGoodOnceForWhoeverAskedForIt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p, other := b.thirdParty(owner, `"confidential":true`), b.thirdParty(owner, `"confidential":true`)
	verifier := oauth2.GenerateVerifier()
	code := p.allowed(owner, verifier)
	wrongURI, wrongSecret := p.config, p.config
	wrongURI.RedirectURL, wrongSecret.ClientSecret = callback+"2", "omcs_wrong"
	for name, tc := range map[string]struct {
		config         oauth2.Config
		code, verifier string
		want           string
	}{
		"another verifier":     {p.config, code, oauth2.GenerateVerifier(), "invalid_grant"},
		"no verifier":          {p.config, code, "", "invalid_grant"},
		"another redirect URI": {wrongURI, code, verifier, "invalid_grant"},
		"another app":          {other.config, code, verifier, "invalid_grant"},
		"another secret":       {wrongSecret, code, verifier, "invalid_client"},
		"a code of nobody's":   {p.config, "omac_nonsense", verifier, "invalid_grant"},
	} {
		_, err := tc.config.Exchange(p.context(), tc.code, oauth2.VerifierOption(tc.verifier))
		if refused(err) != tc.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	values := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier}}
	if a := p.form("/oauth/token", betaHost, values); a.status != 401 {
		t.Errorf("at another agency's host: %d %s", a.status, a.text)
	}
	tokens, err := p.config.Exchange(p.context(), code, oauth2.VerifierOption(verifier))
	b.ok(err)
	if !p.works(tokens.AccessToken) {
		t.Fatal("the token doesn't work")
	}
	if _, err := p.config.Exchange(p.context(), code, oauth2.VerifierOption(verifier)); refused(err) != "invalid_grant" {
		t.Errorf("the code a second time: %v", err)
	}
	if p.works(tokens.AccessToken) || !b.audited(owner, "oauth_grant.reused") {
		t.Error("a replayed code leaves what came of it, or goes unrecorded")
	}
	if _, err := p.refresh(tokens.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("a replayed code leaves the refresh token: %v", err)
	}
	late := p.allowed(owner, verifier)
	b.control(`update oauth_grant set code_expires_at = now() - interval '1 second' where code_used_at is null`)
	if _, err := p.config.Exchange(p.context(), late, oauth2.VerifierOption(verifier)); refused(err) != "invalid_grant" {
		t.Errorf("a code that is too old: %v", err)
	}
}

func TestARefreshTokenIsGoodOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p := b.thirdParty(owner, `"confidential":false`)
	first := p.tokens(owner)
	second, err := p.refresh(first.RefreshToken)
	b.ok(err)
	if second.RefreshToken == first.RefreshToken || second.AccessToken == first.AccessToken || !p.works(second.AccessToken) {
		t.Errorf("got %+v after %+v", second, first)
	}
	if _, err := p.refresh(first.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("the first a second time: %v", err)
	}
	if p.works(first.AccessToken) || p.works(second.AccessToken) || !b.audited(owner, "oauth_grant.reused") {
		t.Error("a replayed refresh token leaves the others, or goes unrecorded")
	}
	if _, err := p.refresh(second.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("the thief's: %v", err)
	}
	expired := p.tokens(owner)
	b.control(`update oauth_token set expires_at = now() - interval '1 second'`)
	if _, err := p.refresh(expired.RefreshToken); refused(err) != "invalid_grant" || p.works(expired.AccessToken) {
		t.Errorf("what has expired: %v", err)
	}
}

func TestTwoRefreshesAtOnceGiveTokensOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p := b.thirdParty(owner, `"confidential":false`)
	first := p.tokens(owner)
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { _, errs[i] = p.refresh(first.RefreshToken) })
	}
	wg.Wait()
	given := 0
	for _, err := range errs {
		if err == nil {
			given++
		} else if refused(err) != "invalid_grant" {
			t.Error(err)
		}
	}
	if given != 1 || p.works(first.AccessToken) {
		t.Errorf("%d got tokens", given)
	}
}

func TestARefreshCanNarrowTheAccessToken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p := b.thirdParty(owner, `"confidential":true`)
	first := p.tokens(owner)
	next := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.RefreshToken}}
	for scope, want := range map[string]string{"members.read": "invalid_scope", "contacts.fly": "invalid_scope"} {
		next.Set("scope", scope)
		if a := p.form("/oauth/token", "", next); a.status != 400 || a.str("error") != want {
			t.Errorf("%s: %d %s", scope, a.status, a.text)
		}
	}
	next.Set("scope", "contacts.read")
	a := p.form("/oauth/token", "", next)
	if a.status != 200 || a.str("scope") != "contacts.read" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %v %s", a.status, a.header, a.text)
	}
	b.must(200, ask{path: b.sub("/contacts"), token: a.str("access_token")})
	b.must(403, ask{method: "POST", path: b.sub("/contacts"), token: a.str("access_token"), body: `{"first_name":"a"}`})
	is := p.form("/oauth/introspect", "", url.Values{"token": {a.str("access_token")}})
	if is.json["active"] != true || is.str("scope") != "contacts.read" || is.str("client_id") != p.id || is.str("sub") != b.person(owner) {
		t.Errorf("it stands for %s", is.text)
	}
}

// TestATokenIsWorthWhatThePersonIsNow takes away, one after the other, what a
// token stands on.
func TestATokenIsWorthWhatThePersonIsNow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	for name, tc := range map[string]struct {
		take  func(p *thirdParty, person string, tokens *oauth2.Token)
		want  int // of reading contacts; 401 is the end of the token
		alive bool
	}{
		"nothing": {func(*thirdParty, string, *oauth2.Token) {}, 200, true},
		"the person takes it back": {func(_ *thirdParty, person string, _ *oauth2.Token) {
			id, _ := b.must(200, ask{path: "/api/v1/me/oauth-grants", token: person}).rows()[0]["id"].(string)
			b.must(204, ask{method: "DELETE", path: "/api/v1/me/oauth-grants/" + id, token: person})
			b.must(404, ask{method: "DELETE", path: "/api/v1/me/oauth-grants/" + id, token: person})
		}, 401, false},
		"the app gives its refresh token back": {func(p *thirdParty, _ string, tokens *oauth2.Token) {
			if a := p.form("/oauth/revoke", "", url.Values{"token": {tokens.RefreshToken}}); a.status != 200 {
				t.Errorf("got %d %s", a.status, a.text)
			}
		}, 401, false},
		"the app gives its access token back": {func(p *thirdParty, _ string, tokens *oauth2.Token) {
			p.form("/oauth/revoke", "", url.Values{"token": {tokens.AccessToken}})
		}, 401, true},
		"another app gives it back, which is nothing": {func(_ *thirdParty, _ string, tokens *oauth2.Token) {
			q := b.thirdParty(owner, `"confidential":true`)
			for _, token := range []string{tokens.AccessToken, tokens.RefreshToken, "nonsense"} {
				if a := q.form("/oauth/revoke", "", url.Values{"token": {token}}); a.status != 200 {
					t.Errorf("got %d %s", a.status, a.text)
				}
			}
		}, 200, true},
		"the app is deleted": {func(p *thirdParty, _ string, _ *oauth2.Token) {
			b.must(204, ask{method: "DELETE", path: "/api/v1/agency/oauth-apps/" + p.id, token: owner})
		}, 401, false},
		"the app loses the scope": {func(p *thirdParty, _ string, _ *oauth2.Token) {
			b.must(200, ask{method: "PATCH", path: "/api/v1/agency/oauth-apps/" + p.id, token: owner, body: `{"scopes":["contacts.write"]}`})
		}, 403, true},
		"the person gets another role": {func(_ *thirdParty, person string, _ *oauth2.Token) {
			role := b.role(owner, "account", "assigned", access.MembersRead)
			b.must(200, ask{method: "PATCH", path: b.sub("/members/" + b.person(person)), token: owner, body: `{"role":"` + string(role) + `"}`})
		}, 403, true},
		"the person is removed": {func(_ *thirdParty, person string, _ *oauth2.Token) {
			b.must(204, ask{method: "DELETE", path: b.sub("/members/" + b.person(person)), token: owner})
		}, 401, false},
	} {
		p, ada := b.thirdParty(owner, `"confidential":true`), b.token(b.acme, b.one.ID, access.AccountAdmin)
		tokens := p.tokens(ada)
		tc.take(p, ada, tokens)
		if a := b.do(ask{path: b.sub("/contacts"), token: tokens.AccessToken}); a.status != tc.want {
			t.Errorf("%s: %d %s", name, a.status, a.text)
		}
		_, err := p.refresh(tokens.RefreshToken)
		if tc.alive != (err == nil) || err != nil && refused(err) != "invalid_grant" && refused(err) != "invalid_client" {
			t.Errorf("%s: the refresh token: %v", name, err)
		}
	}
}

func TestAnAppsSecretIsShownOnceAndReplacedAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	p := b.thirdParty(owner, `"confidential":true`)
	tokens := p.tokens(owner)
	path := "/api/v1/agency/oauth-apps/" + p.id
	if a := b.must(200, ask{path: path, token: owner}); strings.Contains(a.text, "client_secret") || a.str("secret_hint") == "" {
		t.Errorf("got %s", a.text)
	}
	after := b.must(200, ask{method: "POST", path: path + "/secret", token: owner}).str("client_secret")
	if _, err := p.refresh(tokens.RefreshToken); refused(err) != "invalid_client" {
		t.Errorf("the secret before: %v", err)
	}
	p.config.ClientSecret = after
	_, err := p.refresh(tokens.RefreshToken)
	b.ok(err)
	public := b.thirdParty(owner, `"confidential":false`)
	if a := b.do(ask{method: "POST", path: "/api/v1/agency/oauth-apps/" + public.id + "/secret", token: owner}); a.status != 409 || a.code() != "oauth_app.public" {
		t.Errorf("got %d %s", a.status, a.text)
	}
}

func TestWhereAnAppMayBeAnswered(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	for uri, want := range map[string][2]int{ // public, confidential
		"https://a.example/cb":       {201, 201},
		"https://a.example/cb?a=b":   {201, 201},
		"http://127.0.0.1:8080/cb":   {201, 201},
		"http://[::1]/cb":            {201, 201},
		"http://localhost/cb":        {201, 201},
		"com.example.app:/cb":        {201, 422},
		"http://a.example/cb":        {422, 422},
		"https://a.example/cb#there": {422, 422},
		"https://u:p@a.example/cb":   {422, 422},
		"https:///cb":                {422, 422},
		"javascript:alert(1)":        {422, 422},
		"/cb":                        {422, 422},
		"https://a.example/ cb":      {422, 422},
	} {
		for i, confidential := range []string{"false", "true"} {
			a := b.do(ask{
				method: "POST", path: "/api/v1/agency/oauth-apps", token: owner,
				body: `{"name":"a","redirect_uris":["` + uri + `"],"scopes":["contacts.read"],"confidential":` + confidential + `}`,
			})
			if a.status != want[i] || a.status == 422 && a.fields()["redirect_uris[0]"] == "" {
				t.Errorf("%s, confidential %s: %d %s", uri, confidential, a.status, a.text)
			}
		}
	}
}

func TestTheServerDescribesItself(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.must(http.StatusOK, ask{path: "/.well-known/oauth-authorization-server"})
	if a.str("issuer") != "http://"+acmeHost || a.str("token_endpoint") != "http://"+acmeHost+"/oauth/token" ||
		!strings.Contains(a.text, `"code_challenge_methods_supported":["S256"]`) || !strings.Contains(a.text, `"contacts.read"`) {
		t.Errorf("got %s", a.text)
	}
	b.must(http.StatusNotFound, ask{path: "/.well-known/oauth-authorization-server", host: "nobody.example"})
}
