package apiserver_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

func TestAnInvitedPersonComesInAndGoesOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, token, err := b.options.Access.Invite(tenancy.WithActor(t.Context(), tenancy.Actor{Kind: tenancy.Operator}), access.InviteInput{
		Agency: b.acme.ID, SubAccount: b.one.ID, Email: "ada@one.example", Role: access.AccountAdmin,
	})
	b.ok(err)
	shown := b.must(200, ask{path: "/api/v1/invitations/" + token})
	if shown.str("email") != "ada@one.example" || shown.str("sub_account") != "Sub one" || shown.json["known"] != false {
		t.Errorf("got %s", shown.text)
	}
	b.must(404, ask{host: betaHost, path: "/api/v1/invitations/" + token})
	weak := b.must(422, ask{method: "POST", path: "/api/v1/invitations/" + token + "/accept", body: `{"name":"Ada","password":"password"}`})
	if weak.fields()["password"] == "" {
		t.Errorf("got %s", weak.text)
	}
	in := b.must(200, ask{method: "POST", path: "/api/v1/invitations/" + token + "/accept", body: `{"name":"Ada","password":"` + password + `"}`})
	session := cookieOf(t, in)
	b.must(404, ask{path: "/api/v1/invitations/" + token})

	who := b.must(200, ask{path: "/api/v1/session", token: session})
	if !strings.Contains(who.text, `"role":"account_admin"`) || !strings.Contains(who.text, b.one.ID.String()) || strings.Contains(who.text, b.two.ID.String()) {
		t.Errorf("got %s", who.text)
	}
	again := b.must(200, ask{method: "POST", path: "/api/v1/session", body: `{"email":"ADA@one.example","password":"` + password + `"}`})
	out := b.must(204, ask{method: "DELETE", path: "/api/v1/session", token: session})
	if set := out.header.Get("Set-Cookie"); !strings.Contains(set, "Max-Age=0") || !strings.Contains(set, "Path=/") {
		t.Errorf("the cookie stays: %s", set)
	}
	b.must(401, ask{path: "/api/v1/session", token: session})
	b.must(204, ask{method: "DELETE", path: "/api/v1/sessions", token: cookieOf(t, again)})
	b.must(401, ask{path: "/api/v1/session", token: cookieOf(t, again)})
}

// cookieOf gives the session's token, and holds the cookie to what it must be.
func cookieOf(t *testing.T, a answer) string {
	t.Helper()
	set := a.header.Get("Set-Cookie")
	for _, part := range []string{"Path=/", "HttpOnly", "Secure", "SameSite=Lax"} {
		if !strings.Contains(set, part) {
			t.Errorf("%s is missing in %s", part, set)
		}
	}
	if strings.Contains(set, "Domain") {
		t.Errorf("a __Host- cookie has no domain: %s", set)
	}
	value, _, _ := strings.Cut(strings.TrimPrefix(set, "__Host-omnicrm="), ";")
	return value
}

func TestSignInSaysNothingAboutWhoExists(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for name, body := range map[string]string{
		"somebody who does not exist": `{"email":"nobody@one.example","password":"x"}`,
		"nothing that is an address":  `{"email":"x","password":"x"}`,
	} {
		a := b.do(ask{method: "POST", path: "/api/v1/session", body: body})
		if a.status != 401 || a.code() != "session.invalid" || a.header.Get("Set-Cookie") != "" || a.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: got %d %s", name, a.status, a.text)
		}
	}
}

func TestWhoCallsIsChecked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	session := b.token(b.acme, b.one.ID, access.AccountAdmin)
	made := b.must(201, ask{method: "POST", path: b.sub("/api-keys"), token: session, body: `{"name":"Forms","scopes":["contacts.read"]}`})
	key := made.str("key")
	for name, tc := range map[string]struct {
		ask    ask
		status int
		code   string
	}{
		"nobody":                       {ask{path: b.sub("/contacts")}, 401, "session.required"},
		"a token of nobody's":          {ask{path: b.sub("/contacts"), token: "oms_nonsense"}, 401, ""},
		"another scheme than Bearer":   {ask{path: b.sub("/contacts"), header: map[string]string{"Authorization": "Basic YTpi"}}, 401, "session.required"},
		"a key within its scope":       {ask{path: b.sub("/contacts"), token: key}, 200, ""},
		"a key beyond its scope":       {ask{method: "POST", path: b.sub("/contacts"), token: key, body: `{"first_name":"a"}`}, 403, "permission.missing"},
		"a key where a person has to":  {ask{method: "DELETE", path: "/api/v1/session", token: key}, 403, "permission.person_required"},
		"a key in another sub-account": {ask{path: "/api/v1/sub-accounts/" + b.two.ID.String() + "/contacts", token: key}, 404, "sub_account.unknown"},
		"a cookie from another site's page": {
			ask{method: "POST", path: b.sub("/contacts"), token: session, body: `{"first_name":"a"}`, header: map[string]string{"Origin": "https://evil.example"}},
			403, "request.cross_origin",
		},
		"a sign-in from another site's page": {
			ask{method: "POST", path: "/api/v1/session", body: `{"email":"a","password":"b"}`, header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
			403, "request.cross_origin",
		},
		"a cookie from our own page": {
			ask{method: "POST", path: b.sub("/contacts"), token: session, body: `{"first_name":"a"}`, header: map[string]string{"Sec-Fetch-Site": "same-origin"}},
			201, "",
		},
	} {
		if a := b.do(tc.ask); a.status != tc.status || tc.code != "" && a.code() != tc.code {
			t.Errorf("%s: got %d %s, want %d %s", name, a.status, a.text, tc.status, tc.code)
		}
	}
	listed := b.must(200, ask{path: b.sub("/api-keys"), token: session})
	if strings.Contains(listed.text, key) || len(listed.items()) != 1 {
		t.Errorf("got %s", listed.text)
	}
	b.must(204, ask{method: "DELETE", path: b.sub("/api-keys/" + made.str("id")), token: session})
	b.must(401, ask{path: b.sub("/contacts"), token: key})
}

func TestASuspendedSubAccountCantBeEntered(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	session := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	b.must(200, ask{path: b.sub("/contacts"), token: session})
	b.ok(b.options.Directory.SetStatus(t.Context(), b.one.ID, tenancy.Suspended))
	if a := b.do(ask{path: b.sub("/contacts"), token: session}); a.status != 403 || a.code() != "sub_account.suspended" {
		t.Errorf("got %d %s", a.status, a.text)
	}
}

func TestACallerIsHeldToItsRate(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *apiserver.Options) {
		o.Rates = apiserver.DefaultRates()
		o.Rates.Caller = limit.Rate{Burst: 2, Per: time.Hour}
	})
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	first := b.must(200, ask{path: b.sub("/contacts"), token: token})
	if first.header.Get("RateLimit-Limit") != "2" || first.header.Get("RateLimit-Remaining") != "1" || first.header.Get("RateLimit-Reset") == "" {
		t.Errorf("got %v", first.header)
	}
	b.must(200, ask{path: b.sub("/contacts"), token: token})
	third := b.must(429, ask{path: b.sub("/contacts"), token: token})
	if third.code() != "rate.exceeded" || third.header.Get("Retry-After") == "" {
		t.Errorf("got %s %v", third.text, third.header)
	}
	b.must(200, ask{path: b.sub("/contacts"), token: b.token(b.acme, b.one.ID, access.AccountUser)})
}
