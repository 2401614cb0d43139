package carrier

import (
	"context"
	"fmt"
)

// Ledger is every message that passes all filters, oldest first. A checker
// compares it with our database: what the carrier accepted, and what became of
// it.
func (c *Carrier) Ledger(filters ...func(*Message) bool) []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := []Message{}
next:
	for _, m := range c.order {
		for _, passes := range filters {
			if !passes(m) {
				continue next
			}
		}
		out = append(out, m.snapshot())
	}
	return out
}

// Await returns once the condition holds for the ledger, or when ctx ends. It
// looks again at every change, never on a timer.
func (c *Carrier) Await(ctx context.Context, condition func([]Message) bool) error {
	return c.await(ctx, func() bool { return condition(c.Ledger()) })
}

// Settle returns once nothing is due and no webhook is being called: what
// hasn't happened by then doesn't, until the clock moves or someone acts.
func (c *Carrier) Settle(ctx context.Context) error {
	return c.await(ctx, c.settled)
}

func (c *Carrier) settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	due := c.agenda.Len() > 0 && !c.agenda.items[0].at.After(c.clock.Now())
	return !due && len(c.lanes) == 0
}

func (c *Carrier) await(ctx context.Context, condition func() bool) error {
	for {
		// The signal is taken before the look, so that no change falls between.
		c.mu.Lock()
		changed := c.changed
		c.mu.Unlock()
		if condition() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("carrier: it didn't come about: %w", ctx.Err())
		case <-c.life.Done():
			return fmt.Errorf("carrier: closed meanwhile: %w", context.Canceled)
		}
	}
}
