package carrier_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
)

func TestAFormThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	s := carrier.Start(t, carrier.Options{})
	main := newClient(t, s, s.Account())
	tests := map[string]struct {
		kind, body string
		status     int
	}{
		"JSON":               {"application/json", `{"To":"+14155550134"}`, http.StatusUnsupportedMediaType},
		"a broken escape":    {"application/x-www-form-urlencoded", "To=%zz", http.StatusBadRequest},
		"bytes not in UTF-8": {"application/x-www-form-urlencoded", "Body=%ff%fe", http.StatusBadRequest},
		"too much":           {"application/x-www-form-urlencoded", "Body=" + strings.Repeat("a", 65<<10), http.StatusRequestEntityTooLarge},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, err := http.NewRequestWithContext(t.Context(), "POST", provider+main.path("/Messages.json"), strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", tt.kind)
			r.SetBasicAuth(main.as.SID, main.as.Token)
			res, err := main.http.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = res.Body.Close() }()
			if res.StatusCode != tt.status {
				t.Errorf("got %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}
