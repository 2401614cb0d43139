package stack

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// newBalancer is what stands in front of API servers everywhere: it gives each
// request to one that takes a connection, in turn. A request that has begun is
// not given to another: its client decides.
func newBalancer(t testing.TB, servers []*Process) string {
	t.Helper()
	var turn atomic.Uint64
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			host := r.In.Host
			r.SetURL(&url.URL{Scheme: "http", Host: servers[0].Address})
			r.Out.Host = host
		},
		Transport: roundRobin{servers: servers, turn: &turn, transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second}},
		ErrorLog:  log.New(io.Discard, "", 0),
	}
	door := httptest.NewServer(proxy)
	t.Cleanup(door.Close)
	return door.URL
}

type roundRobin struct {
	servers   []*Process
	turn      *atomic.Uint64
	transport *http.Transport
}

func (b roundRobin) RoundTrip(r *http.Request) (res *http.Response, err error) {
	first := b.turn.Add(1)
	for i := range b.servers {
		out := r.Clone(r.Context())
		out.URL.Host = b.servers[(first+uint64(i))%uint64(len(b.servers))].Address
		if res, err = b.transport.RoundTrip(out); err == nil || !refused(err) {
			return res, err
		}
	}
	return nil, err
}
