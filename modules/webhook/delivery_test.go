package webhook_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/outbound"
)

func TestAnEventIsDeliveredWithItsHeaders(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, secret := d.subscribe(m.URL+"/hooks", "contact.*")
	subject := uuid.New()
	d.happens(d.one, "contact.updated", subject, 7)
	d.work()
	calls := m.taken()
	if len(calls) != 1 {
		t.Fatalf("%d calls", len(calls))
	}
	var body struct {
		Type, Timestamp string
		APIVersion      string    `json:"api_version"`
		SubAccount      uuid.UUID `json:"sub_account_id"`
		Sequence        int
		Subject         struct{ ID uuid.UUID }
		Actor           map[string]string
		Data            json.RawMessage
	}
	d.ok(json.Unmarshal([]byte(calls[0].body), &body))
	if body.Type != "contact.updated" || body.Timestamp != "2026-11-23T09:00:00Z" || body.APIVersion != "v1" || body.Sequence != 2 ||
		body.SubAccount != d.one.SubAccount || body.Subject.ID != subject || string(body.Data) != `{"after":{"n":7}}` {
		t.Errorf("got %s", calls[0].body)
	}
	if diff := cmp.Diff(map[string]string{"kind": "person", "id": "1", "name": "Ada"}, body.Actor); diff != "" {
		t.Error(diff)
	}
	h := calls[0].header
	log := d.log(s, webhook.Succeeded)
	if len(log) != 1 || h.Get("Webhook-Id") != log[0].MessageID() || h.Get("Webhook-Timestamp") != "1795424400" || h.Get("Content-Type") != "application/json" {
		t.Errorf("got %v, %+v", h, log)
	}
	if want := signature(t, secret, h, calls[0].body); h.Get("Webhook-Signature") != want {
		t.Errorf("got %s, want %s", h.Get("Webhook-Signature"), want)
	}
	_, attempts, err := d.service.Delivery(d.ctx(d.one), s.ID, log[0].ID)
	d.ok(err)
	if len(attempts) != 1 || *attempts[0].Status != 200 || !strings.Contains(attempts[0].Request, "webhook-signature: 1 (not kept)") {
		t.Errorf("got %+v", attempts)
	}
}

func TestOnlyWhatWasAskedForIsDelivered(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		kinds []string
		kind  string
		want  int
	}{
		"the kind itself":           {[]string{"contact.updated"}, "contact.updated", 1},
		"another kind":              {[]string{"contact.created"}, "contact.updated", 0},
		"all of the noun":           {[]string{"contact.*"}, "contact.updated", 1},
		"all of a noun below":       {[]string{"contact.*"}, "contact.note.added", 1},
		"a noun that begins alike":  {[]string{"contact.*"}, "contacts.updated", 0},
		"everything":                {[]string{"*"}, "anything.at.all", 1},
		"twice over, and still one": {[]string{"*", "contact.*", "contact.updated"}, "contact.updated", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := newDock(t), newMailbox(t)
			s, _ := d.subscribe(m.URL, tc.kinds...)
			d.process(d.one)
			own := len(d.log(s, ""))
			d.happens(d.one, tc.kind, uuid.New(), 1)
			d.happens(d.two, tc.kind, uuid.New(), 2)
			if got := len(d.log(s, "")) - own; got != tc.want {
				t.Errorf("got %d deliveries", got)
			}
		})
	}
}

func TestARecordsEventsComeInOrderAndOthersGoOn(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, _ := d.subscribe(m.URL, "contact.*")
	stuck, free := uuid.New(), uuid.New()
	m.answers(func(n int, g got, w http.ResponseWriter) {
		if g.seq == 1 && n < 5 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	d.happens(d.one, "contact.updated", stuck, 1)
	d.happens(d.one, "contact.updated", stuck, 2)
	d.happens(d.one, "contact.updated", free, 10)
	d.happens(d.one, "contact.updated", stuck, 3)
	d.happens(d.one, "contact.updated", free, 11)
	d.work()
	if diff := cmp.Diff([]float64{1, 10, 11}, m.numbers()); diff != "" {
		t.Errorf("while the first fails: %s", diff)
	}
	if waiting := d.log(s, webhook.Waiting); len(waiting) != 2 {
		t.Errorf("%d wait", len(waiting))
	}
	d.pass(time.Minute, 5*time.Second)
	if diff := cmp.Diff([]float64{1, 10, 11, 1, 1, 2, 3}, m.numbers()); diff != "" {
		t.Errorf("when it goes again: %s", diff)
	}
	if open := len(d.log(s, webhook.Waiting)) + len(d.log(s, webhook.Pending)); open > 0 {
		t.Errorf("%d are still open", open)
	}
}

func TestEveryFailureIsTriedAgain(t *testing.T) {
	t.Parallel()
	drop := func(_ int, _ got, w http.ResponseWriter) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	status := func(code int) func(int, got, http.ResponseWriter) {
		return func(_ int, _ got, w http.ResponseWriter) {
			w.Header().Set("Location", "http://127.0.0.1:1/inside")
			w.WriteHeader(code)
		}
	}
	for name, tc := range map[string]struct {
		answer func(int, got, http.ResponseWriter)
		want   string
	}{
		"bad request":             {status(400), "It answered 400; only 2xx means that it was taken."},
		"not found":               {status(404), "It answered 404; only 2xx means that it was taken."},
		"gone":                    {status(410), "It answered 410; only 2xx means that it was taken."},
		"too many":                {status(429), "It answered 429; only 2xx means that it was taken."},
		"an error of its own":     {status(500), "It answered 500; only 2xx means that it was taken."},
		"a redirect, to loopback": {status(307), "It answered with a redirect (307), which is never followed. Give the final address."},
		"no answer":               {drop, "The connection was closed without an answer."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, m := newDock(t), newMailbox(t)
			s, _ := d.subscribe(m.URL, "contact.*")
			m.answers(tc.answer)
			d.happens(d.one, "contact.updated", uuid.New(), 1)
			d.work()
			open := d.log(s, webhook.Pending)
			if len(open) != 1 || open[0].LastError != tc.want || !open[0].NextAt.After(d.clock.Now()) || d.get(s.ID).State() != "failing" {
				t.Fatalf("got %+v", open)
			}
			m.answers(nil)
			d.pass(15*time.Second, 5*time.Second)
			if done := d.log(s, webhook.Succeeded); len(done) != 1 || done[0].Attempts != 2 || d.get(s.ID).State() != "active" {
				t.Errorf("got %+v", done)
			}
		})
	}
}

// TestATargetInsideIsNotCalled: it is refused when it is typed, and again when it
// is called, as it may have led elsewhere before.
func TestATargetInsideIsNotCalled(t *testing.T) {
	t.Parallel()
	inside := newMailbox(t)
	d := newDock(t)
	s, _ := d.subscribe(inside.URL, "contact.*")
	strict := newStrict(t, d)
	d.happens(d.one, "contact.updated", uuid.New(), 1)
	d.service = strict
	d.work()
	if log := d.log(s, webhook.Pending); len(log) != 1 || log[0].LastError != "Plain HTTP is refused: give an address that begins with https://." || len(inside.taken()) > 0 {
		t.Errorf("got %+v; the inside took %d calls", log, len(inside.taken()))
	}
	for _, url := range []string{"https://169.254.169.254/latest", "https://127.0.0.1/", "https://[::1]/", "https://10.0.0.1/", "http://example.com/", "https://example.com:22/"} {
		if _, _, err := strict.Create(d.ctx(d.one), webhook.Input{URL: url, Kinds: []string{"*"}}); err == nil || !strings.Contains(err.Error(), "[url:") {
			t.Errorf("%s: got %v", url, err)
		}
	}
}

func newStrict(t *testing.T, d *dock) *webhook.Service {
	t.Helper()
	p := d.service.Parts
	p.Caller = outbound.New(outbound.Options{})
	return webhook.New(p)
}

// TestAfterACrashTheSameMessageComesAgain kills the worker between the call and
// its record.
func TestAfterACrashTheSameMessageComesAgain(t *testing.T) {
	t.Parallel()
	d, m := newDock(t), newMailbox(t)
	s, _ := d.subscribe(m.URL, "contact.*")
	subject := uuid.New()
	d.happens(d.one, "contact.updated", subject, 1)
	d.happens(d.one, "contact.updated", subject, 2)
	ctx, kill := context.WithCancel(d.ctx(d.one))
	p := d.service.Parts
	p.Caller = dying{p.Caller, kill}
	whole := d.service
	d.service = webhook.New(p)
	for kind, payload, ok := d.take(); ok; kind, payload, ok = d.take() {
		_ = d.run(ctx, kind, payload)
	}
	d.service = whole
	if n := len(m.taken()); n != 1 {
		t.Fatalf("%d calls before the crash", n)
	}
	d.ok(d.service.Pump(d.ctx(d.one), webhook.PumpJob{SubscriptionID: s.ID})) // the job, in another worker's hands
	if n := len(m.taken()); n != 1 {
		t.Fatalf("it was called again while the first worker may still be at it: %d", n)
	}
	d.pass(2*time.Minute, 10*time.Second)
	calls := m.taken()
	if diff := cmp.Diff([]float64{1, 1, 2}, m.numbers()); diff != "" {
		t.Fatal(diff)
	}
	if a, b := calls[0], calls[1]; a.body != b.body || a.header.Get("Webhook-Id") != b.header.Get("Webhook-Id") ||
		a.header.Get("Webhook-Timestamp") == b.header.Get("Webhook-Timestamp") {
		t.Errorf("the second call is another message:\n%v\n%v", a, b)
	}
	log := d.log(s, webhook.Succeeded)
	_, attempts, err := d.service.Delivery(d.ctx(d.one), s.ID, log[1].ID)
	d.ok(err)
	if len(attempts) != 2 || attempts[1].FinishedAt != nil || attempts[0].FinishedAt == nil {
		t.Errorf("got %+v", attempts)
	}
}

// dying ends its worker when an answer is there.
type dying struct {
	webhook.Caller
	kill func()
}

func (d dying) Do(r *http.Request) (*http.Response, error) {
	res, err := d.Caller.Do(r)
	d.kill()
	return res, err
}

func TestATargetHasFewCallsAtOnceAndOneWhileItFails(t *testing.T) {
	t.Parallel()
	d, slow := newDock(t), newMailbox(t)
	s, _ := d.subscribe(slow.URL, "contact.*")
	slots := func() (n int) {
		d.ok(d.tenants.InTenant(d.ctx(d.one), func(tx pgx.Tx) error {
			return tx.QueryRow(t.Context(), `select count(*) from job where kind = 'webhook.pump'`).Scan(&n)
		}))
		return n
	}
	most := 0
	slow.answers(func(n int, _ got, _ http.ResponseWriter) { most = max(most, slots()+1) })
	for n := range 12 {
		d.happens(d.one, "contact.updated", uuid.New(), n)
	}
	d.work()
	if most < 2 || most > webhook.Slots || len(d.log(s, webhook.Succeeded)) != 12 {
		t.Errorf("%d pumps at once, %d delivered", most, len(d.log(s, webhook.Succeeded)))
	}
	slow.status(500)
	d.happens(d.one, "contact.updated", uuid.New(), 0)
	d.work() // fails: from now on it has one
	most = 0
	slow.answers(func(_ int, _ got, w http.ResponseWriter) {
		most = max(most, slots()+1)
		w.WriteHeader(500)
	})
	for n := range 12 {
		d.happens(d.one, "contact.updated", uuid.New(), n)
	}
	d.work()
	if most != 1 {
		t.Errorf("%d pumps at once for a target that fails", most)
	}
}
