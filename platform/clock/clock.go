// Package clock is where time comes from. Everything that asks for the time
// takes a Clock, so that a test, or the rehearsal of a workflow, runs months
// in milliseconds.
package clock

import (
	"sort"
	"sync"
	"time"
)

// Clock tells the time and wakes sleepers.
type Clock interface {
	// Now is the present instant in UTC.
	Now() time.Time
	// After delivers the time once, when d has passed.
	After(d time.Duration) <-chan time.Time
}

type system struct{}

// System is the machine's clock.
func System() Clock { return system{} }

func (system) Now() time.Time                         { return time.Now().UTC() }
func (system) After(d time.Duration) <-chan time.Time { return time.After(d) }

// Fake is a clock that stands still until it is advanced.
type Fake struct {
	mu       sync.Mutex
	now      time.Time
	sleepers []sleeper
	changed  chan struct{}
}

type sleeper struct {
	at time.Time
	ch chan time.Time
}

// NewFake makes a clock that stands at now.
func NewFake(now time.Time) *Fake {
	return &Fake{now: now.UTC(), changed: make(chan struct{})}
}

// Now is the instant at which the clock stands.
func (f *Fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

// After delivers the time once the clock has been advanced by d.
func (f *Fake) After(d time.Duration) <-chan time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	ch := make(chan time.Time, 1)
	if d <= 0 {
		ch <- f.now
		return ch
	}
	f.sleepers = append(f.sleepers, sleeper{at: f.now.Add(d), ch: ch})
	close(f.changed)
	f.changed = make(chan struct{})
	return ch
}

// Advance moves the clock by d and wakes those who are due, the earliest first.
func (f *Fake) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	sort.SliceStable(f.sleepers, func(i, j int) bool { return f.sleepers[i].at.Before(f.sleepers[j].at) })
	due := 0
	for due < len(f.sleepers) && !f.sleepers[due].at.After(f.now) {
		f.sleepers[due].ch <- f.now
		due++
	}
	f.sleepers = f.sleepers[due:]
}

// AwaitSleepers returns once at least n callers sleep in After, so that a test
// advances the clock at the right moment without sleeping itself.
func (f *Fake) AwaitSleepers(n int) {
	for {
		f.mu.Lock()
		enough, changed := len(f.sleepers) >= n, f.changed
		f.mu.Unlock()
		if enough {
			return
		}
		<-changed
	}
}
