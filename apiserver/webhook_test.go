package apiserver_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

func TestAWebhookFromItsMakingToItsEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountAdmin)
	made := b.must(201, ask{
		method: "POST", path: b.sub("/webhooks"), token: token, body: `{"url":"https://example.com/h","events":["contact.*"]}`,
		header: map[string]string{"Idempotency-Key": "k"},
	})
	again := b.must(201, ask{
		method: "POST", path: b.sub("/webhooks"), token: token, body: `{"url":"https://example.com/h","events":["contact.*"]}`,
		header: map[string]string{"Idempotency-Key": "k"},
	})
	if secret := made.str("secret"); !strings.HasPrefix(secret, "whsec_") || again.str("secret") != secret {
		t.Errorf("got %s, then %s", made.text, again.text)
	}
	hook := b.sub("/webhooks/" + made.str("id"))
	if read := b.must(200, ask{path: hook, token: token}); read.str("secret") != "" || read.str("state") != "active" {
		t.Errorf("got %s", read.text)
	}
	patched := b.must(200, ask{
		method: "PATCH", path: hook, token: token, body: `{"enabled":false}`, header: map[string]string{"If-Match": made.header.Get("ETag")},
	})
	if patched.str("state") != "disabled" || patched.str("disabled_reason") != "person" || patched.header.Get("ETag") != `"2"` {
		t.Errorf("got %s", patched.text)
	}
	b.must(412, ask{method: "PATCH", path: hook, token: token, body: `{"enabled":true}`, header: map[string]string{"If-Match": `"1"`}})
	b.must(409, ask{method: "POST", path: hook + "/replay", token: token, body: `{"since":"2026-01-01T00:00:00Z"}`})
	b.must(200, ask{method: "PATCH", path: hook, token: token, body: `{"enabled":true}`})
	rotated := b.must(200, ask{method: "POST", path: hook + "/secret", token: token, body: `{"overlap_hours":24}`})
	if rotated.str("secret") == made.str("secret") || rotated.str("previous_secret_until") == "" {
		t.Errorf("got %s", rotated.text)
	}
	b.createContact(token, "Maria")
	if _, err := b.consumer.Once(t.Context(), b.one.ID); err != nil {
		t.Fatal(err)
	}
	ping := b.must(201, ask{method: "POST", path: hook + "/ping", token: token})
	list := b.must(200, ask{path: hook + "/deliveries?state=pending", token: token})
	if len(list.items()) != 2 || !strings.Contains(list.text, ping.str("id")) || !strings.Contains(list.text, `"event":"contact.created"`) {
		t.Errorf("got %s", list.text)
	}
	one := b.must(200, ask{path: hook + "/deliveries/" + ping.str("id"), token: token})
	if !strings.Contains(one.text, `"type":"webhook.ping"`) {
		t.Errorf("got %s", one.text)
	}
	b.must(409, ask{method: "POST", path: hook + "/deliveries/" + ping.str("id") + "/replay", token: token})
	b.must(204, ask{method: "DELETE", path: hook, token: token})
	b.must(404, ask{path: hook + "/deliveries", token: token})
}

func TestAWebhookToTheInsideIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, uuid.Nil, access.AgencyOwner)
	for _, url := range []string{"https://169.254.169.254/latest/meta-data", "https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "http://example.com/"} {
		a := b.do(ask{method: "POST", path: b.sub("/webhooks"), token: token, body: `{"url":"` + url + `","events":["*"]}`})
		if a.status != 422 || a.code() != "webhook.invalid" || !strings.Contains(a.text, `"path":"url"`) && !strings.Contains(a.text, `"field":"url"`) {
			t.Errorf("%s: got %d %s", url, a.status, a.text)
		}
	}
}
