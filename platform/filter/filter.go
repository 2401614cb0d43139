package filter

import (
	"bytes"
	"time"

	"github.com/google/uuid"
)

// The limits of a filter.
const (
	MaxBytes  = 64 << 10 // of its JSON
	MaxDepth  = 8        // of groups in groups, a sub-filter's counted on
	MaxNodes  = 200      // conditions and groups together
	MaxValues = 200      // of one list
	MaxText   = 200      // characters of a text
	MaxTimes  = 10_000   // that related records may be counted up to
)

// Filter is a filter that fits its catalogue. The zero value lets everything in.
// It is never changed: goroutines may share it.
type Filter struct {
	root node
	json []byte
}

// Env is on whose behalf, when and where a filter is asked. Both forms of one
// answer must get the same.
type Env struct {
	Now  time.Time
	Zone *time.Location // where days begin; nil is UTC
	Me   uuid.UUID      // who "me" is; Nil is nobody
}

func (e Env) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// Everything tells whether the filter lets everything in because nothing is asked.
func (f Filter) Everything() bool { return f.root == nil }

// Nothing tells whether the JSON asks nothing: it is null, or not there.
func Nothing(raw []byte) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || bytes.Equal(raw, []byte("null"))
}

// MarshalJSON gives the filter as it was parsed, without its spaces; null for
// the zero value.
func (f Filter) MarshalJSON() ([]byte, error) {
	if f.root == nil {
		return []byte("null"), nil
	}
	return f.json, nil
}

// node is a part of the tree: a group, a negation, a leaf or related.
type node any

type group struct {
	any   bool // or
	parts []node
}

type negation struct{ part node }

type leaf struct {
	field   Field
	op      Op
	operand operand
}

type related struct {
	relation Relation
	event    bool
	where    node // nil for all of them
	times    times
	within   *Period
}

// times is how many related records there have to be.
type times struct{ least, most int } // most < 0 is without end

// Uses tells which fields, relations and events the filter names, as it names
// them: who takes one away can tell what would break.
func (f Filter) Uses() []string {
	seen, out := map[string]bool{}, []string(nil)
	walk(f.root, func(n node) {
		name := ""
		switch n := n.(type) {
		case leaf:
			name = n.field.Name
		case related:
			name = n.relation.Name
		}
		if name != "" && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	})
	return out
}

// walk visits what asks about the record itself, not what where asks.
func walk(n node, visit func(node)) {
	if n == nil {
		return
	}
	visit(n)
	switch n := n.(type) {
	case group:
		for _, part := range n.parts {
			walk(part, visit)
		}
	case negation:
		walk(n.part, visit)
	}
}
