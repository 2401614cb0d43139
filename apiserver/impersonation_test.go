package apiserver_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// be has the holder of the token be taken for the member.
func (b *bench) be(token, member string, readOnly string) answer {
	b.t.Helper()
	return b.must(200, ask{
		method: "POST", path: "/api/v1/agency/impersonation", token: token,
		body: `{"sub_account_id":"` + b.one.ID.String() + `","member_id":"` + member + `","reason":"Ticket 4711","read_only":` + readOnly + `}`,
	})
}

func TestWhoIsTakenForAMemberIsRecordedWithThem(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner, admin := b.token(b.acme, uuid.Nil, access.AgencyOwner), b.token(b.acme, b.one.ID, access.AccountAdmin)
	started := b.be(owner, b.person(admin), "false")
	for _, a := range []answer{started, b.must(200, ask{path: "/api/v1/session", token: owner})} {
		if !strings.Contains(a.text, `"reason":"Ticket 4711"`) || !strings.Contains(a.text, b.person(admin)) || strings.Contains(a.text, b.two.ID.String()) {
			t.Errorf("got %s", a.text)
		}
	}
	b.createContact(owner, "Maria")
	log := b.must(200, ask{path: b.sub("/audit"), token: admin})
	actor, _ := log.rows()[0]["actor"].(map[string]any)
	by, _ := actor["impersonator"].(map[string]any)
	if actor["id"] != b.person(admin) || by["id"] == nil || by["id"] == actor["id"] {
		t.Errorf("the audit says %v", actor)
	}
	for _, q := range []ask{
		{method: "PUT", path: "/api/v1/me/password", body: `{"password":"a","new_password":"b"}`}, {path: "/api/v1/me/sessions"}, {method: "POST", path: "/api/v1/me/totp"},
	} {
		q.token = owner
		if a := b.do(q); a.status != 403 || a.code() != "impersonation.personal" {
			t.Errorf("%s %s: %d %s", q.method, q.path, a.status, a.text)
		}
	}
	b.must(403, ask{path: "/api/v1/agency/sub-accounts", token: owner})
	b.must(204, ask{method: "DELETE", path: "/api/v1/session/impersonation", token: owner})
	b.must(200, ask{path: "/api/v1/agency/sub-accounts", token: owner})
}

func TestWhoOnlyLooksChangesNothing(t *testing.T) {
	t.Parallel()
	b, s := newBench(t, patient), readSpec(t)
	owner, admin := b.token(b.acme, uuid.Nil, access.AgencyOwner), b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.be(owner, b.person(admin), "true")
	b.must(200, ask{path: b.sub("/contacts"), token: owner})
	for _, r := range s.routes {
		if !r.inSub() || r.method == "GET" || withoutKey[r.id] == "it only reads" {
			continue
		}
		a := b.do(ask{method: r.method, path: fill(r.path, map[string]string{"sub_account": b.one.ID.String()}), token: owner, body: s.bodyOf(t, r, example)})
		if a.status != 403 || a.code() != "impersonation.read_only" {
			t.Errorf("%s %s: %d %s", r.method, r.path, a.status, a.text)
		}
	}
	b.must(204, ask{method: "DELETE", path: "/api/v1/session", token: owner})
	b.must(401, ask{path: "/api/v1/session", token: owner})
}
