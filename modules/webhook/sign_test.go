package webhook

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// The first case is the example that the libraries of Standard Webhooks share:
// https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries
func TestSignatures(t *testing.T) {
	t.Parallel()
	const known, other = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0"
	const signed = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	at := time.Unix(1614265330, 0)
	for name, tc := range map[string]struct {
		secrets []string
		want    string
	}{
		"one secret":                    {[]string{known}, signed},
		"two secrets, the newest first": {[]string{known, other}, signed + " v1,1ILqPszN4qBliEvcBlMkY6zce13a8Ar8T/ZA27O52Mg="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, `{"test": 2432232314}`, tc.secrets)
			if err != nil || got != tc.want {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	for _, secret := range []string{"", "whsec_", "whsec_***"} {
		if got, err := sign("msg_1", at, "x", []string{secret}); err == nil {
			t.Errorf("%q signed as %q", secret, got)
		}
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][]string{
		"contact.updated":      {"*", "contact.updated", "contact.*"},
		"contact.note.created": {"*", "contact.note.created", "contact.*", "contact.note.*"},
		"plain":                {"*", "plain"},
	} {
		if diff := cmp.Diff(want, patterns(kind)); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
	}
}

func TestBackoffGrowsToAnHour(t *testing.T) {
	t.Parallel()
	for attempt, least := range map[int]time.Duration{
		0: 5 * time.Second, 1: 5 * time.Second, 2: 10 * time.Second, 5: 80 * time.Second, 11: time.Hour, 1000: time.Hour,
	} {
		for range 50 {
			if got := backoff(attempt); got < least || got > least+least/4 {
				t.Errorf("attempt %d: %s", attempt, got)
			}
		}
	}
}

func TestARetryNeverComesAfterTheDay(t *testing.T) {
	t.Parallel()
	ready := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	end := ready.Add(RetryFor)
	for name, tc := range map[string]struct {
		now        time.Time
		retryAfter time.Duration
		state      State
		latest     time.Time
	}{
		"early":                          {ready, 0, Pending, ready.Add(7 * time.Second)},
		"as the target asked":            {ready, 10 * time.Minute, Pending, ready.Add(10 * time.Minute)},
		"the last time, at the very end": {end.Add(-time.Second), 0, Pending, end},
		"no more after it":               {end, 0, Failed, time.Time{}},
	} {
		got := judge(answer{failure: "x", retryAfter: tc.retryAfter}, Delivery{Attempts: 1, ReadyAt: &ready}, tc.now)
		if got.state != tc.state || got.next.After(tc.latest) || tc.retryAfter > 0 && !got.next.Equal(tc.latest) {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// TestOldPayloadsStillDecode: jobs outlive releases.
func TestOldPayloadsStillDecode(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120007")
	for _, p := range []interface{ Kind() string }{PumpJob{SubscriptionID: id, Slot: 2}, RetryJob{SubscriptionID: id}} {
		golden, err := os.ReadFile(filepath.Join("testdata", p.Kind()+".json"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(p)
		if err != nil || string(got)+"\n" != string(golden) {
			t.Errorf("%s: %s, %v", p.Kind(), got, err)
		}
	}
}
