package carrier_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

func TestANumberIsMovedToASubaccountAndPointedAtItsWebhook(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	sub := main.subaccount("omnicrm:1")
	sid := main.numberSID(ours)

	moved := main.must("POST", main.path("/IncomingPhoneNumbers/"+sid+".json"), url.Values{"AccountSid": {sub.as.SID}})
	if moved["account_sid"] != sub.as.SID || moved["sid"] != sid {
		t.Errorf("moved: %v", moved)
	}
	if status, _ := main.do("GET", main.path("/IncomingPhoneNumbers/"+sid+".json"), nil); status != http.StatusNotFound {
		t.Errorf("the former owner still has it: %d", status)
	}
	set := sub.must("POST", sub.path("/IncomingPhoneNumbers/"+sid+".json"), url.Values{
		"SmsUrl": {"https://example.com/in"}, "SmsMethod": {"POST"}, "FriendlyName": {"Front desk"},
		"StatusCallback": {"https://example.com/status"},
	})
	for key, want := range map[string]string{
		"sms_url": "https://example.com/in", "sms_method": "POST", "friendly_name": "Front desk",
		"status_callback": "https://example.com/status", "phone_number": ours,
	} {
		if set[key] != want {
			t.Errorf("%s: got %v, want %s", key, set[key], want)
		}
	}
	// What an update doesn't name stays.
	again := sub.must("POST", sub.path("/IncomingPhoneNumbers/"+sid+".json"), url.Values{"FriendlyName": {"Desk"}})
	equal(t, "https://example.com/in", again["sms_url"].(string))
}

func TestNumbersThatAreRefused(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	a, b := main.subaccount("a"), main.subaccount("b")
	a.must("POST", a.path("/IncomingPhoneNumbers.json"), url.Values{"AreaCode": {"512"}})
	held := a.must("GET", a.path("/IncomingPhoneNumbers.json"), nil)["incoming_phone_numbers"].([]any)[0].(map[string]any)
	own := "/IncomingPhoneNumbers/" + held["sid"].(string) + ".json"

	tests := map[string]struct {
		as   client
		path string
		form url.Values
		code float64
	}{
		"one that is taken":            {b, "/IncomingPhoneNumbers.json", url.Values{"PhoneNumber": {ours}}, 21422},
		"one that isn't a number":      {b, "/IncomingPhoneNumbers.json", url.Values{"PhoneNumber": {"12"}}, 21421},
		"neither number nor area":      {b, "/IncomingPhoneNumbers.json", nil, 21404},
		"an area without numbers":      {b, "/IncomingPhoneNumbers.json", url.Values{"AreaCode": {"907"}}, 21452},
		"a webhook that isn't a URL":   {a, own, url.Values{"SmsUrl": {"example"}}, 21402},
		"a method that isn't one":      {a, own, url.Values{"SmsMethod": {"PUT"}}, 21403},
		"a gift to another subaccount": {a, own, url.Values{"AccountSid": {b.as.SID}}, 20001},
		"another account's number":     {b, own, url.Values{"FriendlyName": {"mine"}}, 20404},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := tt.as.do("POST", tt.as.path(tt.path), tt.form)
			if status < 400 || body["code"] != tt.code {
				t.Errorf("got %d %v, want code %v", status, body, tt.code)
			}
		})
	}
}

func TestANumberIsFoundBoughtAndGivenBack(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{Inventory: []string{"+442079460000"}})
	main := newClient(t, s, s.Account())
	offers := func(country string, filter url.Values) []any {
		return main.must("GET", main.path("/AvailablePhoneNumbers/"+country+"/Local.json"), filter)["available_phone_numbers"].([]any)
	}
	if n := len(offers("GB", nil)); n != 1 {
		t.Errorf("%d offers in Britain, want 1", n)
	}
	found := offers("US", url.Values{"AreaCode": {"415"}})
	if len(found) != 10 {
		t.Fatalf("%d offers in 415, want 10", len(found))
	}
	number := found[0].(map[string]any)["phone_number"].(string)
	bought := main.must("POST", main.path("/IncomingPhoneNumbers.json"), url.Values{"PhoneNumber": {number}})
	if n := len(offers("US", url.Values{"AreaCode": {"415"}})); n != 9 {
		t.Errorf("%d offers after buying one, want 9", n)
	}
	main.must("DELETE", main.path("/IncomingPhoneNumbers/"+bought["sid"].(string)+".json"), nil)
	if n := len(offers("US", url.Values{"AreaCode": {"415"}})); n != 10 {
		t.Errorf("%d offers after giving it back, want 10", n)
	}
}

func TestNumbersAreFoundByPattern(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{Numbers: []string{"+14155550100", "+12125550101"}})
	main := newClient(t, s, s.Account())
	for filter, want := range map[string]int{"+14155550100": 1, "415": 1, "***5550101": 1, "+1": 2, "999": 0, "": 2} {
		list := main.must("GET", main.path("/IncomingPhoneNumbers.json"), url.Values{"PhoneNumber": {filter}})
		if got := len(list["incoming_phone_numbers"].([]any)); got != want {
			t.Errorf("%q finds %d, want %d", filter, got, want)
		}
	}
}
