package queue

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// Bell tells workers that a sub-account has something due. It never fails: a
// lost ring costs the latency of the next sweep, and no work.
type Bell interface {
	Ring(ctx context.Context, ring string, subAccounts ...uuid.UUID)
}

// Ring is a bell whose other end gives out turns, the longest waiting first,
// each sub-account at most once.
type Ring interface {
	Bell
	// Pop waits for a turn for at most the given time; false if none came.
	Pop(ctx context.Context, ring string, wait time.Duration) (uuid.UUID, bool)
}

// HybridRing is the ring of a worker: in Redis while that answers, in the
// process while it does not.
type HybridRing struct {
	redis *RedisBell
	local *LocalRing
}

// NewHybridRing makes a ring over both.
func NewHybridRing(client *redis.Client, log *slog.Logger) *HybridRing {
	h := &HybridRing{redis: NewRedisBell(client, log), local: NewLocalRing()}
	h.redis.lost = h.local.Ring
	return h
}

// Ring puts the sub-accounts at the tail of the ring.
func (h *HybridRing) Ring(ctx context.Context, ring string, subAccounts ...uuid.UUID) {
	h.redis.Ring(ctx, ring, subAccounts...)
}

// Pop takes the next turn.
func (h *HybridRing) Pop(ctx context.Context, ring string, wait time.Duration) (uuid.UUID, bool) {
	if id, ok := h.local.Pop(ctx, ring, 0); ok {
		return id, true
	}
	// Redis would wait for ever for 0, and counts in seconds.
	z, err := h.redis.client.BZPopMin(ctx, max(wait, time.Second), "omnicrm:ring:{"+ring+"}").Result()
	switch {
	case err == nil:
		member, _ := z.Member.(string)
		id, err := uuid.Parse(member)
		return id, err == nil
	case err == redis.Nil || ctx.Err() != nil: //nolint:errorlint // go-redis returns the bare value
		return uuid.Nil, false
	}
	return h.local.Pop(ctx, ring, wait)
}

// LocalRing is a ring in the process.
type LocalRing struct {
	mu    sync.Mutex
	rings map[string]*localRing
}

type localRing struct {
	turns  []uuid.UUID
	inRing map[uuid.UUID]bool
	rung   chan struct{} // closed, and replaced, at each ring
}

// NewLocalRing makes an empty ring.
func NewLocalRing() *LocalRing { return &LocalRing{rings: map[string]*localRing{}} }

func (l *LocalRing) named(ring string) *localRing {
	r, ok := l.rings[ring]
	if !ok {
		r = &localRing{inRing: map[uuid.UUID]bool{}, rung: make(chan struct{})}
		l.rings[ring] = r
	}
	return r
}

// Ring puts the sub-accounts at the tail of the ring.
func (l *LocalRing) Ring(_ context.Context, ring string, subAccounts ...uuid.UUID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.named(ring)
	for _, id := range subAccounts {
		if !r.inRing[id] {
			r.inRing[id] = true
			r.turns = append(r.turns, id)
		}
	}
	close(r.rung)
	r.rung = make(chan struct{})
}

// Pop takes the next turn.
func (l *LocalRing) Pop(ctx context.Context, ring string, wait time.Duration) (uuid.UUID, bool) {
	timeout := time.NewTimer(wait)
	defer timeout.Stop()
	for {
		l.mu.Lock()
		r := l.named(ring)
		if len(r.turns) > 0 {
			id := r.turns[0]
			r.turns = r.turns[1:]
			delete(r.inRing, id)
			l.mu.Unlock()
			return id, true
		}
		rung := r.rung
		l.mu.Unlock()
		if wait == 0 {
			return uuid.Nil, false
		}
		select {
		case <-rung:
		case <-timeout.C:
			return uuid.Nil, false
		case <-ctx.Done():
			return uuid.Nil, false
		}
	}
}
