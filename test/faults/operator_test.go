package faults_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/test/operator"
)

// ownNames are the names of one cycle's resources, as they stand in calls.
var ownNames = regexp.MustCompile(`acme\d+(_two_[0-9a-f]{8})?`)

func numberOf(n int) string { return fmt.Sprintf("+1415%07d", 5550000+n) }

// Of one kind of call, those after the second of a life are the first two over again.
const sameKind = 2

// TestTheOperatorCrashesAtEveryCall records the calls by which the operator changes something outside while it makes
// and deletes an agency, then crashes at each of them, at each moment, and starts another operator: each thing must
// exist exactly once, and nothing must be left after the deletion. The short form takes a sample, by the seed that it
// prints; OMNICRM_FAULTS=long takes all.
func TestTheOperatorCrashesAtEveryCall(t *testing.T) {
	t.Parallel()
	var numbers []string
	for n := range 2000 {
		numbers = append(numbers, numberOf(n))
	}
	stage := operator.NewStage(t, numbers, ownNames)
	// Roles and the template of databases are made for the first agency of a server alone.
	cold := recording(t, stage, 0)
	warm := recording(t, stage, 1)
	calls := append(slices.Clone(warm), slices.DeleteFunc(slices.Clone(cold), func(c operator.Call) bool {
		return slices.ContainsFunc(warm, func(w operator.Call) bool { return w.Does == c.Does })
	})...)
	all := pointsOf(calls)
	points := sample(t, all)
	t.Logf("%d calls, %d points, %d of them tried", len(calls), len(all), len(points))
	missed := 0
	for i, p := range points {
		t.Run(p.String(), func(t *testing.T) {
			c := newCycle(t, stage, "pg", i+2)
			if !slices.Contains(warm, p.Call) {
				c.chill()
			}
			_, first := keep(t, stage, &p)
			c.run()
			if _, struck := first.Calls(); !struck {
				missed++
			}
		})
	}
	t.Logf("%d of %d faults struck", len(points)-missed, len(points))
	if missed > (len(points)+1)/2 {
		t.Errorf("%d of %d faults never struck: the record and the runs differ", missed, len(points))
	}
}

// recording is one cycle without a fault; number 0 also makes the server.
func recording(t *testing.T, stage *operator.Stage, n int) (calls []operator.Call) {
	t.Helper()
	t.Run(fmt.Sprintf("recording %d", n), func(t *testing.T) {
		c := newCycle(t, stage, "pg", n)
		_, first := keep(t, stage, nil)
		if n == 0 {
			newServer(c, "pg")
		}
		c.run()
		calls, _ = first.Calls()
	})
	return calls
}

// run goes through the whole life of an agency.
func (c *cycle) run() {
	c.Helper()
	began := time.Now()
	c.apply()
	c.awaitReady()
	ready := time.Since(began)
	c.checkOnce()
	c.remove()
	c.awaitGone()
	c.checkNothing()
	c.Logf("Ready after %v, gone after %v", ready.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
}

func pointsOf(calls []operator.Call) []operator.Point {
	var out []operator.Point
	for _, call := range calls {
		if call.N > sameKind {
			continue
		}
		for _, moment := range operator.Moments {
			out = append(out, operator.Point{Call: call, Moment: moment})
		}
	}
	return out
}

// sample takes all points in the long form. The short form takes a few, evenly over the cycle, by a seed that
// OMNICRM_SEED repeats.
func sample(t *testing.T, all []operator.Point) []operator.Point {
	t.Helper()
	const few = 5
	if os.Getenv("OMNICRM_FAULTS") == "long" || len(all) <= few {
		return all
	}
	seed := uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
	if text := os.Getenv("OMNICRM_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("OMNICRM_SEED: %v", err)
		}
	}
	t.Logf("OMNICRM_SEED=%d repeats this choice", seed)
	dice := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // repeatable, not secret
	out := make([]operator.Point, few)
	for i := range out {
		from, to := i*len(all)/few, (i+1)*len(all)/few
		out[i] = all[from+dice.IntN(to-from)]
	}
	return out
}
