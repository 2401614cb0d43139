package directory

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// source counts how often it is asked and answers with the count.
type source struct {
	mu    sync.Mutex
	asked int
	err   error
	gate  chan struct{} // if set, an answer waits for it
}

func (s *source) load(ctx context.Context, _ string) (int, error) {
	s.mu.Lock()
	s.asked++
	n, err, gate := s.asked, s.err, s.gate
	s.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return n, err
}

func TestCacheAnswers(t *testing.T) {
	t.Parallel()
	gone := fault.New(fault.NotFound, "x", "x")
	tests := map[string]struct {
		err   error
		pause time.Duration
		clear bool
		want  int // how often the source is asked in two questions
	}{
		"within two seconds from memory":     {pause: freshness - time.Nanosecond, want: 1},
		"after two seconds anew":             {pause: freshness, want: 2},
		"after a write of this process anew": {clear: true, want: 2},
		"that there is no such thing":        {err: gone, want: 1},
		"never a failure":                    {err: errors.New("away"), want: 2},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake, src := clock.NewFake(time.Unix(0, 0)), &source{err: tc.err}
			c := newCache(fake, src.load)
			for range 2 {
				if _, err := c.get(t.Context(), "k"); !errors.Is(err, tc.err) {
					t.Fatal(err)
				}
				fake.Advance(tc.pause)
				if tc.clear {
					c.clear()
				}
			}
			if src.asked != tc.want {
				t.Errorf("asked %d times, want %d", src.asked, tc.want)
			}
		})
	}
}

func TestManyAtOnceCauseOneLoad(t *testing.T) {
	t.Parallel()
	src := &source{gate: make(chan struct{})}
	c := newCache(clock.NewFake(time.Unix(0, 0)), src.load)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if n, err := c.get(t.Context(), "k"); err != nil || n != 1 {
				t.Errorf("got %d, %v", n, err)
			}
		})
	}
	close(src.gate)
	all.Wait()
	if src.asked != 1 {
		t.Errorf("asked %d times", src.asked)
	}
}

func TestALoadThatAWriteOvertookIsNotKept(t *testing.T) {
	t.Parallel()
	src := &source{gate: make(chan struct{})}
	c := newCache(clock.NewFake(time.Unix(0, 0)), src.load)
	first := make(chan int)
	go func() { n, _ := c.get(t.Context(), "k"); first <- n }()
	for {
		src.mu.Lock()
		begun := src.asked == 1
		src.mu.Unlock()
		if begun {
			break
		}
	}
	c.clear()
	close(src.gate)
	if n, err := c.get(t.Context(), "k"); err != nil || n != 2 {
		t.Errorf("whoever asks after the write gets %d, %v", n, err)
	}
	<-first
	if n, _ := c.get(t.Context(), "k"); n != 2 {
		t.Errorf("the overtaken answer is kept: %d", n)
	}
}

// A control database that stops for seconds delays an answer, and fails none.
func TestAnAnswerThatWasLongOnItsWayIsAskedForAnew(t *testing.T) {
	t.Parallel()
	fake, gates := clock.NewFake(time.Unix(0, 0)), make(chan chan struct{})
	asked := 0 // by one load after the other
	c := newCache(fake, func(context.Context, string) (int, error) {
		asked++
		n, gate := asked, make(chan struct{})
		gates <- gate
		<-gate
		return n, nil
	})
	answer := make(chan int)
	go func() { n, _ := c.get(t.Context(), "k"); answer <- n }()
	gate := <-gates
	fake.Advance(freshness)
	close(gate)
	gate = <-gates
	fake.Advance(freshness - time.Nanosecond)
	close(gate)
	if n := <-answer; n != 2 {
		t.Errorf("got answer %d", n)
	}
}

func TestTheFirstCallerMayGiveUp(t *testing.T) {
	t.Parallel()
	src := &source{gate: make(chan struct{})}
	c := newCache(clock.NewFake(time.Unix(0, 0)), src.load)
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.get(impatient, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(src.gate)
	if n, err := c.get(t.Context(), "k"); err != nil || n != 1 {
		t.Errorf("the other caller gets %d, %v", n, err)
	}
}

func TestCacheStaysBounded(t *testing.T) {
	t.Parallel()
	c := newCache(clock.NewFake(time.Unix(0, 0)), func(_ context.Context, k int) (int, error) { return k, nil })
	for k := range cacheSize + 10 {
		if _, err := c.get(t.Context(), k); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.entries) > cacheSize {
		t.Errorf("%d entries", len(c.entries))
	}
}
