package directory_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var verbs = []string{"claim", "adopt", "suspend", "resume", "delete", "retain", "remove", "read"}

// TestAPlacementMovesAsTheModelSays draws sequences of changes and compares each answer, and what a database counts as
// its occupants, with the model.
func TestAPlacementMovesAsTheModelSays(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	one, two := b.database("one").ID, b.database("two").ID
	runs := 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		agency := b.agency(fmt.Sprintf("acme%d", runs))
		before := map[uuid.UUID]int{}
		for _, place := range []uuid.UUID{one, two} {
			n, err := b.Occupants(t.Context(), place)
			b.ok(err)
			before[place] = n
		}
		state, ids := names{}, []uuid.UUID{uuid.New()}
		for range rapid.IntRange(1, 12).Draw(r, "length") {
			c := change{
				verb: rapid.SampledFrom(verbs).Draw(r, "verb"), uid: agency.Name + rapid.SampledFrom([]string{"-u1", "-u2"}).Draw(r, "uid"),
				id: rapid.SampledFrom(ids).Draw(r, "id"), place: rapid.SampledFrom([]uuid.UUID{one, two}).Draw(r, "place"),
			}
			b.clock.Advance(time.Minute)
			a := b.ask(t.Context(), b.Service, agency, c)
			fits, after := state.step(c, a)
			if !fits {
				r.Fatalf("in %+v\n%+v\nwas answered %+v", state, c, a)
			}
			if state = after; state.now.id != uuid.Nil {
				ids = append(ids, state.now.id)
			}
		}
		occupants := map[uuid.UUID]int{state.now.place: 1}
		for _, k := range state.kept {
			occupants[k.place]++
		}
		for _, place := range []uuid.UUID{one, two} {
			if n, err := b.Occupants(t.Context(), place); err != nil || n-before[place] != occupants[place] {
				r.Fatalf("%d occupants came, want %d, %v", n-before[place], occupants[place], err)
			}
		}
	})
}

// TestPlacementChangesAreLinearizable lets operators and consoles of several processes change one placement at once and
// looks for an order in which the model would have answered the same.
func TestPlacementChangesAreLinearizable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	place := b.database("d").ID
	for round := range 5 {
		agency := b.agency(fmt.Sprintf("acme%d", round))
		var mu sync.Mutex
		var history []porcupine.Operation
		ids := []uuid.UUID{uuid.New()}
		var tick atomic.Int64
		var clients sync.WaitGroup
		for client := range 5 {
			service := b.Service
			if client%2 == 1 {
				service = b.other
			}
			clients.Go(func() {
				for range 8 {
					mu.Lock()
					c := change{
						verb: verbs[rand.IntN(len(verbs))], uid: fmt.Sprintf("%s-u%d", agency.Name, client%3), place: place,
						id: ids[rand.IntN(len(ids))],
					}
					mu.Unlock()
					call := tick.Add(1)
					a := b.ask(t.Context(), service, agency, c)
					back := tick.Add(1)
					mu.Lock()
					history = append(history, porcupine.Operation{ClientId: client, Input: c, Output: a, Call: call, Return: back})
					if a.id != uuid.Nil {
						ids = append(ids, a.id)
					}
					mu.Unlock()
				}
			})
		}
		clients.Wait()
		if result := porcupine.CheckOperationsTimeout(placementModel, history, 30*time.Second); result != porcupine.Ok {
			t.Errorf("round %d is %s:\n%+v", round, result, history)
		}
	}
}

func TestTheCheckerFindsAPlacementThatTwoHave(t *testing.T) {
	t.Parallel()
	place, first, second := uuid.New(), uuid.New(), uuid.New()
	history := []porcupine.Operation{
		{ClientId: 0, Input: change{verb: "claim", uid: "u1", place: place}, Output: answer{id: first, status: tenancy.Active}, Call: 1, Return: 4},
		{ClientId: 1, Input: change{verb: "claim", uid: "u2", place: place}, Output: answer{id: second, status: tenancy.Active}, Call: 2, Return: 3},
	}
	if porcupine.CheckOperations(placementModel, history) {
		t.Error("two resources had the name at once, and the checker is content")
	}
}
