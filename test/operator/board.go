package operator

import (
	"errors"
	"fmt"
	"sync"
)

// Moment says when, around a call, the fault strikes.
type Moment string

// The moments of a call.
const (
	// Before: the operator dies before the call leaves it.
	Before Moment = "before the call"
	// Unanswered: the call is done, and the operator dies before it has read the answer.
	Unanswered Moment = "after the call, before its answer"
	// Answered: the operator has read the answer and dies before it records anything.
	Answered Moment = "after the answer, before it is recorded"
	// Lost: the call is done, its answer is lost, and the operator lives on.
	Lost Moment = "with its answer lost"
)

// Moments are all of them.
var Moments = []Moment{Before, Unanswered, Answered, Lost}

// Call is one call that changes something outside: what it does, in words without ids, and which of its kind it is
// since its operator started.
type Call struct {
	Does string
	N    int
}

func (c Call) String() string { return fmt.Sprintf("%s (%d)", c.Does, c.N) }

// Point is a fault: at a call, at a moment.
type Point struct {
	Call   Call
	Moment Moment
}

func (p Point) String() string { return p.Call.String() + " " + string(p.Moment) }

// ErrCrashed is what every seam of a dead operator answers.
var ErrCrashed = errors.New("operator: it crashed")

// ErrLost is what the caller of a call sees whose answer was lost.
var ErrLost = errors.New("operator: the connection broke before the answer came")

// board is where the seams of one life report. It keeps the record and pulls the trigger.
type board struct {
	mu     sync.Mutex
	armed  *Point
	struck bool
	dead   bool
	death  chan struct{} // closed when the operator dies
	counts map[string]int
	calls  []Call
}

func newBoard(armed *Point) *board {
	return &board{armed: armed, death: make(chan struct{}), counts: map[string]int{}}
}

// begin reports a call that is about to be made; "" is one that changes nothing. It gives the moment at which the
// fault strikes this very call, "" for none. Once it has returned Before, the operator is dead.
func (b *board) begin(does string) (Moment, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dead {
		return "", ErrCrashed
	}
	if does == "" {
		return "", nil
	}
	b.counts[does]++
	c := Call{Does: does, N: b.counts[does]}
	b.calls = append(b.calls, c)
	if b.armed == nil || b.struck || b.armed.Call != c {
		return "", nil
	}
	b.struck = true
	if b.armed.Moment == Before {
		b.die()
		return Before, ErrCrashed
	}
	return b.armed.Moment, nil
}

func (b *board) crash() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.die()
}

func (b *board) die() {
	if !b.dead {
		b.dead = true
		close(b.death)
	}
}

func (b *board) isDead() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.dead
}

func (b *board) record() ([]Call, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]Call(nil), b.calls...), b.struck
}
