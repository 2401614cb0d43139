package webhook_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// signature is what a receiver computes, written down independently.
func signature(t *testing.T, secret string, h http.Header, body string) string {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, key)
	_, _ = fmt.Fprintf(mac, "%s.%s.%s", h.Get("Webhook-Id"), h.Get("Webhook-Timestamp"), body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func TestTwoSecretsAreValidWhileOneIsChanged(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, first := d.subscribe(m.URL, "contact.*")
	if after, _, err := d.service.Rotate(d.ctx(d.one), s.ID, 8*24*time.Hour); err == nil {
		t.Errorf("an overlap of eight days: %+v", after)
	}
	after, second, err := d.service.Rotate(d.ctx(d.one), s.ID, 24*time.Hour)
	d.ok(err)
	if after.FormerUntil == nil || !after.FormerUntil.Equal(start.Add(24*time.Hour)) || after.Version != 2 || first == second {
		t.Errorf("got %+v", after)
	}
	last := func() (http.Header, string) {
		d.happens(d.one, "contact.updated", uuid.New(), 1)
		d.work()
		calls := m.taken()
		g := calls[len(calls)-1]
		return g.header, g.body
	}
	h, body := last()
	if want := signature(t, second, h, body) + " " + signature(t, first, h, body); h.Get("Webhook-Signature") != want {
		t.Errorf("within the overlap: got %s", h.Get("Webhook-Signature"))
	}
	d.clock.Advance(24*time.Hour + time.Second)
	h, body = last()
	if want := signature(t, second, h, body); h.Get("Webhook-Signature") != want || d.get(s.ID).FormerUntil != nil {
		t.Errorf("after it: got %s", h.Get("Webhook-Signature"))
	}
	_, third, err := d.service.Rotate(d.ctx(d.one), s.ID, 0)
	d.ok(err)
	h, body = last()
	if want := signature(t, third, h, body); h.Get("Webhook-Signature") != want {
		t.Errorf("without an overlap: got %s", h.Get("Webhook-Signature"))
	}
}

func TestADayOfFailingSwitchesItOff(t *testing.T) {
	t.Parallel()
	d, m, other := newDock(t), newMailbox(t), newMailbox(t)
	s, _ := d.subscribe(m.URL, "contact.*")
	watch, _ := d.subscribe(other.URL, "webhook.*")
	m.status(503)
	subject := uuid.New()
	d.happens(d.one, "contact.updated", subject, 1)
	d.happens(d.one, "contact.updated", subject, 2)
	d.work()
	d.pass(23*time.Hour, 30*time.Minute)
	if now := d.get(s.ID); now.State() != "failing" || !now.FailingSince.Equal(start) {
		t.Fatalf("after 23 hours: %+v", now)
	}
	d.pass(2*time.Hour, 10*time.Minute)
	now := d.get(s.ID)
	if now.State() != "disabled" || now.DisabledReason != webhook.ByFailing || now.DisabledAt == nil {
		t.Fatalf("after a day: %+v", now)
	}
	if failed := d.log(s, webhook.Failed); len(failed) != 2 || failed[0].LastError != "The webhook was switched off." || failed[1].Attempts < 20 {
		t.Errorf("got %+v", failed)
	}
	d.process(d.one)
	d.work()
	told := false
	for _, g := range other.taken() {
		told = told || strings.Contains(g.body, `"type":"webhook.disabled"`)
	}
	if !told || len(d.log(watch, webhook.Failed)) > 0 {
		t.Errorf("nobody was told: %v", other.taken())
	}
	before := len(m.taken())
	d.happens(d.one, "contact.updated", subject, 3)
	d.work()
	if len(m.taken()) != before {
		t.Error("it is still called")
	}
	if _, _, err := d.service.ReplayFailed(d.ctx(d.one), s.ID, start); !fault.Is(err, fault.Conflict) {
		t.Errorf("a replay while it is off: %v", err)
	}
	m.answers(nil)
	on := true
	_, err := d.service.Update(d.ctx(d.one), webhook.UpdateInput{ID: s.ID, Version: now.Version, Enabled: &on})
	d.ok(err)
	replayed, left, err := d.service.ReplayFailed(d.ctx(d.one), s.ID, start)
	d.ok(err)
	d.work()
	if numbers := m.numbers()[before:]; replayed != 2 || left != 0 || len(numbers) != 2 || numbers[0] != 1 || numbers[1] != 2 || d.get(s.ID).State() != "active" {
		t.Errorf("replayed %d, left %d: %v", replayed, left, numbers)
	}
}

func TestAPoisonedRecordIsGivenUpAndTheNextOneComes(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, _ := d.subscribe(m.URL, "contact.*")
	m.answers(func(_ int, g got, w http.ResponseWriter) {
		if g.seq == 1 {
			w.WriteHeader(422)
		}
	})
	poisoned := uuid.New()
	d.happens(d.one, "contact.updated", poisoned, 1)
	d.happens(d.one, "contact.updated", poisoned, 2)
	d.work()
	for range 26 { // others go well meanwhile, so it is not switched off
		d.happens(d.one, "contact.updated", uuid.New(), 9)
		d.work()
		d.pass(time.Hour, 10*time.Minute)
	}
	failed := d.log(s, webhook.Failed)
	if len(failed) != 1 || failed[0].FinishedAt.Before(start.Add(webhook.RetryFor)) || len(d.log(s, webhook.Waiting)) > 0 || !d.get(s.ID).Enabled {
		t.Fatalf("got %+v", failed)
	}
	m.answers(nil)
	again, err := d.service.Replay(d.ctx(d.one), s.ID, failed[0].ID)
	d.ok(err)
	if again.State != webhook.Pending || again.MessageID() != failed[0].MessageID() {
		t.Errorf("got %+v", again)
	}
	if _, err := d.service.Replay(d.ctx(d.one), s.ID, failed[0].ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("a replay of what is open: %v", err)
	}
	d.work()
	if now := d.log(s, webhook.Failed); len(now) > 0 {
		t.Errorf("got %+v", now)
	}
}

func TestAPingGoesOutOnceAlsoWhenItIsOff(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, _ := d.subscribe(m.URL, "contact.*")
	off := false
	_, err := d.service.Update(d.ctx(d.one), webhook.UpdateInput{ID: s.ID, Enabled: &off})
	d.ok(err)
	m.status(500)
	ping, err := d.service.Ping(d.ctx(d.one), s.ID)
	d.ok(err)
	d.work()
	d.pass(time.Hour, time.Minute)
	got, _, err := d.service.Delivery(d.ctx(d.one), s.ID, ping.ID)
	d.ok(err)
	if len(m.taken()) != 1 || got.State != webhook.Failed || *got.LastStatus != 500 || d.get(s.ID).FailingSince != nil {
		t.Errorf("%d calls, %+v", len(m.taken()), got)
	}
}

func TestInputIsRefusedWhole(t *testing.T) {
	t.Parallel()
	d := newDock(t)
	for name, tc := range map[string]struct {
		in    webhook.Input
		paths string
	}{
		"nothing":        {webhook.Input{}, "url events"},
		"a bad kind":     {webhook.Input{URL: "https://example.com", Kinds: []string{"contact.created", "Contact Updated"}}, "events[1]"},
		"half a pattern": {webhook.Input{URL: "https://example.com", Kinds: []string{"contact*"}}, "events[0]"},
		"no such kind":   {webhook.Input{URL: "https://example.com", Kinds: []string{"contact.exploded", "contact.*", "nothing.*"}}, "events[0] events[2]"},
		"a test alone":   {webhook.Input{URL: "https://example.com", Kinds: []string{"webhook.ping"}}, "events[0]"},
		"a fragment":     {webhook.Input{URL: "https://example.com/#a", Kinds: []string{"*"}}, "url"},
		"all wrong":      {webhook.Input{URL: "ftp://x", Description: strings.Repeat("x", 201), Kinds: nil}, "description events url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := d.service.Create(d.ctx(d.one), tc.in)
			f, ok := fault.As(err)
			if !ok || f.Code != fault.Invalid {
				t.Fatalf("got %v", err)
			}
			var paths []string
			for _, field := range f.Fields {
				paths = append(paths, field.Path)
			}
			if got := strings.Join(paths, " "); got != tc.paths {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestASubAccountHasTwentyAtMost(t *testing.T) {
	t.Parallel()
	d := newDock(t)
	for range webhook.MaxSubscriptions {
		d.subscribe("https://example.com", "*")
	}
	if _, _, err := d.service.Create(d.ctx(d.one), webhook.Input{URL: "https://example.com", Kinds: []string{"*"}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v", err)
	}
	if _, _, err := d.service.Create(d.ctx(d.two), webhook.Input{URL: "https://example.com", Kinds: []string{"*"}}); err != nil {
		t.Errorf("another sub-account: %v", err)
	}
}

func TestAnEditOfWhatIsStaleIsRefused(t *testing.T) {
	t.Parallel()
	d := newDock(t)
	s, _ := d.subscribe("https://example.com", "*")
	text := "Warehouse"
	after, err := d.service.Update(d.ctx(d.one), webhook.UpdateInput{ID: s.ID, Version: 1, Description: &text})
	d.ok(err)
	same, err := d.service.Update(d.ctx(d.one), webhook.UpdateInput{ID: s.ID, Description: &text})
	d.ok(err)
	if after.Version != 2 || same.Version != 2 {
		t.Errorf("versions %d, %d", after.Version, same.Version)
	}
	if _, err := d.service.Update(d.ctx(d.one), webhook.UpdateInput{ID: s.ID, Version: 1, Description: &text}); !fault.Is(err, fault.Stale) {
		t.Errorf("an update: %v", err)
	}
	if err := d.service.Delete(d.ctx(d.one), s.ID, 1); !fault.Is(err, fault.Stale) {
		t.Errorf("a deletion: %v", err)
	}
	for name, ctx := range map[string]context.Context{"another sub-account": d.ctx(d.two)} {
		if _, err := d.service.Get(ctx, s.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d.ok(d.service.Delete(d.ctx(d.one), s.ID, 2))
	if _, err := d.service.Get(d.ctx(d.one), s.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("after the deletion: %v", err)
	}
}
