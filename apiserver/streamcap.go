package apiserver

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// StreamLimits cap the event streams that one process holds open. They are
// counted in the process, since a process's memory is what they protect: the
// count is exact, and nothing is left over when a process is killed, as a number
// in Redis would be. With n API servers a caller may have n times as many.
type StreamLimits struct {
	PerCaller     int // of one person or key, in all sub-accounts
	PerSubAccount int // of all callers in one sub-account
}

// DefaultStreamLimits are for people with many windows and programs with many
// workers.
func DefaultStreamLimits() StreamLimits { return StreamLimits{PerCaller: 20, PerSubAccount: 1000} }

const streamRetry = 30 * time.Second

var errStreams = fault.New(fault.Throttled, "streams.too_many",
	"Too many event streams are open here. Close one, or share one among windows or workers; each stream carries every event of its sub-account.").
	After(streamRetry)

// streamCap counts open streams.
type streamCap struct {
	limits StreamLimits

	mu         sync.Mutex
	callers    map[string]int
	subAccount map[uuid.UUID]int
}

func newStreamCap(l StreamLimits) *streamCap {
	return &streamCap{limits: l, callers: map[string]int{}, subAccount: map[uuid.UUID]int{}}
}

// take counts a stream of the call until release. Throttled "streams.too_many"
// with Meta "limit" and "of": caller or sub_account.
func (s *streamCap) take(c *call) (release func(), err error) {
	caller, sub := c.agency.ID.String()+":"+c.account(), c.tenant.SubAccount
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.callers[caller] >= s.limits.PerCaller:
		return nil, errStreams.With("of", "caller", "limit", s.limits.PerCaller)
	case s.subAccount[sub] >= s.limits.PerSubAccount:
		return nil, errStreams.With("of", "sub_account", "limit", s.limits.PerSubAccount)
	}
	s.callers[caller]++
	s.subAccount[sub]++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		drop(s.callers, caller)
		drop(s.subAccount, sub)
	}), nil
}

// open is how many streams are open.
func (s *streamCap) open() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range s.callers {
		n += of
	}
	return n
}

func drop[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] == 0 {
		delete(counts, key)
	}
}
