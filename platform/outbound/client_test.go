package outbound_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// names is a name server on this machine; answer says what a name resolves to the
// n-th time that it is asked for, in IPv4 or in IPv6.
func names(t *testing.T, answer func(asked int) netip.Addr) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		asked := map[dnsmessage.Type]int{}
		buffer := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buffer[:n]) != nil || len(m.Questions) == 0 {
				continue
			}
			q := m.Questions[0]
			ip := answer(asked[q.Type])
			asked[q.Type]++
			m.Response, m.Authoritative, m.Additionals = true, true, nil
			head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: dnsmessage.ClassINET}
			switch {
			case q.Type == dnsmessage.TypeA && ip.Is4():
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: ip.As4()}}}
			case q.Type == dnsmessage.TypeAAAA && ip.Is6():
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}}}
			}
			if packed, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func get(t *testing.T, c *outbound.Client, url string) (status int, body string, err error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := c.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	return res.StatusCode, string(raw), err
}

// quiet swallows what a test's server says of handshakes that are meant to fail.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func isRefused(err error) bool {
	var r *outbound.Refused
	return errors.As(err, &r)
}

func authority(s *httptest.Server) *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return &tls.Config{RootCAs: pool}
}

func TestRedirectsAreFollowedOnlyWhereACallMayGo(t *testing.T) {
	t.Parallel()
	var reached atomic.Int32
	// 127.0.0.2 stands for the public internet, 127.0.0.1 for the inside.
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	t.Cleanup(inside.Close)
	outside := httptest.NewUnstartedServer(nil)
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = outside.Listener.Close()
	outside.Listener = listener
	outside.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch to := r.URL.Query().Get("to"); to {
		case "":
			_, _ = io.WriteString(w, "here; referer "+r.Header.Get("Referer"))
		case "again":
			http.Redirect(w, r, "/?to=again", http.StatusTemporaryRedirect)
		default:
			http.Redirect(w, r, to, http.StatusTemporaryRedirect)
		}
	})
	outside.StartTLS()
	t.Cleanup(outside.Close)
	c := func(most int) *outbound.Client {
		return outbound.New(outbound.Options{
			Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}, TLS: &tls.Config{InsecureSkipVerify: true}, MaxRedirects: most,
		})
	}
	for name, tc := range map[string]struct {
		most    int
		to      string
		refused bool
		status  int
		body    string
	}{
		"one that may be followed":              {3, "/", false, 200, "here; referer "},
		"none is followed where none should be": {0, "/", false, 307, ""},
		"too many":                              {3, "again", false, 307, ""},
		"to the inside":                         {3, inside.URL, true, 0, ""},
		"to the metadata":                       {3, "http://169.254.169.254/latest/meta-data/", true, 0, ""},
		"to loopback":                           {3, "https://127.0.0.1/", true, 0, ""},
		"to plain HTTP":                         {3, "http://8.8.8.8/", true, 0, ""},
		"to a file":                             {3, "file:///etc/passwd", true, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, err := get(t, c(tc.most), outside.URL+"/?to="+tc.to)
			if isRefused(err) != tc.refused || status != tc.status || tc.body != "" && body != tc.body {
				t.Errorf("got %d %q, %v", status, body, err)
			}
		})
	}
	if n := reached.Load(); n > 0 {
		t.Errorf("the inside was called %d times", n)
	}
}

func TestAnAnswerIsBounded(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "" {
			t.Error("a compressed answer was asked for")
		}
		_, _ = io.WriteString(w, strings.Repeat("x", len(r.URL.Path)-1))
	}))
	t.Cleanup(s.Close)
	c := outbound.New(outbound.Options{Allow: loopback, MaxBody: 8})
	for path, want := range map[string]string{"/": "", "/1234567": "xxxxxxx", "/12345678": "xxxxxxxx"} {
		if _, body, err := get(t, c, s.URL+path); body != want || err != nil {
			t.Errorf("%s: got %q, %v", path, body, err)
		}
	}
	if _, body, err := get(t, c, s.URL+"/123456789"); body != "xxxxxxxx" || !errors.Is(err, outbound.ErrTooLarge) {
		t.Errorf("got %q, %v", body, err)
	}
}

func TestACallEndsInTime(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.(http.Flusher).Flush()
		}
		<-done
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(done) })
	c := outbound.New(outbound.Options{Allow: loopback, Timeout: 50 * time.Millisecond})
	for _, path := range []string{"/", "/body"} {
		if _, _, err := get(t, c, s.URL+path); outbound.Explain(err) != "There was no whole answer in time." {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestTLSIsCheckedAndRecent(t *testing.T) {
	t.Parallel()
	old := httptest.NewUnstartedServer(http.NotFoundHandler())
	old.Config.ErrorLog, old.TLS = quiet(), &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	old.StartTLS()
	t.Cleanup(old.Close)
	good := httptest.NewUnstartedServer(http.NotFoundHandler())
	good.Config.ErrorLog = quiet()
	good.StartTLS()
	t.Cleanup(good.Close)
	trust := func(s *httptest.Server) *outbound.Client {
		return outbound.New(outbound.Options{Allow: loopback, TLS: authority(s)})
	}
	if status, _, err := get(t, trust(good), good.URL); status != 404 || err != nil {
		t.Errorf("a good server: got %d, %v", status, err)
	}
	if _, _, err := get(t, trust(old), old.URL); err == nil {
		t.Error("TLS 1.1 was spoken")
	}
	stranger := outbound.New(outbound.Options{Allow: loopback})
	if _, _, err := get(t, stranger, good.URL); outbound.Explain(err) != "The certificate is not valid for this address." {
		t.Errorf("an unknown authority: %v", err)
	}
}

func TestNoProxyOfTheEnvironmentIsUsed(t *testing.T) {
	var reached atomic.Bool
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	t.Cleanup(proxy.Close)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	c := outbound.New(outbound.Options{Allow: loopback, Resolver: names(t, func(int) netip.Addr { return netip.MustParseAddr("10.0.0.1") })})
	for _, url := range []string{"http://hooks.example/", "https://hooks.example/"} {
		if _, _, err := get(t, c, url); !isRefused(err) || reached.Load() {
			t.Errorf("%s: got %v, through the proxy: %v", url, err, reached.Load())
		}
	}
}

func TestAFailureIsExplained(t *testing.T) {
	t.Parallel()
	dropped := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}))
	t.Cleanup(dropped.Close)
	closed, err := parts.FreePort(t.Context()) // which nobody else is given meanwhile
	if err != nil {
		t.Fatal(err)
	}
	nowhere := names(t, func(int) netip.Addr { return netip.Addr{} })
	for name, tc := range map[string]struct{ url, want string }{
		"nobody answers":             {fmt.Sprintf("http://127.0.0.1:%d", closed), "There is no connection: nothing answers at this address and port."},
		"no answer":                  {dropped.URL, "The connection was closed without an answer."},
		"no TLS":                     {strings.Replace(dropped.URL, "http:", "https:", 1), "The connection was closed without an answer."},
		"a name that does not exist": {"https://nowhere.example", "The name could not be looked up: nowhere.example."},
		"a refused address":          {"https://10.0.0.1", "The address does not lead to the public internet."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := get(t, outbound.New(outbound.Options{Allow: loopback, Resolver: nowhere}), tc.url)
			if got := outbound.Explain(err); got != tc.want && name != "no TLS" || err == nil {
				t.Errorf("got %q of %v", got, err)
			}
		})
	}
}
