package carrier_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func TestMessagesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{Numbers: []string{ours, "+12125550101"}})
	main := newClient(t, s, s.Account())
	sub := main.subaccount("omnicrm:1")
	suspended := main.subaccount("omnicrm:2")
	main.must("POST", "/2010-04-01/Accounts/"+suspended.as.SID+".json", url.Values{"Status": {"suspended"}})
	text := func(changes ...string) url.Values {
		form := url.Values{"To": {theirs}, "From": {ours}, "Body": {"Hello"}}
		for i := 0; i < len(changes); i += 2 {
			form.Set(changes[i], changes[i+1])
		}
		return form
	}
	tests := map[string]struct {
		account carrier.Account
		form    url.Values
		status  int
		code    float64
	}{
		"without To":                       {main.as, text("To", ""), 400, 21604},
		"to something that isn't a number": {main.as, text("To", "+1555"), 400, 21211},
		"to letters":                       {main.as, text("To", "+1415CALLNOW"), 400, 21211},
		"without From":                     {main.as, text("From", ""), 400, 21603},
		"from something else":              {main.as, text("From", "desk"), 400, 21212},
		"from a number nobody holds":       {main.as, text("From", "+14155550177"), 400, 21606},
		"from another account's number":    {sub.as, text(), 400, 21606},
		"from a number to itself":          {main.as, text("To", ours), 400, 21266},
		"without a body":                   {main.as, text("Body", " "), 400, 21602},
		"with 1,601 characters":            {main.as, text("Body", strings.Repeat("é", 1601)), 400, 21617},
		"with a callback that isn't a URL": {main.as, text("StatusCallback", "nowhere"), 400, 21609},
		"at a later time":                  {main.as, text("SendAt", "2026-03-02T13:00:00Z"), 400, 20001},
		"by a service that isn't one":      {main.as, text("MessagingServiceSid", "MG1"), 400, 21705},
		"by a service without numbers": {
			main.as, text("From", "", "MessagingServiceSid", "MG"+strings.Repeat("0", 32)), 400, 21703,
		},
		"from a suspended account": {suspended.as, text(), 401, 20005},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			as := newClient(t, s, tt.account)
			status, body := as.do("POST", as.path("/Messages.json"), tt.form)
			if status != tt.status || body["code"] != tt.code {
				t.Errorf("got %d %v, want %d and %v", status, body, tt.status, tt.code)
			}
		})
	}
	t.Cleanup(func() {
		if n := len(s.Ledger()); n != 0 {
			t.Errorf("%d messages in the ledger, want none", n)
		}
	})
}

func TestAMessagePassesThroughItsStatesAsTimePasses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fate carrier.Fate
		want []string
		code any
	}{
		"to a phone that is on":       {carrier.Fate{}, []string{"queued", "sending", "sent", "delivered"}, nil},
		"to a phone that is off":      {carrier.Fate{Status: "undelivered"}, []string{"queued", "sending", "sent", "undelivered"}, 30003.0},
		"to a landline":               {carrier.Fate{Status: "undelivered", ErrorCode: 30006}, []string{"queued", "sending", "sent", "undelivered"}, 30006.0},
		"past a filter":               {carrier.Fate{Status: "failed"}, []string{"queued", "sending", "failed", "failed"}, 30007.0},
		"over a carrier with no word": {carrier.Fate{Status: "sent"}, []string{"queued", "sending", "sent", "sent"}, nil},
		"that never leaves":           {carrier.Fate{Status: "queued"}, []string{"queued", "queued", "queued", "queued"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(noon)
			s := carrier.Start(t, carrier.Options{Clock: fake, Pace: carrier.Pace{Queue: time.Second, Send: time.Second, Deliver: time.Second}})
			if err := s.SetFate(theirs, tt.fate); err != nil {
				t.Fatal(err)
			}
			main := newClient(t, s, s.Account())
			sid := main.send(ours, theirs, "Hello")
			var got []string
			var last map[string]any
			for range tt.want {
				last = main.must("GET", main.path("/Messages/"+sid+".json"), nil)
				got = append(got, last["status"].(string))
				fake.Advance(time.Second)
				s.WaitSettled()
			}
			equal(t, tt.want, got)
			if last["error_code"] != tt.code {
				t.Errorf("error code %v, want %v", last["error_code"], tt.code)
			}
		})
	}
}

func TestAJumpOfTheClockTakesAMessageToItsEnd(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := newClient(t, s, s.Account())
	sid := main.send(ours, theirs, "Hello")
	fake.Advance(time.Hour)
	m := s.WaitForStatus(sid, carrier.StatusDelivered)
	pace := carrier.DefaultPace()
	if want := noon.Add(pace.Queue + pace.Send + pace.Deliver); !m.UpdatedAt.Equal(want) {
		t.Errorf("delivered at %v, want %v", m.UpdatedAt, want)
	}
}

func TestMessagesAreListedAndPaged(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := newClient(t, s, s.Account())
	var sent []string // the newest first, as in lists
	for i := range 5 {
		to := theirs
		if i == 4 {
			to = "+14155550135"
		}
		sent = append([]string{main.send(ours, to, "Hello")}, sent...)
		fake.Advance(12 * time.Hour)
		s.WaitSettled()
	}
	queued := main.send(ours, theirs, "not sent yet")
	all := append([]string{queued}, sent...)

	main.http.Transport = toProvider{t: t, origin: s.URL, loose: true} // a date without a time
	tests := map[string]struct {
		filter url.Values
		want   []string
	}{
		"all":                      {nil, all},
		"by recipient":             {url.Values{"To": {"+14155550135"}}, sent[:1]},
		"by sender":                {url.Values{"From": {ours}}, all},
		"by another sender":        {url.Values{"From": {theirs}}, []string{}},
		"of a day":                 {url.Values{"DateSent": {"2026-03-03"}}, sent[2:4]},
		"since a time":             {url.Values{"DateSent>": {"2026-03-04T00:00:00Z"}}, sent[:2]},
		"until a time":             {url.Values{"DateSent<": {"2026-03-03T00:00:00Z"}}, sent[3:]},
		"of a span":                {url.Values{"DateSent>": {"2026-03-03"}, "DateSent<": {"2026-03-03T23:59:59Z"}}, sent[2:4]},
		"of a recipient in a span": {url.Values{"To": {theirs}, "DateSent>": {"2026-03-03"}}, sent[1:4]},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			equal(t, tt.want, sids(main.must("GET", main.path("/Messages.json"), tt.filter)["messages"]))
			var paged []string
			next := main.path("/Messages.json")
			query := url.Values{"PageSize": {"2"}}
			for key, values := range tt.filter {
				query[key] = values
			}
			for pages := 0; next != "" && pages < 9; pages++ {
				body := main.must("GET", next, query)
				paged = append(paged, sids(body["messages"])...)
				next, _ = body["next_page_uri"].(string)
				query = nil
			}
			equal(t, tt.want, append([]string{}, paged...))
		})
	}
}

func TestAPageIsStableWhileMessagesComeIn(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	first, second, third := main.send(ours, theirs, "1"), main.send(ours, theirs, "2"), main.send(ours, theirs, "3")
	page := main.must("GET", main.path("/Messages.json"), url.Values{"PageSize": {"1"}})
	equal(t, []string{third}, sids(page["messages"]))
	main.send(ours, theirs, "4")
	page = main.must("GET", page["next_page_uri"].(string), nil)
	equal(t, []string{second}, sids(page["messages"]))
	page = main.must("GET", page["next_page_uri"].(string), nil)
	equal(t, []string{first}, sids(page["messages"]))
}

func TestAFinishedMessageIsRedactedAndDeletedButStaysInTheLedger(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := newClient(t, s, s.Account())
	sid := main.send(ours, theirs, "a secret")
	own := main.path("/Messages/" + sid + ".json")
	if status, body := main.do("DELETE", own, nil); status != http.StatusConflict || body["code"] != 20009.0 {
		t.Errorf("deleted under way: %d %v", status, body)
	}
	fake.Advance(time.Minute)
	s.WaitForStatus(sid, carrier.StatusDelivered)
	if redacted := main.must("POST", own, url.Values{"Body": {""}}); redacted["body"] != "" {
		t.Errorf("redacted: %v", redacted)
	}
	if status, body := main.do("POST", own, url.Values{"Status": {"canceled"}}); status != http.StatusConflict {
		t.Errorf("canceled after delivery: %d %v", status, body)
	}
	main.must("DELETE", own, nil)
	if status, _ := main.do("GET", own, nil); status != http.StatusNotFound {
		t.Errorf("a deleted message is still there: %d", status)
	}
	kept := s.Ledger()
	if len(kept) != 1 || !kept[0].Deleted || kept[0].Body != "a secret" {
		t.Errorf("the ledger: %+v", kept)
	}
}

func TestAQueuedMessageIsCanceledAndNeverSent(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := newClient(t, s, s.Account())
	sid := main.send(ours, theirs, "Hello")
	main.must("POST", main.path("/Messages/"+sid+".json"), url.Values{"Status": {"canceled"}})
	fake.Advance(time.Hour)
	s.WaitSettled()
	s.WaitForStatus(sid, carrier.StatusCanceled)
}

func TestMessagesOfAnAccountThatIsSuspendedMeanwhileFail(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := newClient(t, s, s.Account())
	sub := main.subaccount("omnicrm:1")
	main.must("POST", main.path("/IncomingPhoneNumbers/"+main.numberSID(ours)+".json"), url.Values{"AccountSid": {sub.as.SID}})
	sid := sub.send(ours, theirs, "Hello")
	main.must("POST", "/2010-04-01/Accounts/"+sub.as.SID+".json", url.Values{"Status": {"suspended"}})
	fake.Advance(time.Minute)
	if m := s.WaitForStatus(sid, carrier.StatusFailed); m.ErrorCode != 30002 {
		t.Errorf("error code %d, want 30002", m.ErrorCode)
	}
}

func TestAMessageOfAServiceStartsAccepted(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake})
	main := newClient(t, s, s.Account())
	service := "MG" + strings.Repeat("a", 32)
	sid := main.send(ours, theirs, "Hello", "MessagingServiceSid", service)
	m := main.must("GET", main.path("/Messages/"+sid+".json"), nil)
	equal(t, []any{"accepted", service}, []any{m["status"], m["messaging_service_sid"]})
	fake.Advance(time.Minute)
	s.WaitForStatus(sid, carrier.StatusDelivered)
}

func TestAMessageWithMediaIsAnMMS(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	m := main.must("POST", main.path("/Messages.json"), url.Values{
		"From": {ours}, "To": {theirs}, "MediaUrl": {"https://example.com/a.png", "https://example.com/b.png"},
	})
	if !strings.HasPrefix(m["sid"].(string), "MM") || m["num_media"] != "2" {
		t.Errorf("got %v", m)
	}
}
