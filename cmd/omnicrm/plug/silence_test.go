package plug_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// Every callback is lost: the carrier is asked, and what it says counts.
func TestTextWithoutCallbacksIsAskedFor(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fate carrier.Fate
		want conversation.Status
	}{
		"it arrived":         {carrier.Fate{}, conversation.Delivered},
		"the network failed": {carrier.Fate{Status: carrier.StatusUndelivered}, conversation.Undelivered},
		"the carrier failed": {carrier.Fate{Status: carrier.StatusFailed}, conversation.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			s.deafen(c.fate)
			m := s.send("Hello")
			s.message(m.ID, "the carrier to have it", func(m conversation.Message) bool { return m.Acknowledged })
			s.carrier.WaitSettled()
			s.await("a look to be planned", func() bool { return s.jobs("sms.follow") == 1 }, func() any { return s.jobs("sms.follow") })
			s.clock.Advance(2 * time.Minute)
			got := s.status(m.ID, c.want)
			if (got.ReasonMessage == "") != (c.want == conversation.Delivered) {
				t.Fatalf("%+v", got)
			}
			if got := s.jobs("sms.follow"); got != 0 {
				t.Fatalf("%d jobs follow a text that is settled", got)
			}
		})
	}
}

// A network that sends no receipts: after three days it is said, and left.
func TestTextWithoutAReceiptSaysSo(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.deafen(carrier.Fate{Status: carrier.StatusSent})
	m := s.send("Hello")
	s.message(m.ID, "the carrier to have it", func(m conversation.Message) bool { return m.Acknowledged })
	s.carrier.WaitSettled()
	for s.skip("sms.follow") {
	}
	if got := s.status(m.ID, conversation.Sent); got.ReasonRule != "carrier.silent" {
		t.Fatalf("%+v", got)
	}
}

// The webhooks were away for longer than the carrier tries: its list is looked
// through, and a STOP counts.
func TestTextsOfWhichNoWebhookToldAreCollected(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.status(s.send("Hello").ID, conversation.Delivered)
	if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: carrier.Dropped, Number: handset}); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{"Coming at noon", "STOP"} {
		if _, err := s.carrier.Text(handset, number, body); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // the second look finds nothing new
		s.await("a look to be planned", func() bool { return s.jobs("sms.collect") == 1 }, func() any { return s.jobs("sms.collect") })
		s.skip("sms.collect")
	}
	s.await("the texts", func() bool { return len(s.thread()) == 4 }, func() any { return s.thread() })
	if m := s.send("Still there?"); m.Status != conversation.Held {
		t.Fatalf("%+v", m)
	}
}

// A delivery that fails again and again is parked; its message says so, and the
// job's replay sends it.
func TestDeliveryThatIsGivenUpSaysSoAndCanBeReplayed(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	m := s.sendBroken("Hello")
	for s.skip("sms.deliver") {
	}
	if got := s.status(m.ID, conversation.Failed); got.ReasonRule != "delivery.given_up" || got.ReasonMessage == "" {
		t.Fatalf("%+v", got)
	}
	s.setBroken(false)
	s.replayParked()
	if got := s.status(m.ID, conversation.Delivered); got.Attempt != 3 || got.ReasonRule != "" {
		t.Fatalf("%+v", got)
	}
	if got := s.phone(); len(got) != 1 {
		t.Fatalf("the phone got %q", got)
	}
}

// The last of many tries met a server error: the carrier may hold the text, so the
// message is not called failed, and the carrier's word counts when it comes.
func TestLastTryInDoubtIsLeftOpen(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.fault(carrier.Fault{Kind: carrier.Throttle, Count: sms.MaxTries - 1})
	s.fault(carrier.Fault{Kind: carrier.FailAfter, Count: 1})
	if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: carrier.Late, DelayMS: 300}); err != nil {
		t.Fatal(err)
	}
	m := s.send("Hello")
	for attempt := 2; attempt <= sms.MaxTries; attempt++ {
		s.message(m.ID, "a further attempt", func(m conversation.Message) bool { return m.Attempt == attempt && m.Status == conversation.Queued })
		s.clock.Advance(6 * time.Minute)
	}
	if got := s.status(m.ID, conversation.Delivered); got.Attempt != sms.MaxTries {
		t.Fatalf("%+v", got)
	}
	if got := s.phone(); len(got) != 1 {
		t.Fatalf("the phone got %q", got)
	}
}

// A worker that dies after its call, in an attempt that followed a server error: the
// text that the carrier holds is this attempt's, and not one of the two in doubt.
func TestWorkerThatDiesInAFurtherAttemptSendsOnce(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.deafen(carrier.Fate{})
	s.fault(carrier.Fault{Kind: carrier.Fail, Count: 1})
	m := s.send("Hello")
	s.message(m.ID, "a further attempt", func(m conversation.Message) bool { return m.Attempt == 2 && m.Status == conversation.Queued })
	s.mu.Lock()
	s.crash = true
	s.mu.Unlock()
	s.clock.Advance(20 * time.Second)
	s.await("the text", s.taken, func() any { return m })
	s.awaitRetry("sms.deliver")
	s.clock.Advance(3 * time.Second)
	s.status(m.ID, conversation.Unknown)
	s.carrier.WaitSettled()
	s.clock.Advance(20 * time.Second)
	if got := s.status(m.ID, conversation.Delivered); got.Attempt != 2 {
		t.Fatalf("%+v", got)
	}
	if got := s.phone(); len(got) != 1 {
		t.Fatalf("the phone got %q", got)
	}
}

// deafen loses every callback, and sets what becomes of Maria's texts.
func (s *street) deafen(fate carrier.Fate) {
	s.t.Helper()
	if err := s.carrier.SetFate(handset, fate); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: carrier.Dropped}); err != nil {
		s.t.Fatal(err)
	}
}

// jobs counts those of a kind that wait or run.
func (s *street) jobs(kind string) (n int) {
	s.t.Helper()
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(s.ctx, `select count(*) from job where kind = $1 and finished_at is null`, kind).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// skip moves the clock to the turn of the job of a kind, which is waited for while it runs;
// false when there is none any more.
func (s *street) skip(kind string) (left bool) {
	s.t.Helper()
	s.await("the turn of "+kind, func() bool {
		var at time.Time
		var runs bool
		err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
			return tx.QueryRow(s.ctx, `select run_at, lease_until is not null from job where kind = $1 and finished_at is null`, kind).Scan(&at, &runs)
		})
		if left = !fault.Is(err, fault.NotFound); !left {
			return true
		}
		if err != nil {
			s.t.Fatal(err)
		}
		now := s.clock.Now()
		if runs || !at.After(now) {
			return false
		}
		s.clock.Advance(at.Sub(now))
		return true
	}, func() any { return s.jobs(kind) })
	return left
}

// sendBroken writes a text, and nobody can read the credentials when it is to go out.
func (s *street) sendBroken(body string) conversation.Message {
	s.t.Helper()
	s.fault(carrier.Fault{Kind: carrier.Throttle, Count: 1})
	m := s.send(body)
	m = s.message(m.ID, "a further attempt", func(m conversation.Message) bool { return m.Attempt == 2 })
	s.setBroken(true)
	return m
}

// setBroken has the sub-account's credentials unreadable.
func (s *street) setBroken(broken bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.broken = broken
}

func (s *street) replayParked() {
	s.t.Helper()
	parked, err := s.ledger.List(s.ctx, queue.ListInput{State: queue.Parked, Kind: "sms.deliver"})
	if err != nil || len(parked.Items) != 1 {
		s.t.Fatalf("%+v, %v", parked, err)
	}
	if err := s.ledger.Replay(s.ctx, parked.Items[0].ID); err != nil {
		s.t.Fatal(err)
	}
}
