package outbound_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
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

func TestWhatIsNotOnThePublicInternetIsRefused(t *testing.T) {
	t.Parallel()
	for name, ip := range map[string]string{
		"loopback":                               "127.0.0.1",
		"another loopback":                       "127.9.9.9",
		"this host":                              "0.0.0.0",
		"a private network of class A":           "10.1.2.3",
		"a private network of class B":           "172.31.255.1",
		"a private network of class C":           "192.168.1.1",
		"the cloud's metadata":                   "169.254.169.254",
		"a carrier's own network":                "100.64.0.1",
		"multicast":                              "224.0.0.251",
		"broadcast":                              "255.255.255.255",
		"documentation":                          "203.0.113.9",
		"loopback in IPv6":                       "::1",
		"unspecified in IPv6":                    "::",
		"link-local in IPv6":                     "fe80::1",
		"a private network in IPv6":              "fd00:ec2::254",
		"multicast in IPv6":                      "ff02::1",
		"loopback as an IPv4-mapped address":     "::ffff:127.0.0.1",
		"the metadata as an IPv4-mapped address": "::ffff:169.254.169.254",
		"a private network, IPv4-mapped":         "::ffff:10.0.0.1",
		"loopback as an IPv4-compatible address": "::127.0.0.1",
		"loopback through NAT64":                 "64:ff9b::7f00:1",
		"the metadata through NAT64":             "64:ff9b::a9fe:a9fe",
		"a private network through local NAT64":  "64:ff9b:1::a00:1",
		"loopback through 6to4":                  "2002:7f00:1::",
		"loopback through Teredo":                "2001:0:7f00:1::",
		"documentation in IPv6":                  "2001:db8::1",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := netip.MustParseAddr(ip)
			literal := "https://" + netip.AddrPortFrom(addr, 443).String() + "/"
			c := outbound.New(outbound.Options{Resolver: names(t, func(int) netip.Addr { return addr })})
			if err := c.Vet(literal); !isRefused(err) {
				t.Errorf("as it is typed: %v", err)
			}
			if _, _, err := get(t, c, literal); !isRefused(err) {
				t.Errorf("as it is dialled: %v", err)
			}
			if _, _, err := get(t, c, "https://hooks.example/"); !isRefused(err) {
				t.Errorf("behind a name: %v", err)
			}
		})
	}
}

func TestTheAddressIsJudgedByItsForm(t *testing.T) {
	t.Parallel()
	open, dev := outbound.New(outbound.Options{}), outbound.New(outbound.Options{Allow: loopback})
	for name, tc := range map[string]struct {
		client *outbound.Client
		url    string
		ok     bool
	}{
		"a name":                                 {open, "https://example.com/hooks?a=b", true},
		"a port that is open":                    {open, "https://example.com:8443/", true},
		"a public address":                       {open, "https://8.8.8.8/", true},
		"a public address in IPv6":               {open, "https://[2606:4700:4700::1111]/", true},
		"plain HTTP":                             {open, "http://example.com/", false},
		"another scheme":                         {open, "gopher://example.com/", false},
		"a file":                                 {open, "file:///etc/passwd", false},
		"no scheme":                              {open, "example.com/hooks", false},
		"no host":                                {open, "https:///hooks", false},
		"a user name":                            {open, "https://user:secret@example.com/", false},
		"a port of a database":                   {open, "https://example.com:5432/", false},
		"no port at all":                         {open, "https://example.com:0/", false},
		"a zone":                                 {open, "https://[fe80::1%25eth0]/", false},
		"loopback":                               {open, "https://127.0.0.1/", false},
		"loopback where it is allowed":           {dev, "http://127.0.0.1:8099/hooks", true},
		"a private network beside the allowed":   {dev, "https://10.0.0.1/", false},
		"plain HTTP beside the allowed":          {dev, "http://8.8.8.8/", false},
		"the metadata although loopback is open": {dev, "https://169.254.169.254/", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := tc.client.Vet(tc.url); (err == nil) != tc.ok || err != nil && !isRefused(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestANameThatChangesItsMindIsRefused: whoever looks before the call sees a
// public address, and the call would have gone to this machine.
func TestANameThatChangesItsMindIsRefused(t *testing.T) {
	t.Parallel()
	var reached atomic.Bool
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	t.Cleanup(inside.Close)
	_, port, _ := net.SplitHostPort(inside.Listener.Addr().String())
	resolver := names(t, func(asked int) netip.Addr {
		if asked == 0 {
			return netip.MustParseAddr("8.8.8.8")
		}
		return netip.MustParseAddr("127.0.0.1")
	})
	before, err := resolver.LookupNetIP(t.Context(), "ip4", "rebinding.example")
	if err != nil || before[0] != netip.MustParseAddr("8.8.8.8") {
		t.Fatalf("got %v, %v", before, err)
	}
	number := netip.MustParseAddrPort("127.0.0.1:" + port).Port()
	c := outbound.New(outbound.Options{Resolver: resolver, Ports: []uint16{number}, TLS: &tls.Config{InsecureSkipVerify: true}})
	if _, _, err := get(t, c, "https://rebinding.example:"+port+"/"); !isRefused(err) || reached.Load() {
		t.Errorf("got %v, reached: %v", err, reached.Load())
	}
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

func TestTheAllowListOpensPlainHTTPAndAnyPort(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	t.Cleanup(s.Close)
	if status, body, err := get(t, outbound.New(outbound.Options{Allow: loopback}), s.URL); status != 200 || body != "hello" || err != nil {
		t.Errorf("got %d %q, %v", status, body, err)
	}
	if _, _, err := get(t, outbound.New(outbound.Options{}), s.URL); !isRefused(err) {
		t.Errorf("got %v", err)
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
	closed, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	nowhere := names(t, func(int) netip.Addr { return netip.Addr{} })
	for name, tc := range map[string]struct{ url, want string }{
		"nobody answers":             {"http://" + closed.Addr().String(), "There is no connection: nothing answers at this address and port."},
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
