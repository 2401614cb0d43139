package access_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/net/dns/dnsmessage"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/platform/secrets"
)

func TestAProviderThatCantBeIsRefusedWithEveryField(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	for name, tc := range map[string]struct {
		change func(in *access.ProviderInput)
		at     string
	}{
		"no name":                             {func(in *access.ProviderInput) { in.Name = ptr(" ") }, "name"},
		"an issuer that is no address":        {func(in *access.ProviderInput) { in.Issuer = ptr("bright") }, "issuer"},
		"an issuer without TLS":               {func(in *access.ProviderInput) { in.Issuer = ptr("http://8.8.8.8") }, "issuer"},
		"an issuer with a query":              {func(in *access.ProviderInput) { in.Issuer = ptr("https://id.bright.example/?a=b") }, "issuer"},
		"the cloud's metadata":                {func(in *access.ProviderInput) { in.Issuer = ptr("https://169.254.169.254") }, "issuer"},
		"a private network":                   {func(in *access.ProviderInput) { in.Issuer = ptr("https://10.0.0.7") }, "issuer"},
		"no client":                           {func(in *access.ProviderInput) { in.ClientID = ptr("") }, "client_id"},
		"no secret":                           {func(in *access.ProviderInput) { in.ClientSecret = nil }, "client_secret"},
		"no domain":                           {func(in *access.ProviderInput) { in.Domains = ptr([]string{}) }, "domains"},
		"a domain with an @":                  {func(in *access.ProviderInput) { in.Domains = ptr([]string{"a@b.example"}) }, "domains[0]"},
		"a domain without a dot":              {func(in *access.ProviderInput) { in.Domains = ptr([]string{"localhost"}) }, "domains[0]"},
		"a domain twice":                      {func(in *access.ProviderInput) { in.Domains = ptr([]string{"a.example", "A.example"}) }, "domains[1]"},
		"a domain where anybody is":           {func(in *access.ProviderInput) { in.Domains = ptr([]string{"a.example", "gmail.com"}) }, "domains[1]"},
		"an unknown provisioning":             {func(in *access.ProviderInput) { in.Provisioning = ptr(access.Provisioning("x")) }, "provisioning"},
		"new people without a role":           {func(in *access.ProviderInput) { in.Provisioning = ptr(access.ProvisionCreate) }, "role"},
		"new owners":                          {func(in *access.ProviderInput) { create(in, access.AgencyOwner) }, "role"},
		"an agency's role in a sub-account":   {func(in *access.ProviderInput) { create(in, access.AgencyAdmin, c.one) }, "role"},
		"a sub-account's role in the agency":  {func(in *access.ProviderInput) { create(in, access.AccountUser) }, "role"},
		"a role that isn't":                   {func(in *access.ProviderInput) { create(in, "nothing", c.one) }, "role"},
		"a sub-account of another agency":     {func(in *access.ProviderInput) { create(in, access.AccountUser, c.abroad) }, "sub_account_ids"},
		"a second factor that isn't":          {func(in *access.ProviderInput) { in.MFA = ptr(access.ProviderMFA("x")) }, "mfa"},
		"an acr with a space":                 {func(in *access.ProviderInput) { in.ACRValues = ptr([]string{"a", "b c"}) }, "acr_values[1]"},
		"sessions for ever":                   {func(in *access.ProviderInput) { in.SessionHours = ptr(0) }, "session_hours"},
		"sessions longer than any other":      {func(in *access.ProviderInput) { in.SessionHours = ptr(337) }, "session_hours"},
		"sessions as long as any other is ok": {func(in *access.ProviderInput) { in.SessionHours = ptr(336) }, ""},
	} {
		in := c.input()
		in.Domains = ptr([]string{uuid.NewString() + ".example"})
		tc.change(&in)
		_, err := c.CreateProvider(t.Context(), c.owner, in)
		if tc.at == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if f := c.refusal(err, "identity_provider.invalid"); len(f.Fields) != 1 || f.Fields[0].Path != tc.at {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func create(in *access.ProviderInput, role access.Role, places ...uuid.UUID) {
	in.Provisioning, in.Role, in.SubAccounts = ptr(access.ProvisionCreate), &role, &places
}

func TestWhoSetsAProviderUpGivesNoMoreThanTheyHold(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	admin := c.join(c.acme, uuid.Nil, "admin@elsewhere.example", access.AgencyAdmin).Principal
	c.refused(c.AuthorizeAgency(admin, access.AgencySSOManage), "permission.missing")
	c.ok(c.AuthorizeAgency(c.owner, access.AgencySSOManage))
	support := c.join(c.acme, uuid.Nil, "support@elsewhere.example", access.AgencySupport).Principal
	in := c.input()
	in.Domains = ptr([]string{"new.example"})
	create(&in, access.AgencyAdmin)
	_, err := c.CreateProvider(t.Context(), support, in)
	c.refused(err, "role.escalation")
}

func TestProvidersOfAnAgency(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	if all := c.text(`select coalesce(string_agg(p::text, ' '), '') from identity_provider p`); strings.Contains(all, ssoSecret) {
		t.Error("the secret lies open in the database")
	}
	_, err := c.CreateProvider(t.Context(), c.owner, c.input())
	c.refused(err, "identity_provider.domain_taken")
	other := c.join(c.beta, uuid.Nil, "o@beta.example", access.AgencyOwner).Principal
	_, err = c.ProviderOf(t.Context(), c.beta, c.at.ID)
	c.refused(err, "identity_provider.unknown")
	_, err = c.UpdateProvider(t.Context(), other, c.at.ID, access.ProviderInput{Name: ptr("b")})
	c.refused(err, "identity_provider.unknown")
	c.refused(c.DeleteProvider(t.Context(), other, c.at.ID, 0), "identity_provider.unknown")
	_, err = c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.beta, Provider: c.at.ID, RedirectURI: ssoCallback})
	c.refused(err, "identity_provider.unknown")
	_, err = c.CreateProvider(t.Context(), other, c.input()) // a domain is an agency's own affair
	c.ok(err)
	_, err = c.UpdateProvider(t.Context(), c.owner, c.at.ID, access.ProviderInput{Name: ptr("b"), Version: 7})
	c.refused(err, "access.stale")
	for i := range 9 {
		in := c.input()
		in.Domains = ptr([]string{fmt.Sprintf("d%d.example", i)})
		_, err := c.CreateProvider(t.Context(), c.owner, in)
		c.ok(err)
	}
	in := c.input()
	in.Domains = ptr([]string{"more.example"})
	_, err = c.CreateProvider(t.Context(), c.owner, in)
	c.refused(err, "identity_provider.too_many")
	_, err = c.UpdateProvider(t.Context(), c.owner, c.at.ID, access.ProviderInput{Domains: ptr([]string{"bright.example", "d3.example"})})
	c.refused(err, "identity_provider.domain_taken")
	role, err := c.CreateRole(t.Context(), c.owner, access.RoleInput{Level: access.OfAccount, Name: ptr("R"), Permissions: ptr([]access.Permission{access.ContactsRead})})
	c.ok(err)
	given := access.ProviderInput{}
	create(&given, role.Key, c.one)
	c.ok(c.change(given))
	c.refused(c.DeleteRole(t.Context(), c.owner, role.Key, 0), "role.in_use")
	c.ok(c.DeleteProvider(t.Context(), c.owner, c.at.ID, c.at.Version))
	c.ok(c.DeleteRole(t.Context(), c.owner, role.Key, 0))
}

func TestWhereABrowserIsSent(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), func(in *access.ProviderInput) {
		in.MFA, in.ACRValues = ptr(access.ProviderMFAClaimed), ptr([]string{"urn:bright:two"})
	})
	start, err := c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Email: " Ann@Bright.example", RedirectURI: ssoCallback})
	c.ok(err)
	for _, want := range []string{"code_challenge_method=S256", "nonce=", "state=omss_", "login_hint=ann%40bright.example", "acr_values=urn%3Abright%3Atwo", "scope=openid+email+profile"} {
		if !strings.Contains(start.Address, want) {
			t.Errorf("the address lacks %s: %s", want, start.Address)
		}
	}
	again, err := c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Provider: c.at.ID, RedirectURI: ssoCallback, Browser: start.Browser})
	c.ok(err)
	if again.Browser != start.Browser {
		t.Error("a second tab takes the first one's sign-in away")
	}
	_, err = c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Email: "ann@other.example", RedirectURI: ssoCallback})
	c.refused(err, "identity_provider.unknown")
	for to, want := range map[string]string{
		"/a/1?b=c#d": "/a/1?b=c#d", "": "/", "https://evil.example": "/", "//evil.example": "/", `/\evil.example`: "/", "evil": "/", "javascript:alert(1)": "/",
	} {
		c.join(c.acme, c.one, uuid.NewString()+"@x.example", access.AccountUser)
		start, err := c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Provider: c.at.ID, RedirectURI: ssoCallback, ReturnTo: to})
		c.ok(err)
		if got := c.text(`select return_to from sso_request where browser_hash = $1`, auth.HashToken(start.Browser)); got != want {
			t.Errorf("%q leads to %q", to, got)
		}
	}
}

// names answers every name with one address.
func names(t *testing.T, ip [4]byte) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET}
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: ip}}}
			}
			if packed, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// calling has the company's service call by another client.
func (c *company) calling(o outbound.Options) {
	c.t.Helper()
	encoded, err := keyset()
	c.ok(err)
	box, err := secrets.NewBox(encoded)
	c.ok(err)
	c.Service = access.New(access.Options{
		Control: c.control, Box: box, Hasher: c.hasher, Limiter: limit.New(nil, c.clock), Clock: c.clock,
		Directory: c.town, Auditor: c.notes, Caller: outbound.New(o),
	})
}

// TestAnIssuerThatLeadsInsideIsNotCalled: the name is as good as any until it is
// looked up.
func TestAnIssuerThatLeadsInsideIsNotCalled(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.calling(outbound.Options{Resolver: names(t, [4]byte{169, 254, 169, 254})})
	c.ok(c.change(access.ProviderInput{Issuer: ptr("https://id.bright.example")}))
	_, err := c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Provider: c.at.ID, RedirectURI: ssoCallback})
	c.refused(err, "sso.provider_down")
	check, err := c.CheckProvider(t.Context(), c.owner, c.at.ID)
	c.ok(err)
	if !strings.Contains(check.Problem, "public") {
		t.Errorf("the check says %q", check.Problem)
	}
}

func TestWhatAProviderLooksLikeIsChecked(t *testing.T) {
	t.Parallel()
	control := open(t)
	describe := func(change string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			self := "http://" + r.Host
			if r.URL.Path == "/keys" {
				_, _ = w.Write([]byte(`{"keys":[]}`))
				return
			}
			body := `{"issuer":"` + self + `","authorization_endpoint":"` + self + `/a","token_endpoint":"` + self + `/t","jwks_uri":"` + self +
				`/keys","id_token_signing_alg_values_supported":["RS256"]}`
			from, to, _ := strings.Cut(change, "=>")
			_, _ = w.Write([]byte(strings.ReplaceAll(body, strings.ReplaceAll(from, "SELF", self), strings.ReplaceAll(to, "SELF", self))))
		})
	}
	for name, tc := range map[string]struct {
		handler http.Handler // nil: the real one
		says    string
		down    bool // nobody can begin
	}{
		"all is well":                 {nil, "", false},
		"it isn't one":                {http.NotFoundHandler(), "isn't the description", true},
		"it calls itself otherwise":   {describe(`"issuer":"SELF"=>"issuer":"https://other.example"`), "to the letter", true},
		"it sends elsewhere":          {http.RedirectHandler("http://169.254.169.254/", http.StatusFound), "isn't the description", true},
		"it is too long":              {describe(`RS256=>` + strings.Repeat("x", 2<<20)), "too long", true},
		"people would go inside":      {describe(`SELF/a=>https://169.254.169.254/a`), "authorization_endpoint", true},
		"people would go to a script": {describe(`SELF/a=>javascript:alert(1)`), "authorization_endpoint", true},
		"its secret would go inside":  {describe(`SELF/t=>https://10.0.0.1/t`), "token_endpoint", false},
		"its keys are inside":         {describe(`SELF/keys=>https://169.254.169.254/keys`), "jwks_uri", false},
		"it signs with the secret":    {describe(`RS256=>HS256`), "public key", false},
		"it publishes no key":         {describe(`=>`), "no key", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCompany(t, benchOn(t, control), nil)
			if tc.handler != nil {
				server := httptest.NewServer(tc.handler)
				t.Cleanup(server.Close)
				c.ok(c.change(access.ProviderInput{Issuer: &server.URL}))
			}
			check, err := c.CheckProvider(t.Context(), c.owner, c.at.ID)
			c.ok(err)
			if tc.says == "" && (check.Problem != "" || check.Keys != 1) || !strings.Contains(check.Problem, tc.says) {
				t.Errorf("the check says %+v", check)
			}
			_, err = c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Provider: c.at.ID, RedirectURI: ssoCallback})
			if tc.down {
				c.refused(err, "sso.provider_down")
			} else {
				c.ok(err)
			}
		})
	}
}

func TestAProviderThatGoesAwayMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.join(c.acme, c.one, email, access.AccountUser)
	c.idp.As(ann())
	answer := c.walk(c.begin())
	c.server.Close()
	_, err := c.FinishSSO(t.Context(), answer)
	c.refused(err, "sso.provider_down")
	_, err = c.BeginSSO(t.Context(), access.SSOBegin{Agency: c.acme, Provider: c.at.ID, RedirectURI: ssoCallback})
	c.refused(err, "sso.provider_down")
	check, err := c.CheckProvider(t.Context(), c.owner, c.at.ID)
	c.ok(err)
	if !strings.Contains(check.Problem, "nothing answers") {
		t.Errorf("the check says %q", check.Problem)
	}
	if _, err := c.signIn(nil); err != nil {
		t.Errorf("the password, where nothing is enforced: %v", err)
	}
}

func TestAWrongSecretLetsNobodyIn(t *testing.T) {
	t.Parallel()
	c := newCompany(t, newBench(t), nil)
	c.join(c.acme, c.one, email, access.AccountUser)
	c.ok(c.change(access.ProviderInput{ClientSecret: ptr("not it")}))
	_, err := c.signInAs(ann())
	c.refused(err, "sso.token")
}
