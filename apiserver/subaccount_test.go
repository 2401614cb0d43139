package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestTheConsoleWorksOnTheCustomResources(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	const path = "/api/v1/agency/sub-accounts"
	body := `{"name":"bakery","display_name":"Bakery Rossi","owner_email":"maria@bakery.example","timezone":"America/New_York","country":"US","currency":"USD"}`
	made := b.must(201, ask{method: "POST", path: path, token: owner, body: body})
	if made.str("state") != "provisioning" || made.str("message") == "" || made.json["id"] != nil || made.json["suspended"] != false {
		t.Errorf("got %s", made.text)
	}
	if a := b.do(ask{method: "POST", path: path, token: owner, body: body}); a.status != 409 || a.fields()["name"] == "" {
		t.Errorf("got %d %s", a.status, a.text)
	}
	bad := b.must(422, ask{
		method: "POST", path: path, token: owner,
		body: `{"name":"Bakery!","display_name":" ","owner_email":"x","timezone":"Mars","country":"us","currency":"USD"}`,
	})
	want := []string{"country", "display_name", "name", "owner_email", "timezone"}
	for _, name := range want {
		if bad.fields()[name] == "" {
			t.Errorf("%s is not named: %s", name, bad.text)
		}
	}
	patched := b.must(200, ask{method: "PATCH", path: path + "/bakery", token: owner, body: `{"suspended":true}`})
	if patched.json["suspended"] != true {
		t.Errorf("got %s", patched.text)
	}
	listed := b.must(200, ask{path: path, token: owner})
	if diff := cmp.Diff(1.0, listed.json["total"]); diff != "" || len(listed.items()) != 1 {
		t.Errorf("got %s", listed.text)
	}
	stranger := b.token(b.beta, uuid.Nil, access.AgencyOwner)
	b.must(404, ask{host: betaHost, path: path + "/bakery", token: stranger})
	b.must(404, ask{host: betaHost, method: "DELETE", path: path + "/bakery", token: stranger})
	b.must(204, ask{method: "DELETE", path: path + "/bakery", token: owner})
	b.must(404, ask{path: path + "/bakery", token: owner})
	b.must(404, ask{path: path + "/..%2f..%2fsecrets", token: owner})
}

func TestTheAuditNamesWhoDidWhat(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin := b.token(b.acme, b.one.ID, access.AccountAdmin)
	b.createContact(admin, "Maria")
	entries := b.must(200, ask{path: b.sub("/audit"), token: admin}).items()
	if len(entries) != 1 {
		t.Fatalf("%d entries", len(entries))
	}
	entry := entries[0].(map[string]any)
	if entry["action"] != "contact.created" || entry["actor"].(map[string]any)["name"] != "Ann" || entry["after"].(map[string]any)["first_name"] != "Maria" || entry["ip"] == nil {
		t.Errorf("got %v", entry)
	}
}

func TestMembersAreThoseWhoCanOwnAContact(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	user := b.token(b.acme, b.one.ID, access.AccountUser)
	b.token(b.acme, b.two.ID, access.AccountUser)
	b.token(b.acme, uuid.Nil, access.AgencyOwner)
	members := b.must(200, ask{path: b.sub("/members"), token: user}).items()
	if len(members) != 2 {
		t.Fatalf("got %v", members)
	}
	owner := members[0].(map[string]any)["id"].(string)
	made := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: user, body: `{"first_name":"a","owner_id":"` + owner + `"}`})
	if made.str("owner_id") != owner {
		t.Errorf("got %s", made.text)
	}
}

func TestALostRaceForASubAccountIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	const path = "/api/v1/agency/sub-accounts"
	body := `{"name":"bakery","display_name":"Bakery Rossi","owner_email":"maria@bakery.example","timezone":"America/New_York","country":"US","currency":"USD"}`
	seen := b.must(201, ask{method: "POST", path: path, token: owner, body: body}).header.Get("ETag")
	rename := func(etag, name string) ask {
		return ask{
			method: "PATCH", path: path + "/bakery", token: owner, body: `{"display_name":"` + name + `"}`,
			header: map[string]string{"If-Match": etag},
		}
	}
	first := b.must(200, rename(seen, "Rossi & Sons"))
	lost := b.must(412, rename(seen, "Rossi"))
	if lost.code() != "sub_account.stale" || lost.str("detail") == "" {
		t.Errorf("got %s", lost.text)
	}
	b.must(412, ask{method: "DELETE", path: path + "/bakery", token: owner, header: map[string]string{"If-Match": seen}})
	now := b.must(200, ask{path: path + "/bakery", token: owner})
	if now.str("display_name") != "Rossi & Sons" || now.header.Get("ETag") != first.header.Get("ETag") || now.header.Get("ETag") != `"`+now.str("version")+`"` {
		t.Errorf("got %s %v", now.text, now.header)
	}
	if bad := b.must(422, rename("3", "Rossi")); bad.fields()["If-Match"] == "" {
		t.Errorf("got %s", bad.text)
	}
	b.must(204, ask{method: "DELETE", path: path + "/bakery", token: owner, header: map[string]string{"If-Match": now.header.Get("ETag")}})
}
