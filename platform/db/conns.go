package db

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errBusy = fault.New(fault.Unavailable, "database.busy",
		"Every connection to the databases was in use for too long. Try again shortly.").After(time.Second)
	errClosed = fault.New(fault.Unavailable, "database.closing", "The process is stopping. Try again: another one answers.").After(time.Second)
)

// conns keeps the connections of a process to any number of databases, and never more than most of them: those at
// rest, those being opened and those whose server process has not ended yet are counted. A database whose connections
// rest gives them up when another waits.
//
// Some places are kept for whoever holds a connection already and needs a second one (see Within): if all places went
// to those who then wait for another, nobody would ever go on.
type conns struct {
	most, kept int
	idle       time.Duration // a connection at rest for so long is closed
	farewell   time.Duration // for the server to end its process, before its place is given away
	clock      clock.Clock

	mu       sync.Mutex
	held     int // places taken
	busy     int // of those, by transactions
	opening  int // of those, not connected yet
	ordinary int // of those that are busy, by callers that hold no other connection
	resting  rest
	waiting  line // ordinary callers
	nested   line // callers that hold a connection: served first, as others wait for what they hold
	opened   uint64
	evicted  uint64
	closed   chan struct{}
	empty    *sync.Cond
	sweeper  sync.Once
}

func newConns(most int, idle, farewell time.Duration, c clock.Clock) *conns {
	s := &conns{most: most, kept: most / 8, idle: idle, farewell: farewell, clock: c, closed: make(chan struct{})}
	s.empty = sync.NewCond(&s.mu)
	return s
}

// caller is who wants a connection.
type caller struct {
	who    uuid.UUID // whose turn it takes: a sub-account, or a database for its sweeps
	nested bool      // it holds another connection meanwhile
}

type waiter struct {
	caller

	at    tenancy.Database
	ready chan place // gets one place, once
}

// place is the right to one connection: a rested one, or to open one, perhaps after closing another database's.
type place struct {
	rested *conn
	victim *conn
}

// acquire waits for a connection to the database. Errors: Unavailable "database.busy" when ctx ends first,
// "database.closing" after close, and whatever connecting gives.
func (s *conns) acquire(ctx context.Context, at tenancy.Database, who caller) (*conn, error) {
	w := &waiter{caller: who, at: at, ready: make(chan place, 1)}
	s.mu.Lock()
	if !s.isClosed() {
		s.lineOf(who).join(w)
		s.serve()
	}
	s.mu.Unlock()
	select {
	case p := <-w.ready:
		return s.occupy(ctx, w, p)
	case <-ctx.Done():
		return nil, s.abandon(w, errBusy.Wrap(ctx.Err()))
	case <-s.closed:
		return nil, s.abandon(w, errClosed)
	}
}

func (s *conns) lineOf(who caller) *line {
	if who.nested {
		return &s.nested
	}
	return &s.waiting
}

// serve gives away what places there are, in turn.
func (s *conns) serve() {
	for {
		l := &s.nested
		w := l.first()
		if w == nil && s.ordinary < s.most-s.kept {
			l = &s.waiting
			w = l.first()
		}
		if w == nil {
			return
		}
		p, ok := s.place(w.at)
		if !ok {
			return
		}
		l.serve()
		s.busy++
		if p.rested == nil {
			s.opening++
		}
		if !w.nested {
			s.ordinary++
		}
		w.ready <- p
	}
}

// place finds a connection at rest or, with none of this database, room for a new one.
func (s *conns) place(at tenancy.Database) (place, bool) {
	if c := s.resting.take(at); c != nil {
		return place{rested: c}, true
	}
	if s.held < s.most {
		s.held++
		return place{}, true
	}
	if victim := s.resting.oldest(); victim != nil {
		s.evicted++
		return place{victim: victim}, true
	}
	return place{}, false
}

// occupy makes a connection of a place.
func (s *conns) occupy(ctx context.Context, w *waiter, p place) (*conn, error) {
	if p.rested != nil {
		return p.rested, nil
	}
	if p.victim != nil {
		p.victim.shut(s.farewell)
	}
	c, err := connect(ctx, w.at, s.clock.Now())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opening--
	if err != nil {
		s.leave(w.caller)
		s.vacate()
		return nil, err
	}
	s.opened++
	return c, nil
}

// abandon takes somebody out of the line who gives up, and passes on what it was given meanwhile.
func (s *conns) abandon(w *waiter, why error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lineOf(w.caller).leave(w) {
		return why
	}
	select {
	case p := <-w.ready:
		s.leave(w.caller)
		if p.rested == nil {
			s.opening--
		}
		s.putBack(p)
	default: // it came too late to stand in line
	}
	return why
}

func (s *conns) putBack(p place) {
	switch {
	case p.rested != nil:
		s.keep(p.rested)
	case p.victim != nil:
		s.keep(p.victim)
	default:
		s.vacate()
	}
}

// release puts a connection to rest for the next in line, or ends it if it can't serve again.
func (s *conns) release(c *conn, who caller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leave(who)
	if c.reusable(s.clock.Now()) {
		s.keep(c)
		return
	}
	go s.end(c)
	s.serve() // an ordinary caller less: another may have its share
}

func (s *conns) leave(who caller) {
	s.busy--
	if !who.nested {
		s.ordinary--
	}
}

func (s *conns) keep(c *conn) {
	if s.isClosed() {
		go s.end(c)
		return
	}
	s.resting.put(c, s.clock.Now())
	s.sweeper.Do(func() { go s.sweep() })
	s.serve()
}

// end closes a connection and gives its place away once the server has let go of it.
func (s *conns) end(c *conn) {
	c.shut(s.farewell)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vacate()
}

func (s *conns) vacate() {
	s.held--
	s.serve()
	s.empty.Broadcast()
}

// giveUp ends what rests for a database.
func (s *conns) giveUp(at tenancy.Database) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := s.resting.take(at); c != nil; c = s.resting.take(at) {
		go s.end(c)
	}
}

// sweep ends what has been at rest for too long, until close.
func (s *conns) sweep() {
	for {
		select {
		case <-s.closed:
			return
		case <-s.clock.After(s.idle / 4):
		}
		s.mu.Lock()
		before := s.clock.Now().Add(-s.idle)
		for c := s.resting.since(before); c != nil; c = s.resting.since(before) {
			go s.end(c)
		}
		s.mu.Unlock()
	}
}

// close refuses whoever comes or waits and returns once every connection has ended, those in use when they are given
// back.
func (s *conns) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.isClosed() {
		close(s.closed)
	}
	for c := s.resting.oldest(); c != nil; c = s.resting.oldest() {
		go s.end(c)
	}
	for s.held > 0 {
		s.empty.Wait()
	}
}

func (s *conns) isClosed() bool {
	select {
	case <-s.closed:
		return true
	default:
		return false
	}
}
