package apiserver

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
)

func TestTheClientIsWhomTheTrustedProxiesSaw(t *testing.T) {
	t.Parallel()
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for name, tc := range map[string]struct{ peer, forwarded, want string }{
		"nobody stands between":               {"203.0.113.7:5", "", "203.0.113.7"},
		"a sender may write what they like":   {"203.0.113.7:5", "192.0.2.1", "203.0.113.7"},
		"one proxy":                           {"10.0.0.1:5", "203.0.113.7", "203.0.113.7"},
		"two proxies":                         {"10.0.0.1:5", "203.0.113.7, 10.0.0.2", "203.0.113.7"},
		"a lie before the truth":              {"10.0.0.1:5", "192.0.2.1, 203.0.113.7", "203.0.113.7"},
		"nonsense is where it stops":          {"10.0.0.1:5", "192.0.2.1, nonsense, 10.0.0.2", "10.0.0.2"},
		"a proxy itself asks":                 {"10.0.0.1:5", "", "10.0.0.1"},
		"IPv6":                                {"[fd00::1]:5", "2001:db8::7", "2001:db8::7"},
		"IPv4 in IPv6":                        {"[::ffff:10.0.0.1]:5", "203.0.113.7", "203.0.113.7"},
		"no address at all, as in some tests": {"pipe", "203.0.113.7", "0.0.0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = tc.peer
			r.Header.Set("X-Forwarded-For", tc.forwarded)
			if got := clientIP(r, trusted).String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestAPanicIsAnInternalErrorWithItsPlaceInTheLog(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	s := &server{Options: Options{Log: slog.New(slog.NewJSONHandler(&log, nil)), Clock: clock.System()}}
	h := s.identify(s.observe(s.recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a secret detail") }))))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, withRoute(httptest.NewRequest(http.MethodGet, "/", nil)))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), `"code":"internal"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if id := w.Header().Get("X-Request-Id"); !strings.Contains(log.String(), "a secret detail") || strings.Count(log.String(), id) != 2 {
		t.Errorf("the log says %s", log.String())
	}
}

func TestStrictTransportSecurityIsForTLSAlone(t *testing.T) {
	t.Parallel()
	s := &server{Options: Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for name, tc := range map[string]struct {
		peer, proto string
		want        bool
	}{
		"plain":                 {"10.0.0.1:5", "", false},
		"TLS ends at the proxy": {"10.0.0.1:5", "https", true},
		"anybody may say so":    {"203.0.113.7:5", "https", false},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = tc.peer
		r.Header.Set("X-Forwarded-Proto", tc.proto)
		w := httptest.NewRecorder()
		s.secureHeaders(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
		if got := w.Header().Get("Strict-Transport-Security") != ""; got != tc.want {
			t.Errorf("%s: got %t", name, got)
		}
	}
}

func TestAnonymousCallersCountByTheirNetwork(t *testing.T) {
	t.Parallel()
	for ip, want := range map[string]string{
		"203.0.113.7":          "ip:203.0.113.7",
		"2001:db8:1:2:aaaa::1": "ip:2001:db8:1:2::/64",
		"2001:db8:1:2:bbbb::9": "ip:2001:db8:1:2::/64",
	} {
		if got := (&call{ip: netip.MustParseAddr(ip)}).account(); got != want {
			t.Errorf("%s: got %s, want %s", ip, got, want)
		}
	}
}

// withRoute gives a request the context that chi would.
func withRoute(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), chi.RouteCtxKey, chi.NewRouteContext()))
}
