package apiserver_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/oauth2"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/sandbox/identity"
)

// company is acme with a real identity provider, of people.example.
type company struct {
	*bench
	idp   *identity.Provider
	owner string
	id    string // the provider's
	jar   http.CookieJar
}

func newCompany(t *testing.T, more string) *company {
	t.Helper()
	b := newBench(t)
	server := httptest.NewUnstartedServer(nil)
	issuer := "http://" + server.Listener.Addr().String()
	idp, err := identity.New(issuer)
	b.ok(err)
	idp.Register("crm", "s", "http://"+acmeHost+"/sso/callback")
	server.Config.Handler = idp
	server.Start()
	t.Cleanup(server.Close)
	c := &company{bench: b, idp: idp, owner: b.token(b.acme, uuid.Nil, access.AgencyOwner)}
	made := b.must(201, ask{
		method: "POST", path: "/api/v1/agency/identity-providers", token: c.owner,
		body: `{"name":"People Inc","issuer":"` + issuer + `","client_id":"crm","client_secret":"s","domains":["people.example"]` + more + `}`,
	})
	if strings.Contains(made.text, "client_secret") || made.str("redirect_uri") != "http://"+acmeHost+"/sso/callback" {
		t.Errorf("made %s", made.text)
	}
	c.id = made.str("id")
	c.browser()
	return c
}

// browser is a fresh one. What it keeps is for https, as browsers take
// __Host- cookies.
func (c *company) browser() {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	c.ok(err)
	c.jar = jar
}

var acmeSite = &url.URL{Scheme: "https", Host: acmeHost, Path: "/"}

// visit opens an address of acme in the browser.
func (c *company) visit(path string) answer {
	c.t.Helper()
	q := ask{path: path, header: map[string]string{}}
	var cookies []string
	for _, kept := range c.jar.Cookies(acmeSite) {
		cookies = append(cookies, kept.Name+"="+kept.Value)
	}
	if len(cookies) > 0 {
		q.header["Cookie"] = strings.Join(cookies, "; ")
	}
	a := c.do(q)
	c.jar.SetCookies(acmeSite, (&http.Response{Header: a.header}).Cookies())
	return a
}

// signIn goes through the provider, and gives the path with which it sends back.
func (c *company) signIn(person *identity.Person) (callback string) {
	c.t.Helper()
	c.idp.As(person)
	to := c.visit("/sso/start?provider=" + c.id + "&return_to=%2Fa%2F1").header.Get("Location")
	elsewhere := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == acmeHost {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, to, nil)
	c.ok(err)
	res, err := elsewhere.Do(r)
	c.ok(err)
	_ = res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	c.ok(err)
	if back.Host != acmeHost {
		c.t.Fatalf("the provider sends to %s", back)
	}
	return back.RequestURI()
}

// session is the browser's.
func (c *company) session() string {
	for _, kept := range c.jar.Cookies(acmeSite) {
		if kept.Name == "__Host-omnicrm" {
			return kept.Value
		}
	}
	return ""
}

func somebody(address string) *identity.Person {
	return &identity.Person{Subject: "s-" + address, Email: address, Verified: true, Name: "Ann"}
}

func TestABrowserSignsInByAProvider(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	c.must(201, ask{method: "POST", path: c.sub("/invitations"), token: c.owner, body: `{"email":"ann@people.example","role":"account_user"}`})
	if list := c.must(200, ask{path: "/api/v1/session/providers"}); len(list.rows()) != 1 || list.rows()[0]["name"] != "People Inc" || len(list.rows()[0]) != 2 {
		t.Errorf("the sign-in page is told %s", list.text)
	}
	if list := c.must(200, ask{path: "/api/v1/session/providers", host: betaHost}); len(list.rows()) != 0 {
		t.Errorf("another agency's is told %s", list.text)
	}
	callback := c.signIn(somebody("ann@people.example"))
	stranger := c.do(ask{path: callback})
	if stranger.header.Get("Location") != "/sign-in?sso_error=sso.state" || len(stranger.header.Values("Set-Cookie")) != 0 {
		t.Errorf("another browser: %d %v", stranger.status, stranger.header)
	}
	a := c.visit(callback)
	if a.status != http.StatusFound || a.header.Get("Location") != "/a/1" || a.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %v", a.status, a.header)
	}
	set := strings.Join(a.header.Values("Set-Cookie"), "\n")
	for _, want := range []string{"__Host-omnicrm=oms_", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie lacks %s: %s", want, set)
		}
	}
	who := c.must(200, ask{path: "/api/v1/session", token: c.session()})
	if !strings.Contains(who.text, "ann@people.example") || !strings.Contains(who.text, c.one.ID.String()) {
		t.Errorf("it is %s", who.text)
	}
	if again := c.visit(callback); again.header.Get("Location") != "/sign-in?sso_error=sso.state" {
		t.Errorf("a second time: %v", again.header)
	}
	for _, action := range []string{"identity_provider.created", "identity.bound", "session.opened"} {
		if !c.audited(c.owner, action) {
			t.Errorf("the audit lacks %s", action)
		}
	}
	people := c.must(200, ask{path: "/api/v1/agency/identity-providers/" + c.id + "/people", token: c.owner})
	if len(people.rows()) != 1 || people.rows()[0]["subject"] != "s-ann@people.example" {
		t.Errorf("bound are %s", people.text)
	}
	c.must(204, ask{method: "DELETE", path: "/api/v1/agency/identity-providers/" + c.id + "/people/" + c.person(c.session()), token: c.owner})
	if a := c.do(ask{path: "/api/v1/session", token: c.session()}); a.code() != "session.ended" {
		t.Errorf("who was forgotten is still in: %s", a.text)
	}
}

func TestABrowserThatIsNotLetInIsToldWhy(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	for name, tc := range map[string]struct {
		path func() string
		want string
	}{
		"who isn't known":            {func() string { return c.signIn(somebody("ann@people.example")) }, "sso.unknown_person"},
		"who says no":                {func() string { return c.signIn(nil) }, "sso.refused"},
		"a provider that isn't":      {func() string { return "/sso/start?provider=" + uuid.NewString() }, "identity_provider.unknown"},
		"a provider without an id":   {func() string { return "/sso/start?provider=x" }, "identity_provider.unknown"},
		"an address of nobody's":     {func() string { return "/sso/start?email=ann@other.example" }, "identity_provider.unknown"},
		"no provider at all":         {func() string { return "/sso/start" }, "identity_provider.unknown"},
		"an answer to no question":   {func() string { return "/sso/callback?state=x&code=y" }, "sso.state"},
		"an answer without anything": {func() string { return "/sso/callback" }, "sso.state"},
	} {
		a := c.visit(tc.path())
		if a.status != http.StatusFound || a.header.Get("Location") != "/sign-in?sso_error="+tc.want || c.session() != "" {
			t.Errorf("%s: %d %v", name, a.status, a.header)
		}
	}
	if a := c.do(ask{path: "/sso/start?provider=" + c.id, host: "nobody.example"}); a.status != 404 {
		t.Errorf("at nobody's host: %d", a.status)
	}
	if a := c.do(ask{path: "/sso/start?provider=" + c.id, host: betaHost}); a.header.Get("Location") != "/sign-in?sso_error=identity_provider.unknown" {
		t.Errorf("at another agency's: %v", a.header)
	}
	if !c.audited(c.owner, "sso.refused") {
		t.Error("the audit lacks who was refused")
	}
}

func TestABrowserIsAskedForTheCodeOfAnAuthenticator(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	token, secret := c.enrolled(access.AccountUser)
	who, _ := c.must(200, ask{path: "/api/v1/session", token: token}).json["person"].(map[string]any)
	address, _ := who["email"].(string)
	a := c.visit(c.signIn(somebody(address)))
	if a.header.Get("Location") != "/sign-in?next=%2Fa%2F1&sso=code" || c.session() != "" {
		t.Fatalf("got %v", a.header)
	}
	cookie := c.jar.Cookies(acmeSite)[0]
	confirm := func(code string) answer {
		return c.do(ask{
			method: "POST", path: "/api/v1/session/sso", body: `{"code":"` + code + `"}`,
			header: map[string]string{"Cookie": cookie.Name + "=" + cookie.Value},
		})
	}
	if a := confirm("000000"); a.status != 401 || a.code() != "session.invalid" {
		t.Errorf("a wrong code: %d %s", a.status, a.text)
	}
	code, err := auth.TOTPCode(secret, time.Now().Add(30*time.Second))
	c.ok(err)
	in := confirm(code)
	if in.status != 200 || !strings.Contains(in.header.Get("Set-Cookie"), "__Host-omnicrm=oms_") {
		t.Fatalf("got %d %s", in.status, in.text)
	}
	if a := confirm(code); a.status != 401 || a.code() != "sso.state" {
		t.Errorf("a second time: %d %s", a.status, a.text)
	}
}

func TestWhereAProviderIsEnforcedThePageIsToldWhich(t *testing.T) {
	t.Parallel()
	c := newCompany(t, "")
	path := "/api/v1/agency/identity-providers/" + c.id
	enforce := ask{method: "PATCH", path: path, token: c.owner, body: `{"enforced":true}`, header: map[string]string{"If-Match": `"1"`}}
	if a := c.do(enforce); a.status != 409 || a.code() != "identity_provider.no_recovery" || a.fields()["enforced"] == "" {
		t.Errorf("without a way back: %d %s", a.status, a.text)
	}
	secret := c.must(200, ask{method: "POST", path: "/api/v1/me/totp", token: c.owner}).str("secret")
	c.must(200, ask{method: "POST", path: "/api/v1/me/totp/confirm", token: c.owner, body: `{"code":"` + c.code(secret, 0) + `"}`})
	c.must(200, enforce)
	a := c.do(ask{method: "POST", path: "/api/v1/session", body: `{"email":"nobody@people.example","password":"x"}`})
	if a.status != 403 || a.code() != "session.sso_required" || a.str("identity_provider") != c.id || a.str("identity_provider_name") != "People Inc" {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if a := c.do(enforce); a.status != 412 {
		t.Errorf("an old version: %d %s", a.status, a.text)
	}
	check := c.must(200, ask{method: "POST", path: path + "/check", token: c.owner})
	if check.json["ok"] != true || check.json["keys"] != 1.0 {
		t.Errorf("the check says %s", check.text)
	}
}

// TestNobodyLetsAnAppInWithoutTheSecondFactorThatIsDemanded: the app would be a
// way around it.
func TestNobodyLetsAnAppInWithoutTheSecondFactorThatIsDemanded(t *testing.T) {
	t.Parallel()
	c := newCompany(t, `,"mfa":"claimed"`)
	p := c.thirdParty(c.owner, `"confidential":true`)
	ann := somebody("ann@people.example")
	c.must(201, ask{method: "POST", path: c.sub("/invitations"), token: c.owner, body: `{"email":"ann@people.example","role":"account_user"}`})
	before := c.token(c.acme, c.one.ID, access.AccountUser)
	former := p.tokens(before)
	c.visit(c.signIn(ann))
	byProvider := c.session()
	c.must(200, ask{method: "PATCH", path: "/api/v1/agency/security-policy", token: c.owner, body: `{"mfa":"everyone"}`})

	body := `{"sub_account_ids":["` + c.one.ID.String() + `"]}`
	request := p.asks(oauth2.GenerateVerifier())
	for name, token := range map[string]string{"who came by a password": before, "who came by one factor of a provider": byProvider} {
		a := c.do(ask{method: "POST", path: "/api/v1/me/oauth-requests/" + request + "/allow", token: token, body: body})
		if a.status != 403 || a.code() != "mfa.required" {
			t.Errorf("%s: %d %s", name, a.status, a.text)
		}
	}
	if a := c.do(ask{path: c.sub("/contacts"), token: former.AccessToken}); a.status != 403 || a.code() != "mfa.required" {
		t.Errorf("an app from before: %d %s", a.status, a.text)
	}
	ann.AMR = []string{"mfa"}
	c.visit(c.signIn(ann))
	if tokens := p.tokens(c.session()); !p.works(tokens.AccessToken) {
		t.Error("two factors of the provider let no app in")
	}
	secret := c.must(200, ask{method: "POST", path: "/api/v1/me/totp", token: before}).str("secret")
	c.must(200, ask{method: "POST", path: "/api/v1/me/totp/confirm", token: before, body: `{"code":"` + c.code(secret, 0) + `"}`})
	c.must(200, ask{method: "POST", path: "/api/v1/me/oauth-requests/" + request + "/allow", token: before, body: body})
	if !p.works(former.AccessToken) {
		t.Error("an authenticator doesn't help the app from before")
	}
}

// aged lets hours pass for what is known of people's signing in.
func (c *company) aged(hours int) {
	c.t.Helper()
	err := c.options.Control.InTx(c.t.Context(), func(tx pgx.Tx) error {
		for _, q := range []string{
			`update sso_identity set last_used_at = last_used_at - make_interval(hours => $1)`,
			`update session set last_seen_at = last_seen_at - make_interval(hours => $1), expires_at = expires_at - make_interval(hours => $1)
			  where provider_id is not null`,
		} {
			if _, err := tx.Exec(c.t.Context(), q, hours); err != nil {
				return err
			}
		}
		return nil
	})
	c.ok(err)
}

func TestAnAppActsForWhoSignsInByAProviderAsLongAsASessionOfTheirsLasts(t *testing.T) {
	t.Parallel()
	c := newCompany(t, `,"session_hours":8`)
	p := c.thirdParty(c.owner, `"confidential":true`)
	ann := somebody("ann@people.example")
	c.must(201, ask{method: "POST", path: c.sub("/invitations"), token: c.owner, body: `{"email":"ann@people.example","role":"account_user"}`})
	c.visit(c.signIn(ann))
	tokens := p.tokens(c.session())
	c.aged(7)
	tokens, err := p.refresh(tokens.RefreshToken)
	if err != nil {
		t.Fatalf("within the hours of a session: %v", err)
	}
	c.aged(2)
	for range 2 { // it is neither used up nor taken for a copy
		if _, err := p.refresh(tokens.RefreshToken); refused(err) != "invalid_grant" {
			t.Fatalf("after them: %v", err)
		}
	}
	c.visit(c.signIn(ann))
	if tokens, err = p.refresh(tokens.RefreshToken); err != nil {
		t.Fatalf("signed in again: %v", err)
	}
	c.aged(9)
	if _, err := p.refresh(tokens.RefreshToken); refused(err) != "invalid_grant" {
		t.Errorf("shut out at the provider: %v", err)
	}
	if _, err := p.refresh(p.tokens(c.token(c.acme, c.one.ID, access.AccountUser)).RefreshToken); err != nil {
		t.Errorf("who has no provider: %v", err)
	}
}
