package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestAContactFromItsCreationToItsDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	made := b.must(201, ask{
		method: "POST", path: b.sub("/contacts"), token: token,
		body: `{"first_name":"Maria","phone":"(415) 555-2671","tags":["VIP","vip"],"owner_id":null}`,
	})
	if made.str("phone") != "+14155552671" || made.str("name") != "Maria" || made.header.Get("ETag") != `"1"` || made.json["opted_out"] != false {
		t.Errorf("got %s", made.text)
	}
	one := b.sub("/contacts/" + made.str("id"))
	changed := b.must(200, ask{
		method: "PATCH", path: one, token: token, body: `{"last_name":"Rossi","tags":null}`,
		header: map[string]string{"If-Match": `"1"`},
	})
	if changed.str("name") != "Maria Rossi" || changed.header.Get("ETag") != `"2"` || len(changed.json["tags"].([]any)) != 0 {
		t.Errorf("got %s", changed.text)
	}
	stale := b.must(412, ask{
		method: "PATCH", path: one, token: token, body: `{"last_name":"Bianchi"}`,
		header: map[string]string{"If-Match": `"1"`},
	})
	if stale.code() != "contact.stale" {
		t.Errorf("got %s", stale.text)
	}
	other := b.must(409, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"phone":"+14155552671"}`})
	if other.code() != "contact.duplicate" || other.str("field") != "phone" || other.json["contact"].(map[string]any)["id"] != made.str("id") {
		t.Errorf("got %s", other.text)
	}
	if n := len(b.must(200, ask{path: b.sub("/contacts?q=mar+ros&sort=-created_at"), token: token}).items()); n != 1 {
		t.Errorf("the search found %d", n)
	}
	if n := len(b.must(200, ask{path: b.sub("/contacts?tag=vip"), token: token}).items()); n != 0 {
		t.Errorf("the tag is still there on %d", n)
	}
	b.must(412, ask{method: "DELETE", path: one, token: token, header: map[string]string{"If-Match": `"1"`}})
	b.must(204, ask{method: "DELETE", path: one, token: token})
	b.must(404, ask{path: one, token: token})
}

func TestAWholeProfileGoesInAndOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	made := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{
		"first_name":"Maria","emails":[{"address":"Work@x.example","label":"work"},{"address":"home@x.example","primary":true,"state":"bounced"}],
		"phones":[{"number":"(415) 555-2671"}],"address":{"city":"San Francisco","country":"us"},"timezone":"America/Los_Angeles",
		"birthday":"1984-05-23","attribution":{"first":{"utm_source":"news","at":"2026-02-01T13:00:00+01:00"},"last":{"gclid":"x"}},
		"dnd":["voice"],"score":7,"job_title":"Manager"}`})
	for path, want := range map[string]any{
		"email": "home@x.example", "phone": "+14155552671", "timezone": "America/Los_Angeles", "birthday": "1984-05-23", "job_title": "Manager", "score": 7.0,
		"emails": []any{
			map[string]any{"address": "home@x.example", "label": "", "primary": true, "state": "bounced"},
			map[string]any{"address": "work@x.example", "label": "work", "primary": false, "state": "ok"},
		},
		"address":     map[string]any{"street": "", "city": "San Francisco", "region": "", "postal_code": "", "country": "US"},
		"attribution": map[string]any{"first": map[string]any{"utm_source": "news", "at": "2026-02-01T12:00:00Z"}, "last": map[string]any{"gclid": "x"}},
		"dnd":         []any{"voice"}, "custom": map[string]any{},
	} {
		if diff := cmp.Diff(want, made.json[path]); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
	one := b.sub("/contacts/" + made.str("id"))
	changed := b.must(200, ask{method: "PATCH", path: one, token: token, body: `{"email":"work@x.example","address":{"street":"1 Main St"},"attribution":{"last":null},"birthday":null,"dnd":null}`})
	address, _ := changed.json["address"].(map[string]any)
	attribution, _ := changed.json["attribution"].(map[string]any)
	if changed.str("email") != "work@x.example" || address["city"] != "San Francisco" || attribution["last"] != nil || attribution["first"] == nil || changed.json["birthday"] != nil {
		t.Errorf("got %s", changed.text)
	}
	emptied := b.must(200, ask{method: "PATCH", path: one, token: token, body: `{"address":null,"attribution":null,"emails":null}`})
	if emptied.str("email") != "" || emptied.json["address"].(map[string]any)["city"] != "" || len(emptied.json["attribution"].(map[string]any)) != 0 {
		t.Errorf("got %s", emptied.text)
	}
	b.must(422, ask{method: "PATCH", path: one, token: token, body: `{"emails":[{"address":"a@x.example","colour":"red"}]}`})
}

func TestAListGoesOnWithItsCursor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	for _, name := range []string{"Ada", "Bea", "Cleo"} {
		b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"` + name + `"}`})
	}
	var got []string
	for path := "/contacts?limit=2"; ; {
		page := b.must(200, ask{path: b.sub(path), token: token})
		for _, item := range page.items() {
			got = append(got, item.(map[string]any)["name"].(string))
		}
		if page.str("next_cursor") == "" {
			break
		}
		path = "/contacts?limit=2&cursor=" + page.str("next_cursor")
	}
	if diff := cmp.Diff([]string{"Ada", "Bea", "Cleo"}, got); diff != "" {
		t.Error(diff)
	}
	foreign := b.must(422, ask{path: b.sub("/contacts?sort=-name&cursor=nonsense"), token: token})
	if foreign.code() != "cursor.invalid" || foreign.fields()["cursor"] == "" {
		t.Errorf("got %s", foreign.text)
	}
}

func TestAnotherTenantsIDReadsAsNotFound(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	mine, theirs := b.token(b.acme, b.one.ID, access.AccountAdmin), b.token(b.beta, b.abroad.ID, access.AccountAdmin)
	made := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: mine, body: `{"first_name":"Maria"}`})
	elsewhere := func(sub uuid.UUID, id string) string {
		return "/api/v1/sub-accounts/" + sub.String() + "/contacts/" + id
	}
	for name, q := range map[string]ask{
		"a contact of one, read through the foreign sub-account": {host: betaHost, token: theirs, path: elsewhere(b.abroad.ID, made.str("id"))},
		"a sub-account of another agency":                        {host: betaHost, token: theirs, path: elsewhere(b.one.ID, made.str("id"))},
		"a sub-account of another agency, at its own host":       {token: mine, path: elsewhere(b.abroad.ID, made.str("id"))},
		"a sub-account next door":                                {token: mine, path: elsewhere(b.two.ID, made.str("id"))},
		"a sub-account that never was":                           {token: mine, path: elsewhere(uuid.New(), made.str("id"))},
		"a change":                                               {host: betaHost, token: theirs, method: "PATCH", path: elsewhere(b.abroad.ID, made.str("id")), body: `{"first_name":"x"}`},
		"a deletion":                                             {host: betaHost, token: theirs, method: "DELETE", path: elsewhere(b.abroad.ID, made.str("id"))},
	} {
		if a := b.do(q); a.status != 404 {
			t.Errorf("%s: got %d %s, want 404", name, a.status, a.text)
		}
	}
	if a := b.do(ask{host: betaHost, token: mine, path: "/api/v1/session"}); a.status != 401 || a.code() != "session.foreign" {
		t.Errorf("a session of acme at beta's host: got %d %s", a.status, a.text)
	}
}
