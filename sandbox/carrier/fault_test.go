package carrier_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

func TestFaultsStrikeTheRequestsTheyAreMeantFor(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  carrier.Fault
		want   []int // of three sends in a row
		landed int   // messages in the ledger
	}{
		"an error until cleared":        {carrier.Fault{Kind: "error"}, []int{500, 500, 500}, 0},
		"an error once":                 {carrier.Fault{Kind: "error", Status: 503, Count: 1}, []int{503, 201, 201}, 2},
		"an error although it was done": {carrier.Fault{Kind: "error-late", Status: 503, Count: 1}, []int{503, 201, 201}, 3},
		"a throttle twice":              {carrier.Fault{Kind: "throttle", Count: 2, RetryAfter: 7}, []int{429, 429, 201}, 1},
		"of another account":            {carrier.Fault{Kind: "error", Account: "AC0"}, []int{201, 201, 201}, 3},
		"of the recipient":              {carrier.Fault{Kind: "error", Number: theirs, Count: 1}, []int{500, 201, 201}, 2},
		"of the sender":                 {carrier.Fault{Kind: "error", Number: ours, Count: 1}, []int{500, 201, 201}, 2},
		"of another number":             {carrier.Fault{Kind: "error", Number: "+14155550199"}, []int{201, 201, 201}, 3},
		"of another method":             {carrier.Fault{Kind: "error", Method: "GET"}, []int{201, 201, 201}, 3},
		"of another path":               {carrier.Fault{Kind: "error", Path: "/IncomingPhoneNumbers"}, []int{201, 201, 201}, 3},
		"of this path":                  {carrier.Fault{Kind: "error", Path: "/Messages", Count: 1}, []int{500, 201, 201}, 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := carrier.Start(t, carrier.Options{})
			if _, err := s.Fault(tt.fault); err != nil {
				t.Fatal(err)
			}
			main := newClient(t, s, s.Account())
			var got []int
			for range 3 {
				status, _ := main.do("POST", main.path("/Messages.json"), url.Values{"From": {ours}, "To": {theirs}, "Body": {"x"}})
				got = append(got, status)
			}
			equal(t, tt.want, got)
			if n := len(s.Ledger()); n != tt.landed {
				t.Errorf("%d messages in the ledger, want %d", n, tt.landed)
			}
		})
	}
}

func TestRequestsThatAreNeverAnswered(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind   string
		landed int
	}{
		"a timeout after the message was accepted": {carrier.Timeout, 1},
		"a timeout before anything was done":       {carrier.Hang, 0},
		"a connection that breaks after accepting": {carrier.Disconnect, 1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := carrier.Start(t, carrier.Options{})
			if _, err := s.Fault(carrier.Fault{Kind: tt.kind, Count: 1}); err != nil {
				t.Fatal(err)
			}
			main := newClient(t, s, s.Account())
			form := url.Values{"From": {ours}, "To": {theirs}, "Body": {"x"}}
			ctx, giveUp := context.WithCancel(t.Context())
			r, err := http.NewRequestWithContext(ctx, "POST", provider+main.path("/Messages.json"), strings.NewReader(form.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth(main.as.SID, main.as.Token)
			ended := make(chan error, 1)
			go func() {
				res, err := main.http.Do(r)
				if err == nil {
					err = errors.Join(errors.New("it was answered: "+res.Status), res.Body.Close())
				}
				ended <- err
			}()
			if tt.kind != carrier.Disconnect {
				s.WaitFor("the request to be dealt with", func(all []carrier.Message) bool {
					return len(all) == tt.landed && s.FaultsLeft() == 0
				})
				giveUp()
			}
			if err := <-ended; err == nil || strings.Contains(err.Error(), "answered") {
				t.Errorf("got %v, want a broken connection", err)
			}
			giveUp()
			if n := len(s.Ledger()); n != tt.landed {
				t.Errorf("%d messages in the ledger, want %d", n, tt.landed)
			}
			main.send(ours, theirs, "the next one is answered")
		})
	}
}

func TestClosingTheCarrierFreesHungRequests(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	if _, err := s.Fault(carrier.Fault{Kind: carrier.Timeout}); err != nil {
		t.Fatal(err)
	}
	main := newClient(t, s, s.Account())
	r, err := http.NewRequestWithContext(t.Context(), "GET", provider+main.path(".json"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth(main.as.SID, main.as.Token)
	ended := make(chan error, 1)
	go func() {
		_, err := main.http.Do(r)
		ended <- err
	}()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err == nil {
		t.Error("it was answered")
	}
}

func TestFaultsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	for name, fault := range map[string]carrier.Fault{
		"an unknown kind":     {Kind: "gremlins"},
		"a negative count":    {Kind: "error", Count: -1},
		"a status of success": {Kind: "error", Status: 200},
		"a strange number":    {Kind: "error", Number: "me"},
	} {
		if _, err := s.Fault(fault); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
