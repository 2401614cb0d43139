package audit

import (
	"bytes"
	"slices"
)

// shapes are the names of objects that were met last, with the order of each. The
// records of a batch have the same fields, and to sort fifty names costs more than
// to see that they are the same.
type shapes struct {
	known []shape
	next  int // the one to be forgotten
}

type shape struct {
	names [][]byte // as they were written
	order []int    // in which they stand in the form
}

const mostShapes = 8

// order gives the places of an object's members in the order of their names; of
// those of one name the last alone.
func (s *shapes) order(list []formed) []int {
	for _, one := range s.known {
		if slices.EqualFunc(one.names, list, func(name []byte, m formed) bool { return bytes.Equal(name, m.name) }) {
			return one.order
		}
	}
	one := shape{names: make([][]byte, len(list)), order: make([]int, len(list))}
	for i, m := range list {
		one.names[i], one.order[i] = bytes.Clone(m.name), i
	}
	slices.SortStableFunc(one.order, func(a, b int) int { return bytes.Compare(list[a].name, list[b].name) })
	last := one.order[:0]
	for at, i := range one.order {
		if at+1 == len(list) || !bytes.Equal(list[i].name, list[one.order[at+1]].name) {
			last = append(last, i)
		}
	}
	one.order = last
	if len(s.known) < mostShapes {
		s.known = append(s.known, one)
	} else {
		s.known[s.next] = one
		s.next = (s.next + 1) % mostShapes
	}
	return one.order
}

// twin is an object within another, with its form. Before and after mostly have
// the same custom fields, byte by byte.
type twin struct {
	raw, form []byte
	depth     int // of what it stood in
}

const leastTwin = 256 // bytes of an object that is worth a look

// nested writes the object that begins at a place, depth objects and lists deep.
func (f *former) nested(at, depth int) (end int, ok bool) {
	// An object ends where it ends, so a text that begins like it is it.
	if t := f.last; len(t.raw) > 0 && depth <= t.depth && bytes.HasPrefix(f.raw[at:], t.raw) {
		f.out = append(f.out, t.form...)
		return at + len(t.raw), true
	}
	from := len(f.out)
	if end, ok = f.object(at, depth+1); ok && depth > 0 && end-at >= leastTwin {
		f.last.raw, f.last.form, f.last.depth = append(f.last.raw[:0], f.raw[at:end]...), append(f.last.form[:0], f.out[from:]...), depth
	}
	return end, ok
}
