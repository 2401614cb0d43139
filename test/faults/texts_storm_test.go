package faults_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/test/faults/stack"
)

// storm breaks a stack at random, by a schedule that its seed repeats: what, and
// after what pause. What the processes do meanwhile is theirs.
type storm struct {
	t     *testing.T
	stack *stack.Stack
	dice  *rand.Rand

	mu   sync.Mutex
	done map[string]int
	wait sync.WaitGroup
}

// blow is one fault: how often it comes, relative to the others, and what it does.
type blow struct {
	what   string
	weight int
	strike func(ctx context.Context, dice *rand.Rand) error
}

func newStorm(t *testing.T, s *stack.Stack, seed uint64) *storm {
	return &storm{t: t, stack: s, dice: rand.New(rand.NewPCG(seed, 2)), done: map[string]int{}}
}

func (s *storm) blows() []blow {
	k := s.stack
	return []blow{
		{"kill -9 of a worker", 6, func(ctx context.Context, dice *rand.Rand) error { return s.kill(ctx, dice, k.Workers) }},
		{"kill -9 of an API server", 4, func(ctx context.Context, dice *rand.Rand) error { return s.kill(ctx, dice, k.Servers) }},
		{"kill -9 of the operator", 2, func(ctx context.Context, dice *rand.Rand) error {
			return s.kill(ctx, dice, []*stack.Process{k.Operator})
		}},
		{"PostgreSQL restarted immediate", 2, func(ctx context.Context, dice *rand.Rand) error {
			if err := k.Postgres.Crash(); err != nil {
				return err
			}
			stack.Rest(ctx, between(dice, 0, time.Second))
			return k.Postgres.Start(context.WithoutCancel(ctx))
		}},
		{"Redis flushed", 3, func(ctx context.Context, _ *rand.Rand) error { return k.Redis.Flush(context.WithoutCancel(ctx)) }},
		{"Redis restarted empty", 1, func(ctx context.Context, dice *rand.Rand) error {
			k.Redis.Stop()
			stack.Rest(ctx, between(dice, 0, 2*time.Second))
			return k.Redis.Restart(context.WithoutCancel(ctx))
		}},
		{"PostgreSQL slow", 2, func(ctx context.Context, dice *rand.Rand) error {
			return k.ToData.Slow(ctx, 20*time.Millisecond, 20*time.Millisecond, between(dice, time.Second, 3*time.Second))
		}},
		{"PostgreSQL cut off", 2, func(ctx context.Context, dice *rand.Rand) error {
			return k.ToData.Cut(ctx, between(dice, 100*time.Millisecond, time.Second))
		}},
		{"PostgreSQL silent", 1, func(ctx context.Context, dice *rand.Rand) error {
			return k.ToData.Mute(ctx, between(dice, 500*time.Millisecond, 2*time.Second))
		}},
		{"Redis silent", 1, func(ctx context.Context, dice *rand.Rand) error {
			return k.ToRedis.Mute(ctx, between(dice, 500*time.Millisecond, 2*time.Second))
		}},
		{"the carrier slow", 2, func(ctx context.Context, dice *rand.Rand) error {
			return k.ToCarrier.Slow(ctx, 200*time.Millisecond, 150*time.Millisecond, between(dice, time.Second, 3*time.Second))
		}},
		{"the carrier cut off", 2, func(ctx context.Context, dice *rand.Rand) error {
			return k.ToCarrier.Cut(ctx, between(dice, 100*time.Millisecond, time.Second))
		}},
	}
}

// rage strikes until ctx ends, then returns once everything stands again.
func (s *storm) rage(ctx context.Context, pause time.Duration) {
	all := s.blows()
	total := 0
	for _, b := range all {
		total += b.weight
	}
	for {
		stack.Rest(ctx, between(s.dice, pause/2, 3*pause/2))
		if ctx.Err() != nil {
			s.wait.Wait()
			return
		}
		at := s.dice.IntN(total)
		for _, b := range all {
			if at -= b.weight; at < 0 {
				s.strike(ctx, b)
				break
			}
		}
	}
}

// strike lets a fault run beside those that follow: they come together, too.
func (s *storm) strike(ctx context.Context, b blow) {
	dice := rand.New(rand.NewPCG(s.dice.Uint64(), 3))
	s.mu.Lock()
	s.done[b.what]++
	s.mu.Unlock()
	s.t.Logf("%s  %s", time.Now().Format("15:04:05.000"), b.what)
	run := func() {
		if err := b.strike(ctx, dice); err != nil {
			s.t.Errorf("%s: %v", b.what, err)
		}
	}
	if b.what == "PostgreSQL restarted immediate" || b.what == "Redis restarted empty" {
		run() // one at a time: the next may be the same
		return
	}
	s.wait.Go(run)
}

// kill ends one of several processes and starts it again.
func (s *storm) kill(ctx context.Context, dice *rand.Rand, victims []*stack.Process) error {
	p := victims[dice.IntN(len(victims))]
	p.Kill()
	stack.Rest(ctx, between(dice, 0, time.Second))
	return p.Start(context.WithoutCancel(ctx))
}

// summary tells how often what was done.
func (s *storm) summary() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]int{}
	for what, n := range s.done {
		out[what] = n
	}
	for what, n := range s.stack.Carrier.Damage() {
		out["carrier: "+what] = n
	}
	return out
}

func between(dice *rand.Rand, least, most time.Duration) time.Duration {
	return least + time.Duration(dice.Int64N(int64(most-least)))
}
