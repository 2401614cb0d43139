package queue

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// hands knows what a worker process has in hand: how much of each tenant, and
// how to stop each job.
type hands struct {
	mu      *sync.Mutex
	shares  map[share]*portion
	running map[*hand]struct{}
}

type portion struct {
	jobs   int
	turned bool // more was due than it may have: ring when there is room
}

// hand is a job at work.
type hand struct {
	job    held
	cancel context.CancelCauseFunc
}

func newHands() hands {
	return hands{mu: new(sync.Mutex), shares: map[share]*portion{}, running: map[*hand]struct{}{}}
}

// reserve takes room for up to most jobs of a tenant below its ceiling.
func (h hands) reserve(s share, most, ceiling int) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	p, ok := h.shares[s]
	if !ok {
		p = &portion{}
		h.shares[s] = p
	}
	room := max(min(most, ceiling-p.jobs), 0)
	if room == 0 {
		p.turned = true
	}
	p.jobs += room
	return room
}

// refund gives back what a claim did not fill.
func (h hands) refund(s share, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(s, n)
}

// release gives back the room of a job that is done, and tells whether its
// tenant was turned away meanwhile and wants a ring.
func (h hands) release(s share) (ring bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p, ok := h.shares[s]; ok {
		ring, p.turned = p.turned, false
	}
	h.leave(s, 1)
	return ring
}

// turnedAway notes that a tenant has more to do than it may.
func (h hands) turnedAway(s share) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p, ok := h.shares[s]; ok {
		p.turned = true
	}
}

func (h hands) leave(s share, n int) {
	if p, ok := h.shares[s]; ok {
		if p.jobs -= n; p.jobs == 0 {
			delete(h.shares, s)
		}
	}
}

func (h hands) take(j held, cancel context.CancelCauseFunc) *hand {
	h.mu.Lock()
	defer h.mu.Unlock()
	hand := &hand{job: j, cancel: cancel}
	h.running[hand] = struct{}{}
	return hand
}

func (h hands) drop(hand *hand) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.running, hand)
}

// bySubAccount lists what is at work, for one statement per sub-account.
func (h hands) bySubAccount() map[uuid.UUID][]*hand {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[uuid.UUID][]*hand{}
	for hand := range h.running {
		out[hand.job.SubAccountID] = append(out[hand.job.SubAccountID], hand)
	}
	return out
}
