package events_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// patience bounds a wait for something that is to happen soon; it matters to a test that fails alone.
const patience = 4 * time.Minute

// gate is a subscriber that stops at its first event until it is let go on.
type gate struct {
	ear
	entered chan struct{}
	shut    chan struct{}
	open    func()
}

func newGate(t *testing.T) *gate {
	t.Helper()
	shut := make(chan struct{})
	g := &gate{
		ear: ear{name: "gate"}, entered: make(chan struct{}, 100), shut: shut, open: sync.OnceFunc(func() { close(shut) }),
	}
	t.Cleanup(g.open)
	return g
}

func (g *gate) Handle(ctx context.Context, tx pgx.Tx, e events.Event) error {
	g.entered <- struct{}{}
	<-g.shut
	return g.ear.Handle(ctx, tx, e)
}

// countedRing counts the turns that were taken.
type countedRing struct {
	*queue.LocalRing
	popped atomic.Int32
}

func (r *countedRing) Pop(ctx context.Context, ring string, wait time.Duration) (uuid.UUID, bool) {
	id, ok := r.LocalRing.Pop(ctx, ring, wait)
	if ok {
		r.popped.Add(1)
	}
	return id, ok
}

// await polls until ok.
func (s *square) await(what string, ok func() bool) {
	s.t.Helper()
	deadline := clock.System().After(patience)
	for !ok() {
		select {
		case <-clock.System().After(2 * time.Millisecond):
		case <-deadline:
			s.t.Fatalf("waiting for %s", what)
		}
	}
}

// waiting tells whether a connection waits for another's lock.
func (s *square) waiting() (n int) {
	s.t.Helper()
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(s.ctx, `select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`).Scan(&n)
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// The second process was woken for an event that the first one did not see any
// more: nobody rings for it again, so it must be processed now.
func TestAnEventThatComesWhileAnotherProcessIsAtWorkIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	s, g := newSquare(t), newGate(t)
	first, second := s.consumer(g), s.consumer(g)
	s.drain(first) // the cursor is there: the very first turn waits in any case
	s.say(uuid.New(), "a")
	var working sync.WaitGroup
	once := func(c *events.Consumer, done chan<- struct{}) {
		defer close(done)
		_, err := c.Once(s.ctx, s.place.SubAccount)
		for fault.Is(err, fault.Unavailable) { // it waited for seconds, and is rung for again
			_, err = c.Once(s.ctx, s.place.SubAccount)
		}
		if err != nil {
			t.Error(err)
		}
	}
	one, two := make(chan struct{}), make(chan struct{})
	working.Go(func() { once(first, one) })
	<-g.entered
	s.say(uuid.New(), "b")
	working.Go(func() { once(second, two) })
	s.await("the second process to wait or to leave", func() bool {
		select {
		case <-two:
			return true
		default:
			return s.waiting() > 0
		}
	})
	g.open()
	working.Wait()
	if diff := cmp.Diff([]string{"a", "b"}, g.words()); diff != "" {
		t.Error(diff)
	}
}

// No sweep runs here: the bell alone brings the events.
func TestAnEventThatComesWhileItsOwnProcessIsAtWorkIsNotLeftBehind(t *testing.T) {
	t.Parallel()
	s, g := newSquare(t), newGate(t)
	c := s.consumer(g)
	s.drain(c)
	ctx, stop := context.WithCancel(s.ctx)
	var running sync.WaitGroup
	running.Go(func() { c.Run(ctx) })
	s.say(uuid.New(), "a")
	<-g.entered
	s.say(uuid.New(), "b")
	s.await("the second turn to be taken", func() bool { return s.ring.popped.Load() == 2 })
	g.open()
	s.await("both events", func() bool { return cmp.Equal([]string{"a", "b"}, g.words()) })
	stop()
	running.Wait()
}

func TestAReplayWaitsItsTurnAndSaysSoWhenItTakesTooLong(t *testing.T) {
	t.Parallel()
	s, g := newSquare(t), newGate(t)
	c := s.consumer(g)
	s.drain(c)
	s.say(uuid.New(), "a")
	var working sync.WaitGroup
	working.Go(func() {
		if _, err := c.Once(s.ctx, s.place.SubAccount); err != nil {
			t.Error(err)
		}
	})
	<-g.entered
	_, err := c.Replay(s.ctx, "gate", uuid.New())
	if f, ok := fault.As(err); !ok || f.Code != fault.Unavailable || f.Slug != "events.busy" {
		t.Errorf("got %v", err)
	}
	g.open()
	working.Wait()
	if n, err := c.Replay(s.ctx, "gate", uuid.New()); n != 0 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
}

func TestAReplayThatFailsAgainSaysWhyAndChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	deaf := &ear{name: "deaf", fail: map[string]error{"b": errors.New("too loud")}}
	c := s.consumer(deaf)
	subject := uuid.New()
	s.say(subject, "b", "c")
	s.drain(c)
	deaf.fail = map[string]error{"c": errors.New("too faint")}
	_, err := c.Replay(s.ctx, "deaf", subject)
	f, ok := fault.As(err)
	if !ok || f.Code != fault.Conflict || f.Slug != "events.still_failing" || f.Meta["reason"] != "too faint" {
		t.Fatalf("got %v", err)
	}
	if parked, err := c.Parked(s.ctx, events.ParkedInput{}); err != nil || len(parked.Items) != 2 {
		t.Errorf("parked: %+v, %v", parked, err)
	}
	deaf.fail = nil
	if n, err := c.Replay(s.ctx, "deaf", subject); n != 2 || err != nil {
		t.Errorf("replayed %d, %v", n, err)
	}
}
