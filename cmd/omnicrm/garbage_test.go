package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
)

func TestTheHeapGrowsByWhatThereIsRoomFor(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		live  uint64
		apart time.Duration
		want  int
	}{
		"nothing in it, at work":      {0, 50 * time.Millisecond, rarestSweep},
		"little in it, at work":       {8 << 20, 50 * time.Millisecond, rarestSweep},
		"a third full, at work":       {16 << 20, 50 * time.Millisecond, 200},
		"half full, at work":          {24 << 20, 50 * time.Millisecond, usualSweep},
		"full, at work":               {48 << 20, 50 * time.Millisecond, usualSweep},
		"beyond its room, at work":    {1 << 30, 50 * time.Millisecond, usualSweep},
		"little in it, nearly a rest": {8 << 20, time.Second - 1, rarestSweep},
		"little in it, at rest":       {8 << 20, time.Second, usualSweep},
		"full, at rest":               {48 << 20, 2 * time.Minute, usualSweep},
	} {
		if got := sweepAt(tc.live, tc.apart); got != tc.want {
			t.Errorf("%s: %d, want %d", name, got, tc.want)
		}
	}
}

// Not parallel: how often garbage is collected belongs to the whole process.
func TestGarbageIsCollectedRarelyWhileThereIsWork(t *testing.T) { //nolint:paralleltest // see above
	t.Setenv("GOGC", "")
	now := clock.NewFake(time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))
	percent := func() int {
		p := debug.SetGCPercent(usualSweep)
		debug.SetGCPercent(p)
		return p
	}
	stop := sweepRarely(now)
	defer stop()
	becomes := func(want func(p int) bool, what string) {
		t.Helper()
		for range 10_000 {
			runtime.GC()
			if want(percent()) {
				return
			}
			runtime.Gosched() // the call after a collection comes from elsewhere
		}
		t.Errorf("at %d percent, never %s", percent(), what)
	}
	becomes(func(p int) bool { return p > usualSweep }, "rarely: they follow at once")
	stop()
	if p := percent(); p != usualSweep {
		t.Errorf("%d percent after its end", p)
	}
	t.Setenv("GOGC", "70")
	sweepRarely(now)()
	if p := percent(); p != usualSweep {
		t.Errorf("%d percent, which nobody asked for", p)
	}
}
