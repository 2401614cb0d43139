package directory

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// loadTimeout bounds a load that outlives the request which began it. It is far
// above freshness: a control database that stops for seconds, or takes them to
// open a connection, is no reason to refuse everybody.
const loadTimeout = 10 * time.Second

// cache holds answers for freshness, counted from before the question was
// asked, so that no answer is older than that: one that took longer is asked for
// again while the caller waits. Many who ask at once cause one
// query. That there is no such thing is an answer too; a failure is not.
type cache[K comparable, V any] struct {
	clock  clock.Clock
	load   func(context.Context, K) (V, error)
	flight singleflight.Group

	mu         sync.Mutex
	generation uint64 // counts clear: a load begun before one is not kept
	entries    map[K]cached[V]
}

type cached[V any] struct {
	value V
	err   error
	asked time.Time
}

// failed tells that there is no answer; that there is no such thing is one.
func (e cached[V]) failed() bool { return e.err != nil && !fault.Is(e.err, fault.NotFound) }

func newCache[K comparable, V any](c clock.Clock, load func(context.Context, K) (V, error)) *cache[K, V] {
	return &cache[K, V]{clock: c, load: load, entries: map[K]cached[V]{}}
}

func (c *cache[K, V]) get(ctx context.Context, key K) (V, error) {
	for {
		answer, err := c.ask(ctx, key)
		if err != nil {
			var none V
			return none, err
		}
		// One that was too long on its way may be of before a suspension.
		if answer.failed() || c.fresh(answer) {
			return answer.value, answer.err
		}
	}
}

// ask gives what is in memory, or what a load gives, which may have taken long.
func (c *cache[K, V]) ask(ctx context.Context, key K) (cached[V], error) {
	entry, found, generation := c.held(key)
	if found {
		return entry, nil
	}
	// The generation is part of the flight's name, so whoever asks after a
	// write never joins a query that began before it.
	result := c.flight.DoChan(fmt.Sprintf("%d/%v", generation, key), func() (any, error) {
		// The first caller may give up; the others still want the answer, and
		// none of what the caller hasn't committed.
		lctx, cancel := context.WithTimeout(db.Outside(context.WithoutCancel(ctx)), loadTimeout)
		defer cancel()
		return c.fill(lctx, key, generation), nil
	})
	select {
	case <-ctx.Done():
		return cached[V]{}, ctx.Err()
	case r := <-result:
		answer, _ := r.Val.(cached[V])
		return answer, nil
	}
}

func (c *cache[K, V]) fresh(entry cached[V]) bool {
	return c.clock.Now().Sub(entry.asked) < freshness
}

// held gives what is in memory and not too old.
func (c *cache[K, V]) held(key K) (entry cached[V], found bool, generation uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, found = c.entries[key]
	return entry, found && c.fresh(entry), c.generation
}

func (c *cache[K, V]) fill(ctx context.Context, key K, generation uint64) cached[V] {
	// Another flight may have landed since the caller looked.
	if entry, found, present := c.held(key); found && present == generation {
		return entry
	}
	entry := cached[V]{asked: c.clock.Now()}
	entry.value, entry.err = c.load(ctx, key)
	if entry.failed() {
		return entry
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.generation == generation {
		c.makeRoom()
		c.entries[key] = entry
	}
	return entry
}

// makeRoom drops what is out of date and, if that isn't enough, half of the
// rest, whichever: anything may be asked again.
func (c *cache[K, V]) makeRoom() {
	if len(c.entries) < cacheSize {
		return
	}
	now := c.clock.Now()
	for key, entry := range c.entries {
		if now.Sub(entry.asked) >= freshness {
			delete(c.entries, key)
		}
	}
	for key := range c.entries {
		if len(c.entries) < cacheSize/2 {
			return
		}
		delete(c.entries, key)
	}
}

func (c *cache[K, V]) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.generation++
	clear(c.entries)
}
