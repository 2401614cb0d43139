package carrier_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// sdk is the provider's own library, unchanged but for the transport. It never
// closes the body of a problem, so with a Timeout each one would keep a
// goroutine until then; toProvider reads bodies itself, and there is none here.
func sdk(t *testing.T, s *carrier.Server, as carrier.Account) *api.ApiService {
	t.Helper()
	base := &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(as.SID, as.Token),
		HTTPClient:  &http.Client{Transport: toProvider{t: t, origin: s.URL}},
	}
	base.SetAccountSid(as.SID)
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: base}).Api
}

func TestTheProvidersLibraryProvisionsAndTexts(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := sdk(t, s, s.Account())

	sub, err := main.CreateAccount((&api.CreateAccountParams{}).SetFriendlyName("omnicrm:1"))
	if err != nil {
		t.Fatal(err)
	}
	found, err := main.ListAccount((&api.ListAccountParams{}).SetFriendlyName("omnicrm:1").SetStatus("active"))
	if err != nil || len(found) != 1 || *found[0].Sid != *sub.Sid {
		t.Fatalf("found %v, %v", found, err)
	}
	numbers, err := main.ListIncomingPhoneNumber((&api.ListIncomingPhoneNumberParams{}).SetPhoneNumber(ours))
	if err != nil || len(numbers) != 1 {
		t.Fatalf("numbers %v, %v", numbers, err)
	}
	moved, err := main.UpdateIncomingPhoneNumber(*numbers[0].Sid,
		(&api.UpdateIncomingPhoneNumberParams{}).SetAccountSid(*sub.Sid).SetSmsUrl("https://example.com/in").SetSmsMethod("POST"))
	if err != nil || *moved.AccountSid != *sub.Sid || *moved.SmsUrl != "https://example.com/in" {
		t.Fatalf("moved %v, %v", moved, err)
	}

	own := sdk(t, s, carrier.Account{SID: *sub.Sid, Token: *sub.AuthToken})
	sent, err := own.CreateMessage((&api.CreateMessageParams{}).SetTo(theirs).SetFrom(ours).SetBody("Hello"))
	if err != nil || *sent.Status != "queued" {
		t.Fatalf("sent %v, %v", sent, err)
	}
	fake.Advance(time.Minute)
	s.WaitForStatus(*sent.Sid, carrier.StatusDelivered)
	got, err := own.FetchMessage(*sent.Sid, nil)
	if err != nil || *got.Status != "delivered" || *got.NumSegments != "1" || *got.Body != "Hello" {
		t.Fatalf("fetched %v, %v", got, err)
	}
	for range 4 {
		if _, err := own.CreateMessage((&api.CreateMessageParams{}).SetTo(theirs).SetFrom(ours).SetBody("again")); err != nil {
			t.Fatal(err)
		}
	}
	fake.Advance(time.Minute)
	s.WaitSettled()
	all, err := own.ListMessage((&api.ListMessageParams{}).SetTo(theirs).SetPageSize(2).
		SetDateSentAfter(noon).SetDateSentBefore(noon.Add(time.Hour)))
	if err != nil || len(all) != 5 {
		t.Fatalf("listed %d, %v", len(all), err)
	}
	offers, err := own.ListAvailablePhoneNumberLocal("US", (&api.ListAvailablePhoneNumberLocalParams{}).SetAreaCode(206).SetLimit(3))
	if err != nil || len(offers) != 3 {
		t.Fatalf("offers %v, %v", offers, err)
	}
	if _, err := main.UpdateAccount(*sub.Sid, (&api.UpdateAccountParams{}).SetStatus("closed")); err != nil {
		t.Fatal(err)
	}
}

func TestTheProvidersLibraryReadsTheProblems(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	text := func(as carrier.Account, from, to string) error {
		_, err := sdk(t, s, as).CreateMessage((&api.CreateMessageParams{}).SetTo(to).SetFrom(from).SetBody("Hello"))
		return err
	}
	tests := map[string]struct {
		err  error
		code int
	}{
		"a wrong token":       {text(carrier.Account{SID: s.Account().SID, Token: "wrong"}, ours, theirs), 20003},
		"a wrong recipient":   {text(s.Account(), ours, "+1555"), 21211},
		"a sender not ours":   {text(s.Account(), theirs, "+14155550135"), 21606},
		"an unknown resource": {func() error { _, err := sdk(t, s, s.Account()).FetchMessage("SM0", nil); return err }(), 20404},
	}
	for name, tt := range tests {
		var problem *twilioclient.TwilioRestError
		if !errors.As(tt.err, &problem) || problem.Code != tt.code {
			t.Errorf("%s: got %v, want code %d", name, tt.err, tt.code)
		}
	}
}
