package faults_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/test/faults/stack"
)

// scale is how large an attack is.
type scale struct {
	shops, texts   int // texts over all shops
	workers        int
	during         time.Duration // of the attack
	pause          time.Duration // between two faults
	carrierTimeout time.Duration
	lease          time.Duration
	settle         time.Duration // bounds what follows; it only matters to a run that fails
}

var (
	short = scale{
		shops: 5, texts: 200, workers: 2, during: 20 * time.Second, pause: 1200 * time.Millisecond,
		carrierTimeout: 700 * time.Millisecond, lease: 4 * time.Second, settle: 10 * time.Minute,
	}
	long = scale{
		shops: 20, texts: 2000, workers: 3, during: 4 * time.Minute, pause: 1500 * time.Millisecond,
		carrierTimeout: time.Second, lease: 8 * time.Second, settle: 10 * time.Minute,
	}
)

// The main attack: processes die, stores forget and restart, the network lies and
// the carrier misbehaves while texts go out and come in. Then the carrier's ledger
// is held against ours. OMNICRM_FAULTS=long is the large form, OMNICRM_FAULTS_SEED
// repeats a schedule. It has the machine to itself: no t.Parallel.
func TestTextsUnderAttack(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("kill -9 of a kept process needs Linux")
	}
	size := short
	if os.Getenv("OMNICRM_FAULTS") == "long" {
		size = long
	}
	seed := seedOf(t)
	s := stack.Start(t, stack.Options{
		Workers: size.workers, APIServers: 2, Numbers: numbers(size.shops + 1),
		Carrier:        carrier.Options{Pace: carrier.Pace{Queue: 20 * time.Millisecond, Send: 50 * time.Millisecond, Deliver: 150 * time.Millisecond}},
		CarrierTimeout: size.carrierTimeout, JobLease: size.lease,
	})
	w := &town{t: t, stack: s, agency: s.MakeAgency(t)}
	w.found(size.shops)

	storm := newStorm(t, s, seed)
	attack(w, storm, size, seed)
	calm(t, s)
	found := settle(t, w, size.settle)
	tell(t, seed, w, storm, found)
}

func seedOf(t *testing.T) uint64 {
	t.Helper()
	text := os.Getenv("OMNICRM_FAULTS_SEED")
	if text == "" {
		return rand.Uint64() % 1_000_000
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		t.Fatalf("OMNICRM_FAULTS_SEED: %v", err)
	}
	return seed
}

// attack trades while the storm rages. Halfway a shop more is asked for, so that
// the operator has something to be interrupted in.
func attack(w *town, storm *storm, size scale, seed uint64) {
	w.t.Helper()
	w.stack.Carrier.SetWeather(carrier.Weather{
		Seed: seed, Fail: 0.03, Throttle: 0.03, Hang: 0.02, FailAfter: 0.02, Timeout: 0.02, Disconnect: 0.02, Garble: 0.01,
		Lost: 0.05, Duplicated: 0.1, Reordered: 0.05, Late: 0.05,
	})
	ctx, cease := context.WithCancel(w.t.Context())
	var raging, trading sync.WaitGroup
	raging.Go(func() { storm.rage(ctx, size.pause) })
	for _, s := range w.shops {
		trading.Go(func() { w.trade(s, size.texts/len(w.shops), size.during) })
	}
	stack.Rest(w.t.Context(), size.during/2)
	late := w.ask(size.shops)
	trading.Wait()
	cease()
	raging.Wait()
	w.stack.Carrier.SetWeather(carrier.Weather{})
	w.stack.AwaitReady(w.t, late)
	newcomer := w.open(size.shops, late)
	w.meet(newcomer)
	w.trade(newcomer, contactsEach, time.Second)
}

// calm waits until every process is back.
func calm(t *testing.T, s *stack.Stack) {
	t.Helper()
	for _, p := range s.Processes() {
		if err := p.AwaitReady(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// settle waits until the books are in order, and gives what is wrong with them if
// that doesn't come about.
func settle(t *testing.T, w *town, bound time.Duration) []violation {
	t.Helper()
	deadline := time.Now().Add(bound)
	for {
		b, err := readBooks(t.Context(), w.stack)
		if err != nil {
			t.Fatal(err)
		}
		b.Accepted = w.accepted
		found := audit(b)
		if len(found) == 0 || time.Now().After(deadline) {
			return found
		}
		stack.Rest(t.Context(), time.Second)
	}
}

// tell prints the verdict.
func tell(t *testing.T, seed uint64, w *town, storm *storm, found []violation) {
	t.Helper()
	broken := map[string]int{}
	for _, v := range found {
		if broken[v.Promise]++; broken[v.Promise] <= 10 {
			t.Errorf("%s: %s", v.Promise, v.How)
		}
	}
	var out strings.Builder
	_, _ = fmt.Fprintf(&out, "\nTexts under attack, seed %d: %d texts accepted, %d requests repeated\n", seed, len(w.accepted), w.repeats)
	for _, p := range promises {
		how := "held"
		if n := broken[p]; n > 0 {
			how = fmt.Sprintf("BROKEN %d times", n)
		}
		_, _ = fmt.Fprintf(&out, "  %-65s %s\n", p, how)
	}
	faults := storm.summary()
	for _, what := range slices.Sorted(maps.Keys(faults)) {
		_, _ = fmt.Fprintf(&out, "  %5d × %s\n", faults[what], what)
	}
	verdict(out.String())
}
