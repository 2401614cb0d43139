package carrier

import (
	"context"
	"time"
)

// lifetime is the carrier's own life as a context: the calls it makes to
// webhooks belong to no request, and end with Close.
type lifetime struct{ done chan struct{} }

func newLifetime() *lifetime { return &lifetime{done: make(chan struct{})} }

func (l *lifetime) end() { close(l.done) }

// Deadline, Done, Err and Value make it a context.Context.
func (l *lifetime) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done is closed when the carrier is closed.
func (l *lifetime) Done() <-chan struct{} { return l.done }

// Err is context.Canceled once the carrier is closed.
func (l *lifetime) Err() error {
	select {
	case <-l.done:
		return context.Canceled
	default:
		return nil
	}
}

// Value holds nothing.
func (l *lifetime) Value(any) any { return nil }
