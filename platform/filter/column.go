package filter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Column is how SQL reads a field: Plain, List, Rows, Document, Indexed or Joined.
type Column interface {
	// condition is the test without its not; null counts as false.
	condition(b *builder, t test) string
}

// Plain is an expression of the kind's type: text, numeric, date, timestamptz,
// boolean or uuid.
type Plain struct {
	Expression string
	// Searched is where the field's text stands among others.
	Searched Searched
	// Opens is a column in the order of bytes, with an index, that begins with the
	// field's text folded wherever there is one; "" for none.
	Opens string
}

func (c Plain) condition(b *builder, t test) string {
	condition := b.scalar(c.Expression, t)
	if narrow := c.narrow(b, t); narrow != "" {
		return "(" + narrow + " and " + condition + ")"
	}
	return condition
}

// narrow is what an index finds before the condition itself is looked at.
func (c Plain) narrow(b *builder, t test) string {
	if opens := c.opens(b, t); opens != "" {
		return opens
	}
	return c.Searched.narrow(b, t)
}

// LastRune is behind every letter in the order of bytes.
const LastRune = "\U0010FFFF"

// opens is the part of an index that holds what begins with a text. It is in the
// order of a list, so that a page of a common first name is read off it.
func (c Plain) opens(b *builder, t test) string {
	if !c.openable(t) || b.narrowed {
		return ""
	}
	parts := make([]string, len(t.texts))
	for i, s := range t.texts {
		parts[i] = "(" + c.Opens + " >= " + b.arg(t.folded(s), "text") + " and " + c.Opens + " < " + b.arg(t.folded(s)+LastRune, "text") + ")"
	}
	return "(" + strings.Join(parts, " or ") + ")"
}

func (c Plain) openable(t test) bool {
	return c.Opens != "" && (t.is == equal || t.is == prefix) && len(t.texts) > 0 && len(t.texts) <= mostNarrow && !slices.Contains(t.texts, "")
}

// List is a column of the type text[], or uuid[] of references.
type List struct {
	Expression string
	Definer    string // takes a list and whether all of it is wanted, and gives keys; "" for none
}

func (c List) condition(b *builder, t test) string {
	if t.is == present {
		return "cardinality(" + c.Expression + ") > 0"
	}
	values := ""
	if t.field.Kind == References {
		values = b.arg(t.ids, "uuid[]")
	} else {
		values = b.arg(t.texts, "text[]")
	}
	if b.Definer && c.Definer != "" {
		return fmt.Sprintf("%s in (select %s(%s, %t))", b.Key, c.Definer, values, t.is == all)
	}
	if t.is == all {
		return c.Expression + " @> " + values
	}
	return c.Expression + " && " + values
}

// Rows is a value in each of several rows of another table, such as the
// addresses of a contact or the indexed copies of custom fields. A test holds
// when it holds for one of them.
type Rows struct {
	Table      string // "contact_address"
	SubAccount string // its tenant: "contact_address.sub_account_id"
	Owner      string // the column with the key
	Value      string // the expression of the value
	Only       string // which rows, without values of anybody's
	Match      map[string]any
	Searched   Searched // as of Plain
}

func (c Rows) condition(b *builder, t test) string {
	sql := "select " + c.Owner + " from " + c.Table + " where " + c.SubAccount + " = @sub_account"
	if c.Only != "" {
		sql += " and " + c.Only
	}
	for _, column := range keys(c.Match) {
		sql += " and " + column + " = " + b.arg(c.Match[column], kindOf(c.Match[column]))
	}
	condition := b.Key + " in (" + sql + " and " + b.scalar(c.Value, t) + ")"
	if narrow := c.Searched.narrow(b, t); narrow != "" {
		return "(" + narrow + " and " + condition + ")"
	}
	return condition
}

func keys(m map[string]any) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func kindOf(v any) string {
	if _, ok := v.(string); ok {
		return "text"
	}
	return "uuid"
}

// Joined is a column of the one row of another table that From names: of the
// company that a contact belongs to. Without such a row there is no value.
type Joined struct {
	From       string // the key of that row, in what is filtered: "contact.company_id"
	Table      string // "company"
	SubAccount string // its tenant: "company.sub_account_id"
	Key        string // "company.id"
	Only       string // which rows, without values of anybody's
	Column     Column // of that table; it has no definer, as rows of it are few
}

func (c Joined) condition(b *builder, t test) string {
	inner := &builder{Target: Target{Key: c.Key, Args: b.Args}, env: b.env}
	return c.From + " in (select " + c.Key + " from " + c.Table + " where " + c.SubAccount + " = @sub_account and " +
		c.Only + " and " + c.Column.condition(inner, t) + ")"
}

// Document is a member of a jsonb column, with values as the API writes them: a
// number as a number, money as {"amount", "currency"}, a date as "2026-01-31", a
// date-time in RFC 3339 and UTC, a list as an array.
type Document struct {
	Expression string // the column
	// Exact is a column that has, of the same document, at least the members that
	// are asked for exactly (choices, numbers, references), with an index of what it
	// contains; "" where Expression has.
	Exact   string
	Key     string // the member; never a part of the SQL's text
	Also    string // holds wherever Exact has any value, for a partial index; "" for none
	Definer string // takes a document, and gives keys whose Exact contains it
}

func (c Document) condition(b *builder, t test) string {
	switch t.is {
	case checked:
		return c.holds(b, true)
	case all:
		return c.holds(b, t.texts)
	case equal:
		if t.field.Kind != Text || !t.field.folds() {
			return c.choice(b, t)
		}
	case numeric:
		return c.number(b, t)
	}
	member := "(" + c.Expression + " ->> " + b.arg(c.Key, "text") + ")"
	switch t.is {
	case present:
		switch t.field.Kind {
		case Text, LongText, Select:
			return member + " <> ''"
		case MultiSelect, Tags, Texts:
			return member + " <> '[]'"
		}
		return member + " is not null"
	case during:
		return c.time(b, member, t)
	case annual:
		return b.annual("(substr("+member+", 6, 2) || substr("+member+", 9, 2))::integer", t.yearly)
	}
	return b.text(member, t)
}

// Indexed is a member of a document of which numbers, days and times stand in
// rows once more, with an index of ranges. A day stands there as its midnight in
// UTC.
type Indexed struct {
	Document
	Rows Rows
}

func (c Indexed) condition(b *builder, t test) string {
	exact := t.from != nil && t.to != nil && t.from.Cmp(t.to) == 0
	if t.is != during && (t.is != numeric || exact || t.field.Kind == Amount) {
		return c.Document.condition(b, t)
	}
	if t.field.Kind == Date {
		t.field.Kind = DateTime
	}
	return c.Rows.condition(b, t)
}

// holds is what the index of the document finds.
func (c Document) holds(b *builder, value any) string {
	doc, err := json.Marshal(map[string]any{c.Key: value})
	if err != nil {
		return "false" // no text, number or list of ours fails to be written
	}
	arg := b.arg(string(doc), "text") + "::jsonb"
	if b.Definer {
		return b.Key + " in (select " + c.Definer + "(" + arg + "))"
	}
	column := cmp.Or(c.Exact, c.Expression)
	if c.Also != "" {
		return "(" + column + " @> " + arg + " and " + c.Also + ")"
	}
	return column + " @> " + arg
}

func (c Document) time(b *builder, member string, t test) string {
	if t.field.Kind == DateTime {
		return b.span("("+member+")::timestamptz", t)
	}
	var parts []string // days in ISO 8601 stand in the order of their letters
	if !t.span.from.IsZero() {
		parts = append(parts, member+` collate "C" >= `+b.arg(t.span.from.Format("2006-01-02"), "text"))
	}
	if !t.span.until.IsZero() {
		parts = append(parts, member+` collate "C" < `+b.arg(t.span.until.Format("2006-01-02"), "text"))
	}
	return conjunction(parts)
}

func (c Document) number(b *builder, t test) string {
	exact := t.from != nil && t.to != nil && t.from.Cmp(t.to) == 0
	if exact && t.field.Kind == Amount {
		return c.holds(b, map[string]any{"amount": json.Number(decimal(t.from)), "currency": t.money})
	}
	if exact {
		return c.holds(b, json.Number(decimal(t.from)))
	}
	member := "(" + c.Expression + " -> " + b.arg(c.Key, "text") + ")"
	if t.field.Kind == Amount {
		currency := member + " ->> 'currency' = " + b.arg(t.money, "text")
		return "(" + currency + " and " + b.bounds("("+member+" ->> 'amount')::numeric", t) + ")"
	}
	return b.bounds("case when jsonb_typeof("+member+") = 'number' then "+member+"::numeric end", t)
}

// choice is one lookup for each value.
func (c Document) choice(b *builder, t test) string {
	var parts []string
	for _, s := range t.texts {
		if t.field.Kind == MultiSelect || t.field.Kind == Tags || t.field.Kind == Texts {
			parts = append(parts, c.holds(b, []string{s}))
		} else {
			parts = append(parts, c.holds(b, s))
		}
	}
	for _, id := range t.ids {
		parts = append(parts, c.holds(b, id.String()))
	}
	if len(parts) == 0 {
		return "false"
	}
	return "(" + strings.Join(parts, " or ") + ")"
}
