package carrier_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// client speaks the provider's API plainly, as one account, at the provider's
// address.
type client struct {
	t    testing.TB
	as   carrier.Account
	http *http.Client
}

func newClient(t testing.TB, s *carrier.Server, as carrier.Account) client {
	t.Helper()
	return client{t: t, as: as, http: &http.Client{Transport: toProvider{t: t, origin: s.URL}}}
}

func (c client) do(method, path string, form url.Values) (int, map[string]any) {
	c.t.Helper()
	target, body := provider+path, io.Reader(http.NoBody)
	if method == http.MethodPost {
		body = strings.NewReader(form.Encode())
	} else if len(form) > 0 {
		target += "?" + form.Encode()
	}
	r, err := http.NewRequestWithContext(c.t.Context(), method, target, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.SetBasicAuth(c.as.SID, c.as.Token)
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	out := map[string]any{}
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil && res.StatusCode != http.StatusNoContent {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return res.StatusCode, out
}

// must is do for what has to succeed.
func (c client) must(method, path string, form url.Values) map[string]any {
	c.t.Helper()
	status, out := c.do(method, path, form)
	if status >= 300 {
		c.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

func (c client) path(rest string) string { return "/2010-04-01/Accounts/" + c.as.SID + rest }

// send sends a text from the account's number and returns its SID.
func (c client) send(from, to, body string, more ...string) string {
	c.t.Helper()
	form := url.Values{"From": {from}, "To": {to}, "Body": {body}}
	for i := 0; i+1 < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return c.must("POST", c.path("/Messages.json"), form)["sid"].(string)
}

// subaccount makes one and gives a client that speaks as it.
func (c client) subaccount(name string) client {
	c.t.Helper()
	made := c.must("POST", "/2010-04-01/Accounts.json", url.Values{"FriendlyName": {name}})
	return client{c.t, carrier.Account{SID: made["sid"].(string), Token: made["auth_token"].(string)}, c.http}
}

// numberSID finds a number of the account.
func (c client) numberSID(number string) string {
	c.t.Helper()
	list := c.must("GET", c.path("/IncomingPhoneNumbers.json"), url.Values{"PhoneNumber": {number}})
	rows := list["incoming_phone_numbers"].([]any)
	if len(rows) != 1 {
		c.t.Fatalf("%s: %d numbers", number, len(rows))
	}
	return rows[0].(map[string]any)["sid"].(string)
}
