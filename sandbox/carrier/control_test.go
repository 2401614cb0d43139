package carrier_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

// control calls the control API and reads its answer.
func control(t *testing.T, s *carrier.Server, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	out := map[string]any{}
	if res.StatusCode != http.StatusNoContent && res.ContentLength != 0 {
		if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return res.StatusCode, out
}

func TestTheControlAPISaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	tests := map[string]struct {
		method, path, body string
		status             int
		field              string
	}{
		"a fault of no kind":          {"POST", "/sandbox/faults", `{}`, 400, "kind"},
		"a field it doesn't know":     {"POST", "/sandbox/faults", `{"knd":"error"}`, 400, "body"},
		"JSON that isn't":             {"POST", "/sandbox/faults", `{`, 400, "body"},
		"a fault that isn't there":    {"DELETE", "/sandbox/faults/x", ``, 404, "id"},
		"a rule of no mode":           {"POST", "/sandbox/callbacks", `{"mode":"early"}`, 400, "mode"},
		"too many copies":             {"POST", "/sandbox/callbacks", `{"mode":"duplicate","copies":100}`, 400, "copies"},
		"a fate that isn't":           {"PUT", "/sandbox/handsets/+14155550134/fate", `{"status":"lost"}`, 400, "status"},
		"a code that isn't":           {"PUT", "/sandbox/handsets/+14155550134/fate", `{"status":"failed","error_code":3}`, 400, "error_code"},
		"a handset without a number":  {"POST", "/sandbox/handsets", `{}`, 400, "number"},
		"a handset that is hosted":    {"POST", "/sandbox/handsets", `{"number":"+14155550100"}`, 400, "number"},
		"a text to nobody":            {"POST", "/sandbox/handsets/+14155550134/messages", `{"body":"x"}`, 400, "to"},
		"a text of nothing":           {"POST", "/sandbox/handsets/+14155550134/messages", `{"to":"+14155550100"}`, 400, "body"},
		"a callback of no message":    {"POST", "/sandbox/messages/SM0/callback", ``, 404, "sid"},
		"a ledger since no time":      {"GET", "/sandbox/ledger?since=yesterday", ``, 400, "since"},
		"a ledger with a wrong limit": {"GET", "/sandbox/ledger?limit=-1", ``, 400, "limit"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := control(t, s, tt.method, tt.path, tt.body)
			problem, _ := body["error"].(map[string]any)
			if status != tt.status || problem["field"] != tt.field || problem["message"] == "" {
				t.Errorf("got %d %v, want %d about %s", status, body, tt.status, tt.field)
			}
		})
	}
}

func TestFaultsRulesAndSettingsAreSetAndClearedOverHTTP(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	for _, kind := range []string{"faults", "callbacks"} {
		body := map[string]string{"faults": `{"kind":"error","count":1}`, "callbacks": `{"mode":"late"}`}[kind]
		_, first := control(t, s, "POST", "/sandbox/"+kind, body)
		control(t, s, "POST", "/sandbox/"+kind, body)
		if _, list := control(t, s, "GET", "/sandbox/"+kind, ""); len(list[kind].([]any)) != 2 {
			t.Errorf("%s: %v", kind, list)
		}
		control(t, s, "DELETE", "/sandbox/"+kind+"/"+first["id"].(string), "")
		if _, cleared := control(t, s, "DELETE", "/sandbox/"+kind, ""); cleared["cleared"] != 1.0 {
			t.Errorf("%s: %v", kind, cleared)
		}
	}
	if _, set := control(t, s, "PATCH", "/sandbox/settings", `{"honour_stop":true}`); set["honour_stop"] != true {
		t.Errorf("settings: %v", set)
	}
	if _, set := control(t, s, "GET", "/sandbox/settings", ""); set["honour_stop"] != true {
		t.Errorf("settings: %v", set)
	}
}

func TestTheLedgerIsNarrowedDown(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(noon)
	s := carrier.Start(t, carrier.Options{Clock: fake, Numbers: []string{ours, "+12125550101"}})
	main := newClient(t, s, s.Account())
	main.send(ours, theirs, "1")
	fake.Advance(time.Hour)
	main.send("+12125550101", "+14155550135", "2")
	if _, err := s.Handset(theirs).Text(ours, "3"); err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"": "123", "account=" + s.Account().SID: "123", "account=AC0": "", "handset=%2B14155550134": "13",
		"number=%2B12125550101": "2", "direction=inbound": "3", "since=2026-03-02T12:30:00Z": "23", "limit=1": "3",
	} {
		_, body := control(t, s, "GET", "/sandbox/ledger?"+query, "")
		got := ""
		for _, m := range body["messages"].([]any) {
			got += m.(map[string]any)["body"].(string)
		}
		if got != want {
			t.Errorf("%q gives %q, want %q", query, got, want)
		}
	}
}

func TestAnotherSitesPageCantControlTheSandbox(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	r, err := http.NewRequestWithContext(t.Context(), "DELETE", s.URL+"/sandbox/faults", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("got %d, want 403", res.StatusCode)
	}
}

func TestThePageIsServedAndNeedsNothingElse(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	for path, kind := range map[string]string{
		"/": "text/html", "/handsets": "text/html", "/handsets/handsets.css": "text/css",
		"/handsets/handsets.js": "text/javascript", "/handsets/thread.js": "text/javascript",
	} {
		r, err := http.NewRequestWithContext(t.Context(), "GET", s.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), kind) ||
			!strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %s %v", path, res.Status, res.Header)
		}
	}
}

func TestAnOpenPageHearsOfEachTextAndEndsWithTheCarrier(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/sandbox/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() && lines.Text() != ": here" { // it listens from here on
	}
	if _, err := s.Handset(theirs).Text(ours, "Is anyone there?"); err != nil {
		t.Fatal(err)
	}
	var event, data string
	for lines.Scan() && !strings.Contains(data, "anyone") {
		if rest, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			event = rest
		}
		data = lines.Text()
	}
	equal(t, "text", event)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // ends, for the stream does
	}
}
