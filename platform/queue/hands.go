package queue

import (
	"context"
	"sync"

	"github.com/google/uuid"
)

// share is a queue and, within it, a tenant's part.
type share struct {
	name Name
	sub  uuid.UUID
}

// hands knows what a worker process has in hand: how much of each tenant, and
// how to stop each job.
type hands struct {
	mu      sync.Mutex
	shares  map[share]int // jobs that are claimed, or about to be
	tenants map[uuid.UUID]*holding
	running map[*hand]struct{}
	claims  int64 // counts claims, so that a report can name the last it knows of
}

// holding is what the process holds of a tenant, over all queues.
type holding struct {
	jobs    int
	told    int           // jobs, as the ledger knows it; 0 for a tenant without a cap
	claims  int64         // the claim with which it was told
	waiting map[Name]bool // queues in which more was due than the tenant may have
}

// report is what the ledger is to know of a holding that has shrunk.
type report struct {
	sub    uuid.UUID
	jobs   int
	claims int64
}

// hand is a job at work.
type hand struct {
	job    held
	cancel context.CancelCauseFunc
}

func newHands() *hands {
	return &hands{shares: map[share]int{}, tenants: map[uuid.UUID]*holding{}, running: map[*hand]struct{}{}}
}

// reserve takes room for up to most jobs of a share below its ceiling.
func (h *hands) reserve(s share, most, ceiling int) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	room := max(min(most, ceiling-h.shares[s]), 0)
	if room == 0 {
		h.wait(s)
		return 0
	}
	h.shares[s] += room
	return room
}

// refund gives back what a claim did not fill.
func (h *hands) refund(s share, n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(s, n)
}

// holds is how many jobs of a tenant the process has.
func (h *hands) holds(sub uuid.UUID) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t, ok := h.tenants[sub]; ok {
		return t.jobs
	}
	return 0
}

// claimed adds jobs to a tenant's holding, and gives what to tell the ledger in
// the transaction of the claim; a negative n takes back what was rolled back.
func (h *hands) claimed(sub uuid.UUID, n int, capped bool) report {
	h.mu.Lock()
	defer h.mu.Unlock()
	t, ok := h.tenants[sub]
	if !ok {
		t = &holding{waiting: map[Name]bool{}}
		h.tenants[sub] = t
	}
	h.claims++
	t.jobs += n
	if capped {
		t.told, t.claims = t.jobs, h.claims
	}
	if t.jobs == 0 {
		delete(h.tenants, sub)
	}
	return report{sub: sub, jobs: t.jobs, claims: h.claims}
}

// turnedAway notes that a tenant has more to do than it may.
func (h *hands) turnedAway(s share) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.wait(s)
}

// wait has the share rung for when a job of the tenant ends. Where the process
// holds none, others do, and the next sweep rings.
func (h *hands) wait(s share) {
	if t, ok := h.tenants[s.sub]; ok {
		t.waiting[s.name] = true
	}
}

// release gives back the room of a job that is done. It names the queues in
// which its tenant waits for that, and gives a report where the ledger thinks
// that the process holds a good deal more than it does.
func (h *hands) release(s share) (ring []Name, tell *report) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leave(s, 1)
	t, ok := h.tenants[s.sub]
	if !ok {
		return nil, nil
	}
	t.jobs--
	for name := range t.waiting {
		ring = append(ring, name)
	}
	clear(t.waiting)
	if t.told > 0 && (t.jobs == 0 || t.told-t.jobs >= max(t.told/4, 2)) {
		t.told = t.jobs
		tell = &report{sub: s.sub, jobs: t.jobs, claims: t.claims}
	}
	if t.jobs == 0 {
		delete(h.tenants, s.sub)
	}
	return ring, tell
}

func (h *hands) leave(s share, n int) {
	if h.shares[s] -= n; h.shares[s] == 0 {
		delete(h.shares, s)
	}
}

func (h *hands) take(j held, cancel context.CancelCauseFunc) *hand {
	h.mu.Lock()
	defer h.mu.Unlock()
	hand := &hand{job: j, cancel: cancel}
	h.running[hand] = struct{}{}
	return hand
}

func (h *hands) drop(hand *hand) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.running, hand)
}

// stop ends the context of every job at work.
func (h *hands) stop(cause error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for hand := range h.running {
		hand.cancel(cause)
	}
}

// bySubAccount lists what is at work, for one statement per sub-account.
func (h *hands) bySubAccount() map[uuid.UUID][]*hand {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[uuid.UUID][]*hand{}
	for hand := range h.running {
		out[hand.job.SubAccountID] = append(out[hand.job.SubAccountID], hand)
	}
	return out
}
