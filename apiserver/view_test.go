package apiserver_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// What somebody saves for themselves reaches nobody else: neither by the routes
// nor by the stream of events.
func TestAPrivateViewIsHeardOfByItsOwnerAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	mine, theirs := b.token(b.acme, b.one.ID, access.AccountUser), b.token(b.acme, b.one.ID, access.AccountManager)
	save := func(token, body string) answer {
		a := b.must(201, ask{method: "POST", path: b.sub("/views"), token: token, body: body})
		_, err := b.consumer.Once(b.t.Context(), b.one.ID)
		b.ok(err)
		return a
	}
	here, there := b.listen(mine, ""), b.listen(theirs, "")
	private := save(mine, `{"object":"contact","name":"mine","filter":{"field":"owner_id","op":"is","value":"me"},"columns":["name","emails"]}`)
	shared := save(theirs, `{"object":"contact","name":"ours","shared":true}`)
	for _, want := range []string{private.str("id"), shared.str("id")} {
		if _, kind, data := here.next(); kind != "view.created" || data.SubjectID.String() != want {
			t.Errorf("the owner hears %s of %s, not of %s", kind, data.SubjectID, want)
		}
	}
	if _, _, data := there.next(); data.SubjectID.String() != shared.str("id") {
		t.Errorf("another hears of %s first: %s", data.SubjectID, data.Payload)
	}
	b.must(404, ask{path: b.sub("/views/" + private.str("id")), token: theirs})
	if a := b.must(200, ask{path: b.sub("/views/" + private.str("id")), token: mine}); a.str("words") != "owner is me" {
		t.Errorf("got %s", a.text)
	}
	if a := b.do(ask{method: "POST", path: b.sub("/views"), token: mine, body: `{"object":"contact","name":"x","shared":true}`}); a.status != 403 || a.code() != "view.share" {
		t.Errorf("sharing without the permission: %d %s", a.status, a.text)
	}
	if a := b.do(ask{method: "DELETE", path: b.sub("/views/" + shared.str("id")), token: mine}); a.status != 403 {
		t.Errorf("deleting a shared one: %d", a.status)
	}
	b.must(204, ask{method: "DELETE", path: b.sub("/views/" + shared.str("id")), token: b.token(b.acme, uuid.Nil, access.AgencyOwner)})
}
