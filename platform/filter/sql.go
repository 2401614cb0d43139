package filter

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Target is the statement that a filter becomes a part of.
type Target struct {
	Key string // the id of what is filtered: "contact.id"
	// Args gets the filter's values, under names that begin with "filter_". The
	// statement gives "sub_account" itself.
	Args pgx.StrictNamedArgs
	// Definer is for servers where an index can't be used under row level
	// security by the operators of texts, lists and documents: those conditions
	// are looked up through the columns' definer functions.
	Definer bool
}

// SQL is the filter as a condition, to be put behind "and". It has no text of
// anybody's in it; every subquery names the tenant. It may be null, which counts
// as false. The zero filter is "true".
func (f Filter) SQL(e Env, target Target) string {
	if f.root == nil {
		return "true"
	}
	b := &builder{Target: target, env: e}
	return b.node(f.root)
}

type builder struct {
	Target
	env      Env
	narrowed bool // a lookup around what is written now has narrowed it
}

// arg names a value. The type makes sure that PostgreSQL takes it for what it is.
func (b *builder) arg(v any, kind string) string {
	name := "filter_" + strconv.Itoa(len(b.Args))
	b.Args[name] = v
	return "@" + name + "::" + kind
}

// node never gives true where the answer is no; it may give null for false.
// Under a not, null is made false: see negate.
func (b *builder) node(n node) string {
	switch n := n.(type) {
	case group:
		if n.any {
			if all := b.narrowGroup(n); all != "" {
				return all
			}
		}
		return b.group(n)
	case negation:
		return b.negate(n.part)
	case related:
		return b.related(n)
	case leaf:
		t := n.test(b.env)
		condition := t.field.Column.condition(b, t)
		if t.not {
			return "(" + condition + ") is not true"
		}
		return condition
	}
	return "false"
}

func (b *builder) group(n group) string {
	parts := make([]string, len(n.parts))
	for i, part := range n.parts {
		parts[i] = b.node(part)
	}
	word := " and "
	if n.any {
		word = " or "
	}
	return "(" + strings.Join(parts, word) + ")"
}

// negate turns a part round. Of null it makes true, since null is no.
func (b *builder) negate(n node) string {
	if again, ok := n.(negation); ok {
		return b.node(again.part)
	}
	if r, ok := n.(related); ok { // an anti-join, which "is not true" would hide
		if r.times.most < 0 {
			return b.fewer(r, r.times.least)
		}
	}
	return "(" + b.node(n) + ") is not true"
}

func (b *builder) related(n related) string {
	switch {
	case n.times.most < 0:
		return b.atLeast(n, n.times.least)
	case n.times.least == 0:
		return b.fewer(n, n.times.most+1)
	}
	return "(" + b.atLeast(n, n.times.least) + " and " + b.fewer(n, n.times.most+1) + ")"
}

// atLeast is a set of owners rather than a count for each row, so that
// PostgreSQL may begin with the rarer side.
func (b *builder) atLeast(n related, least int) string {
	if least == 0 {
		return "true"
	}
	return b.Key + " in (" + b.owners(n, least) + ")"
}

func (b *builder) fewer(n related, count int) string {
	if count == 0 {
		return "false"
	}
	if count == 1 {
		return "not exists (select from " + b.records(n) + " and " + n.relation.Owner + " = " + b.Key + ")"
	}
	return "not exists (select from (" + b.owners(n, count) + ") enough (owner) where enough.owner = " + b.Key + ")"
}

func (b *builder) owners(n related, least int) string {
	sql := "select " + n.relation.Owner + " from " + b.records(n)
	if least > 1 {
		sql += " group by " + n.relation.Owner + " having count(*) >= " + b.arg(least, "bigint")
	}
	return sql
}

func (b *builder) records(n related) string {
	r := n.relation
	sql := r.Table + " where " + r.SubAccount + " = @sub_account"
	if r.Only != "" {
		sql += " and " + r.Only
	}
	if n.within != nil {
		w := n.window(b.env)
		sql += " and " + r.Fields[r.At].Column.condition(b, test{field: r.Fields[r.At], is: during, span: w})
	}
	if n.where != nil {
		sql += " and " + b.node(n.where)
	}
	return sql
}

// scalar is a test on an expression of the kind's type. Null is no value.
func (b *builder) scalar(e string, t test) string {
	switch t.is {
	case present:
		switch t.field.Kind {
		case Text, LongText, Texts, Select:
			return e + " <> ''"
		}
		return e + " is not null"
	case numeric:
		return b.bounds(e, t)
	case during:
		return b.span(e, t)
	case annual:
		return b.annual("(extract(month from "+e+") * 100 + extract(day from "+e+"))", t.yearly)
	case checked:
		return e
	}
	return b.text(e, t)
}

func (b *builder) text(e string, t test) string {
	switch {
	case t.field.Kind == Reference:
		if len(t.ids) == 1 {
			return e + " = " + b.arg(t.ids[0], "uuid")
		}
		return e + " = any(" + b.arg(t.ids, "uuid[]") + ")"
	case t.field.folds():
		e = "fold(" + e + ")"
	}
	switch t.is {
	case contains:
		return e + " like " + b.arg("%"+likeEscape.Replace(t.texts[0])+"%", "text")
	case prefix:
		return e + " like " + b.arg(likeEscape.Replace(t.texts[0])+"%", "text")
	}
	if len(t.texts) == 1 {
		return e + " = " + b.arg(t.texts[0], "text")
	}
	return e + " = any(" + b.arg(t.texts, "text[]") + ")"
}

func (b *builder) bounds(e string, t test) string {
	if t.from != nil && t.to != nil && t.from.Cmp(t.to) == 0 {
		return e + " = " + b.number(t.from)
	}
	var parts []string
	if t.from != nil {
		parts = append(parts, e+" >= "+b.number(t.from))
	}
	if t.to != nil {
		parts = append(parts, e+" <= "+b.number(t.to))
	}
	return conjunction(parts)
}

func (b *builder) number(n *big.Rat) string { return b.arg(decimal(n), "text") + "::numeric" }

// decimal writes a number that came from a decimal without loss.
func decimal(n *big.Rat) string {
	places, _ := n.FloatPrec()
	return n.FloatString(places)
}

func (b *builder) span(e string, t test) string {
	kind := "timestamptz"
	if t.field.Kind == Date {
		kind = "date"
	}
	var parts []string
	if !t.span.from.IsZero() {
		parts = append(parts, e+" >= "+b.arg(t.span.from, kind))
	}
	if !t.span.until.IsZero() {
		parts = append(parts, e+" < "+b.arg(t.span.until, kind))
	}
	return conjunction(parts)
}

func (b *builder) annual(e string, y yearly) string {
	word := "and"
	if y.from > y.to {
		word = "or"
	}
	return fmt.Sprintf("(%[1]s >= %[2]s %[4]s %[1]s <= %[3]s)", e, b.arg(y.from, "integer"), b.arg(y.to, "integer"), word)
}

func conjunction(parts []string) string {
	if len(parts) == 0 {
		return "true"
	}
	return "(" + strings.Join(parts, " and ") + ")"
}
