package db

import (
	"container/list"
	"slices"

	"github.com/google/uuid"
)

// line is who waits for a connection. Every tenant has a queue of its own and the queues take turns, so a tenant with a
// thousand waiting transactions delays another's first by one turn, and tenants with one each are served as they came.
// The zero value is ready; the caller holds the lock.
type line struct {
	turns  list.List // of *queue: the order in which tenants are served
	queues map[uuid.UUID]*list.Element
	length int
}

type queue struct {
	who     uuid.UUID
	waiting []*waiter
}

func (l *line) join(w *waiter) {
	if l.queues == nil {
		l.queues = map[uuid.UUID]*list.Element{}
	}
	e, ok := l.queues[w.who]
	if !ok {
		e = l.turns.PushBack(&queue{who: w.who})
		l.queues[w.who] = e
	}
	q := queueOf(e)
	q.waiting = append(q.waiting, w)
	l.length++
}

// first is whose turn it is; nil when nobody waits.
func (l *line) first() *waiter {
	e := l.turns.Front()
	if e == nil {
		return nil
	}
	return queueOf(e).waiting[0]
}

// serve takes the first out of the line; its tenant goes to the back.
func (l *line) serve() {
	e := l.turns.Front()
	l.remove(e, 0)
	if len(queueOf(e).waiting) > 0 {
		l.turns.MoveToBack(e)
	}
}

// leave takes somebody out who gives up; false if it was served already.
func (l *line) leave(w *waiter) bool {
	e, ok := l.queues[w.who]
	if !ok {
		return false
	}
	i := slices.Index(queueOf(e).waiting, w)
	if i < 0 {
		return false
	}
	l.remove(e, i)
	return true
}

func (l *line) remove(e *list.Element, i int) {
	q := queueOf(e)
	q.waiting = slices.Delete(q.waiting, i, i+1)
	l.length--
	if len(q.waiting) == 0 {
		delete(l.queues, q.who)
		l.turns.Remove(e)
	}
}

func queueOf(e *list.Element) *queue {
	return e.Value.(*queue) //nolint:forcetypeassert // the list holds nothing else
}
