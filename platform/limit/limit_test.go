package limit_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// The fake time is in the future, so that Redis doesn't expire a key by its own
// clock before the test is done with it.
var start = time.Date(2040, 1, 2, 3, 4, 5, 0, time.UTC)

var three = limit.Rate{Burst: 3, Per: 30 * time.Second}

func client(t *testing.T, url string) redis.UniversalClient {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.NewClient(options)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func allow(t *testing.T, l *limit.Limiter, key string, rate limit.Rate) limit.Decision {
	t.Helper()
	d, err := l.Allow(t.Context(), key, rate)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestAllow(t *testing.T) {
	t.Parallel()
	for name, build := range map[string]func(*testing.T, clock.Clock) *limit.Limiter{
		"in Redis": func(t *testing.T, c clock.Clock) *limit.Limiter {
			t.Helper()
			return limit.New(client(t, parts.Redis(t)), c).Patient()
		},
		"in the process": func(_ *testing.T, c clock.Clock) *limit.Limiter { return limit.New(nil, c) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(start)
			l := build(t, fake)
			step := func(advance time.Duration, want limit.Decision) {
				t.Helper()
				fake.Advance(advance)
				if diff := cmp.Diff(want, allow(t, l, "a", three)); diff != "" {
					t.Error(diff)
				}
			}
			step(0, limit.Decision{OK: true, Remaining: 2, Reset: 10 * time.Second})
			step(0, limit.Decision{OK: true, Remaining: 1, Reset: 20 * time.Second})
			step(0, limit.Decision{OK: true, Remaining: 0, Reset: 30 * time.Second})
			step(0, limit.Decision{Remaining: 0, RetryAfter: 10 * time.Second, Reset: 30 * time.Second})
			step(9*time.Second, limit.Decision{Remaining: 0, RetryAfter: time.Second, Reset: 21 * time.Second})
			step(time.Second, limit.Decision{OK: true, Remaining: 0, Reset: 30 * time.Second})
			step(time.Hour, limit.Decision{OK: true, Remaining: 2, Reset: 10 * time.Second})
			if d := allow(t, l, "b", three); d.Remaining != 2 {
				t.Errorf("another key shares the count: %+v", d)
			}
			step(0, limit.Decision{OK: true, Remaining: 1, Reset: 20 * time.Second})
			l.Forget(t.Context(), "a")
			step(0, limit.Decision{OK: true, Remaining: 2, Reset: 10 * time.Second})
		})
	}
}

func TestTwoProcessesCountTogetherThroughRedis(t *testing.T) {
	t.Parallel()
	fake, url := clock.NewFake(start), parts.Redis(t)
	one, two := limit.New(client(t, url), fake).Patient(), limit.New(client(t, url), fake).Patient()
	for i, l := range []*limit.Limiter{one, two, one} {
		if d := allow(t, l, "k", three); !d.OK {
			t.Fatalf("event %d is refused", i)
		}
	}
	if d := allow(t, two, "k", three); d.OK {
		t.Error("the fourth event passes")
	}
}

func TestALimiterGoesOnWithoutRedisAndBackToIt(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(start)
	server := parts.RedisServerFor(t)
	l := limit.New(client(t, server.URL), fake)
	if d := allow(t, l, "k", three); !d.OK {
		t.Fatal("refused at once")
	}
	server.Stop()
	for range three.Burst {
		if d := allow(t, l, "k", three); !d.OK {
			t.Fatal("refused within the burst while Redis is away")
		}
	}
	if d := allow(t, l, "k", three); d.OK {
		t.Error("without Redis there is no limit")
	}
}

func TestACancelledCallerIsNotCounted(t *testing.T) {
	t.Parallel()
	l := limit.New(nil, clock.NewFake(start))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Allow(ctx, "k", three); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if d := allow(t, l, "k", three); d.Remaining != 2 {
		t.Errorf("it was counted: %+v", d)
	}
}

// However events arrive, no stretch of time lets more pass than the burst and
// what was refilled meanwhile.
func TestNoStretchOfTimeLetsMoreThroughThanTheRate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rate := limit.Rate{Burst: rapid.IntRange(1, 20).Draw(rt, "burst"), Per: time.Duration(rapid.IntRange(1, 600).Draw(rt, "per")) * time.Second}
		fake := clock.NewFake(start)
		l := limit.New(nil, fake)
		var passed []time.Time
		for range rapid.IntRange(1, 60).Draw(rt, "events") {
			fake.Advance(time.Duration(rapid.IntRange(0, 30_000).Draw(rt, "pause")) * time.Millisecond)
			d, err := l.Allow(context.Background(), "k", rate)
			if err != nil {
				rt.Fatal(err)
			}
			if d.OK == (d.RetryAfter > 0) {
				rt.Fatalf("odd decision %+v", d)
			}
			if d.OK {
				passed = append(passed, fake.Now())
			}
		}
		for i := range passed {
			for j := i; j < len(passed); j++ {
				stretch := passed[j].Sub(passed[i])
				most := rate.Burst + int(int64(stretch)*int64(rate.Burst)/int64(rate.Per)) + 1
				if j-i+1 > most {
					rt.Fatalf("%d events in %v at %+v", j-i+1, stretch, rate)
				}
			}
		}
	})
}
