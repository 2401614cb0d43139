package apiserver_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/clock"
)

// listener reads a stream.
type listener struct {
	b     *bench
	res   *http.Response
	lines *bufio.Scanner
}

func (b *bench) listen(token, lastID string) *listener {
	b.t.Helper()
	q := ask{path: b.sub("/events"), token: token, header: map[string]string{"Accept": "text/event-stream"}}
	if lastID != "" {
		q.header["Last-Event-ID"] = lastID
	}
	res, err := b.server.Client().Do(b.request(q))
	b.ok(err)
	b.t.Cleanup(func() { _ = res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		b.t.Fatalf("got %d %s", res.StatusCode, res.Header.Get("Content-Type"))
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
		case l.lines.Text() == "" && id != "":
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

func TestAStreamEndsWhenTheProcessStops(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	live := b.listen(b.token(b.acme, b.one.ID, access.AccountUser), "")
	b.stop()
	if id, _, _ := live.next(); id != "" || live.lines.Err() != nil {
		t.Errorf("got %s, %v", id, live.lines.Err())
	}
}

func TestAStreamEndsSoonAfterItsReaderSignsOut(t *testing.T) {
	t.Parallel()
	now := clock.NewFake(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	b := newBench(t, func(o *apiserver.Options) { o.Clock = now })
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	live := b.listen(token, "")
	if !live.lines.Scan() || live.lines.Text() != ": welcome" {
		t.Fatalf("got %q", live.lines.Text())
	}
	now.AwaitSleepers(1)
	now.Advance(15 * time.Second)
	for live.lines.Scan() && live.lines.Text() != ": still here" {
	}
	b.must(204, ask{method: "DELETE", path: "/api/v1/session", token: token})
	now.AwaitSleepers(1)
	now.Advance(15 * time.Second)
	if id, _, _ := live.next(); id != "" || live.lines.Err() != nil {
		t.Errorf("it goes on: %s %v", id, live.lines.Err())
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
