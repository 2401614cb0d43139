package queue

import (
	"context"
	"log/slog"
	"sync"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// ringScript appends each member at the tail unless it stands in the ring.
var ringScript = redis.NewScript(`
for i = 1, #ARGV do
	if not redis.call('ZSCORE', KEYS[1], ARGV[i]) then
		redis.call('ZADD', KEYS[1], redis.call('INCR', KEYS[2]), ARGV[i])
	end
end
return 0`)

// RedisBell rings in Redis, beside whoever enqueued: a request waits for no bell, and a Redis that is away delays none.
// What is rung while a call is under way goes with the next one, each sub-account once. A failure passes: the workers'
// sweep finds the rows.
type RedisBell struct {
	client *redis.Client
	log    *slog.Logger
	lost   func(ctx context.Context, ring string, subAccounts ...uuid.UUID) // hears what could not be rung; nil is fine

	mu      sync.Mutex
	waiting map[string][]uuid.UUID
	stands  map[standing]bool
	ringing bool
}

type standing struct {
	ring       string
	subAccount uuid.UUID
}

// NewRedisBell makes a bell.
func NewRedisBell(client *redis.Client, log *slog.Logger) *RedisBell {
	return &RedisBell{client: client, log: log, waiting: map[string][]uuid.UUID{}, stands: map[standing]bool{}}
}

// Ring puts the sub-accounts at the tail of the ring, soon.
func (b *RedisBell) Ring(ctx context.Context, ring string, subAccounts ...uuid.UUID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, id := range subAccounts {
		if s := (standing{ring, id}); !b.stands[s] {
			b.stands[s] = true
			b.waiting[ring] = append(b.waiting[ring], id)
		}
	}
	if !b.ringing && len(b.waiting) > 0 {
		b.ringing = true
		go b.ringAll(context.WithoutCancel(ctx))
	}
}

// ringAll rings until nothing waits.
func (b *RedisBell) ringAll(ctx context.Context) {
	for {
		b.mu.Lock()
		rings := b.waiting
		if len(rings) == 0 {
			b.ringing = false
			b.mu.Unlock()
			return
		}
		b.waiting, b.stands = map[string][]uuid.UUID{}, map[standing]bool{}
		b.mu.Unlock()
		for ring, subAccounts := range rings {
			err := b.ring(ctx, ring, subAccounts)
			if err == nil {
				continue
			}
			b.log.WarnContext(ctx, "the bell did not ring; the next sweep finds the work", "ring", ring, "error", err)
			if b.lost != nil {
				b.lost(ctx, ring, subAccounts...)
			}
		}
	}
}

func (b *RedisBell) ring(ctx context.Context, ring string, subAccounts []uuid.UUID) error {
	members := make([]any, len(subAccounts))
	for i, id := range subAccounts {
		members[i] = id.String()
	}
	// One hash tag for both keys, so that the script runs in a Redis Cluster.
	keys := []string{"omnicrm:ring:{" + ring + "}", "omnicrm:ring:{" + ring + "}:turn"}
	return ringScript.Run(ctx, b.client, keys, members...).Err()
}
