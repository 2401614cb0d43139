package apiserver_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/access"
)

// documented is what the matrix reads of an operation: the document is made of
// routes.go, so a new route is in the matrix without another word.
type documented struct {
	method, path string
	security     []map[string][]string
	permission   string
}

func routes(t *testing.T) []documented {
	t.Helper()
	raw, err := apiserver.Document()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Security   []map[string][]string `json:"security"`
			Permission string                `json:"x-omnicrm-permission"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	var out []documented
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range slices.Sorted(maps.Keys(doc.Paths[path])) {
			o := doc.Paths[path][method]
			out = append(out, documented{strings.ToUpper(method), path, o.Security, o.Permission})
		}
	}
	return out
}

// caller is somebody who calls every route.
type caller struct {
	host, token string
	person      bool
	inOne       []access.Permission // on the sub-account one
	inAgency    []access.Permission
	sees        bool // the sub-account one
}

func (b *bench) callers() map[string]caller {
	b.t.Helper()
	owner, admin, user := access.AgencyOwner.Permissions(), access.AccountAdmin.Permissions(), access.AccountUser.Permissions()
	session := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	key := b.must(201, ask{
		method: "POST", path: b.sub("/api-keys"), token: session, body: `{"name":"k","scopes":["contacts.read"]}`,
	}).str("key")
	return map[string]caller{
		"agency owner":                  {acmeHost, session, true, owner, owner, true},
		"agency admin":                  {acmeHost, b.token(b.acme, uuid.Nil, access.AgencyAdmin), true, owner, owner, true},
		"admin of one":                  {acmeHost, b.token(b.acme, b.one.ID, access.AccountAdmin), true, admin, nil, true},
		"user of one":                   {acmeHost, b.token(b.acme, b.one.ID, access.AccountUser), true, user, nil, true},
		"admin of two":                  {acmeHost, b.token(b.acme, b.two.ID, access.AccountAdmin), true, nil, nil, false},
		"owner of another agency":       {betaHost, b.token(b.beta, uuid.Nil, access.AgencyOwner), true, nil, owner, false},
		"key with contacts.read in one": {acmeHost, key, false, []access.Permission{access.ContactsRead}, nil, true},
		"nobody":                        {host: acmeHost},
	}
}

// wanted is the class of answer that a caller is due before the input counts: 0
// is "let in".
func (c caller) wanted(r documented) int {
	switch {
	case len(r.security) == 0:
		return 0
	case c.token == "":
		return http.StatusUnauthorized
	case len(r.security) == 1 && !c.person:
		return http.StatusForbidden
	case r.permission == "":
		return 0
	}
	held := c.inAgency
	if strings.Contains(r.path, "{sub_account}") {
		if !c.sees {
			return http.StatusNotFound
		}
		held = c.inOne
	}
	if !slices.Contains(held, access.Permission(r.permission)) {
		return http.StatusForbidden
	}
	return 0
}

// TestEveryRouteAsEveryCaller calls each route of routes.go as each role, as a
// key and as a foreign tenant, with ids that exist nowhere and no input: who is
// let in gets past 401 and 403, and whoever is not gets exactly what they are due.
func TestEveryRouteAsEveryCaller(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	fill := strings.NewReplacer("{sub_account}", b.one.ID.String(), "{contact}", uuid.NewString(), "{conversation}", uuid.NewString(),
		"{message}", uuid.NewString(), "{id}", uuid.NewString(), "{token}", "omi_nonsense", "{name}", "no-such-name")
	for name, c := range b.callers() {
		for _, r := range routes(t) {
			if ends(r) {
				continue // tested where sessions are: they would sign the caller out
			}
			q := ask{method: r.method, host: c.host, path: fill.Replace(r.path), token: c.token}
			if strings.HasSuffix(r.path, "/events") {
				q.header = map[string]string{"Last-Event-ID": "refused after the guards"}
			}
			got, want := b.do(q), c.wanted(r)
			letIn := got.status != http.StatusUnauthorized && got.status != http.StatusForbidden
			if signIn := r.path == "/api/v1/session" && r.method == "POST"; signIn {
				continue
			}
			if want == 0 && !letIn || want != 0 && got.status != want {
				t.Errorf("%s: %s %s: got %d %s, want %d", name, r.method, r.path, got.status, got.text, want)
			}
			if want == http.StatusNotFound && got.code() != "sub_account.unknown" {
				t.Errorf("%s: %s %s: another tenant's id tells more than that it is unknown: %s", name, r.method, r.path, got.text)
			}
		}
	}
}

func ends(r documented) bool {
	return r.method == "DELETE" && (r.path == "/api/v1/session" || r.path == "/api/v1/sessions")
}
