package apiserver_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/directory"
)

// caller is somebody who calls every route.
type caller struct {
	host, token string
	person      bool
	inOne       []access.Permission // on the sub-account one
	inAgency    []access.Permission
	sees        bool // the sub-account one
}

// callers are each built-in role, a role of the agency's own on each level, each
// scope of a key, and those who have no business there.
func (b *bench) callers() map[string]caller {
	b.t.Helper()
	owner := access.AgencyOwner.Permissions()
	session := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	out := map[string]caller{
		"admin of two":            {acmeHost, b.token(b.acme, b.two.ID, access.AccountAdmin), true, nil, nil, false},
		"owner of another agency": {betaHost, b.token(b.beta, uuid.Nil, access.AgencyOwner), true, nil, owner, false},
		"nobody":                  {host: acmeHost},
	}
	roles := map[access.Role][]access.Permission{
		b.role(session, "agency", "all", access.ContactsRead, access.AgencyJobsRead, access.JobsManage): {access.ContactsRead, access.AgencyJobsRead, access.JobsManage},
		b.role(session, "account", "assigned", access.ContactsRead, access.MessagesSend):                {access.ContactsRead, access.MessagesSend},
	}
	for _, role := range access.BuiltInRoles() {
		roles[role] = role.Permissions()
	}
	for role, held := range roles {
		ofAgency := slices.ContainsFunc(held, access.Permission.OfAgency)
		if ofAgency {
			out[string(role)] = caller{acmeHost, b.token(b.acme, uuid.Nil, role), true, held, held, true}
		} else {
			out[string(role)+" of one"] = caller{acmeHost, b.token(b.acme, b.one.ID, role), true, held, nil, true}
		}
	}
	for _, scope := range owner {
		held := []access.Permission{scope}
		body := `{"name":"k","scopes":["` + string(scope) + `"]}`
		ofAgency := b.must(201, ask{method: "POST", path: "/api/v1/agency/api-keys", token: session, body: body}).str("key")
		out["an agency key with "+string(scope)] = caller{acmeHost, ofAgency, false, held, held, true}
		if scope.OfAgency() {
			continue
		}
		for _, place := range []directory.SubAccount{b.one, b.two} {
			path := "/api/v1/sub-accounts/" + place.ID.String() + "/api-keys"
			key := b.must(201, ask{method: "POST", path: path, token: session, body: body}).str("key")
			c := caller{acmeHost, key, false, nil, nil, place.ID == b.one.ID}
			if c.sees {
				c.inOne = held
			}
			out["a key with "+string(scope)+" in "+place.Name] = c
		}
	}
	return out
}

// role makes one of acme's own.
func (b *bench) role(owner, level, reach string, permissions ...access.Permission) access.Role {
	b.t.Helper()
	list, err := json.Marshal(permissions)
	b.ok(err)
	return access.Role(b.must(201, ask{
		method: "POST", path: "/api/v1/agency/roles", token: owner,
		body: `{"name":"` + uuid.NewString() + `","level":"` + level + `","reach":"` + reach + `","permissions":` + string(list) + `}`,
	}).str("id"))
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
	if r.inSub() {
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

// TestEveryRouteAsEveryCaller calls each route of routes.go as nobody, as each
// role, with each scope and as a foreign tenant, with ids that exist nowhere and
// no input: who is let in gets past 401 and 403, and whoever is not gets exactly
// what they are due.
func TestEveryRouteAsEveryCaller(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	for name, c := range b.callers() {
		for _, r := range s.routes {
			if r.ends() || r.id == "sign-in" {
				continue
			}
			q := ask{
				method: r.method, host: c.host, token: c.token,
				path: fill(r.path, map[string]string{"sub_account": b.one.ID.String(), "token": "omi_nonsense", "name": "no-such-name"}),
			}
			if r.listens() {
				q.header = map[string]string{"Last-Event-ID": "refused after the guards"}
			}
			got, want := b.do(q), c.wanted(r)
			letIn := got.status != http.StatusUnauthorized && got.status != http.StatusForbidden
			if want == 0 && !letIn || want != 0 && got.status != want {
				t.Errorf("%s: %s %s: got %d %s, want %d", name, r.method, r.path, got.status, got.text, want)
			}
			if want == http.StatusNotFound && got.code() != "sub_account.unknown" {
				t.Errorf("%s: %s %s: another tenant's id tells more than that it is unknown: %s", name, r.method, r.path, got.text)
			}
		}
	}
}
