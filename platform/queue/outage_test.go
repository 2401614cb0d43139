package queue_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// The one who enqueues and the worker have a Redis between them, which is killed
// and comes back empty.
func TestWorkGoesOnWithoutRedisAndCatchesUpWhenItIsBack(t *testing.T) {
	t.Parallel()
	n := newNight(t)
	server := parts.RedisServerFor(t)
	client := func() *redis.Client {
		address, err := redis.ParseURL(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		c := redis.NewClient(address)
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	quiet := slog.New(slog.DiscardHandler)
	api := queue.New(queue.NewRedisBell(client(), quiet), n.clock)
	ring := queue.NewHybridRing(client(), quiet)

	var mu sync.Mutex
	runs := map[string]int{}
	queue.Register(n.registry, func(_ context.Context, job queue.Job[greet]) error {
		mu.Lock()
		defer mu.Unlock()
		runs[job.Args.Name]++
		return nil
	})
	enqueue := func(phase string) {
		for i := range 10 {
			n.in(n.ada, func(tx pgx.Tx) error {
				_, err := api.Enqueue(n.ada, tx, greet{fmt.Sprint(phase, i)})
				return err
			})
		}
	}
	o := n.options()
	o.Ring = ring
	sweeper := queue.NewScheduler(queue.SchedulerOptions{
		Tenants: n.tenants, Locator: n.locator, Ring: ring, Sweeps: []queue.Sweep{queue.SweepJobs}, Clock: n.clock,
		Calendar: n.calendar(), Log: quiet,
	})
	phase := 0
	steps := []func(){
		func() { enqueue("with") },
		func() { server.Stop(); enqueue("without") },
		func() {
			enqueue("before its return")
			if err := server.Restart(t.Context()); err != nil {
				t.Error(err)
			}
			enqueue("back")
		},
	}
	n.workers(func() bool {
		if n.pending(n.ada) > 0 {
			if phase > 1 { // what rang while it was away is found by the sweep alone
				sweeper.Sweep(t.Context())
			}
			return false
		}
		if phase == len(steps) {
			return true
		}
		steps[phase]()
		phase++
		return false
	}, o)
	mu.Lock()
	defer mu.Unlock()
	if len(runs) != 40 {
		t.Errorf("%d of 40 ran", len(runs))
	}
	for name, times := range runs {
		if times != 1 {
			t.Errorf("%s ran %d times", name, times)
		}
	}
	// It is Redis that rings again, not the ring in the process; its client looks
	// once a second whether it is back.
	other := queue.NewHybridRing(client(), quiet)
	id := uuid.New()
	for until := time.Now().Add(patience); ; {
		ring.Ring(t.Context(), "again", id)
		got, ok := other.Pop(t.Context(), "again", 0) // waits a second
		if ok && got == id {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("another worker does not hear the bell: %v, %v", got, ok)
		}
	}
}
