package filter

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Record is one thing as a predicate looks at it.
type Record interface {
	// Value of a field, of the Go type that its Kind names; nil without one.
	Value(field string) any
	// Related are the records of a relation, or of an event.
	Related(name string) []Record
}

// Match tells whether the record is one of those that SQL would find.
func (f Filter) Match(e Env, r Record) bool { return f.root == nil || match(f.root, e, r) }

func match(n node, e Env, r Record) bool {
	switch n := n.(type) {
	case group:
		for _, part := range n.parts {
			if match(part, e, r) == n.any {
				return n.any
			}
		}
		return !n.any
	case negation:
		return !match(n.part, e, r)
	case related:
		found := n.count(e, r)
		return found >= n.times.least && (n.times.most < 0 || found <= n.times.most)
	case leaf:
		t := n.test(e)
		return t.holds(r.Value(n.field.Name)) != t.not
	}
	return false
}

func (n related) count(e Env, r Record) (found int) {
	for _, one := range r.Related(n.relation.Name) {
		if n.within != nil {
			at, _ := one.Value(n.relation.At).(time.Time)
			if at.IsZero() || !n.window(e).holds(at) {
				continue
			}
		}
		if n.where == nil || match(n.where, e, one) {
			found++
		}
	}
	return found
}

func (n related) window(e Env) span { return e.recent(*n.within, DateTime, -1) }

func (s span) holds(t time.Time) bool {
	return (s.from.IsZero() || !t.Before(s.from)) && (s.until.IsZero() || t.Before(s.until))
}

// holds is the test without its not.
func (t test) holds(value any) bool {
	switch v := value.(type) {
	case string:
		return t.text(v)
	case []string:
		return t.list(v)
	case uuid.UUID:
		return t.people([]uuid.UUID{v})
	case []uuid.UUID:
		return t.people(v)
	case bool:
		return t.is == present || v
	case *big.Rat:
		return v != nil && (t.is == present || t.between(v))
	case Money:
		return t.is == present || v.Currency == t.money && t.between(new(big.Rat).SetInt64(v.Amount))
	case time.Time:
		switch t.is {
		case annual:
			return t.yearly.holds(monthDay(v))
		case during:
			return t.span.holds(v)
		}
		return true
	}
	return false
}

func (t test) people(v []uuid.UUID) bool {
	switch t.is {
	case present:
		return len(v) > 0
	case all:
		for _, want := range t.ids {
			if !slices.Contains(v, want) {
				return false
			}
		}
		return true
	}
	return slices.ContainsFunc(v, func(id uuid.UUID) bool { return slices.Contains(t.ids, id) })
}

func (t test) between(v *big.Rat) bool {
	return (t.from == nil || v.Cmp(t.from) >= 0) && (t.to == nil || v.Cmp(t.to) <= 0)
}

// folded is one of the test's texts as indexes hold it. Folding twice isn't folding once: 𝒳 becomes X, and that x.
func (t test) folded(text string) string {
	if t.field.folds() {
		return text
	}
	return Fold(text)
}

func (t test) text(v string) bool {
	if v == "" || t.is == present {
		return v != ""
	}
	if t.field.folds() {
		v = Fold(v)
	}
	switch t.is {
	case contains:
		return strings.Contains(v, t.texts[0])
	case prefix:
		return strings.HasPrefix(v, t.texts[0])
	}
	return slices.Contains(t.texts, v)
}

func (t test) list(v []string) bool {
	switch t.is {
	case present:
		return t.field.Kind != Texts && len(v) > 0 || slices.ContainsFunc(v, func(s string) bool { return s != "" })
	case all:
		for _, want := range t.texts {
			if !slices.Contains(v, want) {
				return false
			}
		}
		return true
	}
	return slices.ContainsFunc(v, t.text)
}
