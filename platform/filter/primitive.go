package filter

import (
	"math/big"

	"github.com/google/uuid"
)

// primitive is what operators come down to: each has one form in SQL and one in
// memory, and both read the same test.
type primitive int

const (
	present  primitive = iota // there is a value
	equal                     // it is one of them; of a list, it has one of them
	contains                  // it has the text in it
	prefix                    // it begins with the text
	all                       // the list has all of them
	numeric                   // from <= it <= to
	during                    // it lies in the span
	annual                    // its day of the year lies in the stretch
	checked                   // it is true
)

// test is a condition with everything reckoned: no operator, no relative date
// and no "me" is left.
type test struct {
	field  Field
	is     primitive
	not    bool
	texts  []string // normal
	ids    []uuid.UUID
	from   *big.Rat
	to     *big.Rat
	money  string
	span   span
	yearly yearly
}

func (l leaf) test(e Env) test {
	t := test{field: l.field}
	switch l.op {
	case Empty, NotEmpty:
		t.is, t.not = present, l.op == Empty
		return t
	case IsNot, NoneOf:
		t.not = true
	}
	switch l.field.Kind {
	case Number, Amount:
		t.is, t.from, t.to, t.money = numeric, l.operand.from, l.operand.to, l.operand.money
	case Checkbox:
		t.is, t.not = checked, !l.operand.yes
	case Date, DateTime:
		l.time(e, &t)
	default:
		l.texts(e, &t)
	}
	return t
}

func (l leaf) time(e Env, t *test) {
	t.is = during
	direction := 1
	switch l.op {
	case YearlyLast, InLast:
		direction = -1
	case Before:
		t.span.until = e.span(*l.operand.first, l.field.Kind).from
		return
	case After:
		t.span.from = e.span(*l.operand.first, l.field.Kind).until
		return
	case On:
		t.span = e.span(*l.operand.first, l.field.Kind)
		return
	case Between:
		t.span = span{e.span(*l.operand.first, l.field.Kind).from, e.span(*l.operand.last, l.field.Kind).until}
		return
	}
	if l.op == YearlyLast || l.op == YearlyNext {
		t.is, t.yearly = annual, e.anniversaries(l.operand.period, direction)
		return
	}
	t.span = e.recent(l.operand.period, l.field.Kind, direction)
}

func (l leaf) texts(e Env, t *test) {
	t.is = map[Op]primitive{Contains: contains, StartsWith: prefix, AllOf: all}[l.op]
	if t.is == present {
		t.is = equal
	}
	for _, s := range l.operand.texts {
		t.texts = append(t.texts, l.field.normal(s))
	}
	t.ids = []uuid.UUID{}
	for _, who := range l.operand.people {
		if who.me { // Nil, who has nothing, if nobody asks
			who.id = e.Me
		}
		t.ids = append(t.ids, who.id)
	}
}
