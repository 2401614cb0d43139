package sms_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

const (
	agencySID = "AC00000000000000000000000000000001"
	number    = "+14155550100"
)

func newAgency(t *testing.T) (*carrier.Server, *sms.Twilio, sms.Parent) {
	t.Helper()
	c := carrier.Start(t, carrier.Options{Account: carrier.Account{SID: agencySID, Token: "token"}, Numbers: []string{number}})
	return c, waiting(t, c, 20*time.Second), sms.Parent{AccountSID: agencySID, AuthToken: "token"}
}

// waiting is a client that waits so long for an answer.
func waiting(t *testing.T, c *carrier.Server, d time.Duration) *sms.Twilio {
	t.Helper()
	tw, err := sms.NewTwilio(sms.TwilioOptions{Origin: c.URL, Timeout: d})
	if err != nil {
		t.Fatal(err)
	}
	return tw
}

func TestAccountIsMadeOnceWhateverIsLost(t *testing.T) {
	t.Parallel()
	c, tw, parent := newAgency(t)
	if _, err := c.Fault(carrier.Fault{Kind: carrier.Timeout, Method: http.MethodPost, Path: "/Accounts", Count: 1}); err != nil {
		t.Fatal(err)
	}
	soon := waiting(t, c, 500*time.Millisecond)
	if _, err := soon.EnsureAccount(t.Context(), parent, "omnicrm:a"); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a lost answer: %v", err)
	}
	adopted, err := tw.EnsureAccount(t.Context(), parent, "omnicrm:a")
	if err != nil {
		t.Fatal(err)
	}
	again, err := tw.EnsureAccount(t.Context(), parent, "omnicrm:a")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(adopted, again); diff != "" || adopted.AuthToken == "" || adopted.SID == agencySID {
		t.Fatal(diff, adopted)
	}
	other, err := tw.EnsureAccount(t.Context(), parent, "omnicrm:b")
	if err != nil || other.SID == adopted.SID {
		t.Fatalf("%+v, %v", other, err)
	}
}

func TestSeveralAccountsOfANameAreLeftToAPerson(t *testing.T) {
	t.Parallel()
	_, tw, parent := newAgency(t)
	for _, name := range []string{"x", "y"} {
		if _, err := tw.EnsureAccount(t.Context(), parent, name); err != nil {
			t.Fatal(err)
		}
	}
	y, err := tw.EnsureAccount(t.Context(), parent, "y")
	if err != nil {
		t.Fatal(err)
	}
	rename(t, tw, parent, y.SID, "x")
	_, err = tw.EnsureAccount(t.Context(), parent, "x")
	f, ok := fault.As(err)
	if !ok || f.Slug != "carrier.account_ambiguous" {
		t.Fatal(err)
	}
	if sids, ok := f.Meta["accounts"].([]string); !ok || len(sids) != 2 {
		t.Fatalf("%v", f.Meta)
	}
	if _, err := tw.SetAccountStatus(t.Context(), parent, y.SID, "closed"); err != nil {
		t.Fatal(err)
	}
	if x, err := tw.EnsureAccount(t.Context(), parent, "x"); err != nil || x.SID == y.SID {
		t.Fatalf("a closed account counts for nothing: %+v, %v", x, err)
	}
}

func TestNumberIsMovedPointedAndReturned(t *testing.T) {
	t.Parallel()
	_, tw, parent := newAgency(t)
	account, err := tw.EnsureAccount(t.Context(), parent, "omnicrm:a")
	if err != nil {
		t.Fatal(err)
	}
	const hook = "https://hooks.example.com/webhooks/twilio/a/messages"
	first, err := tw.EnsureNumber(t.Context(), parent, account.SID, number, hook)
	if err != nil {
		t.Fatal(err)
	}
	again, err := tw.EnsureNumber(t.Context(), parent, account.SID, number, hook)
	if err != nil {
		t.Fatal(err)
	}
	if !first.Changed || again.Changed {
		t.Errorf("changed: %v, again %v", first.Changed, again.Changed)
	}
	again.Changed = first.Changed
	if diff := cmp.Diff(first, again); diff != "" || first.AccountSID != account.SID {
		t.Fatal(diff, first)
	}
	moved, err := tw.EnsureNumber(t.Context(), parent, account.SID, number, "https://other.example.com/m")
	if err != nil || moved.SMSURL == first.SMSURL {
		t.Fatalf("%+v, %v", moved, err)
	}
	for range 2 {
		if err := tw.ReturnNumber(t.Context(), parent, account.SID, number); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tw.EnsureNumber(t.Context(), parent, account.SID, number, hook); err != nil {
		t.Fatalf("the parent has it again: %v", err)
	}
}

func TestProvisioningSaysWhatToDo(t *testing.T) {
	t.Parallel()
	c, tw, parent := newAgency(t)
	_, missing := tw.EnsureNumber(t.Context(), parent, agencySID, "+14155550199", "https://h.example/")
	_, wrong := tw.EnsureAccount(t.Context(), sms.Parent{AccountSID: agencySID, AuthToken: "wrong"}, "x")
	if _, err := c.Fault(carrier.Fault{Kind: carrier.Fail, Count: 1}); err != nil {
		t.Fatal(err)
	}
	_, away := tw.EnsureAccount(t.Context(), parent, "x")
	for slug, err := range map[string]error{"carrier.number_missing": missing, "carrier.refused": wrong, "carrier.unavailable": away} {
		if f, ok := fault.As(err); !ok || f.Slug != slug || f.Message == "" {
			t.Errorf("%s: %v", slug, err)
		}
	}
	if _, err := sms.NewTwilio(sms.TwilioOptions{Origin: "localhost:1"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an origin without a scheme: %v", err)
	}
}

// rename is what a person at the carrier's console might do.
func rename(t *testing.T, tw *sms.Twilio, p sms.Parent, sid, name string) {
	t.Helper()
	if err := tw.Rename(t.Context(), p, sid, name); err != nil {
		t.Fatal(err)
	}
}
