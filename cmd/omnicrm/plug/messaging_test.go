package plug_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

func TestTextGoesThereAndAnAnswerComesBack(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	m := s.send("Your cake is ready.")
	if m.Status != conversation.Queued || m.Decision == nil || !m.Decision.Allowed {
		t.Fatalf("%+v", m)
	}
	got := s.status(m.ID, conversation.Delivered)
	if got.ProviderID == "" || got.Attempt != 1 || !got.Acknowledged {
		t.Fatalf("%+v", got)
	}
	if _, err := s.carrier.Handset(handset).Reply("Coming at noon"); err != nil {
		t.Fatal(err)
	}
	want := []string{"out Your cake is ready.", "in Coming at noon"}
	s.await("the answer", func() bool { return len(s.thread()) == 2 }, func() any { return s.thread() })
	if diff := cmp.Diff(want, s.thread()); diff != "" {
		t.Fatal(diff)
	}
	inbox, err := s.conversations.List(s.ctx, conversation.ListInput{Unread: true})
	if err != nil || len(inbox.Items) != 1 || inbox.Items[0].Unread != 1 || inbox.Items[0].Contact.Name != "Maria" {
		t.Fatalf("%+v, %v", inbox, err)
	}
}

func TestUnknownSenderGetsAContactAndAThread(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	if _, err := s.carrier.AddRule(carrier.CallbackRule{Mode: carrier.Duplicate, Copies: 5}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.carrier.Text("+14155550177", number, "Do you bake on Sundays?"); err != nil {
		t.Fatal(err)
	}
	s.carrier.WaitSettled()
	found, err := s.contacts.List(s.ctx, contact.ListInput{Query: "0177"})
	if err != nil || len(found.Items) != 1 || found.Items[0].Source != "sms" {
		t.Fatalf("%+v, %v", found, err)
	}
	inbox, err := s.conversations.List(s.ctx, conversation.ListInput{})
	if err != nil || len(inbox.Items) != 1 || inbox.Items[0].Unread != 1 {
		t.Fatalf("told five times, kept: %+v, %v", inbox, err)
	}
}

func TestCallbacksLateTwiceAndTurnedEndInOneStory(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]carrier.CallbackRule{
		"late":      {Mode: carrier.Late, DelayMS: 50},
		"twice":     {Mode: carrier.Duplicate, Copies: 3},
		"reordered": {Mode: carrier.Reordered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			if _, err := s.carrier.AddRule(rule); err != nil {
				t.Fatal(err)
			}
			m := s.send("Hello")
			s.status(m.ID, conversation.Delivered)
			s.carrier.WaitSettled()
			if got := s.status(m.ID, conversation.Delivered); got.ErrorCode != "" {
				t.Fatalf("%+v", got)
			}
			if got := s.phone(); len(got) != 1 {
				t.Fatalf("the phone got %q", got)
			}
		})
	}
}

func TestCarriersWordIsToldToAPerson(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fate   carrier.Fate
		status conversation.Status
		code   string
		reason string
	}{
		"undelivered": {carrier.Fate{Status: carrier.StatusUndelivered, ErrorCode: 30005}, conversation.Undelivered, "30005", "does not exist"},
		"failed":      {carrier.Fate{Status: carrier.StatusFailed, ErrorCode: 30007}, conversation.Failed, "30007", "filtered"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			if err := s.carrier.SetFate(handset, c.fate); err != nil {
				t.Fatal(err)
			}
			m := s.status(s.send("Hello").ID, c.status)
			if m.ErrorCode != c.code || !strings.Contains(m.ReasonMessage, c.reason) {
				t.Fatalf("%+v", m)
			}
			if err := s.carrier.SetFate(handset, carrier.Fate{Status: carrier.StatusDelivered}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.conversations.Retry(s.ctx, m.ID); err != nil {
				t.Fatal(err)
			}
			if again := s.status(m.ID, conversation.Delivered); again.Attempt != 2 || again.ReasonMessage != "" {
				t.Fatalf("%+v", again)
			}
		})
	}
}

func TestStopIsHonouredAtOnceAndConfirmedOnce(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.status(s.send("Hello").ID, conversation.Delivered)
	phone := s.carrier.Handset(handset)
	say := func(words string, texts, onPhone int) {
		t.Helper()
		if _, err := phone.Reply(words); err != nil {
			t.Fatal(err)
		}
		s.await(words, func() bool { return len(s.thread()) == texts && len(s.phone()) == onPhone }, func() any { return s.thread() })
		s.carrier.WaitSettled()
	}
	say("Stop!", 3, 2)
	held := s.send("One more thing")
	if held.Status != conversation.Held || held.ReasonRule != "opt_out" || !held.Decision.Evidence.Valid {
		t.Fatalf("%+v", held)
	}
	say("STOP", 5, 2)
	say("help", 7, 3)
	say("start", 9, 4)
	if _, err := s.conversations.Retry(s.ctx, held.ID); err != nil {
		t.Fatal(err)
	}
	s.status(held.ID, conversation.Delivered)
	s.await("the phone", func() bool { return len(s.phone()) == 5 }, func() any { return s.phone() })
	got := s.phone()
	for i, want := range []string{"Hello", "unsubscribed", "Reply STOP", "subscribed again", "One more thing"} {
		if !strings.Contains(got[i], want) {
			t.Errorf("text %d is %q, not about %q", i, got[i], want)
		}
		if i > 0 && i < 4 && !strings.HasPrefix(got[i], "Rossi Cakes: ") {
			t.Errorf("%q does not say who sends it", got[i])
		}
	}
}

func TestCarriersOwnOptOutIsKeptToo(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.carrier.SetHonourStop(true)
	if _, err := s.carrier.Text(handset, number, "STOP"); err != nil {
		t.Fatal(err)
	}
	s.carrier.WaitSettled()
	if err := s.takeBack(); err != nil { // our side forgets, the carrier does not
		t.Fatal(err)
	}
	m := s.status(s.send("Hello").ID, conversation.Failed)
	if m.ErrorCode != "21610" {
		t.Fatalf("%+v", m)
	}
	if again := s.send("Hello?"); again.Status != conversation.Held {
		t.Fatalf("%+v", again)
	}
}

func TestSuspendedAccountReceivesButSendsNothing(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.mu.Lock()
	s.state = tenancy.Suspended
	s.mu.Unlock()
	if m := s.send("Hello"); m.Status != conversation.Held || m.ReasonRule != "account.suspended" {
		t.Fatalf("%+v", m)
	}
	if _, err := s.carrier.Text(handset, number, "Hello?"); err != nil {
		t.Fatal(err)
	}
	s.await("the text", func() bool { return len(s.thread()) == 2 }, func() any { return s.thread() })
	if got := s.phone(); len(got) != 0 {
		t.Fatalf("the phone got %q", got)
	}
}

func TestForgedWebhooksChangeNothing(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	m := s.send("Hello")
	s.status(m.ID, conversation.Delivered)
	base := s.door.URL + "/webhooks/twilio/" + s.place.SubAccount.String()
	form := url.Values{
		"MessageSid": {"SM1"}, "From": {handset}, "To": {number}, "Body": {"STOP"}, "MessageStatus": {"failed"},
	}
	for name, path := range map[string]string{"a text": "/messages", "a status": "/status/" + m.ID.String() + "?attempt=1"} {
		for kind, sign := range map[string]string{
			"unsigned": "", "signed by another account": carrier.Sign("token", base+path, form),
		} {
			if code := s.post(base+path, form, sign); code != http.StatusForbidden {
				t.Errorf("%s, %s: %d", name, kind, code)
			}
		}
	}
	if diff := cmp.Diff([]string{"out Hello"}, s.thread()); diff != "" {
		t.Error(diff)
	}
}

func TestDeletedContactsThreadLeavesTheInbox(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.status(s.send("Hello").ID, conversation.Delivered)
	if err := s.contacts.Delete(s.ctx, contact.DeleteInput{ID: s.maria.ID}); err != nil {
		t.Fatal(err)
	}
	s.await("the inbox to be empty", func() bool { return s.thread() == nil }, func() any { return s.thread() })
	if _, err := s.carrier.Text(handset, number, "It's me again"); err != nil {
		t.Fatal(err)
	}
	s.await("a new thread", func() bool { return len(s.thread()) == 1 }, func() any { return s.thread() })
}
