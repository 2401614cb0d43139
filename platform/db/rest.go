package db

import (
	"container/list"
	"slices"
	"time"

	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// rest is the connections that nobody uses just now, over all databases. The zero value is ready; the caller holds the
// lock.
type rest struct {
	byAge list.List // of *conn; the front has been at rest the longest
	at    map[tenancy.Database][]*list.Element
}

func (r *rest) put(c *conn, now time.Time) {
	if r.at == nil {
		r.at = map[tenancy.Database][]*list.Element{}
	}
	c.rested = now
	r.at[c.at] = append(r.at[c.at], r.byAge.PushBack(c))
}

// take gives the database's connection that rested last, whose server process is the warmest; nil if there is none.
func (r *rest) take(at tenancy.Database) *conn {
	stack := r.at[at]
	if len(stack) == 0 {
		return nil
	}
	return r.remove(stack[len(stack)-1])
}

// oldest gives the connection that has been at rest the longest, whatever its database.
func (r *rest) oldest() *conn {
	if e := r.byAge.Front(); e != nil {
		return r.remove(e)
	}
	return nil
}

// since gives a connection that has been at rest since before the time.
func (r *rest) since(before time.Time) *conn {
	if e := r.byAge.Front(); e != nil && !connOf(e).rested.After(before) {
		return r.remove(e)
	}
	return nil
}

func (r *rest) remove(e *list.Element) *conn {
	c := connOf(e)
	r.byAge.Remove(e)
	stack := slices.DeleteFunc(r.at[c.at], func(other *list.Element) bool { return other == e })
	if r.at[c.at] = stack; len(stack) == 0 {
		delete(r.at, c.at)
	}
	return c
}

func connOf(e *list.Element) *conn {
	return e.Value.(*conn) //nolint:forcetypeassert // the list holds nothing else
}
