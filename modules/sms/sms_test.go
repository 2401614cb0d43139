package sms

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/twilio/twilio-go/client"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

func TestKeywordsAreHeardAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]Keyword{
		"STOP": Stop, "stop": Stop, " Stop. ": Stop, "\"STOP\"": Stop, "stop!!!": Stop, "StopAll": Stop, "UNSUBSCRIBE": Stop,
		"cancel": Stop, "End": Stop, "quit": Stop, "REVOKE": Stop, "opt-out": Stop, "OPTOUT": Stop, "Opt out": Stop,
		"please stop texting me": Stop, "Don’t text me": Stop, "dont text me.": Stop, "Remove me from your list": Stop,
		"START": Start, "yes": Start, "Unstop": Start, "yes!": Start, "help": HelpMe, "HELP?": HelpMe, "info": HelpMe,
		"": NoKeyword, "Please stop by at noon": NoKeyword, "Yes, noon is fine": NoKeyword, "I need help with my cake": NoKeyword,
		"the end": NoKeyword, "bus stop": NoKeyword, strings.Repeat("stop ", 100): NoKeyword,
	} {
		if got := KeywordOf(body); got != want {
			t.Errorf("%q is %q, not %q", body, got, want)
		}
	}
}

// The example is Twilio's own: https://www.twilio.com/docs/usage/security#validating-requests
func TestSignatureIsTheCarriers(t *testing.T) {
	t.Parallel()
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+12349013030"}, "Digits": {"1234"}, "From": {"+12349013030"}, "To": {"+18005551212"},
	}
	published := Webhook{URL: "https://mycompany.com/myapp.php?foo=1&bar=2", Signature: "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", Form: form}
	change := func(fn func(*Webhook)) Webhook {
		w := published
		w.Form = url.Values{}
		for k, v := range published.Form {
			w.Form[k] = append([]string(nil), v...)
		}
		fn(&w)
		return w
	}
	repeated := url.Values{"A": {"2", "1", "2"}}
	for name, c := range map[string]struct {
		w     Webhook
		token string
		want  bool
	}{
		"as published":            {published, "12345", true},
		"another token":           {published, "12346", false},
		"no token":                {published, "", false},
		"no signature":            {change(func(w *Webhook) { w.Signature = "" }), "12345", false},
		"a changed value":         {change(func(w *Webhook) { w.Form.Set("Digits", "1235") }), "12345", false},
		"a further value":         {change(func(w *Webhook) { w.Form.Add("Digits", "9") }), "12345", false},
		"a further key":           {change(func(w *Webhook) { w.Form.Set("X", "") }), "12345", false},
		"another path":            {change(func(w *Webhook) { w.URL += "&baz=3" }), "12345", false},
		"another scheme":          {change(func(w *Webhook) { w.URL = strings.Replace(w.URL, "https", "http", 1) }), "12345", false},
		"with the scheme's port":  {change(func(w *Webhook) { w.URL = strings.Replace(w.URL, ".com/", ".com:443/", 1) }), "12345", true},
		"with another port":       {change(func(w *Webhook) { w.URL = strings.Replace(w.URL, ".com/", ".com:8443/", 1) }), "12345", false},
		"all values of a key":     {Webhook{"https://a.example/", signature("t", "https://a.example/", repeated), repeated}, "t", true},
		"the first value alone":   {Webhook{"https://a.example/", signature("t", "https://a.example/", url.Values{"A": {"2"}}), repeated}, "t", false},
		"the same values, turned": {Webhook{"https://a.example/", signature("t", "https://a.example/", url.Values{"A": {"1", "2"}}), repeated}, "t", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.w.signedBy(c.token); got != c.want {
				t.Fatalf("signed: %v", got)
			}
		})
	}
}

func FuzzSignature(f *testing.F) {
	f.Add("https://a.example/x?y=1", "A=1&A=2&B=", "token")
	f.Add("http://[::1]:80/?", "", "t")
	f.Add("://", "%", "t")
	f.Fuzz(func(t *testing.T, address, body, token string) {
		form, _ := url.ParseQuery(body)
		signed := Webhook{URL: address, Form: form, Signature: signature(token, address, form)}
		if signed.signedBy(token) != (token != "") {
			t.Fatal("a signed request is not taken for one")
		}
		if signed.signedBy(token + "x") {
			t.Fatal("another token signs the same")
		}
	})
}

// FuzzWebhook: whatever comes under a valid signature is refused by field, or
// is something that a database can hold.
func FuzzWebhook(f *testing.F) {
	f.Add("https://hooks.example/x?attempt=1", "From=%2B14155550123&To=%2B14155550100&Body=Hi&MessageSid=SM1&MessageStatus=sent")
	f.Add("https://hooks.example/x?attempt=x", "From=262966&To=%00&MessageSid=%ff&NumMedia=99&MediaUrl0=%00%fe")
	f.Add("%", "NumMedia=-1&From=%2B1&MessageStatus=%00")
	f.Fuzz(func(t *testing.T, address, body string) {
		form, _ := url.ParseQuery(body)
		fits := func(values ...string) {
			for _, v := range values {
				if !utf8.ValidString(v) || strings.Contains(v, "\x00") {
					t.Fatalf("%q was let through", v)
				}
			}
		}
		if in, err := inbound(form); err == nil {
			fits(in.From, in.To, in.Body, in.ProviderID)
		} else if !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
		if h, number, err := statusNews(Webhook{URL: address, Form: form}); err == nil {
			fits(h.ProviderID, h.Status, h.ErrorCode, strconv.Itoa(number))
		} else if !fault.Is(err, fault.Invalid) {
			t.Fatal(err)
		}
	})
}

// FuzzSignatureAgainstTheProvidersOwn: what we take for signed is what the
// provider's library takes for signed.
func FuzzSignatureAgainstTheProvidersOwn(f *testing.F) {
	f.Add("messages?x=1", "Body", "Hi there", "From", "+14155550123", "token")
	f.Add("", "a", "b", "a", "c", "t")
	f.Add("ä?%20=+", "Body", "né\x00", "", "", "0")
	f.Fuzz(func(t *testing.T, path, k1, v1, k2, v2, token string) {
		if token == "" {
			return // ours refuses it: nobody has signed
		}
		form := url.Values{k1: {v1}}
		form[k2] = []string{v2}
		address := (&url.URL{Scheme: "https", Host: "hooks.example", Path: "/" + path}).String()
		params := map[string]string{}
		for key := range form {
			params[key] = form.Get(key)
		}
		oracle := client.NewRequestValidator(token)
		for _, s := range []string{signature(token, address, form), signature(token+"x", address, form), ""} {
			ours := Webhook{URL: address, Form: form, Signature: s}.signedBy(token)
			if theirs := oracle.Validate(address, params, s); ours != theirs {
				t.Fatalf("%q %v %q: ours says %v, the provider's %v", address, params, s, ours, theirs)
			}
		}
	})
}

func TestReconciliationTellsOurTextFromOthers(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)
	a := attempt{StartedAt: at}
	one := Held{ProviderID: "SM1", Body: "Hi", CreatedAt: at.Add(time.Second)}
	with := func(fn func(*Held)) Held { h := one; fn(&h); return h }
	for name, c := range map[string]struct {
		held   []Held
		owned  map[string]bool
		rivals int
		want   verdict
	}{
		"none":                            {nil, nil, 0, notThere},
		"exactly one":                     {[]Held{one}, nil, 0, itIsThis},
		"another body":                    {[]Held{with(func(h *Held) { h.Body = "Ho" })}, nil, 0, notThere},
		"an older one":                    {[]Held{with(func(h *Held) { h.CreatedAt = at.Add(-time.Hour) })}, nil, 0, notThere},
		"one without a time":              {[]Held{with(func(h *Held) { h.CreatedAt = time.Time{} })}, nil, 0, notThere},
		"one that another attempt owns":   {[]Held{one}, map[string]bool{"SM1": true}, 0, notThere},
		"ours beside another's":           {[]Held{one, with(func(h *Held) { h.ProviderID = "SM2" })}, map[string]bool{"SM2": true}, 0, itIsThis},
		"two that look alike":             {[]Held{one, with(func(h *Held) { h.ProviderID = "SM2" })}, nil, 0, cannotTell},
		"one, and two attempts want it":   {[]Held{one}, nil, 1, cannotTell},
		"none, whatever else is in doubt": {nil, nil, 3, notThere},
		"a clock that differs a little":   {[]Held{with(func(h *Held) { h.CreatedAt = at.Add(-time.Minute) })}, nil, 0, itIsThis},
		"the window's edge":               {[]Held{with(func(h *Held) { h.CreatedAt = at.Add(MatchWindow) })}, nil, 0, itIsThis},
		"a little past the window's edge": {[]Held{with(func(h *Held) { h.CreatedAt = at.Add(MatchWindow + 1) })}, nil, 0, notThere},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, got := match(a, "Hi", c.held, c.owned, c.rivals); got != c.want {
				t.Fatalf("got %d, not %d", got, c.want)
			}
		})
	}
}

// Jobs outlive releases: what an earlier one wrote must still be read.
func TestOldPayloadsStillDecode(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("01920e5c-7f3a-7c1e-9d59-0242ac120007")
	payloads := []queue.Payload{
		DeliverJob{MessageID: id, Attempt: 2}, ReconcileJob{MessageID: id, Attempt: 2}, FollowJob{MessageID: id, Attempt: 2}, CollectJob{},
	}
	for _, p := range payloads {
		golden, err := os.ReadFile(filepath.Join("testdata", p.Kind()+".json"))
		if err != nil {
			t.Fatal(err)
		}
		now, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.TrimSpace(string(golden)), string(now)); diff != "" {
			t.Errorf("%s: %s", p.Kind(), diff)
		}
	}
}
