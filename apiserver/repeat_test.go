package apiserver_test

import (
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestAPostUnderAKeyHappensOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	create := ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Maria"}`, header: map[string]string{"Idempotency-Key": "k"}}
	first, second := b.must(201, create), b.must(201, create)
	if first.text != second.text || second.header.Get("ETag") != `"1"` || second.header.Get("Idempotency-Replayed") != "true" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("got %s %v, then %s %v", first.text, first.header, second.text, second.header)
	}
	other := create
	other.body = `{"first_name":"Another"}`
	if a := b.do(other); a.status != 422 || a.code() != "idempotency.reused" {
		t.Errorf("got %d %s", a.status, a.text)
	}
	if n := len(b.must(200, ask{path: b.sub("/contacts"), token: token}).items()); n != 1 {
		t.Errorf("%d contacts", n)
	}
	refused := ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"phone":"1"}`, header: map[string]string{"Idempotency-Key": "refused"}}
	b.must(422, refused)
	refused.body = `{"first_name":"Now right"}`
	b.must(201, refused)
}

func TestAKeyOfTheAgencyIsMadeOnceUnderAKey(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	create := ask{
		method: "POST", path: "/api/v1/agency/api-keys", token: token, body: `{"name":"Sync","scopes":["contacts.read"]}`,
		header: map[string]string{"Idempotency-Key": "k"},
	}
	first, second := b.must(201, create), b.must(201, create)
	if first.str("key") == "" || first.str("key") != second.str("key") {
		t.Errorf("got %s, then %s", first.text, second.text)
	}
	if n := len(b.must(200, ask{path: "/api/v1/agency/api-keys", token: token}).items()); n != 1 {
		t.Errorf("%d keys", n)
	}
}

func TestManyRepeatsAtOnceHappenOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			a := b.do(ask{
				method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"Maria"}`,
				header: map[string]string{"Idempotency-Key": "k"},
			})
			if a.status != 201 && a.code() != "idempotency.in_progress" {
				t.Errorf("got %d %s", a.status, a.text)
			}
		})
	}
	all.Wait()
	if n := len(b.must(200, ask{path: b.sub("/contacts"), token: token}).items()); n != 1 {
		t.Errorf("%d contacts", n)
	}
}
