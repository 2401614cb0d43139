package carrier

import (
	"container/heap"
	"context"
	"time"
)

// agenda is what happens later, the earliest first. Everything timed goes
// through it with an absolute due time, so that a clock that jumps takes a
// message through all its states in order, however far it jumps.
type agenda struct {
	items []appointment
	seq   int
}

type appointment struct {
	at  time.Time
	seq int // keeps the order of equal times
	run func(at time.Time)
}

func (a agenda) Len() int { return len(a.items) }
func (a agenda) Less(i, j int) bool {
	if a.items[i].at.Equal(a.items[j].at) {
		return a.items[i].seq < a.items[j].seq
	}
	return a.items[i].at.Before(a.items[j].at)
}
func (a agenda) Swap(i, j int) { a.items[i], a.items[j] = a.items[j], a.items[i] }
func (a *agenda) Push(x any)   { a.items = append(a.items, x.(appointment)) }
func (a *agenda) Pop() any {
	last := len(a.items) - 1
	x := a.items[last]
	a.items = a.items[:last]
	return x
}

// at has run called, holding mu, when the time comes. The caller holds mu.
func (c *Carrier) at(when time.Time, run func(at time.Time)) {
	c.agenda.seq++
	heap.Push(&c.agenda, appointment{at: when, seq: c.agenda.seq, run: run})
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *Carrier) keepAgenda() {
	for {
		now := c.clock.Now()
		next, any := c.runDue(now)
		var due <-chan time.Time
		if any {
			due = c.clock.After(next.Sub(now))
			// An injected clock may have moved between the two readings; then the
			// wait just begun is too long.
			if c.clock.Now().Sub(now) > time.Millisecond {
				continue
			}
		}
		select {
		case <-due:
		case <-c.wake:
		case <-c.life.Done():
			return
		}
	}
}

// runDue keeps every appointment that is due, those too that the others make,
// and tells when the next is.
func (c *Carrier) runDue(now time.Time) (next time.Time, any bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.agenda.Len() > 0 && !c.closed {
		if c.agenda.items[0].at.After(now) {
			return c.agenda.items[0].at, true
		}
		due := heap.Pop(&c.agenda).(appointment)
		due.run(due.at)
		c.touched()
	}
	return time.Time{}, false
}

type laneWork func(ctx context.Context)

// inLane runs work after everything that is already in the lane of that name,
// beside all other lanes: callbacks of one message arrive in order unless a rule
// says otherwise, and a slow webhook holds up nobody else. The caller holds mu.
func (c *Carrier) inLane(name string, work laneWork) {
	if c.closed {
		return
	}
	queued, busy := c.lanes[name]
	c.lanes[name] = append(queued, work)
	if !busy {
		c.running.Go(func() { c.runLane(name) })
	}
}

func (c *Carrier) runLane(name string) {
	for {
		c.mu.Lock()
		queued := c.lanes[name]
		if len(queued) == 0 || c.closed {
			delete(c.lanes, name)
			c.touched()
			c.mu.Unlock()
			return
		}
		c.lanes[name] = queued[1:]
		c.mu.Unlock()
		queued[0](c.life)
	}
}
