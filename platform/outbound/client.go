package outbound

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"
)

const (
	connectTimeout = 5 * time.Second
	idleTimeout    = 30 * time.Second
	maxHeaders     = 64 << 10
)

// Options of a Client; zero values are the defaults.
type Options struct {
	// Allow are networks that are excepted: for them plain HTTP and any port will
	// do as well. Default none.
	Allow []netip.Prefix
	// Ports elsewhere; default 443 and 8443.
	Ports []uint16
	// Timeout of one exchange, from the look-up of the name to the last byte of
	// the body, redirects included; default 15 s.
	Timeout time.Duration
	// MaxBody is how many bytes of an answer's body can be read; default 1 MiB.
	MaxBody int64
	// MaxRedirects is how many are followed; beyond, the redirect itself is the
	// answer. Default none.
	MaxRedirects int
	// TLS is what a test's own authority needs; its MinVersion counts for nothing.
	TLS *tls.Config
	// Resolver of names; default the machine's.
	Resolver *net.Resolver
}

// ErrTooLarge is why an answer's body ends before its end.
var ErrTooLarge = errors.New("outbound: the answer is longer than what is read of one")

// Client calls addresses that people gave us. It is safe for concurrent use.
type Client struct {
	http  *http.Client
	guard *guard
}

// New makes a client.
func New(o Options) *Client {
	if o.Ports == nil {
		o.Ports = []uint16{443, 8443}
	}
	if o.Timeout == 0 {
		o.Timeout = 15 * time.Second
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	g := newGuard(slices.Clone(o.Allow), slices.Clone(o.Ports))
	c := &Client{guard: g}
	c.http = &http.Client{
		Timeout:       o.Timeout,
		Transport:     transport{secure: newTransport(o, g.secure), plain: newTransport(o, g.plain), maxBody: o.MaxBody},
		CheckRedirect: c.redirect(o.MaxRedirects),
	}
	return c
}

func newTransport(o Options, control func(network, address string, c syscall.RawConn) error) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout, Control: control, Resolver: o.Resolver}
	conf := &tls.Config{}
	if o.TLS != nil {
		conf = o.TLS.Clone()
	}
	conf.MinVersion = tls.VersionTLS12
	return &http.Transport{
		Proxy:                  nil, // a proxy would connect where we can't see
		DialContext:            dialer.DialContext,
		TLSClientConfig:        conf,
		TLSHandshakeTimeout:    connectTimeout,
		IdleConnTimeout:        idleTimeout,
		MaxIdleConns:           100,
		MaxIdleConnsPerHost:    2,
		MaxResponseHeaderBytes: maxHeaders,
		DisableCompression:     true, // a few bytes could become very many
		ForceAttemptHTTP2:      true,
	}
}

// HTTP is the client for libraries that want one of the standard library.
func (c *Client) HTTP() *http.Client { return c.http }

// Vet judges an address by its form, so that a person who types it learns at once
// what would be refused later: the scheme, the port, a literal private address.
// What a name resolves to is judged when it is called, each time. Errors: *Refused.
func (c *Client) Vet(address string) error { return c.guard.vet(address) }

// Do sends a request. The error of an address that is not called is a *Refused.
// The caller closes the body, whose reader fails with ErrTooLarge at its bound.
func (c *Client) Do(r *http.Request) (*http.Response, error) { return c.http.Do(r) }

// CloseIdle closes the connections that wait to be used again.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }

func (c *Client) redirect(most int) func(*http.Request, []*http.Request) error {
	return func(next *http.Request, before []*http.Request) error {
		if len(before) > most {
			return http.ErrUseLastResponse
		}
		next.Header.Del("Referer") // it would tell one target of the other
		return c.guard.vet(next.URL.String())
	}
}

// transport speaks TLS or not, each with a way of its own: a connection that was
// good for one is never used for the other.
type transport struct {
	secure, plain *http.Transport
	maxBody       int64
}

// RoundTrip is http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	way := t.secure
	if r.URL.Scheme == "http" {
		way = t.plain
	}
	res, err := way.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = &bounded{ReadCloser: res.Body, left: t.maxBody}
	return res, nil
}

// CloseIdleConnections is what http.Client looks for.
func (t transport) CloseIdleConnections() {
	t.secure.CloseIdleConnections()
	t.plain.CloseIdleConnections()
}

// bounded is a body of which only so much is read.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read is io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// The bound itself may be the end.
		var more [1]byte
		if n, err := b.ReadCloser.Read(more[:]); n == 0 {
			return 0, err
		}
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

// Explain says in a sentence why a call failed, for people to see: no more of it
// than they could have learnt by calling themselves.
func Explain(err error) string {
	var refused *Refused
	var dns *net.DNSError
	var unknown *tls.CertificateVerificationError
	var timeout interface{ Timeout() bool }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		return refused.Reason
	case errors.As(err, &dns):
		return "The name could not be looked up: " + dns.Name + "."
	case errors.As(err, &unknown):
		return "The certificate is not valid for this address."
	case errors.Is(err, ErrTooLarge):
		return "The answer is too long."
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "There was no whole answer in time."
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "The connection was closed without an answer."
	}
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		return "There is no connection: nothing answers at this address and port."
	}
	var record tls.RecordHeaderError
	if errors.As(err, &record) {
		return "There is no TLS at this address and port."
	}
	return "The connection broke."
}
