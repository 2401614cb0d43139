package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestAFieldFromItsCreationToItsReturn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin, user := b.token(b.acme, b.one.ID, access.AccountAdmin), b.token(b.acme, b.one.ID, access.AccountUser)
	folder := b.must(201, ask{method: "POST", path: b.sub("/field-folders"), token: admin, body: `{"object":"contact","name":"Contract"}`}).str("id")
	made := b.must(201, ask{
		method: "POST", path: b.sub("/custom-fields"), token: admin,
		body: `{"object":"contact","name":"Favourite Plan","kind":"select","folder_id":"` + folder + `","options":[{"label":"Gold"},{"label":"Silver"}]}`,
	})
	if made.str("key") != "favourite_plan" || made.header.Get("ETag") != `"1"` {
		t.Errorf("got %s", made.text)
	}
	b.must(403, ask{method: "POST", path: b.sub("/custom-fields"), token: user, body: `{"object":"contact","name":"x","kind":"text"}`})
	if n := len(b.must(200, ask{path: b.sub("/custom-fields"), token: user}).items()); n != 1 {
		t.Errorf("the user sees %d fields", n)
	}
	c := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: user, body: `{"first_name":"M","custom":{"favourite_plan":"gold"}}`})
	if diff := cmp.Diff(map[string]any{"favourite_plan": "gold"}, c.json["custom"]); diff != "" {
		t.Error(diff)
	}
	bad := b.must(422, ask{method: "PATCH", path: b.sub("/contacts/" + c.str("id")), token: user, body: `{"custom":{"favourite_plan":"iron","plan":1}}`})
	if bad.code() != "contact.invalid" || bad.fields()["custom.plan"] == "" || bad.fields()["custom.favourite_plan"] == "" {
		t.Errorf("got %s", bad.text)
	}
	one := b.sub("/custom-fields/" + made.str("id"))
	b.must(200, ask{method: "PATCH", path: one, token: admin, body: `{"name":"Plan","folder_id":null,"rules":null}`, header: map[string]string{"If-Match": `"1"`}})
	b.must(204, ask{method: "DELETE", path: one, token: admin})
	if n := len(b.must(200, ask{path: b.sub("/custom-fields"), token: user}).items()); n != 0 {
		t.Errorf("%d fields after the archiving", n)
	}
	if n := len(b.must(200, ask{path: b.sub("/custom-fields?archived=true"), token: user}).items()); n != 1 {
		t.Errorf("%d fields with the archived ones", n)
	}
	if back := b.must(200, ask{method: "POST", path: one + "/restore", token: admin}); back.str("name") != "Plan" || back.str("key") != "favourite_plan" {
		t.Errorf("got %s", back.text)
	}
	foreign := b.must(422, ask{method: "POST", path: b.sub("/custom-fields"), token: admin, body: `{"object":"contact","name":"x","kind":"text","folder_id":"` + made.str("id") + `"}`})
	if foreign.fields()["folder_id"] == "" {
		t.Errorf("got %s", foreign.text)
	}
}
