package events

import (
	"context"
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// window is how many of the newest events a busy hub keeps at least for its
// readers; who is further behind reads the table itself.
const window = fillBatch

// hub reads one sub-account's stream for all its readers in the process.
type hub struct {
	cancel  context.CancelFunc
	ready   chan struct{} // closed once the hub knows where it starts
	news    chan struct{} // holds one: the table may have grown
	readers int           // guarded by Stream.mu

	mu     sync.Mutex
	last   int64
	newest []*Event      // up to last, without a gap; never written to, only replaced or appended to
	grown  chan struct{} // closed, and replaced, when last moves
}

// join adds a reader to the sub-account's hub, which it opens if it is the first.
func (s *Stream) join(ctx context.Context, tenant tenancy.Tenant) *hub {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hubs[tenant.SubAccount]
	if !ok {
		ctx = context.WithoutCancel(ctx) // the hub outlives the reader that opened it
		if len(s.hubs) == 0 {
			listening, deaf := context.WithCancel(ctx)
			s.deaf = deaf
			go s.listen(listening)
		}
		pumping, cancel := context.WithCancel(tenancy.WithTenant(ctx, tenant))
		h = &hub{cancel: cancel, ready: make(chan struct{}), news: make(chan struct{}, 1), grown: make(chan struct{})}
		s.hubs[tenant.SubAccount] = h
		go s.pump(pumping, tenant.SubAccount, h)
	}
	h.readers++
	return h
}

// leave takes a reader out of its hub, which closes after the last one.
func (s *Stream) leave(sub uuid.UUID, h *hub) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h.readers--; h.readers > 0 {
		return
	}
	h.cancel()
	delete(s.hubs, sub)
	if len(s.hubs) == 0 {
		s.deaf()
	}
}

// pump reads the table whenever it is told that it has grown, and now and then
// in case nobody told.
func (s *Stream) pump(ctx context.Context, sub uuid.UUID, h *hub) {
	seq, err := s.last(ctx, sub)
	for err != nil {
		select {
		case <-ctx.Done():
			return
		case <-s.clock.After(pollEvery):
		}
		seq, err = s.last(ctx, sub)
	}
	h.last = seq
	close(h.ready)
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.news:
		case <-s.clock.After(pollEvery):
			h.forget()
		}
		s.refresh(ctx, sub, h)
	}
}

// refresh gives the hub what the table holds after its last event.
func (s *Stream) refresh(ctx context.Context, sub uuid.UUID, h *hub) {
	for full := true; full; {
		batch, err := s.since(ctx, sub, h.last)
		if err != nil {
			if ctx.Err() == nil {
				s.log.WarnContext(ctx, "a stream could not be read; it polls again", "sub_account", sub, "error", err)
			}
			return
		}
		h.add(batch)
		full = len(batch) == fillBatch
	}
}

func (s *Stream) last(ctx context.Context, sub uuid.UUID) (seq int64, err error) {
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		seq, _, err = position(ctx, tx, sub, -1)
		return err
	})
	return seq, err
}

func (h *hub) wake() {
	select {
	case h.news <- struct{}{}:
	default: // it is about to look anyway
	}
}

func (h *hub) add(batch []*Event) {
	if len(batch) == 0 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	last := batch[len(batch)-1].Seq
	if last-h.last == int64(len(batch)) {
		h.newest = append(h.newest, batch...)
	} else {
		h.newest = nil // something was cleared in between: readers see it in the table
	}
	h.last = last
	if n := len(h.newest); n > 2*window {
		h.newest = slices.Clone(h.newest[n-window:]) // readers may hold the old one
	}
	close(h.grown)
	h.grown = make(chan struct{})
}

// forget lets go of events that every reader but a slow one has taken: idle hubs
// hold none.
func (h *hub) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.newest = nil
}

// after gives the events after seq, if the hub still has them all, and what is
// closed when there are more.
func (h *hub) after(seq int64) (batch []*Event, ok bool, more <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := h.last + 1 - int64(len(h.newest))
	switch {
	case seq >= h.last:
		return nil, true, h.grown
	case seq+1 < first:
		return nil, false, h.grown
	}
	return slices.Clip(h.newest[seq+1-first:]), true, h.grown
}
