package carrier_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// deliver sends a text with a status callback and lets the time pass.
func deliver(t *testing.T, rule carrier.CallbackRule, fate carrier.Fate) (*carrier.Server, *clock.Fake, *hook, string) {
	t.Helper()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	if err := s.SetFate(theirs, fate); err != nil {
		t.Fatal(err)
	}
	if rule.Mode != "" {
		if _, err := s.AddRule(rule); err != nil {
			t.Fatal(err)
		}
	}
	h := newHook(t, s.Account().Token)
	sid := newClient(t, s, s.Account()).send(ours, theirs, "Hello", "StatusCallback", h.URL+"/status?a=1&b=2")
	fake.Advance(2 * time.Second)
	s.WaitSettled()
	return s, fake, h, sid
}

func TestCallbacksAreSignedAndTellEachState(t *testing.T) {
	t.Parallel()
	s, _, h, sid := deliver(t, carrier.CallbackRule{}, carrier.Fate{Status: "undelivered"})
	want := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "MessageStatus": {"undelivered"}, "SmsStatus": {"undelivered"},
		"To": {theirs}, "From": {ours}, "AccountSid": {s.Account().SID}, "ApiVersion": {"2010-04-01"},
		"ErrorCode": {"30003"}, "RawDlrDoneDate": {"2603021200"}, "path": {"/status"},
	}
	equal(t, []string{"sent", "undelivered"}, h.all("MessageStatus"))
	equal(t, want, h.calls()[1])
}

func TestCallbacksMisbehaveOnDemand(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rule carrier.CallbackRule
		fate carrier.Fate
		want []string
	}{
		"none does by default":               {carrier.CallbackRule{}, carrier.Fate{}, []string{"sent", "delivered"}},
		"twice":                              {carrier.CallbackRule{Mode: "duplicate"}, carrier.Fate{}, []string{"sent", "sent", "delivered", "delivered"}},
		"three times":                        {carrier.CallbackRule{Mode: "duplicate", Copies: 3}, carrier.Fate{Status: "failed"}, []string{"failed", "failed", "failed"}},
		"out of order":                       {carrier.CallbackRule{Mode: "reordered"}, carrier.Fate{}, []string{"delivered", "sent"}},
		"out of order with nothing to pass":  {carrier.CallbackRule{Mode: "reordered"}, carrier.Fate{Status: "sent"}, []string{"sent"}},
		"never":                              {carrier.CallbackRule{Mode: "dropped"}, carrier.Fate{}, []string{}},
		"late is not yet":                    {carrier.CallbackRule{Mode: "late", DelayMS: 60000}, carrier.Fate{}, []string{}},
		"only those of another account":      {carrier.CallbackRule{Mode: "dropped", Account: "AC0"}, carrier.Fate{}, []string{"sent", "delivered"}},
		"only those of another number":       {carrier.CallbackRule{Mode: "dropped", Number: "+14155550199"}, carrier.Fate{}, []string{"sent", "delivered"}},
		"those of a number, as people write": {carrier.CallbackRule{Mode: "dropped", Number: "(415) 555-0134"}, carrier.Fate{}, []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, h, _ := deliver(t, tt.rule, tt.fate)
			equal(t, tt.want, h.all("MessageStatus"))
		})
	}
}

func TestALateCallbackComesAtItsTime(t *testing.T) {
	t.Parallel()
	s, fake, h, _ := deliver(t, carrier.CallbackRule{Mode: "late", DelayMS: 60000}, carrier.Fate{})
	fake.Advance(time.Minute)
	s.WaitSettled()
	equal(t, []string{"delivered", "sent"}, slices.Sorted(slices.Values(h.all("MessageStatus"))))
}

func TestDuplicatesCarryTheSameIdempotencyToken(t *testing.T) {
	t.Parallel()
	_, _, h, _ := deliver(t, carrier.CallbackRule{Mode: "duplicate"}, carrier.Fate{})
	if h.ids[0] == "" || h.ids[0] != h.ids[1] || h.ids[1] == h.ids[2] {
		t.Errorf("tokens: %v", h.ids)
	}
}

func TestARuleForOneMessageSparesTheNext(t *testing.T) {
	t.Parallel()
	s, fake, h, _ := deliver(t, carrier.CallbackRule{Mode: "dropped", Count: 1}, carrier.Fate{})
	newClient(t, s, s.Account()).send(ours, theirs, "again", "StatusCallback", h.URL+"/status")
	fake.Advance(time.Minute)
	s.WaitSettled()
	equal(t, []string{"sent", "delivered"}, h.all("MessageStatus"))
}

func TestAStaleCallbackIsSentWhenAskedFor(t *testing.T) {
	t.Parallel()
	s, _, h, sid := deliver(t, carrier.CallbackRule{}, carrier.Fate{})
	if err := s.CallBack(sid, "queued"); err != nil {
		t.Fatal(err)
	}
	s.WaitSettled()
	equal(t, []string{"sent", "delivered", "queued"}, h.all("MessageStatus"))
	if err := s.CallBack("SM0", ""); err == nil {
		t.Error("a message that isn't there was called back")
	}
}

func TestAWebhookThatFailsIsTriedAgainAsItsAddressAsks(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fragment string
		failures int // answers of 500 before a 200
		status   int
		want     int // attempts
	}{
		"once by default, for a 5xx isn't retried":  {"", 1, 500, 1},
		"as often as needed":                        {"#rc=3&rp=5xx", 2, 503, 3},
		"no more than asked":                        {"#rc=2&rp=all", 9, 500, 3},
		"never more than five times more":           {"#rc=50&rp=all", 9, 500, 6},
		"not for a 4xx when 5xx was asked":          {"#rc=3&rp=5xx", 9, 404, 1},
		"for a 4xx when asked":                      {"#rc=1&rp=4xx,5xx", 9, 404, 2},
		"not for a timeout's sake when it answered": {"#rc=1&rp=rt", 9, 500, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(noon)
			s := carrier.Start(t, carrier.Options{Clock: fake})
			h := newHook(t, s.Account().Token)
			h.answer = func(call int, _ url.Values) (int, string, string) {
				if call <= tt.failures {
					return tt.status, "text/plain", "no"
				}
				return 200, "text/plain", ""
			}
			if err := s.SetFate(theirs, carrier.Fate{Status: "failed"}); err != nil { // one callback only
				t.Fatal(err)
			}
			newClient(t, s, s.Account()).send(ours, theirs, "Hello", "StatusCallback", h.URL+"/status"+tt.fragment)
			fake.Advance(time.Minute)
			s.WaitSettled()
			if got := len(h.calls()); got != tt.want {
				t.Errorf("%d attempts, want %d", got, tt.want)
			}
			if got := len(s.Ledger()[0].Calls); got != tt.want {
				t.Errorf("%d attempts in the ledger, want %d", got, tt.want)
			}
		})
	}
}

func TestAWebhookThatIsNotThereIsTriedTwice(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	if err := s.SetFate(theirs, carrier.Fate{Status: "failed"}); err != nil {
		t.Fatal(err)
	}
	newClient(t, s, s.Account()).send(ours, theirs, "Hello", "StatusCallback", "http://127.0.0.1:1/status")
	fake.Advance(time.Minute)
	s.WaitSettled()
	calls := s.Ledger()[0].Calls
	if len(calls) != 2 || calls[1].Attempt != 2 || calls[1].Error == "" {
		t.Errorf("calls: %+v", calls)
	}
}

func TestTheSignatureCountsEveryDistinctValueOfAKey(t *testing.T) {
	t.Parallel()
	// The example of the provider's security page.
	got := carrier.Sign("12345", "https://example.com/myapp.php?foo=1&bar=2", url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"},
		"From": {"+14158675310"}, "To": {"+18005551212"},
	})
	equal(t, "L/OH5YylLD5NRKLltdqwSvS0BnU=", got)
	if carrier.Sign("t", "u", url.Values{"a": {"2", "1", "1"}}) != carrier.Sign("t", "u", url.Values{"a": {"1", "2"}}) {
		t.Error("order or repetition of values changes the signature")
	}
}
