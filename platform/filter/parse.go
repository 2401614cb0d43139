package filter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Parse reads a filter and holds it against the catalogue. Null and nothing at
// all are the filter that lets everything in. Errors: Invalid "filter.invalid"
// with the path of everything at fault, like and[1].value; an unknown field,
// operator or member is named.
func Parse(raw []byte, c Catalogue) (Filter, error) {
	if Nothing(raw) {
		return Filter{}, nil
	}
	p := parser{catalogue: c}
	if len(raw) > MaxBytes {
		p.refuse("", "A filter has at most %d bytes.", MaxBytes)
		return Filter{}, p.Err(invalid)
	}
	v, err := readJSON(raw)
	if err != nil {
		p.refuse("", "This is no JSON that can be read: %s.", err.Error())
		return Filter{}, p.Err(invalid)
	}
	root := p.node(v, "", 1)
	if err := p.Err(invalid); err != nil {
		return Filter{}, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, raw); err != nil {
		return Filter{}, err
	}
	return Filter{root: root, json: compact.Bytes()}, nil
}

const invalid = "filter.invalid"

// parser collects every fault. With a relation's fields it reads a sub-filter.
type parser struct {
	fault.Checks
	catalogue Catalogue
	inside    *Relation
	nodes     int
}

func (p *parser) refuse(path, format string, args ...any) {
	p.Check(false, path, fmt.Sprintf(format, args...))
}

// shapes are what a part of a filter can be, by the member that tells, with the
// members that it may have.
var shapes = []struct {
	tells   string
	members []string
}{
	{"and", []string{"and"}},
	{"or", []string{"or"}},
	{"not", []string{"not"}},
	{"field", []string{"field", "op", "value"}},
	{"related", []string{"related", "where", "times", "within"}},
	{"event", []string{"event", "where", "times", "within"}},
}

func (p *parser) node(v value, at string, depth int) node {
	if p.nodes++; p.nodes == MaxNodes+1 {
		p.refuse(at, "A filter has at most %d conditions and groups.", MaxNodes)
	}
	switch {
	case p.nodes > MaxNodes:
		return nil
	case depth > MaxDepth:
		p.refuse(at, "Groups stand at most %d deep in each other.", MaxDepth)
		return nil
	case v.kind != object:
		p.refuse(at, `A condition is an object, like {"field": "first_name", "op": "is", "value": "Maria"}.`)
		return nil
	}
	kind, ok := p.shape(v, at)
	if !ok {
		return nil
	}
	switch inner, _ := v.get(kind); kind {
	case "and", "or":
		return p.group(inner, at, kind, depth)
	case "not":
		return negation{p.node(inner, below(at, "not"), depth+1)}
	case "field":
		return p.leaf(v, at)
	default:
		return p.related(v, at, kind, depth)
	}
}

// shape tells by which member a part is read, and refuses all others.
func (p *parser) shape(v value, at string) (string, bool) {
	var found []string
	members := []string(nil)
	for _, s := range shapes {
		if _, ok := v.get(s.tells); ok {
			found = append(found, s.tells)
			members = s.members
		}
	}
	if len(found) == 0 {
		for _, m := range v.members {
			p.refuse(below(at, shown(m.name)), "There is no such member here.")
		}
		p.refuse(at, "A condition has one of the members and, or, not, field, related or event.")
		return "", false
	}
	if len(found) > 1 {
		p.refuse(at, "A condition is one thing: it can't have %s together.", strings.Join(found, " and "))
		return "", false
	}
	return found[0], p.only(v, at, members...)
}

// only refuses members that don't belong, and those that stand twice.
func (p *parser) only(v value, at string, names ...string) bool {
	ok := true
	seen := map[string]bool{}
	for _, m := range v.members {
		switch {
		case !slices.Contains(names, m.name):
			p.refuse(below(at, shown(m.name)), "There is no such member here; it may have %s.", list(names))
			ok = false
		case seen[m.name]:
			p.refuse(below(at, shown(m.name)), "It stands here twice.")
			ok = false
		}
		seen[m.name] = true
	}
	return ok
}

func (p *parser) group(v value, at, kind string, depth int) node {
	place := below(at, kind)
	if v.kind != array || len(v.items) == 0 {
		p.refuse(place, "Give a list of at least one condition.")
		return nil
	}
	g := group{any: kind == "or"}
	for i, part := range v.items {
		g.parts = append(g.parts, p.node(part, item(place, i), depth+1))
	}
	return g
}

func (p *parser) leaf(v value, at string) node {
	name, _ := v.get("field")
	field, ok := p.field(name, below(at, "field"))
	if !ok {
		return nil
	}
	op, ok := v.get("op")
	if !ok || op.kind != text || !slices.Contains(opsOf[field.Kind], Op(op.text)) {
		p.refuse(below(at, "op"), "A field of the kind %s has the operators %s.", field.Kind, list(words(opsOf[field.Kind])))
		return nil
	}
	l := leaf{field: field, op: Op(op.text)}
	given, ok := v.get("value")
	place := below(at, "value")
	switch {
	case l.op == Empty || l.op == NotEmpty:
		if ok {
			p.refuse(place, "The operator %s takes no value.", l.op)
		}
	case !ok || given.kind == nothing:
		p.refuse(place, "Give a value; whether there is one at all is asked by empty and not_empty.")
	default:
		l.operand = p.operand(l.field, l.op, given, place)
	}
	return l
}

func words(ops []Op) []string {
	out := make([]string, len(ops))
	for i, op := range ops {
		out[i] = string(op)
	}
	return out
}

func (p *parser) field(name value, at string) (Field, bool) {
	if name.kind != text {
		p.refuse(at, "Give the name of a field.")
		return Field{}, false
	}
	var field Field
	var ok bool
	if p.inside != nil {
		field, ok = p.inside.Fields[name.text]
	} else {
		field, ok = p.catalogue.Field(name.text)
	}
	if !ok {
		p.refuse(at, "There is no field %q%s. It may have been deleted.", shown(name.text), p.of())
	}
	return field, ok
}

func (p *parser) of() string {
	if p.inside != nil {
		return " of " + p.inside.Many
	}
	return ""
}

func (p *parser) related(v value, at, kind string, depth int) node {
	name, _ := v.get(kind)
	place := below(at, kind)
	find, noun := p.catalogue.Relation, "related records"
	if kind == "event" {
		find, noun = p.catalogue.Event, "event"
	}
	switch {
	case p.inside != nil:
		p.refuse(place, "A sub-filter asks about fields of %s alone.", p.inside.Many)
		return nil
	case name.kind != text:
		p.refuse(place, "Give a name.")
		return nil
	}
	relation, ok := find(name.text)
	if !ok {
		p.refuse(place, "There is no %s %q.", noun, shown(name.text))
		return nil
	}
	r := related{relation: relation, event: kind == "event", times: times{1, -1}}
	if where, ok := v.get("where"); ok {
		p.inside = &relation
		r.where = p.node(where, below(at, "where"), depth+1)
		p.inside = nil
	}
	if counted, ok := v.get("times"); ok {
		r.times = p.times(counted, below(at, "times"))
	}
	if within, ok := v.get("within"); ok {
		if place := below(at, "within"); relation.At == "" {
			p.refuse(place, "It is not known when these came to be.")
		} else if period, ok := p.period(within, place, 1); ok {
			r.within = &period
		}
	}
	return r
}

func (p *parser) times(v value, at string) times {
	op, _ := v.get("op")
	if v.kind != object || !slices.Contains([]Op{Is, AtLeast, AtMost, Between}, Op(op.text)) {
		p.refuse(at, `Say how often, like {"op": "at_least", "value": 2}; op is is, at_least, at_most or between.`)
		return times{}
	}
	if !p.only(v, at, "op", "value") {
		return times{}
	}
	given, _ := v.get("value")
	at = below(at, "value")
	if Op(op.text) == Between {
		if given.kind != object || !p.only(given, at, "from", "to") {
			p.refuse(at, `Give the least and the most, like {"from": 1, "to": 3}.`)
			return times{}
		}
		from, _ := given.get("from")
		to, _ := given.get("to")
		t := times{p.count(from, below(at, "from")), p.count(to, below(at, "to"))}
		p.Check(t.least <= t.most, at, "The least comes first.")
		return t
	}
	n := p.count(given, at)
	switch Op(op.text) {
	case AtLeast:
		return times{n, -1}
	case AtMost:
		return times{0, n}
	}
	return times{n, n}
}

func (p *parser) count(v value, at string) int {
	n, ok := v.whole()
	p.Check(ok && n >= 0 && n <= MaxTimes, at, fmt.Sprintf("Give a whole number from 0 to %d.", MaxTimes))
	return n
}

// shown cuts what somebody wrote to a length that a message can hold.
func shown(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return s
}
