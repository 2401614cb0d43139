package carrier_test

import (
	"net/url"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// desk is a number with a webhook.
func desk(t *testing.T, o carrier.Options, settings ...string) (*carrier.Server, client, *hook) {
	t.Helper()
	s := carrier.Start(t, o)
	main := newClient(t, s, s.Account())
	h := newHook(t, s.Account().Token)
	form := url.Values{"SmsUrl": {h.URL + "/in"}}
	for i := 0; i+1 < len(settings); i += 2 {
		form.Set(settings[i], settings[i+1])
	}
	if form.Get("SmsFallbackUrl") != "" {
		form.Set("SmsFallbackUrl", h.URL+form.Get("SmsFallbackUrl"))
	}
	main.must("POST", main.path("/IncomingPhoneNumbers/"+main.numberSID(ours)+".json"), form)
	return s, main, h
}

func TestATextReachesTheNumbersWebhook(t *testing.T) {
	t.Parallel()
	for name, method := range map[string]string{"as a form": "POST", "as a query": "GET"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, main, h := desk(t, carrier.Options{}, "SmsMethod", method)
			m, err := s.Handset(theirs).Text(ours, "Is it open? ☕")
			if err != nil {
				t.Fatal(err)
			}
			s.WaitSettled()
			want := url.Values{
				"MessageSid": {m.SID}, "SmsSid": {m.SID}, "SmsMessageSid": {m.SID}, "SmsStatus": {"received"},
				"AccountSid": {s.Account().SID}, "ApiVersion": {"2010-04-01"}, "Body": {"Is it open? ☕"},
				"From": {theirs}, "To": {ours}, "NumMedia": {"0"}, "NumSegments": {"1"}, "FromCountry": {"US"}, "ToCountry": {"US"},
				"FromCity": {""}, "FromState": {""}, "FromZip": {""}, "ToCity": {""}, "ToState": {""}, "ToZip": {""}, "path": {"/in"},
			}
			equal(t, []url.Values{want}, h.calls())
			kept := main.must("GET", main.path("/Messages/"+m.SID+".json"), nil)
			equal(t, []any{"inbound", "received"}, []any{kept["direction"], kept["status"]})
		})
	}
}

func TestWhatTheWebhookAnswersIsCarriedOut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind, body string
		want       []string
	}{
		"an empty answer":          {"text/xml", "", []string{}},
		"an empty response":        {"text/xml", `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`, []string{}},
		"a message":                {"text/xml", `<Response><Message>We are &amp; will be.</Message></Response>`, []string{"We are & will be."}},
		"a message with a body":    {"application/xml", `<Response><Message><Body>Yes</Body></Message></Response>`, []string{"Yes"}},
		"two messages":             {"text/xml", `<Response><Message>1</Message><Message>2</Message></Response>`, []string{"1", "2"}},
		"the verb's old name":      {"text/xml", `<Response><Sms>Old</Sms></Response>`, []string{"Old"}},
		"plain text":               {"text/plain; charset=utf-8", "Plain", []string{"Plain"}},
		"a verb it can't do":       {"text/xml", `<Response><Redirect>/x</Redirect></Response>`, []string{}},
		"a message with no text":   {"text/xml", `<Response><Message> </Message></Response>`, []string{}},
		"a sender that isn't ours": {"text/xml", `<Response><Message from="+12125550199">No</Message></Response>`, []string{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(noon)
			s, _, h := desk(t, carrier.Options{Clock: fake})
			h.answer = func(int, url.Values) (int, string, string) { return 200, tt.kind, tt.body }
			phone := s.Handset(theirs)
			if _, err := phone.Text(ours, "Hello"); err != nil {
				t.Fatal(err)
			}
			s.WaitSettled()
			fake.Advance(time.Minute)
			s.WaitSettled()
			got := []string{}
			for _, m := range phone.Messages() {
				if m.Direction == carrier.Reply && m.Status == carrier.StatusDelivered {
					got = append(got, m.Body)
				}
			}
			equal(t, tt.want, got)
		})
	}
}

func TestATwiMLMessageReportsItsStateToItsAction(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s, _, h := desk(t, carrier.Options{Clock: fake})
	h.answer = func(call int, _ url.Values) (int, string, string) {
		if call == 1 {
			return 200, "text/xml", `<Response><Message action="/state?x=1">Hi</Message></Response>`
		}
		return 204, "", ""
	}
	if _, err := s.Handset(theirs).Text(ours, "Hello"); err != nil {
		t.Fatal(err)
	}
	s.WaitSettled()
	fake.Advance(time.Minute)
	s.WaitSettled()
	equal(t, []string{"/in", "/state", "/state"}, h.all("path"))
	equal(t, []string{"", "sent", "delivered"}, h.all("MessageStatus"))
}

func TestTheFallbackIsCalledWhenTheWebhookIsOfNoUse(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		code   string
	}{
		"for it fails":         {500, "", "11200"},
		"for it says no":       {404, "", "11200"},
		"for it isn't TwiML":   {200, "<Response><Message>", "12100"},
		"for it is a web page": {200, "<html></html>", "12100"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, h := desk(t, carrier.Options{}, "SmsFallbackUrl", "/fallback")
			h.answer = func(call int, _ url.Values) (int, string, string) {
				if call == 1 {
					return tt.status, "text/xml", tt.body
				}
				return 200, "text/xml", "<Response><Message>Sorry</Message></Response>"
			}
			if _, err := s.Handset(theirs).Text(ours, "Hello"); err != nil {
				t.Fatal(err)
			}
			s.WaitFor("the fallback's message", func(all []carrier.Message) bool { return len(all) == 2 && all[1].Body == "Sorry" })
			equal(t, []string{"", tt.code}, h.all("ErrorCode"))
			equal(t, []string{"", h.URL + "/in"}, h.all("ErrorUrl"))
		})
	}
}

func TestAHandsetAnswersWhoeverTextedItLast(t *testing.T) {
	t.Parallel()
	s, main, h := desk(t, carrier.Options{Numbers: []string{"+12125550101", ours}})
	main.send("+12125550101", theirs, "first")
	main.send(ours, theirs, "second")
	phone := s.Handset(theirs)
	if _, err := phone.Reply("ok"); err != nil {
		t.Fatal(err)
	}
	s.WaitSettled()
	equal(t, []string{ours}, h.all("To"))
}

func TestTextsThatCantBeSent(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	tests := map[string]struct{ from, to, body string }{
		"from no number":           {"me", ours, "x"},
		"to no number":             {theirs, "you", "x"},
		"to a number nobody holds": {theirs, "+12125550155", "x"},
		"an answer to nobody":      {theirs, "", "x"},
		"an empty one":             {theirs, ours, " \n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if m, err := s.Text(tt.from, tt.to, tt.body); err == nil {
				t.Errorf("it was sent: %+v", m)
			}
		})
	}
}

func TestTextsMisbehaveOnDemand(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		rule carrier.CallbackRule
		want []string
	}{
		"not by default":              {carrier.CallbackRule{Mode: "dropped", Number: "+14155550199"}, []string{"1", "2"}},
		"the first comes twice":       {carrier.CallbackRule{Mode: "duplicate", Count: 1}, []string{"1", "1", "2"}},
		"the second overtakes":        {carrier.CallbackRule{Mode: "reordered", Count: 1}, []string{"2", "1"}},
		"the first never comes":       {carrier.CallbackRule{Mode: "dropped", Count: 1}, []string{"2"}},
		"the first comes a day later": {carrier.CallbackRule{Mode: "late", DelayMS: 86400000, Count: 1}, []string{"2", "1"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(noon)
			s, _, h := desk(t, carrier.Options{Clock: fake})
			if _, err := s.AddRule(tt.rule); err != nil {
				t.Fatal(err)
			}
			for _, body := range []string{"1", "2"} {
				if _, err := s.Handset(theirs).Text(ours, body); err != nil {
					t.Fatal(err)
				}
			}
			s.WaitSettled()
			fake.Advance(24 * time.Hour)
			s.WaitSettled()
			equal(t, tt.want, h.all("Body"))
		})
	}
}

func TestTheCarrierHonoursStopOnlyWhenItIsToldTo(t *testing.T) {
	t.Parallel()
	for name, on := range map[string]bool{"told to": true, "not told": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, main, h := desk(t, carrier.Options{HonourStop: on})
			phone := s.Handset(theirs)
			for _, body := range []string{"stop", "HELP"} {
				if _, err := phone.Text(ours, body); err != nil {
					t.Fatal(err)
				}
			}
			s.WaitSettled()
			equal(t, []string{"stop", "HELP"}, h.all("Body")) // the webhook hears it either way
			form := url.Values{"From": {ours}, "To": {theirs}, "Body": {"Hello"}}
			status, body := main.do("POST", main.path("/Messages.json"), form)
			if on != (status == 400 && body["code"] == 21610.0) {
				t.Errorf("got %d %v", status, body)
			}
			if _, err := phone.Text(ours, "Start"); err != nil {
				t.Fatal(err)
			}
			main.must("POST", main.path("/Messages.json"), form)
			replies := 0
			for _, m := range phone.Messages() {
				if m.Direction == carrier.Reply {
					replies++
				}
			}
			if want := map[bool]int{true: 3, false: 0}[on]; replies != want {
				t.Errorf("%d replies of the carrier's own, want %d", replies, want)
			}
		})
	}
}
