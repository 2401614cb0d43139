package carrier

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// TB is what Start needs of a *testing.T.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Context() context.Context
}

// Server is a carrier that listens, for a test.
type Server struct {
	*Carrier
	// URL is its origin, the value of OMNICRM_CARRIER_URL.
	URL string

	t TB
}

// patience is how long a test waits for what must come about; it only bounds
// a test that is failing anyway.
const patience = 4 * time.Minute

// Start runs a carrier on a port of its own until the test ends. The zero of
// Options gives the machine's clock with a network of a millisecond, and the
// number +14155550100 on the main account.
func Start(t TB, o Options) *Server {
	t.Helper()
	if o.Clock == nil && o.Pace == (Pace{}) {
		o.Pace = Pace{Queue: time.Millisecond, Send: time.Millisecond, Deliver: time.Millisecond}
	}
	if o.Numbers == nil {
		o.Numbers = []string{"+14155550100"}
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("carrier: %v", err)
	}
	o.PublicURL = "http://" + listener.Addr().String()
	c, err := New(o)
	if err != nil {
		t.Fatalf("%v", errors.Join(err, listener.Close()))
	}
	server := &http.Server{Handler: c.Handler(), ReadHeaderTimeout: patience}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		err := errors.Join(c.Close(), server.Close())
		if ended := <-served; !errors.Is(ended, http.ErrServerClosed) {
			err = errors.Join(err, ended)
		}
		if err != nil {
			t.Fatalf("carrier: %v", err)
		}
	})
	return &Server{Carrier: c, URL: o.PublicURL, t: t}
}

// WaitFor returns the ledger once the condition holds; the test fails with what
// was waited for when it doesn't.
func (s *Server) WaitFor(what string, condition func([]Message) bool) []Message {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.Await(ctx, condition); err != nil {
		s.t.Fatalf("waiting for %s: %v; the ledger: %+v", what, err, s.Ledger())
	}
	return s.Ledger()
}

// WaitForStatus waits until a message has that status.
func (s *Server) WaitForStatus(sid, status string) Message {
	s.t.Helper()
	var found Message
	s.WaitFor(sid+" to be "+status, func(all []Message) bool {
		for _, m := range all {
			if m.SID == sid && m.Status == status {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// WaitSettled waits until nothing is due and no webhook is being called.
func (s *Server) WaitSettled() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	if err := s.Settle(ctx); err != nil {
		s.t.Fatalf("waiting for the carrier to settle: %v", err)
	}
}
