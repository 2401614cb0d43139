package events_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/events"
)

func (s *square) stream(client *redis.Client) *events.Stream {
	return events.NewStream(s.tenants, client, clock.System(), quiet())
}

// feed subscribes until the test ends.
func (s *square) feed(stream *events.Stream, after int64) *events.Feed {
	s.t.Helper()
	f, err := stream.Subscribe(s.ctx, after)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(f.Close)
	return f
}

// next takes until it has n more events, and gives their numbers.
func (s *square) next(f *events.Feed, n int) (seqs []int64) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for len(seqs) < n {
		batch, err := f.Take(ctx)
		if err != nil {
			s.t.Fatalf("after %v: %v", seqs, err)
		}
		for _, e := range batch {
			seqs = append(seqs, e.Seq)
		}
		if len(batch) > 0 {
			continue
		}
		select {
		case <-f.More():
		case <-ctx.Done():
			s.t.Fatalf("%v, and no more of %d", seqs, n)
		}
	}
	return seqs
}

// span is the numbers from one to another.
func span(from, to int64) (out []int64) {
	for n := from; n <= to; n++ {
		out = append(out, n)
	}
	return out
}

// sayMany publishes n events at once and processes them.
func (s *square) sayMany(n int) {
	s.t.Helper()
	subject := uuid.New()
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		for i := range n {
			err := s.bus.Publish(s.ctx, tx, events.New{Kind: "word.said", SubjectKind: "word", SubjectID: subject, Payload: fmt.Sprint(i)})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.drain(s.consumer())
}

// clear deletes the events up to seq, as a retention would.
func (s *square) clear(seq int64) {
	s.t.Helper()
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(s.ctx, `delete from event where sub_account_id = $1 and seq <= $2`, s.place.SubAccount, seq)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAStreamFillsItsGapThenGoesOnLive(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.sayMany(4)
	f := s.feed(s.stream(s.redis), 1)
	if diff := cmp.Diff(span(2, 4), s.next(f, 3)); diff != "" {
		t.Error("filling:", diff)
	}
	s.sayMany(2)
	if diff := cmp.Diff(span(5, 6), s.next(f, 2)); diff != "" {
		t.Error("live:", diff)
	}
	if batch, err := f.Take(s.ctx); len(batch) > 0 || err != nil {
		t.Errorf("more than there is: %v, %v", batch, err)
	}
}

func TestAStreamFromNowStartsAtTheNextEvent(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.sayMany(1)
	f := s.feed(s.stream(s.redis), -1)
	s.sayMany(1)
	if got := s.next(f, 1); f.Start != 1 || f.Reset != "" || got[0] != 2 {
		t.Errorf("from %d it gives %v", f.Start, got)
	}
}

func TestAStreamGoesOnWithoutRedis(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	gone := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	t.Cleanup(func() { _ = gone.Close() })
	f := s.feed(s.stream(gone), -1)
	s.sayMany(1)
	if got := s.next(f, 1); got[0] != 1 {
		t.Errorf("got %v", got)
	}
}

// The clock stands still, so that nothing is polled: what was announced while
// Redis was away is found when it is back.
func TestAStreamLooksAgainWhenRedisIsBack(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	stream := events.NewStream(s.tenants, s.redis, clock.NewFake(time.Unix(0, 0)), quiet())
	f := s.feed(stream, -1)
	s.sayMany(1)
	s.next(f, 1)
	s.server.Stop()
	s.sayMany(1)
	if err := s.server.Restart(s.ctx); err != nil {
		t.Fatal(err)
	}
	if got := s.next(f, 1); got[0] != 2 {
		t.Errorf("got %v", got)
	}
}

// A reader that lags is neither cut off nor waited for: it reads the table at
// its own pace, while the others are given what is new.
func TestASlowReaderMissesNothingAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	stream := s.stream(s.redis)
	slow, quick := s.feed(stream, -1), s.feed(stream, -1)
	var got []int64
	for range 6 {
		s.sayMany(250)
		got = append(got, s.next(quick, 250)...)
	}
	if diff := cmp.Diff(span(1, 1500), got); diff != "" {
		t.Error("the quick one:", diff)
	}
	if diff := cmp.Diff(span(1, 1500), s.next(slow, 1500)); diff != "" {
		t.Error("the slow one:", diff)
	}
}

func TestAStreamThatCannotGoOnFromThereSaysSo(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.sayMany(5)
	s.clear(2)
	stream := s.stream(s.redis)
	for name, c := range map[string]struct {
		after, start int64
		reset        events.Reset
	}{
		"the last one":         {5, 5, ""},
		"before the oldest":    {2, 2, ""},
		"one that was cleared": {1, 5, events.Expired},
		"the very beginning":   {0, 5, events.Expired},
		"one from the future":  {6, 5, events.Ahead},
		"the greatest of all":  {1<<63 - 1, 5, events.Ahead},
		"now":                  {-1, 5, ""},
	} {
		f := s.feed(stream, c.after)
		if f.Start != c.start || f.Reset != c.reset {
			t.Errorf("%s: begins at %d, %q", name, f.Start, f.Reset)
		}
	}
	s.clear(5)
	if f := s.feed(stream, 5); f.Reset != "" {
		t.Errorf("whoever saw all of it misses nothing: %q", f.Reset)
	}
	if f := s.feed(stream, 4); f.Reset != events.Expired {
		t.Errorf("all of it is gone: %q", f.Reset)
	}
}

func TestAFeedWhoseNextEventIsClearedEnds(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	s.sayMany(1)
	stream := s.stream(s.redis)
	f, quick := s.feed(stream, 1), s.feed(stream, 1)
	for range 6 {
		s.sayMany(250)
	}
	s.next(quick, 1500) // so their hub has gone past what it keeps for readers
	s.clear(100)
	if batch, err := f.Take(s.ctx); !errors.Is(err, events.ErrCleared) {
		t.Errorf("it goes on: %v, %v", batch, err)
	}
}

// Two processes: whoever joins late and whoever was there see the same.
func TestEveryReaderOfEveryProcessSeesTheSame(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	var feeds []*events.Feed
	for range 2 {
		stream := s.stream(s.redis)
		for range 3 {
			feeds = append(feeds, s.feed(stream, 0))
			s.sayMany(7)
		}
	}
	want := span(1, 42)
	for i, f := range feeds {
		if got := s.next(f, len(want)); !slices.Equal(got, want) {
			t.Errorf("reader %d: %v", i, got)
		}
	}
}
