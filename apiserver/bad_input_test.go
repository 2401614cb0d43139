package apiserver_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// TestBadInputIsNamedWithItsMend holds every kind of bad input against a
// problem that says where it stands.
func TestBadInputIsNamedWithItsMend(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	contacts, contact := b.sub("/contacts"), b.sub("/contacts/"+uuid.NewString())
	for name, tc := range map[string]struct {
		ask    ask
		status int
		code   string
		fields []string
		says   string // somewhere in the answer
	}{
		"malformed JSON": {
			ask: ask{method: "POST", path: contacts, body: `{"first_name":`}, status: 400, code: "request.malformed", says: "character",
		},
		"JSON with something behind it": {
			ask: ask{method: "POST", path: contacts, body: `{} {}`}, status: 400, code: "request.malformed",
		},
		"JSON as deep as an attack": {
			ask: ask{method: "POST", path: contacts, body: strings.Repeat("[", 5000)}, status: 400, code: "request.malformed", says: "deep",
		},
		"JSON in other letters than UTF-8": {
			ask: ask{method: "POST", path: contacts, body: "{\"first_name\":\"J\xf6rg\"}"}, status: 400, code: "request.malformed", says: "UTF-8",
		},
		"half a character": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"\ud83d\ude00 \ud83d"}`},
			status: 400, code: "request.malformed", says: "lone surrogate",
		},
		"a name that stands twice": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"a","custom":{"first_name":1},"first\u005fname":"b"}`},
			status: 400, code: "request.malformed", says: "stands twice",
		},
		"a number beyond all": {
			ask: ask{method: "POST", path: contacts, body: `{"score":1e400}`}, status: 400, code: "request.malformed", says: "beyond what can be kept",
		},
		"a whole number with an exponent": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"a","score":1e3}`},
			status: 422, code: "request.invalid", fields: []string{"score"}, says: "It must be a whole number, without",
		},
		"a number beyond its bound": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"a","score":2000000}`},
			status: 422, code: "request.invalid", fields: []string{"score"}, says: "at most 1000000.",
		},
		"a parameter that comes twice": {
			ask: ask{path: contacts + "?q=a&q=b"}, status: 422, code: "request.invalid", fields: []string{"q"}, says: "once",
		},
		"a query that can't be read": {
			ask: ask{path: contacts + "?q=100%&limit=1"}, status: 422, code: "request.invalid", fields: []string{"query"}, says: "%25",
		},
		"a cursor of another list": {
			ask: ask{path: b.sub("/companies") + "?cursor=abc"}, status: 422, code: "cursor.invalid", fields: []string{"cursor"},
		},
		"a cursor of no list, and a limit": {
			ask:    ask{path: b.sub("/tasks") + "?cursor=abc&limit=0"},
			status: 422, code: "request.invalid", fields: []string{"limit"},
		},
		"a time that is none": {
			ask: ask{path: b.sub("/tasks") + "?due_from=2026-13-01"}, status: 422, code: "request.invalid", fields: []string{"due_from"}, says: "2026-01-31T12:00:00Z",
		},
		"no body": {
			ask: ask{method: "POST", path: contacts}, status: 400, code: "request.body_missing",
		},
		"a list instead of an object": {
			ask: ask{method: "POST", path: contacts, body: `[]`}, status: 422, code: "request.invalid", fields: []string{""}, says: "object",
		},
		"an unknown field": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"a","colour":"red"}`},
			status: 422, code: "request.invalid", fields: []string{"colour"}, says: "no such field",
		},
		"a field in other letters": {
			ask: ask{method: "POST", path: contacts, body: `{"Phone":"+14155552671"}`}, status: 422, code: "request.invalid", fields: []string{"Phone"},
		},
		"wrong types, all of them at once": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":1,"tags":["a",2],"owner_id":true}`},
			status: 422, code: "request.invalid", fields: []string{"first_name", "owner_id", "tags[1]"}, says: "text, in quotes",
		},
		"a text that is too long": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"` + strings.Repeat("a", 101) + `"}`},
			status: 422, code: "request.invalid", fields: []string{"first_name"}, says: "at most 100",
		},
		"a phone number that is none": {
			ask:    ask{method: "POST", path: contacts, body: `{"phone":"+1415"}`},
			status: 422, code: "contact.invalid", fields: []string{"phone"}, says: "+14155550123",
		},
		"an e-mail address that is none, and nothing else": {
			ask: ask{method: "POST", path: contacts, body: `{"email":"maria@"}`}, status: 422, code: "contact.invalid", fields: []string{"email"},
		},
		"an id in a body that is none": {
			ask:    ask{method: "POST", path: b.sub("/messages"), body: `{"contact_id":"7","channel":"sms","body":"hi"}`},
			status: 422, code: "request.invalid", fields: []string{"contact_id"}, says: "must be an id",
		},
		"fields that are missing": {
			ask:    ask{method: "POST", path: b.sub("/messages"), body: `{}`},
			status: 422, code: "request.invalid", fields: []string{"body", "channel", "contact_id"}, says: "required",
		},
		"a channel that does not exist": {
			ask:    ask{method: "POST", path: b.sub("/messages"), body: `{"contact_id":"` + uuid.NewString() + `","channel":"fax","body":"hi"}`},
			status: 422, code: "request.invalid", fields: []string{"channel"}, says: "one of: sms",
		},
		"an owner who does not work here": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"a","owner_id":"` + uuid.NewString() + `"}`},
			status: 422, code: "contact.invalid", fields: []string{"owner_id"},
		},
		"an id in a path that is none": {
			ask: ask{path: b.sub("/contacts/7")}, status: 422, code: "request.invalid", fields: []string{"contact"}, says: `"It must be an id, like`,
		},
		"a sub-account that is no id": {
			ask:    ask{path: "/api/v1/sub-accounts/acme/contacts"},
			status: 422, code: "request.invalid", fields: []string{"sub_account"}, says: "must be an id",
		},
		"an unknown query parameter": {
			ask: ask{path: contacts + "?page=2"}, status: 422, code: "request.invalid", fields: []string{"page"}, says: "no such parameter",
		},
		"a limit beyond the most": {
			ask: ask{path: contacts + "?limit=101"}, status: 422, code: "request.invalid", fields: []string{"limit"}, says: "at most 100",
		},
		"a limit that is no number": {
			ask: ask{path: contacts + "?limit=many"}, status: 422, code: "request.invalid", fields: []string{"limit"}, says: "whole number",
		},
		"an order that does not exist": {
			ask: ask{path: contacts + "?sort=age"}, status: 422, code: "request.invalid", fields: []string{"sort"}, says: "one of: name, -name",
		},
		"an ETag without its quotes": {
			ask:    ask{method: "PATCH", path: contact, body: `{}`, header: map[string]string{"If-Match": "3"}},
			status: 422, code: "request.invalid", fields: []string{"If-Match"}, says: "quotes",
		},
		"an Idempotency-Key that can't be kept": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"a"}`, header: map[string]string{"Idempotency-Key": strings.Repeat("k", 256)}},
			status: 422, code: "request.invalid", fields: []string{"Idempotency-Key"},
		},
		"a body of another type": {
			ask:    ask{method: "POST", path: contacts, body: `first_name=a`, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
			status: 415, code: "request.media_type",
		},
		"an oversized body": {
			ask:    ask{method: "POST", path: contacts, body: `{"first_name":"` + strings.Repeat("a", 1<<20) + `"}`},
			status: 413, code: "request.too_large", says: "1 MiB",
		},
		"an address that is none": {ask: ask{path: "/api/v1/contact"}, status: 404, code: "route.unknown"},
		"a method that it does not take": {
			ask: ask{method: "PUT", path: contacts, body: `{}`}, status: 405, code: "route.method",
		},
		"a host that nobody owns": {
			ask: ask{host: "nobody.example", path: "/api/v1/session"}, status: 404, code: "host.unknown",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tc.ask.token = token
			a := b.do(tc.ask)
			if a.status != tc.status || a.code() != tc.code || !strings.Contains(a.text, tc.says) {
				t.Fatalf("got %d %s, want %d %s saying %q", a.status, a.text, tc.status, tc.code, tc.says)
			}
			if kind := a.header.Get("Content-Type"); kind != "application/problem+json" {
				t.Errorf("it is %s", kind)
			}
			if a.str("request_id") == "" || a.str("request_id") != a.header.Get("X-Request-Id") {
				t.Errorf("the request is not named: %s", a.text)
			}
			if diff := cmp.Diff(tc.fields, slices.Sorted(maps.Keys(a.fields()))); diff != "" {
				t.Errorf("fields (-want +got):\n%s\n%s", diff, a.text)
			}
		})
	}
	if n := len(b.must(http.StatusOK, ask{path: contacts, token: token}).items()); n != 0 {
		t.Errorf("bad input left %d contacts", n)
	}
}

func TestAWrongMethodIsToldTheRightOnes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a := b.do(ask{method: "PUT", path: b.sub("/contacts")})
	if diff := cmp.Diff([]string{"GET", "POST"}, a.header.Values("Allow")); diff != "" {
		t.Error(diff)
	}
}
