package outbound_test

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/omnicrm/omnicrm/platform/outbound"
)

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
