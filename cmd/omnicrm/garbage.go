package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync/atomic"
	"time"

	"github.com/omnicrm/omnicrm/platform/clock"
)

// Go collects garbage when the heap has doubled. A worker's heap is small and what
// it makes in it much: it doubled twenty times a second, and to look through it
// took a third of the worker's time.
const (
	roomyHeap   = 48 << 20 // bytes; beyond it the heap doubles, as ever
	rarestSweep = 400      // percent by which the heap grows at most; see GOGC
	usualSweep  = 100
	atWork      = time.Second // collections that are closer are those of work
)

// sweepAt is by how many percent the heap may grow until the next collection.
// A process at rest keeps to what is usual, as it would only hold what it doesn't
// need.
func sweepAt(live uint64, apart time.Duration) int {
	if apart >= atWork || live >= roomyHeap {
		return usualSweep
	}
	room := (roomyHeap - live) * 100 / max(live, 1)
	return int(min(max(room, usualSweep), rarestSweep))
}

// sweepRarely has garbage collected more rarely while there is work. Who sets GOGC
// has said how often; a limit by GOMEMLIMIT holds in any case.
func sweepRarely(c clock.Clock) (stop func()) {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	var stopped atomic.Bool
	last := c.Now()
	afterEach(func() bool {
		if stopped.Load() {
			return false
		}
		now := c.Now()
		debug.SetGCPercent(sweepAt(liveHeap(), now.Sub(last)))
		last = now
		return true
	})
	return func() {
		stopped.Store(true)
		debug.SetGCPercent(usualSweep)
	}
}

// afterEach calls f after each collection, one call after the other, as long as it
// wants more: when something that nobody refers to is gone, there was one.
func afterEach(f func() bool) {
	unreferred := new([64]byte) // a smaller one might share its place with what is referred to
	runtime.AddCleanup(unreferred, func(f func() bool) {
		if f() {
			afterEach(f)
		}
	}, f)
}

// liveHeap is what the last collection left, in bytes.
func liveHeap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return roomyHeap // a Go without it: as usual
	}
	return sample[0].Value.Uint64()
}
