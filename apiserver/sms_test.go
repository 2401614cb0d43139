package apiserver_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the carrier signs with an HMAC over it
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/access"
)

// signed is a webhook as the carrier sends it, signed over the public address
// (https://www.twilio.com/docs/usage/security#validating-requests).
func (b *bench) signed(path string, form url.Values, token string) ask {
	b.t.Helper()
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(webhookURL + path))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		mac.Write([]byte(name + form.Get(name)))
	}
	signature := base64.StdEncoding.EncodeToString(mac.Sum(nil))
	return ask{
		method: http.MethodPost, host: "internal.example", path: path, body: form.Encode(),
		header: map[string]string{"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature},
	}
}

func (b *bench) inbound() string { return "/webhooks/twilio/" + b.one.ID.String() + "/messages" }

func (b *bench) receive(sid, from, body string) answer {
	b.t.Helper()
	return b.must(200, b.signed(b.inbound(), url.Values{"MessageSid": {sid}, "From": {from}, "To": {"+14155550100"}, "Body": {body}}, carrierToken))
}

func TestATextThatComesInIsAThreadToAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	twiml := b.receive("SM1", "+14155552671", "Do you have cake?")
	if !strings.Contains(twiml.text, "<Response></Response>") || twiml.header.Get("Content-Type") != "text/xml; charset=utf-8" {
		t.Errorf("got %s", twiml.text)
	}
	b.receive("SM1", "+14155552671", "Do you have cake?") // the carrier asks twice
	threads := b.must(200, ask{path: b.sub("/conversations?unread=true"), token: token}).items()
	if len(threads) != 1 {
		t.Fatalf("%d threads", len(threads))
	}
	thread := threads[0].(map[string]any)
	if thread["unread"] != 1.0 || thread["last_message"].(map[string]any)["body"] != "Do you have cake?" {
		t.Errorf("got %v", thread)
	}
	path := b.sub("/conversations/" + thread["id"].(string))
	seen := b.must(200, ask{path: path, token: token}).header.Get("ETag")
	b.must(200, ask{method: "PATCH", path: path, token: token, body: `{"read":true}`, header: map[string]string{"If-Match": seen}})
	b.must(412, ask{method: "PATCH", path: path, token: token, body: `{"status":"resolved"}`, header: map[string]string{"If-Match": seen}})
	who := thread["contact"].(map[string]any)["id"].(string)
	sent := b.must(201, ask{method: "POST", path: b.sub("/messages"), token: token, body: `{"contact_id":"` + who + `","channel":"sms","body":"Plenty!"}`})
	if sent.str("status") != "queued" || sent.str("to") != "+14155552671" || sent.str("from") != "+14155550100" {
		t.Errorf("got %s", sent.text)
	}
	messages := b.must(200, ask{path: path + "/messages", token: token}).items()
	if len(messages) != 2 || messages[0].(map[string]any)["id"] != sent.str("id") {
		t.Errorf("got %v", messages)
	}
	if a := b.do(ask{method: "POST", path: b.sub("/messages/" + sent.str("id") + "/retry"), token: token}); a.code() != "message.not_retriable" {
		t.Errorf("got %s", a.text)
	}
	b.must(200, ask{method: "PATCH", path: path, token: token, body: `{"status":"resolved"}`})
	if n := len(b.must(200, ask{path: b.sub("/conversations"), token: token}).items()); n != 0 {
		t.Errorf("%d are still open", n)
	}
}

func TestAfterSTOPNothingGoesOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	b.receive("SM1", "+14155552671", "STOP")
	found := b.must(200, ask{path: b.sub("/contacts"), token: token}).items()[0].(map[string]any)
	if found["opted_out"] != true {
		t.Errorf("got %v", found)
	}
	held := b.must(201, ask{method: "POST", path: b.sub("/messages"), token: token, body: `{"contact_id":"` + found["id"].(string) + `","channel":"sms","body":"Sale!"}`})
	if held.str("status") != "held" || held.json["reason"].(map[string]any)["rule"] != "opt_out" {
		t.Errorf("got %s", held.text)
	}
}

func TestOnlyTheCarriersOwnWordIsTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	form := url.Values{"MessageSid": {"SM1"}, "From": {"+14155552671"}, "To": {"+14155550100"}, "Body": {"Hello"}}
	unsigned := b.signed(b.inbound(), form, carrierToken)
	delete(unsigned.header, "X-Twilio-Signature")
	tampered := b.signed(b.inbound(), form, carrierToken)
	tampered.body = strings.Replace(tampered.body, "Hello", "Howdy", 1)
	large := b.signed(b.inbound(), url.Values{"Body": {strings.Repeat("a", 1<<20)}}, carrierToken)
	asJSON := b.signed(b.inbound(), form, carrierToken)
	asJSON.header["Content-Type"] = "application/json"
	broken := b.signed(b.inbound(), form, carrierToken)
	broken.body = "Body=%zz"
	status := "/webhooks/twilio/" + b.one.ID.String() + "/status/"
	news := url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"delivered"}}
	for name, tc := range map[string]struct {
		ask    ask
		status int
		code   string
	}{
		"signed with another token":          {b.signed(b.inbound(), form, "another"), 403, "sms.signature_invalid"},
		"not signed":                         {unsigned, 403, "sms.signature_invalid"},
		"changed on its way":                 {tampered, 403, "sms.signature_invalid"},
		"a sub-account without a carrier":    {b.signed("/webhooks/twilio/"+b.two.ID.String()+"/messages", form, carrierToken), 403, "sms.signature_invalid"},
		"a sub-account that never was":       {b.signed("/webhooks/twilio/"+uuid.NewString()+"/messages", form, carrierToken), 404, "webhook.unknown"},
		"no id":                              {b.signed("/webhooks/twilio/x/messages", form, carrierToken), 404, "webhook.unknown"},
		"an oversized form":                  {large, 413, "request.too_large"},
		"JSON":                               {asJSON, 422, "webhook.form"},
		"a form that is broken":              {broken, 422, "webhook.form"},
		"fields that are missing":            {b.signed(b.inbound(), url.Values{"Body": {"x"}}, carrierToken), 422, "sms.webhook_invalid"},
		"news of a message that is not ours": {b.signed(status+uuid.NewString()+"?attempt=1", news, carrierToken), 404, ""},
		"news, forged":                       {b.signed(status+uuid.NewString()+"?attempt=1", news, "another"), 403, "sms.signature_invalid"},
		"a webhook that does not exist":      {b.signed("/webhooks/other", form, carrierToken), 404, "route.unknown"},
	} {
		if a := b.do(tc.ask); a.status != tc.status || tc.code != "" && a.code() != tc.code {
			t.Errorf("%s: got %d %s, want %d %s", name, a.status, a.text, tc.status, tc.code)
		}
	}
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	if n := len(b.must(200, ask{path: b.sub("/conversations?status=all"), token: token}).items()); n != 0 {
		t.Errorf("%d threads were written", n)
	}
}
