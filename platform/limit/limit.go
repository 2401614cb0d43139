package limit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/platform/clock"
)

const (
	redisTimeout = 100 * time.Millisecond // a limiter must not be what slows a request down
	redisPause   = time.Second            // how long a Redis that failed isn't asked again
	maxLocalKeys = 100_000                // about 10 MB
	keyPrefix    = "limit:"
)

//go:embed gcra.lua
var gcraLua string

// Limiter decides per key. It is safe for concurrent use.
type Limiter struct {
	redis  redis.UniversalClient
	script *redis.Script
	clock  clock.Clock
	wait   time.Duration // for Redis

	mu       sync.Mutex
	resumeAt time.Time        // Redis isn't asked before
	local    map[string]int64 // tat by key while Redis is away
}

// New makes a limiter on the client; nil means that the process counts for
// itself always.
func New(client redis.UniversalClient, c clock.Clock) *Limiter {
	return &Limiter{redis: client, script: redis.NewScript(gcraLua), clock: c, wait: redisTimeout, local: map[string]int64{}}
}

// Allow counts an event of the key if the rate lets it happen; one that is
// refused isn't counted. A key always comes with the same rate. The only error
// is that of the context: a Redis that is away is no reason to refuse.
func (l *Limiter) Allow(ctx context.Context, key string, rate Rate) (Decision, error) {
	if err := ctx.Err(); err != nil {
		return Decision{}, err
	}
	if l.asksRedis() {
		decision, err := l.allowRedis(ctx, key, rate)
		if err == nil {
			return decision, nil
		}
		if ctx.Err() != nil {
			return Decision{}, ctx.Err()
		}
		l.pause()
	}
	return l.allowLocal(key, rate), nil
}

// Forget gives a key its whole burst back: after a sign-in that succeeded.
// Failing to is no harm, so it says nothing.
func (l *Limiter) Forget(ctx context.Context, key string) {
	l.mu.Lock()
	delete(l.local, key)
	l.mu.Unlock()
	if !l.asksRedis() {
		return
	}
	rctx, cancel := context.WithTimeout(ctx, l.wait)
	defer cancel()
	if err := l.redis.Del(rctx, keyPrefix+key).Err(); err != nil && ctx.Err() == nil {
		l.pause()
	}
}

func (l *Limiter) asksRedis() bool {
	if l.redis == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.clock.Now().Before(l.resumeAt)
}

func (l *Limiter) pause() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.resumeAt = l.clock.Now().Add(redisPause)
}

var errReply = errors.New("limit: unexpected answer of the script")

func (l *Limiter) allowRedis(ctx context.Context, key string, rate Rate) (Decision, error) {
	ctx, cancel := context.WithTimeout(ctx, l.wait)
	defer cancel()
	now := l.clock.Now().UnixMicro()
	reply, err := l.script.Run(ctx, l.redis, []string{keyPrefix + key}, now, rate.interval(), max(rate.Burst, 1)).Slice()
	if err != nil {
		return Decision{}, fmt.Errorf("limit: %w", err)
	}
	if len(reply) != 3 {
		return Decision{}, errReply
	}
	ok, isInt := reply[0].(int64)
	tat, errTat := parseMicros(reply[1])
	retry, errRetry := parseMicros(reply[2])
	if !isInt || errTat != nil || errRetry != nil {
		return Decision{}, errReply
	}
	return rate.decision(ok == 1, tat, now, retry), nil
}

func parseMicros(v any) (int64, error) {
	text, ok := v.(string)
	if !ok {
		return 0, errReply
	}
	return strconv.ParseInt(text, 10, 64)
}

func (l *Limiter) allowLocal(key string, rate Rate) Decision {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now().UnixMicro()
	if _, known := l.local[key]; !known {
		l.makeRoom(now)
	}
	tat, decision := rate.decide(l.local[key], now)
	l.local[key] = tat
	return decision
}

// makeRoom drops the keys whose burst is whole again and, if an attacker keeps
// inventing new ones, any others: memory stays bounded.
func (l *Limiter) makeRoom(now int64) {
	if len(l.local) < maxLocalKeys {
		return
	}
	for key, tat := range l.local {
		if tat <= now {
			delete(l.local, key)
		}
	}
	for key := range l.local {
		if len(l.local) < maxLocalKeys/2 {
			return
		}
		delete(l.local, key)
	}
}
