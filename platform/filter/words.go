package filter

import (
	"strings"
)

// Names gives the name of what a reference points at, such as a person's; ""
// for unknown.
type Names func(field Field, id string) string

// Words is the filter in plain English, as one sentence without its full stop:
// "everybody" and such is the caller's to say of the zero filter, which gives "".
// names may be nil.
func (f Filter) Words(names Names) string {
	if f.root == nil {
		return ""
	}
	return speaker{names}.say(f.root, false)
}

type speaker struct{ names Names }

func (s speaker) say(n node, inner bool) string {
	switch n := n.(type) {
	case group:
		return s.group(n, inner)
	case negation:
		return "not (" + s.say(n.part, false) + ")"
	case related:
		return s.related(n)
	case leaf:
		return s.leaf(n)
	}
	return ""
}

func (s speaker) group(g group, inner bool) string {
	parts := make([]string, len(g.parts))
	for i, part := range g.parts {
		parts[i] = s.say(part, len(g.parts) > 1)
	}
	word := " and "
	if g.any {
		word = " or "
	}
	out := strings.Join(parts, word)
	if inner && len(parts) > 1 {
		return "(" + out + ")"
	}
	return out
}

func (s speaker) related(n related) string {
	what := n.relation.Many
	if n.times.least == 1 && n.times.most < 0 || n.times.least == 1 && n.times.most == 1 {
		what = n.relation.One
	}
	out := "has " + counted(n.times) + " " + what
	if n.within != nil {
		out += " in the last " + n.within.String()
	}
	if n.where != nil {
		out += " where " + s.say(n.where, true)
	}
	return out
}

func counted(t times) string {
	number := func(n int) string { return decimal(ratOf(n)) }
	switch {
	case t.least == 0 && t.most < 0:
		return "any number of"
	case t.most < 0:
		return "at least " + number(t.least)
	case t.most == 0:
		return "no"
	case t.least == t.most:
		return "exactly " + number(t.least)
	case t.least == 0:
		return "at most " + number(t.most)
	}
	return number(t.least) + " to " + number(t.most)
}

// phrases say operators; kinds that need other words have them in leaf.
var phrases = map[Op]string{
	Is: "is", IsNot: "is not", Contains: "contains", StartsWith: "starts with", AnyOf: "is", NoneOf: "is none of",
	AtLeast: "is at least", AtMost: "is at most", On: "is on", Before: "is before", After: "is after",
	InLast: "is in the last", InNext: "is in the next",
	YearlyLast: "has its anniversary in the last", YearlyNext: "has its anniversary in the next",
	Empty: "is empty", NotEmpty: "is not empty",
}

var listPhrases = map[Op]string{
	AnyOf: "have", AllOf: "have", NoneOf: "have none of", Empty: "are empty", NotEmpty: "are not empty",
}

func (s speaker) leaf(l leaf) string {
	phrase := phrases[l.op]
	lists := l.field.Kind == Tags || l.field.Kind == MultiSelect || l.field.Kind == References
	if lists {
		phrase = listPhrases[l.op]
	}
	head := l.field.Label + " " + phrase
	if l.op == Empty || l.op == NotEmpty {
		return head
	}
	if l.field.Kind == Checkbox {
		if l.operand.yes {
			return l.field.Label + " is ticked"
		}
		return l.field.Label + " is not ticked"
	}
	if l.op == Between {
		from, to := s.ends(l)
		return l.field.Label + " is from " + from + " to " + to
	}
	return head + " " + s.value(l)
}

func (s speaker) value(l leaf) string {
	o := l.operand
	switch l.field.Kind {
	case Number, Amount:
		n := o.from
		if n == nil {
			n = o.to
		}
		return Quantity(n, o.money)
	case Date, DateTime:
		if o.first != nil {
			return o.first.words()
		}
		return o.period.String()
	}
	var values []string
	for _, text := range o.texts {
		option, _ := l.field.option(text)
		values = append(values, "“"+option.Label+"”")
	}
	for _, who := range o.people {
		values = append(values, s.person(l.field, who))
	}
	if l.op == AllOf {
		return both(values)
	}
	return list(values)
}

func (s speaker) person(f Field, who person) string {
	if who.me {
		return me
	}
	if s.names != nil {
		if name := s.names(f, who.id.String()); name != "" {
			return name
		}
	}
	return who.id.String()
}

func (s speaker) ends(l leaf) (from, to string) {
	o := l.operand
	if o.first != nil {
		return o.first.words(), o.last.words()
	}
	return Quantity(o.from, o.money), Quantity(o.to, o.money)
}

func (m moment) words() string {
	switch {
	case m.from == nil && m.day:
		return m.at.Format("2 January 2006")
	case m.from == nil:
		return m.at.Format("2 January 2006, 15:04 MST")
	case m.from.N == 0:
		return "today"
	case m.from.N < 0:
		return "the day " + m.from.String() + " ago"
	}
	return "the day " + m.from.String() + " from now"
}

func both(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}
