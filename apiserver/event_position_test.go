package apiserver_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// listenAt opens a stream as a browser's first connection does, which can't send
// Last-Event-ID.
func (b *bench) listenAt(token, id string) *listener {
	b.t.Helper()
	return b.listenTo(token, b.sub("/events?last_event_id="+id), "")
}

func TestWhatWasReadSaysWhereTheStreamGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	read := func() string {
		t.Helper()
		return b.must(http.StatusOK, ask{path: b.sub("/contacts"), token: token}).header.Get("Stream-Position")
	}
	if got := read(); got != "0" {
		t.Errorf("nothing happened yet: %q", got)
	}
	b.createContact(token, "Maria")
	position := read()
	b.createContact(token, "Ada")
	live := b.listenAt(token, position)
	if id, _, data := live.next(); id != "2" || !strings.Contains(string(data.Payload), "Ada") {
		t.Errorf("what came between the reading and the stream is lost: %s %s", id, data.Payload)
	}
	if got := read(); got != "2" { // while somebody listens
		t.Errorf("got %q", got)
	}
	query := ask{method: "POST", path: b.sub("/contacts/query"), token: token, body: `{}`}
	if got := b.must(200, query).header.Get("Stream-Position"); got != "2" {
		t.Errorf("of a POST that reads: %q", got)
	}
	if got := b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Eve"}`}).header.Get("Stream-Position"); got != "" {
		t.Errorf("of a change: %q", got)
	}
	if id, _, _ := b.listenTo(token, b.sub("/events?last_event_id=0"), "1").next(); id != "2" {
		t.Errorf("the header stands above: %s", id)
	}
	a := b.do(ask{path: b.sub("/events?last_event_id=x"), token: token})
	if a.status != http.StatusUnprocessableEntity || a.fields()["last_event_id"] == "" {
		t.Errorf("got %d %s", a.status, a.text)
	}
	key := b.must(201, ask{method: "POST", path: b.sub("/api-keys"), token: token, body: `{"name":"Sync","scopes":["contacts.read"]}`}).str("key")
	if got := b.must(200, ask{path: b.sub("/contacts"), token: key}).header.Get("Stream-Position"); got != "" {
		t.Errorf("a program is told %q", got)
	}
}

func TestWhoseReachChangedSinceTheyReadIsTold(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owner := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	role := b.role(owner, "account", "team", narrow...)
	ann, bob := b.token(b.acme, b.one.ID, role), b.token(b.acme, b.one.ID, role)
	position := b.must(200, ask{path: b.sub("/contacts"), token: ann}).header.Get("Stream-Position")
	if _, mark, marked := strings.Cut(position, "-"); !marked || mark == "" {
		t.Fatalf("the position has no mark of the reach: %q", position)
	}
	b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: owner, body: `{"first_name":"Hers","owner_id":"` + b.person(ann) + `"}`})
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	if _, kind, _ := b.listenAt(ann, position).next(); kind != "contact.created" {
		t.Errorf("the same reach: %s", kind)
	}
	both := `{"name":"North","members":["` + b.person(ann) + `","` + b.person(bob) + `"]}`
	b.must(201, ask{method: "POST", path: b.sub("/teams"), token: owner, body: both})
	if _, kind, _ := b.listenAt(ann, position).next(); kind != "reach.changed" {
		t.Errorf("another reach: %s", kind)
	}
}
