package carrier_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

const (
	ours   = "+14155550100"
	theirs = "+14155550134"
)

func TestAccounts(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	sub := main.subaccount("omnicrm:1")

	tests := map[string]struct {
		as     carrier.Account
		method string
		path   string
		form   url.Values
		status int
		code   float64 // of the problem, 0 when there is none
	}{
		"the owner fetches a subaccount with its own credentials": {
			s.Account(), "GET", "/2010-04-01/Accounts/" + sub.as.SID + ".json", nil, http.StatusOK, 0,
		},
		"a subaccount fetches itself": {sub.as, "GET", "/2010-04-01/Accounts/" + sub.as.SID + ".json", nil, http.StatusOK, 0},
		"a subaccount doesn't see its owner": {
			sub.as, "GET", "/2010-04-01/Accounts/" + s.Account().SID + ".json", nil, http.StatusNotFound, 20404,
		},
		"a wrong token is refused": {
			carrier.Account{SID: sub.as.SID, Token: "wrong"}, "GET", "/2010-04-01/Accounts.json", nil, http.StatusUnauthorized, 20003,
		},
		"no credentials are refused": {carrier.Account{}, "GET", "/2010-04-01/Accounts.json", nil, http.StatusUnauthorized, 20003},
		"an account that isn't there is not found": {
			s.Account(), "GET", "/2010-04-01/Accounts/AC00000000000000000000000000000000.json", nil, http.StatusNotFound, 20404,
		},
		"a path that the provider doesn't have is not found": {
			s.Account(), "GET", "/2010-04-01/Nothing.json", nil, http.StatusNotFound, 20404,
		},
		"a status that doesn't exist is refused": {
			s.Account(), "POST", "/2010-04-01/Accounts/" + sub.as.SID + ".json", url.Values{"Status": {"asleep"}}, http.StatusBadRequest, 20001,
		},
		"the main account can't suspend itself": {
			s.Account(), "POST", "/2010-04-01/Accounts/" + s.Account().SID + ".json", url.Values{"Status": {"suspended"}}, http.StatusBadRequest, 20001,
		},
		"a subaccount can't make accounts": {
			sub.as, "POST", "/2010-04-01/Accounts.json", url.Values{"FriendlyName": {"x"}}, http.StatusForbidden, 20003,
		},
		"a page size of zero is refused": {
			s.Account(), "GET", "/2010-04-01/Accounts.json", url.Values{"PageSize": {"0"}}, http.StatusBadRequest, 20001,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := newClient(t, s, tt.as).do(tt.method, tt.path, tt.form)
			code, _ := body["code"].(float64)
			if status != tt.status || code != tt.code {
				t.Errorf("got %d %v, want %d and code %v", status, body, tt.status, tt.code)
			}
			if code != 0 && (body["message"] == "" || body["more_info"] == "" || body["status"] != float64(status)) {
				t.Errorf("the problem is incomplete: %v", body)
			}
		})
	}
}

func TestAccountsAreListedByNameAndStatus(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	a, b := main.subaccount("omnicrm:a"), main.subaccount("omnicrm:b")
	main.must("POST", "/2010-04-01/Accounts/"+b.as.SID+".json", url.Values{"Status": {"suspended"}})

	tests := map[string]struct {
		filter url.Values
		want   []string
	}{
		"all, the newest first": {nil, []string{b.as.SID, a.as.SID, s.Account().SID}},
		"by name":               {url.Values{"FriendlyName": {"omnicrm:a"}}, []string{a.as.SID}},
		"by status":             {url.Values{"Status": {"suspended"}}, []string{b.as.SID}},
		"none by a strange name": {
			url.Values{"FriendlyName": {"omnicrm:c"}}, []string{},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := sids(main.must("GET", "/2010-04-01/Accounts.json", tt.filter)["accounts"])
			equal(t, tt.want, got)
		})
	}
}

func TestASuspendedAccountIsShutUntilItsOwnerOpensIt(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	sub := main.subaccount("omnicrm:1")
	own := "/2010-04-01/Accounts/" + sub.as.SID + ".json"
	main.must("POST", own, url.Values{"Status": {"suspended"}})
	if status, body := sub.do("GET", own, nil); status != http.StatusUnauthorized || body["code"] != 20005.0 {
		t.Errorf("suspended: %d %v", status, body)
	}
	main.must("POST", own, url.Values{"Status": {"active"}})
	sub.must("GET", own, nil)
}

func TestAClosedAccountGivesItsNumbersBackAndStaysClosed(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	sub := main.subaccount("omnicrm:1")
	own := "/2010-04-01/Accounts/" + sub.as.SID
	sub.must("POST", own+"/IncomingPhoneNumbers.json", url.Values{"PhoneNumber": {"+15125550190"}})
	main.must("POST", own+".json", url.Values{"Status": {"closed"}})
	if status, _ := sub.do("GET", own+".json", nil); status != http.StatusUnauthorized {
		t.Errorf("a closed account still opens: %d", status)
	}
	if status, _ := main.do("POST", own+".json", url.Values{"Status": {"active"}}); status != http.StatusBadRequest {
		t.Errorf("a closed account was opened again: %d", status)
	}
	main.must("POST", main.path("/IncomingPhoneNumbers.json"), url.Values{"PhoneNumber": {"+15125550190"}})
}
