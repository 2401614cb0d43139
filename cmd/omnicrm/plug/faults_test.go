package plug_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// A busy carrier is called again, later; a person sees the text go out once.
func TestBusyCarrierGetsTheTextOnce(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]carrier.Fault{
		"500":                  {Kind: carrier.Fail, Count: 2},
		"503":                  {Kind: carrier.Fail, Status: http.StatusServiceUnavailable, Count: 1},
		"429":                  {Kind: carrier.Throttle, Count: 2},
		"429 with a word when": {Kind: carrier.Throttle, RetryAfter: 30, Count: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			s.fault(f)
			m := s.send("Hello")
			for attempt := 2; attempt <= f.Count+1; attempt++ {
				s.message(m.ID, "a further attempt", func(m conversation.Message) bool {
					return m.Attempt == attempt && m.Status == conversation.Queued
				})
				s.clock.Advance(40 * time.Second)
			}
			if got := s.status(m.ID, conversation.Delivered); got.Attempt != f.Count+1 || got.ReasonMessage != "" {
				t.Fatalf("%+v", got)
			}
			if got := s.phone(); len(got) != 1 {
				t.Fatalf("the phone got %q", got)
			}
		})
	}
}

// The carrier took the text and its answer was lost. Whether its callback comes
// or not, the text is not sent again.
func TestLostAnswerNeverSendsTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault    string
		callback string
	}{
		"a timeout, and callbacks tell":                 {carrier.Timeout, carrier.Duplicate},
		"a timeout, and nobody tells until it is asked": {carrier.Timeout, carrier.Dropped},
		"a broken connection, and nobody tells":         {carrier.Disconnect, carrier.Dropped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			s.fault(carrier.Fault{Kind: c.fault, Count: 1})
			if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: c.callback, Copies: 2}); err != nil {
				t.Fatal(err)
			}
			m := s.sendUnanswered("Hello", s.taken)
			if c.callback == carrier.Dropped {
				if u := s.status(m.ID, conversation.Unknown); u.ReasonRule != "carrier.no_answer" {
					t.Fatalf("%+v", u)
				}
				s.carrier.WaitSettled()
				s.clock.Advance(20 * time.Second)
			}
			if got := s.status(m.ID, conversation.Delivered); got.ProviderID == "" || got.Attempt != 1 || got.ReasonRule != "" {
				t.Fatalf("%+v", got)
			}
			if got := s.phone(); len(got) != 1 {
				t.Fatalf("the phone got %q", got)
			}
		})
	}
}

func TestWorkerThatDiesAfterTheCallSendsOnce(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: carrier.Dropped}); err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.crash = true
	s.mu.Unlock()
	m := s.send("Hello")
	s.await("the text", s.taken, func() any { return m })
	s.awaitRetry("sms.deliver")
	s.clock.Advance(3 * time.Second)
	s.status(m.ID, conversation.Unknown)
	s.clock.Advance(20 * time.Second)
	s.message(m.ID, "to be found at the carrier", func(m conversation.Message) bool { return m.Acknowledged })
	if got := s.phone(); len(got) != 1 {
		t.Fatalf("the phone got %q", got)
	}
}

func TestTextThatNeverArrivedFailsAndMayBeTriedAgain(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.fault(carrier.Fault{Kind: carrier.Hang, Count: 1})
	m := s.sendUnanswered("Hello", s.swallowed)
	s.status(m.ID, conversation.Unknown)
	if _, err := s.conversations.Retry(s.ctx, m.ID); err == nil {
		t.Fatal("an unknown message was tried again")
	}
	s.awaitLookups(m.ID, 4)
	if got := s.status(m.ID, conversation.Failed); got.ReasonRule != "carrier.absent" {
		t.Fatalf("%+v", got)
	}
	if _, err := s.conversations.Retry(s.ctx, m.ID); err != nil {
		t.Fatal(err)
	}
	s.status(m.ID, conversation.Delivered)
	if got := s.phone(); len(got) != 1 {
		t.Fatalf("the phone got %q", got)
	}
}

// Two equal texts, both without an answer: nobody can tell whose the one is that
// the carrier holds.
func TestTwinsInDoubtAreLeftToAPerson(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: carrier.Dropped}); err != nil {
		t.Fatal(err)
	}
	s.fault(carrier.Fault{Kind: carrier.Timeout, Count: 1})
	first := s.sendUnanswered("Hello", s.taken)
	s.status(first.ID, conversation.Unknown)
	s.fault(carrier.Fault{Kind: carrier.Hang, Count: 1})
	second := s.sendUnanswered("Hello", s.swallowed)
	s.status(second.ID, conversation.Unknown)
	s.clock.Advance(20 * time.Second)
	for _, m := range []conversation.Message{first, second} {
		s.message(m.ID, "to be left to a person", func(m conversation.Message) bool {
			return m.Status == conversation.Unknown && m.ReasonRule == "carrier.ambiguous"
		})
	}
	if got := s.phone(); len(got) != 1 {
		t.Fatalf("the phone got %q", got)
	}
}

// The webhook was away when the text came in; the carrier calls again.
func TestTextThatMeetsAFailureIsToldAgain(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.mu.Lock()
	s.deaf = true
	s.mu.Unlock()
	sent, err := s.carrier.Text(handset, number, "Anybody there?")
	if err != nil {
		t.Fatal(err)
	}
	s.carrier.WaitFor("a first, failed call", func(all []carrier.Message) bool {
		for _, m := range all {
			if m.SID == sent.SID && len(m.Calls) > 0 {
				s.mu.Lock()
				s.deaf = false
				s.mu.Unlock()
				return true
			}
		}
		return false
	})
	s.await("the text", func() bool { return len(s.thread()) == 1 }, func() any { return s.thread() })
}

// The number went away after the message was queued, then before one is written.
func TestSubAccountWithoutNumberSaysSo(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.fault(carrier.Fault{Kind: carrier.Throttle, Count: 1})
	m := s.send("Hello")
	s.message(m.ID, "a further attempt", func(m conversation.Message) bool { return m.Attempt == 2 })
	s.mu.Lock()
	s.creds = sms.Credentials{}
	s.mu.Unlock()
	s.clock.Advance(10 * time.Second)
	if got := s.status(m.ID, conversation.Failed); got.ReasonRule != "sms.not_ready" {
		t.Fatalf("%+v", got)
	}
	_, err := s.conversations.Send(s.ctx, conversation.SendInput{ContactID: s.maria.ID, Channel: sms.Channel, Body: "Hello"})
	if f, ok := fault.As(err); !ok || f.Slug != "sms.not_ready" || f.Code != fault.Conflict {
		t.Fatalf("%v", err)
	}
	if got := s.phone(); len(got) != 0 {
		t.Fatalf("the phone got %q", got)
	}
}
