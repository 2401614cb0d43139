package carrier

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSegments(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text     string
		alphabet string
		count    int
	}{
		"nothing":                              {"", "GSM-7", 0},
		"a word":                               {"Hello", "GSM-7", 1},
		"160 letters":                          {strings.Repeat("a", 160), "GSM-7", 1},
		"161 letters":                          {strings.Repeat("a", 161), "GSM-7", 2},
		"306 letters":                          {strings.Repeat("a", 306), "GSM-7", 2},
		"307 letters":                          {strings.Repeat("a", 307), "GSM-7", 3},
		"letters that GSM has":                 {"£¥èéùìòÇØøÅåΔΩ¿ñà", "GSM-7", 1},
		"80 euros cost two each":               {strings.Repeat("€", 80), "GSM-7", 1},
		"81 euros":                             {strings.Repeat("€", 81), "GSM-7", 2},
		"an escape doesn't straddle two parts": {strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), "GSM-7", 3},
		"a letter GSM lacks":                   {"ç", "UCS-2", 1},
		"70 letters GSM lacks":                 {strings.Repeat("ç", 70), "UCS-2", 1},
		"71 letters GSM lacks":                 {strings.Repeat("ç", 71), "UCS-2", 2},
		"35 faces cost two each":               {strings.Repeat("😀", 35), "UCS-2", 1},
		"36 faces":                             {strings.Repeat("😀", 36), "UCS-2", 2},
		"a face doesn't straddle two parts either": {strings.Repeat("a", 66) + "😀" + strings.Repeat("a", 66), "UCS-2", 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			alphabet, count := segments(tt.text)
			if alphabet != tt.alphabet || count != tt.count {
				t.Errorf("got %s %d, want %s %d", alphabet, count, tt.alphabet, tt.count)
			}
		})
	}
}

func FuzzSegments(f *testing.F) {
	for _, text := range []string{"", "Hello", "€", "😀", "\xff", strings.Repeat("a", 161)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		alphabet, count := segments(text)
		alone, units := gsmAlone, 2*utf8.RuneCountInString(text)
		if alphabet == "UCS-2" {
			alone = ucsAlone
		}
		switch {
		case (count == 0) != (text == ""):
			t.Errorf("%q has %d parts", text, count)
		case count > 1 && units <= alone:
			t.Errorf("%q has %d parts but fits in one", text, count)
		case count > units:
			t.Errorf("%q has more parts than units", text)
		}
		if _, more := segments(text + "a"); more < count {
			t.Errorf("%q grew and needs fewer parts", text)
		}
	})
}

func FuzzForm(f *testing.F) {
	for _, form := range []string{"", "To=%2B14155550134&Body=a+b", "a=1&a=2", "%zz", "Body=%ff", "a;b=1", "&&=", "DateSent%3C=2026-03-02"} {
		f.Add(form)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		form, err := parseForm(encoded)
		if err != nil {
			return
		}
		again, err := parseForm(form.Encode())
		if err != nil {
			t.Fatalf("%q was read, what it says wasn't: %v", encoded, err)
		}
		if diff := cmp.Diff(form, again); diff != "" {
			t.Errorf("%q: %s", encoded, diff)
		}
	})
}

func FuzzTwiML(f *testing.F) {
	for _, doc := range []string{"", "<Response/>", "<Response><Message>Hi</Message></Response>", "<Response><Message><Body>a</Body></Message>", "<a>"} {
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		verbs, bad := readReplies(answer{code: 200, kind: "text/xml", body: []byte(doc)}, nil)
		if bad != "" && len(verbs) > 0 {
			t.Errorf("%q is bad and has verbs", doc)
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, n := range []string{"+14155550134", "(415) 555-0134", "1 415 555 0134", "+44 20 7946 0000", "+1555", "++", "00"} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		n, ok := normalNumber(raw)
		if !ok {
			return
		}
		if again, ok := normalNumber(n); !ok || again != n {
			t.Errorf("%q became %q, which became %q", raw, n, again)
		}
		_, _ = country(n), national(n)
	})
}

func TestOverridesOfAWebhooksAddress(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]retries{
		"http://a/b":                   {1, []string{"ct"}},
		"http://a/b#rc=0":              {0, []string{"ct"}},
		"http://a/b#rc=2&rp=5xx,ct":    {2, []string{"5xx", "ct"}},
		"http://a/b#rc=-1&rp=all":      {0, []string{"all"}},
		"http://a/b#section":           {1, []string{"ct"}},
		"http://a/b#rc=many&rp=4xx":    {1, []string{"4xx"}},
		"http://a/b?x=1#rc=9&rp=rt,ct": {5, []string{"rt", "ct"}},
	} {
		target, got := connectionOverrides(raw)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(retries{})); diff != "" {
			t.Errorf("%s: %s", raw, diff)
		}
		if u, err := url.Parse(target); err != nil || u.Fragment != "" {
			t.Errorf("%s goes to %s", raw, target)
		}
	}
}
