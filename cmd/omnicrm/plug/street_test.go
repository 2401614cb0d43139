package plug_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/cmd/omnicrm/plug"
	"github.com/omnicrm/omnicrm/modules/compliance"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

const (
	number   = "+14155550100" // the sub-account's
	handset  = "+14155550123" // Maria's
	patience = time.Minute
	// impatience ends a call that is meant to get no answer, when the carrier has it.
	impatience = 100 * time.Millisecond
	pollEvery  = 20 * time.Millisecond
	mainSID    = "AC00000000000000000000000000000001"
)

// street is the whole way of a text: a sub-account, its worker, the carrier, and
// Maria's phone at the other end. The clock stands still unless a test moves it.
type street struct {
	t             *testing.T
	ctx           context.Context
	clock         *clock.Fake
	carrier       *carrier.Server
	door          *httptest.Server
	contacts      *contact.Service
	compliance    *compliance.Service
	conversations *conversation.Service
	sms           *sms.Service
	tenants       *db.Tenants
	ledger        *queue.Ledger
	twilio        *sms.Twilio
	parent        sms.Parent
	place         tenancy.Placement
	maria         contact.Contact

	mu      sync.Mutex
	creds   sms.Credentials
	state   tenancy.Status
	changed chan struct{} // closed and replaced when events were processed
	deaf    bool          // the webhooks answer 500
	crash   bool          // the worker dies after its next call
	hangUp  func() bool   // if set, a call without an answer is given up soon after it is true
	broken  bool          // nobody can read the account's credentials
}

func (s *street) Account(context.Context) (sms.Credentials, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken {
		return sms.Credentials{}, errors.New("the key does not open this")
	}
	return s.creds, nil
}
func (s *street) BusinessName(context.Context) (string, error)      { return "Rossi Cakes", nil }
func (s *street) Country(context.Context) (string, error)           { return "US", nil }
func (s *street) IsMember(context.Context, uuid.UUID) (bool, error) { return true, nil }

func (s *street) Colleagues(context.Context) ([]contact.Colleague, error) { return nil, nil }
func (s *street) AccountState(context.Context) (tenancy.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state, nil
}

func (s *street) Announce(context.Context, uuid.UUID, []events.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

func newStreet(t *testing.T) *street {
	t.Helper()
	s := &street{
		t: t, clock: clock.NewFake(clock.System().Now()), state: tenancy.Active, changed: make(chan struct{}),
		parent: sms.Parent{AccountSID: mainSID, AuthToken: "token"},
		place: tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: tenancy.Database{ID: uuid.New(), DSN: parts.TenantDB(t).App}, Status: tenancy.Active,
		},
	}
	s.tenants = db.NewTenants(tenancy.Static{s.place}, db.TenantsOptions{})
	t.Cleanup(s.tenants.Close)
	s.ctx = tenancy.WithActor(tenancy.WithTenant(t.Context(), s.place.Tenant), tenancy.Actor{Kind: tenancy.Person, ID: "ada", Name: "Ada"})
	ring := queue.NewLocalRing()
	s.wire(ring)
	s.door = httptest.NewServer(http.HandlerFunc(s.webhook))
	t.Cleanup(s.door.Close)
	s.carrier = carrier.Start(t, carrier.Options{
		Account: carrier.Account{SID: mainSID, Token: "token"}, Numbers: []string{number},
		Pace: carrier.Pace{Queue: time.Millisecond, Send: time.Millisecond, Deliver: time.Millisecond},
	})
	s.connect()
	s.work(ring)
	maria, err := s.contacts.Create(s.ctx, contact.CreateInput{FirstName: "Maria", Phone: handset})
	if err != nil {
		t.Fatal(err)
	}
	s.maria = maria
	return s
}

// wire plugs the modules as cmd/omnicrm does.
func (s *street) wire(ring *queue.LocalRing) {
	bus, jobs := events.NewBus(ring, s.clock).Knowing(plug.Kinds()), queue.New(ring, s.clock)
	s.ledger = queue.NewLedger(s.tenants, ring, s.clock)
	s.contacts = contact.New(contact.Parts{Tenants: s.tenants, Events: bus, Jobs: jobs, Clock: s.clock, Regions: s, Members: s})
	s.compliance = compliance.New(compliance.Parts{Tenants: s.tenants, Events: bus, Clock: s.clock, Accounts: s, Contacts: s.contacts})
	s.conversations = conversation.New(conversation.Parts{
		Tenants: s.tenants, Events: bus, Clock: s.clock, Contacts: s.contacts, Gate: plug.Gate{Compliance: s.compliance},
	})
	s.contacts.OptOuts, s.contacts.Attachments = s.compliance, []contact.Attachment{s.conversations}
	s.sms = sms.New(sms.Parts{
		Tenants: s.tenants, Jobs: jobs, Clock: s.clock, Accounts: s, Messages: plug.Texts{Conversations: s.conversations},
		OptOuts: plug.OptOuts{Compliance: s.compliance}, Carrier: lazyCarrier{s},
	})
	s.conversations.AddChannel(sms.Channel, s.sms)
}

// lazyCarrier lets the services be wired before the carrier listens.
type lazyCarrier struct{ s *street }

func (l lazyCarrier) Send(ctx context.Context, c sms.Credentials, t sms.Text) sms.Answer {
	ctx, giveUp := context.WithCancel(ctx)
	defer giveUp()
	go l.s.hangUpOn(ctx, giveUp)
	answer := l.s.line().Send(ctx, c, t)
	l.s.mu.Lock()
	crash := l.s.crash
	l.s.crash = false
	l.s.mu.Unlock()
	if crash {
		panic("the worker dies before it can write down the answer")
	}
	return answer
}

func (l lazyCarrier) Fetch(ctx context.Context, c sms.Credentials, id string) (sms.Held, error) {
	return l.s.line().Fetch(ctx, c, id)
}

func (l lazyCarrier) Received(ctx context.Context, c sms.Credentials, since time.Time) ([]sms.Inbound, error) {
	return l.s.line().Received(ctx, c, since)
}

func (l lazyCarrier) Find(ctx context.Context, c sms.Credentials, from, to string) ([]sms.Held, error) {
	return l.s.line().Find(ctx, c, from, to)
}

func (s *street) line() *sms.Twilio {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.twilio
}

// hangUpOn gives a call up, if it is to be, once the carrier has it: by the clock alone, a
// machine that stands still would give it up before it has left.
func (s *street) hangUpOn(call context.Context, giveUp func()) {
	s.mu.Lock()
	has := s.hangUp
	s.mu.Unlock()
	if has == nil {
		return
	}
	for pause := pollEvery; ; pause = pollEvery {
		over := has()
		if over {
			pause = impatience
		}
		select {
		case <-call.Done():
			return
		case <-clock.System().After(pause):
		}
		if over {
			giveUp()
			return
		}
	}
}

// sendUnanswered sends a text whose call gets no answer, and gives it up soon after the
// carrier has it.
func (s *street) sendUnanswered(body string, has func() bool) conversation.Message {
	s.t.Helper()
	s.setHangUp(has)
	m := s.send(body)
	m = s.message(m.ID, "the call to be over", func(m conversation.Message) bool {
		return m.Status != conversation.Queued && (m.Status != conversation.Sending || m.Acknowledged)
	})
	s.setHangUp(nil)
	return m
}

func (s *street) setHangUp(has func() bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangUp = has
}

// taken tells whether the carrier holds a text, swallowed whether a fault met one.
func (s *street) taken() bool     { return len(s.carrier.Ledger()) == 1 }
func (s *street) swallowed() bool { return s.carrier.FaultsLeft() == 0 }

// connect provisions the sub-account at the carrier as the operator does.
func (s *street) connect() {
	s.t.Helper()
	tw, err := sms.NewTwilio(sms.TwilioOptions{Origin: s.carrier.URL, Timeout: patience})
	if err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.twilio = tw
	s.mu.Unlock()
	base := fmt.Sprintf("%s/webhooks/twilio/%s", s.door.URL, s.place.SubAccount)
	account, err := s.line().EnsureAccount(s.t.Context(), s.parent, "omnicrm:"+s.place.SubAccount.String())
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.line().EnsureNumber(s.t.Context(), s.parent, account.SID, number, base+"/messages"); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.creds = sms.Credentials{AccountSID: account.SID, AuthToken: account.AuthToken, From: number, StatusURLBase: base + "/status"}
}

// webhook is the door of the API server, at its smallest.
func (s *street) webhook(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	deaf := s.deaf
	s.mu.Unlock()
	if err := r.ParseForm(); err != nil || deaf {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	hook := sms.Webhook{URL: s.door.URL + r.RequestURI, Signature: r.Header.Get("X-Twilio-Signature"), Form: r.PostForm}
	ctx := tenancy.WithTenant(r.Context(), s.place.Tenant)
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	var err error
	switch {
	case len(path) == 4 && path[3] == "messages":
		var answer string
		if answer, err = s.sms.Receive(ctx, hook); err == nil {
			w.Header().Set("Content-Type", "text/xml")
			_, _ = w.Write([]byte(answer))
		}
	case len(path) == 5 && path[3] == "status":
		err = s.sms.Status(ctx, uuid.MustParse(path[4]), hook)
	}
	if fault.Is(err, fault.Denied) {
		w.WriteHeader(http.StatusForbidden)
	} else if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// message waits until a message is as wanted.
func (s *street) message(id uuid.UUID, what string, ok func(conversation.Message) bool) conversation.Message {
	s.t.Helper()
	var m conversation.Message
	s.await(what, func() bool {
		var err error
		if m, err = s.conversations.Message(s.ctx, id); err != nil {
			s.t.Fatal(err)
		}
		return ok(m)
	}, func() any { return m })
	return m
}

func (s *street) status(id uuid.UUID, want conversation.Status) conversation.Message {
	s.t.Helper()
	return s.message(id, "the message to be "+string(want), func(m conversation.Message) bool { return m.Status == want })
}

// await waits until ok. What it waits for may be no event, so it looks now and then, and
// from second to second the clock moves by one: a sweep that was under way when a test moved the
// clock saw the time before, and the next would wait for a clock that stands still.
func (s *street) await(what string, ok func() bool, state func() any) {
	s.t.Helper()
	deadline, second := clock.System().After(patience), clock.System().After(time.Second)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-clock.System().After(pollEvery):
		case <-second:
			s.clock.Advance(time.Second)
			second = clock.System().After(time.Second)
		case <-deadline:
			s.t.Fatalf("waiting for %s: %+v\nthe ledger: %+v", what, state(), s.carrier.Ledger())
		}
	}
}

func (s *street) send(body string) conversation.Message {
	s.t.Helper()
	m, err := s.conversations.Send(s.ctx, conversation.SendInput{ContactID: s.maria.ID, Channel: sms.Channel, Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}
