package filter

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Searched is a table with one row for each of what is filtered, that holds its
// texts folded, several in one, and has an index of trigrams. What a condition
// wants is looked up there before the condition itself is looked at. The zero
// value is none.
type Searched struct {
	Table      string // "contact_search"
	SubAccount string // its tenant: "contact_search.sub_account_id"
	Owner      string // the column with the key
	Text       string // the column with the texts
	// Definer is the function that looks a pattern up past row level security, and
	// gives keys; for servers that need it.
	Definer string
}

// leastPart is the shortest part of a text that an index of trigrams finds.
const leastPart = 3

const mostNarrow = 8 // values of one list that are looked up one by one

// patterns are what one of has to be in the texts of whatever passes the test;
// none where that narrows nothing.
func (s Searched) patterns(t test) []string {
	short := func(s string) bool { return utf8.RuneCountInString(s) < leastPart }
	if s.Table == "" || t.not || len(t.texts) == 0 || len(t.texts) > mostNarrow || slices.ContainsFunc(t.texts, short) {
		return nil
	}
	out := make([]string, len(t.texts))
	for i, text := range t.texts {
		out[i] = "%" + likeEscape.Replace(t.folded(text)) + "%"
	}
	return out
}

// lookup is a set of keys, so that PostgreSQL may begin with it.
func (s Searched) lookup(b *builder, patterns []string) string {
	parts := make([]string, len(patterns))
	for i, p := range patterns {
		if b.Definer {
			parts[i] = "select " + s.Definer + "(" + b.arg(p, "text") + ")"
		} else {
			parts[i] = s.Text + " like " + b.arg(p, "text")
		}
	}
	if b.Definer {
		return b.Key + " in (" + strings.Join(parts, " union all ") + ")"
	}
	return b.Key + " in (select " + s.Owner + " from " + s.Table + " where " + s.SubAccount + " = @sub_account and (" + strings.Join(parts, " or ") + "))"
}

// narrow is the lookup of one condition; "" where one around it does already.
func (s Searched) narrow(b *builder, t test) string {
	patterns := s.patterns(t)
	if len(patterns) == 0 || b.narrowed {
		return ""
	}
	return s.lookup(b, patterns)
}

// narrowed is a group of which one part has to hold, behind one lookup of what
// all of its parts want of the texts: several sets, each in a part of an or, are
// beyond any index. "" where a part wants something else.
func (b *builder) narrowGroup(n group) string {
	s, patterns, worth := searchedBy(b, n)
	if !worth || b.narrowed {
		return ""
	}
	lookup := s.lookup(b, patterns)
	b.narrowed = true
	defer func() { b.narrowed = false }()
	return "(" + lookup + " and " + b.group(n) + ")"
}

// searchedBy gives patterns of which one has to be in the texts of whatever
// passes a node; none where that isn't known. worth tells that no other index
// serves all of them.
func searchedBy(b *builder, n node) (s Searched, patterns []string, worth bool) {
	switch n := n.(type) {
	case leaf:
		t := n.test(b.env)
		switch c := t.field.Column.(type) {
		case Plain:
			patterns = c.Searched.patterns(t)
			return c.Searched, patterns, len(patterns) > 0 && !c.openable(t)
		case Rows:
			patterns = c.Searched.patterns(t)
			return c.Searched, patterns, len(patterns) > 0
		}
	case group:
		for _, part := range n.parts {
			other, more, well := searchedBy(b, part)
			switch {
			case !n.any && len(more) > 0:
				return other, more, well
			case n.any && (len(more) == 0 || s.Table != "" && s != other):
				return Searched{}, nil, false
			case n.any:
				s, patterns, worth = other, append(patterns, more...), worth || well
			}
		}
	}
	return s, patterns, worth
}
