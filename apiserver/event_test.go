package apiserver_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// listener reads a stream.
type listener struct {
	b     *bench
	res   *http.Response
	lines *bufio.Scanner
}

func (b *bench) listen(token, lastID string) *listener {
	b.t.Helper()
	return b.listenTo(token, b.sub("/events"), lastID)
}

func (b *bench) listenTo(token, path, lastID string) *listener {
	b.t.Helper()
	q := ask{path: path, token: token, header: map[string]string{"Accept": "text/event-stream"}}
	if lastID != "" {
		q.header["Last-Event-ID"] = lastID
	}
	res, err := b.server.Client().Do(b.request(q))
	b.ok(err)
	b.t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		why, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
		b.t.Fatalf("got %d %s %s", res.StatusCode, res.Header.Get("Content-Type"), why)
	}
	return &listener{b: b, res: res, lines: bufio.NewScanner(res.Body)}
}

// next gives the id, the kind and the data of the next event; "" at the end.
func (l *listener) next() (id, kind string, data apiserver.StreamedEvent) {
	l.b.t.Helper()
	for l.lines.Scan() {
		name, value, _ := strings.Cut(l.lines.Text(), ": ")
		switch {
		case name == "id":
			id = value
		case name == "event":
			kind = value
		case name == "data":
			l.b.ok(json.Unmarshal([]byte(value), &data))
		case l.lines.Text() == "" && kind != "":
			return id, kind, data
		}
	}
	return "", "", data
}

func (b *bench) createContact(token, name string) {
	b.t.Helper()
	b.must(201, ask{method: "POST", path: b.sub("/contacts"), token: token, body: `{"first_name":"` + name + `"}`})
	_, err := b.consumer.Once(b.t.Context(), b.one.ID)
	b.ok(err)
}

func TestAStreamTellsWhatHappensAndFillsItsGap(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	live := b.listen(token, "")
	b.createContact(token, "Maria")
	id, kind, data := live.next()
	if id != "1" || kind != "contact.created" || data.SubjectKind != "contact" || !strings.Contains(string(data.Payload), `"first_name":"Maria"`) && !strings.Contains(string(data.Payload), `"first_name": "Maria"`) {
		t.Errorf("got %s %s %s", id, kind, data.Payload)
	}
	b.createContact(token, "Ada")
	if id, _, _ := live.next(); id != "2" {
		t.Errorf("got %s", id)
	}
	late := b.listen(token, "1")
	if id, _, _ := late.next(); id != "2" {
		t.Errorf("the gap was not filled: %s", id)
	}
	all := b.listen(token, "0")
	for _, want := range []string{"1", "2"} {
		if id, _, _ := all.next(); id != want {
			t.Errorf("got %s, want %s", id, want)
		}
	}
	b.must(422, ask{path: b.sub("/events"), token: token, header: map[string]string{"Last-Event-ID": "x"}})
}

// ends tells whether the stream is over, without an error, before its next event.
func (l *listener) ends() bool {
	l.b.t.Helper()
	id, _, _ := l.next()
	return id == "" && l.lines.Err() == nil
}

// until scans to a line.
func (l *listener) until(line string) {
	l.b.t.Helper()
	for l.lines.Scan() {
		if strings.HasPrefix(l.lines.Text(), line) {
			return
		}
	}
	l.b.t.Fatalf("the stream ended before %q: %v", line, l.lines.Err())
}

func TestAStreamThatEndsWithItsServerSaysWhenToComeBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	live := b.listen(b.token(b.acme, b.one.ID, access.AccountUser), "")
	live.until(": welcome")
	b.stop()
	live.until("retry: ")
	live.until(": this server stops")
	if !live.ends() {
		t.Error("it goes on")
	}
}

// A browser that has seen no event yet comes back with the id of the welcome.
func TestTheWelcomeSaysWhereTheStreamBegins(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	b.createContact(token, "Maria")
	b.listen(token, "").until("id: 1")
	b.createContact(token, "Ada")
	if id, _, _ := b.listen(token, "1").next(); id != "2" {
		t.Errorf("got %s", id)
	}
}

// inOne changes rows of the sub-account one.
func (b *bench) inOne(sql string) {
	b.t.Helper()
	ctx := tenancy.WithTenant(b.t.Context(), b.one.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql)
		return err
	}))
}

// inControl changes rows of the control database.
func (b *bench) inControl(sql string) {
	b.t.Helper()
	b.ok(b.options.Control.InTx(b.t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(b.t.Context(), sql)
		return err
	}))
}

func TestAStreamThatCannotGoOnFromThereSaysSo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	for _, name := range []string{"Maria", "Ada", "Grace"} {
		b.createContact(token, name)
	}
	b.inOne(`delete from event where seq <= 2`)
	for lastID, reason := range map[string]string{"1": "expired", "4": "ahead", "9223372036854775807": "ahead"} {
		l := b.listen(token, lastID)
		for l.lines.Scan() && l.lines.Text() != "event: reset" {
		}
		l.lines.Scan()
		if want := `data: {"reason":"` + reason + `"}`; l.lines.Text() != want {
			t.Errorf("after %s: %s", lastID, l.lines.Text())
		}
	}
	for _, lastID := range []string{"x", "-1", "1.5", "9223372036854775808"} {
		a := b.do(ask{path: b.sub("/events"), token: token, header: map[string]string{"Last-Event-ID": lastID}})
		if a.status != 422 || a.fields()["Last-Event-ID"] == "" {
			t.Errorf("%s: %d %s", lastID, a.status, a.text)
		}
	}
}

func TestWhoMayNotListenAnyMoreHearsNothingAfterSeconds(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(b *bench, token string){
		"signed out": func(b *bench, token string) {
			b.must(204, ask{method: "DELETE", path: "/api/v1/session", token: token})
		},
		"no member any more": func(b *bench, _ string) { b.inControl(`delete from membership`) },
		"the sub-account suspended": func(b *bench, _ string) {
			b.ok(b.options.Directory.SetStatus(b.t.Context(), b.one.ID, tenancy.Suspended))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			b := newBench(t, func(o *apiserver.Options) { o.Clock = now })
			token := b.token(b.acme, b.one.ID, access.AccountUser)
			live := b.listen(token, "")
			live.until(": welcome")
			for range 3 {
				now.AwaitSleepers(1)
				now.Advance(5 * time.Second)
			}
			live.until(": still here")
			lose(b, token)
			now.AwaitSleepers(1)
			now.Advance(5 * time.Second)
			if !live.ends() {
				t.Error("it goes on")
			}
		})
	}
}

func TestWhoLosesAPermissionHearsLessAfterSeconds(t *testing.T) {
	t.Parallel()
	now := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	b := newBench(t, func(o *apiserver.Options) { o.Clock = now })
	admin := b.token(b.acme, b.one.ID, access.AccountAdmin)
	key := b.must(201, ask{
		method: "POST", path: b.sub("/api-keys"), token: admin, body: `{"name":"Sync","scopes":["conversations.read","contacts.read"]}`,
	}).str("key")
	live := b.listen(key, "")
	b.createContact(admin, "Maria")
	if _, kind, _ := live.next(); kind != "contact.created" {
		t.Errorf("got %s", kind)
	}
	b.inControl(`update api_key set scopes = '{conversations.read}'`)
	now.AwaitSleepers(1)
	now.Advance(5 * time.Second)
	now.AwaitSleepers(1) // it has looked
	b.createContact(admin, "Ada")
	b.receive("SM1", "+14155552671", "Hello")
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	for kind := ""; kind != "conversation.updated"; {
		if _, kind, _ = live.next(); strings.HasPrefix(kind, "contact.") || kind == "" {
			t.Fatalf("it hears of %q", kind)
		}
	}
}

// opened opens a stream, closes it and answers the status.
func (b *bench) opened(token string) int {
	b.t.Helper()
	res, err := b.server.Client().Do(b.request(ask{path: b.sub("/events"), token: token}))
	b.ok(err)
	b.ok(res.Body.Close())
	return res.StatusCode
}

func TestNobodyHoldsMoreStreamsThanTheirShare(t *testing.T) {
	t.Parallel()
	b := newBench(t, func(o *apiserver.Options) { o.Streams = apiserver.StreamLimits{PerCaller: 2, PerSubAccount: 3} })
	ann, bob := b.token(b.acme, b.one.ID, access.AccountUser), b.token(b.acme, b.one.ID, access.AccountUser)
	refused := func(who, token, of string) {
		t.Helper()
		a := b.do(ask{path: b.sub("/events"), token: token})
		if a.status != 429 || a.code() != "streams.too_many" || a.json["of"] != of || a.header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", who, a.status, a.text)
		}
	}
	first := b.listen(ann, "")
	b.listen(ann, "")
	refused("ann's third", ann, "caller")
	b.listen(bob, "")
	refused("bob's second", bob, "sub_account")
	_ = first.res.Body.Close()
	deadline := clock.System().After(20 * time.Second)
	for b.opened(bob) != http.StatusOK {
		select {
		case <-clock.System().After(10 * time.Millisecond):
		case <-deadline:
			t.Fatal("a closed stream still counts")
		}
	}
}

func TestAKeyHearsOnlyWhatItMayRead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin := b.token(b.acme, b.one.ID, access.AccountAdmin)
	key := b.must(201, ask{
		method: "POST", path: b.sub("/api-keys"), token: admin, body: `{"name":"Inbox","scopes":["conversations.read"]}`,
	}).str("key")
	b.createContact(admin, "Maria")
	b.receive("SM1", "+14155552671", "Hello")
	_, err := b.consumer.Once(t.Context(), b.one.ID)
	b.ok(err)
	live := b.listen(key, "0")
	if _, kind, _ := live.next(); kind != "message.created" {
		t.Errorf("it hears of %s first", kind)
	}
}

func TestAnEventIsHeardByWhoeverItsKindIsFor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	admin := b.token(b.acme, b.one.ID, access.AccountAdmin)
	key := b.must(201, ask{
		method: "POST", path: b.sub("/api-keys"), token: admin, body: `{"name":"Sync","scopes":["conversations.read","contacts.read"]}`,
	}).str("key")
	for _, name := range []string{"Maria", "Ada", "Grace"} {
		b.createContact(admin, name)
	}
	b.inOne(`update event set kind = case seq when 1 then 'invoice.paid' when 2 then 'webhook.created' else kind end`)
	for who, c := range map[string]struct{ token, first string }{
		"who reads contacts":   {key, "contact.created"},
		"who manages webhooks": {admin, "webhook.created"},
	} {
		if _, kind, _ := b.listen(c.token, "0").next(); kind != c.first {
			t.Errorf("%s hears of %s first, not of %s; what no module declares is for nobody", who, kind, c.first)
		}
	}
}
