package apiserver_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestWhoMadeAKeyOrAnAppIsToldByTheirNameOfToday(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner, ann := b.token(b.acme, uuid.Nil, access.AgencyOwner), b.token(b.acme, uuid.Nil, access.AgencyOwner) // both are called Ann
	key := ask{method: "POST", path: "/api/v1/agency/api-keys", token: ann, body: `{"name":"Sync","scopes":["contacts.read"]}`}
	app := register(`"confidential":true`)
	app.method, app.token = "POST", ann
	me := b.person(ann)
	for _, made := range []answer{b.must(201, key), b.must(201, app)} {
		by, _ := made.json["created_by"].(map[string]any)
		if by["kind"] != "person" || by["id"] != me || by["name"] != "Ann" {
			t.Errorf("made by %v", by)
		}
	}
	key.token, app.token = owner, owner
	b.must(201, key)
	b.must(201, app)
	makers := func() (out []any) {
		for _, path := range []string{"/api/v1/agency/api-keys", "/api/v1/agency/oauth-apps"} {
			for _, row := range b.must(200, ask{path: path, token: owner}).rows() {
				by, _ := row["created_by"].(map[string]any)
				out = append(out, by["name"])
			}
		}
		return out
	}
	b.inControl(`update person set name = 'Ann Rossi' where id = '` + me + `'`)
	if got := makers(); len(got) != 4 || got[0] != "Ann Rossi" || got[1] != "Ann" || got[2] != "Ann Rossi" || got[3] != "Ann" {
		t.Errorf("after a change of the name: %v", got)
	}
	b.must(204, ask{method: "DELETE", path: "/api/v1/agency/members/" + me, token: owner})
	if got := makers(); got[0] != "Ann Rossi" {
		t.Errorf("after she left: %v", got)
	}
	b.must(204, ask{method: "DELETE", path: "/api/v1/agency/people/" + me, token: owner})
	if got := makers(); got[0] != nil || got[1] != "Ann" || got[2] != nil || got[3] != "Ann" {
		t.Errorf("erased, which takes nothing from a namesake: %v", got)
	}
}
