package access_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/sandbox/identity"
)

const (
	ssoCallback = "https://app.acme.example/sso/callback"
	ssoClient   = "crm"
	ssoSecret   = "a secret of theirs"
)

// company is acme with an owner and a real identity provider.
type company struct {
	*bench
	idp    *identity.Provider
	server *httptest.Server
	owner  access.Principal
	at     access.IdentityProvider
}

func newCompany(t *testing.T, b *bench, change func(*access.ProviderInput)) *company {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	idp, err := identity.New("http://" + server.Listener.Addr().String())
	b.ok(err)
	idp.Register(ssoClient, ssoSecret, ssoCallback)
	server.Config.Handler = idp
	server.Start()
	t.Cleanup(server.Close)
	c := &company{bench: b, idp: idp, server: server, owner: b.join(b.acme, uuid.Nil, "owner@elsewhere.example", access.AgencyOwner).Principal}
	in := c.input()
	if change != nil {
		change(&in)
	}
	c.at, err = b.CreateProvider(t.Context(), c.owner, in)
	b.ok(err)
	return c
}

func (c *company) input() access.ProviderInput {
	return access.ProviderInput{
		Name: ptr("Bright"), Issuer: ptr("http://" + c.server.Listener.Addr().String()), ClientID: ptr(ssoClient), ClientSecret: ptr(ssoSecret),
		Domains: ptr([]string{"bright.example"}),
	}
}

// ann is the person of email as the provider knows her.
func ann(change ...func(*identity.Person)) *identity.Person {
	p := &identity.Person{Subject: "s-ann", Email: email, Verified: true, Name: "Ann Lindqvist"}
	for _, fn := range change {
		fn(p)
	}
	return p
}

func (c *company) begin() access.SSOStart {
	c.t.Helper()
	start, err := c.BeginSSO(c.t.Context(), access.SSOBegin{Agency: c.acme, Provider: c.at.ID, RedirectURI: ssoCallback, ReturnTo: "/a/1/contacts"})
	c.ok(err)
	return start
}

// walk is the browser at the provider, up to where it is sent back.
func (c *company) walk(start access.SSOStart) access.SSOAnswer {
	c.t.Helper()
	browser := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), ssoCallback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, start.Address, nil)
	c.ok(err)
	res, err := browser.Do(r)
	c.ok(err)
	defer func() { _ = res.Body.Close() }()
	back, err := url.Parse(res.Header.Get("Location"))
	c.ok(err)
	q := back.Query()
	if !strings.HasPrefix(back.String(), ssoCallback) {
		c.t.Fatalf("the browser ends at %d %s", res.StatusCode, back)
	}
	return access.SSOAnswer{
		Agency: c.acme, Browser: start.Browser, State: q.Get("state"), Code: q.Get("code"), Error: q.Get("error"), Issuer: q.Get("iss"),
		IP: home, UserAgent: "test",
	}
}

// signInAs is the whole way.
func (c *company) signInAs(p *identity.Person) (access.SSOResult, error) {
	c.t.Helper()
	c.idp.As(p)
	return c.FinishSSO(c.t.Context(), c.walk(c.begin()))
}

func (c *company) noted(action string) bool {
	c.notes.mu.Lock()
	defer c.notes.mu.Unlock()
	return slices.Contains(c.notes.actions, action)
}

func (c *company) change(in access.ProviderInput) error {
	c.t.Helper()
	after, err := c.UpdateProvider(c.t.Context(), c.owner, c.at.ID, in)
	if err == nil {
		c.at = after
	}
	return err
}
