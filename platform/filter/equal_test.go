package filter_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// Whatever is asked, PostgreSQL and the predicate find the same things of the
// tenant's own, through indexes and through definer functions.
func TestSQLAndPredicateAreEqual(t *testing.T) {
	t.Parallel()
	s, c := newStore(t, 150), catalogue()
	rapid.Check(t, func(r *rapid.T) {
		raw, err := json.Marshal(tree(r, c, 4))
		if err != nil {
			r.Fatal(err)
		}
		f, err := filter.Parse(raw, c)
		if err != nil {
			r.Fatalf("%s: %v", raw, err)
		}
		e := env(r)
		want := s.matched(f, e)
		for _, definer := range []bool{false, true} {
			got, err := s.found(t.Context(), f, e, definer)
			if err != nil {
				r.Fatalf("%s: %v", raw, err)
			}
			if len(got) == 0 {
				got = []uuid.UUID{}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("%s at %s in %s, definer %t: the predicate finds %d, SQL %d:\n%s", raw, e.Now, e.Zone, definer, len(want), len(got), diff)
			}
		}
		for _, one := range s.things[:10] {
			if f.Explain(e, one, nil).Holds != f.Match(e, one) {
				r.Fatalf("%s: explained otherwise than matched", raw)
			}
		}
	})
}

// What folds to a capital is found through the index too: 𝒳 has no small letter, and is compatible with X.
func TestWhatFoldsToACapitalIsFoundThroughAnIndex(t *testing.T) {
	t.Parallel()
	s, e := newStore(t, 150), filter.Env{Now: point("2024-02-29T00:00:00Z"), Zone: time.UTC}
	for _, op := range []string{"is", "starts_with", "contains"} {
		f, err := filter.Parse(json.RawMessage(`{"field":"name","op":"`+op+`","value":"𝒳"}`), catalogue())
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.found(t.Context(), f, e, false)
		if want := s.matched(f, e); err != nil || len(want) == 0 || !slices.Equal(want, got) {
			t.Errorf("%s: the predicate finds %d, SQL %d: %v", op, len(want), len(got), err)
		}
	}
}

func env(r *rapid.T) filter.Env {
	zone, err := time.LoadLocation(drawn(r, zones))
	if err != nil {
		r.Fatal(err)
	}
	e := filter.Env{Now: point(drawn(r, append(somePoint, someDays...))), Zone: zone}
	if rapid.Bool().Draw(r, "somebody") {
		e.Me = people[0]
	}
	return e
}

type object = map[string]any

// tree draws a filter as somebody would write it.
func tree(r *rapid.T, c filter.Book, depth int) any {
	pick := rapid.IntRange(0, 9).Draw(r, "part")
	if depth == 0 {
		pick = 9
	}
	list := func() (parts []any) {
		for range rapid.IntRange(1, 3).Draw(r, "parts") {
			parts = append(parts, tree(r, c, depth-1))
		}
		return parts
	}
	switch pick {
	case 0, 1:
		return object{"and": list()}
	case 2, 3:
		return object{"or": list()}
	case 4, 5:
		return object{"not": tree(r, c, depth-1)}
	case 6:
		return relation(r, c, depth)
	}
	return condition(r, c.Fields)
}

func relation(r *rapid.T, c filter.Book, depth int) any {
	out := object{}
	if rapid.Bool().Draw(r, "behaviour") {
		out["event"] = "note.pinned"
	} else {
		out["related"] = "notes"
	}
	if rapid.Bool().Draw(r, "counted") {
		op := drawn(r, []string{"is", "at_least", "at_most", "between"})
		value := any(rapid.IntRange(0, 3).Draw(r, "times"))
		if op == "between" {
			value = object{"from": rapid.IntRange(0, 1).Draw(r, "least"), "to": rapid.IntRange(1, 3).Draw(r, "most")}
		}
		out["times"] = object{"op": op, "value": value}
	}
	if rapid.Bool().Draw(r, "recent") {
		out["within"] = period(r)
	}
	if rapid.Bool().Draw(r, "some") && depth > 0 {
		out["where"] = tree(r, filter.Book{Fields: c.Relations["notes"].Fields}, 0)
	}
	return out
}

func condition(r *rapid.T, fields filter.Fields) any {
	names := []string{}
	for name := range fields {
		names = append(names, name)
	}
	// A map has no order, and a draw must be the same the next time.
	f := fields[drawn(r, sorted(names))]
	op := drawn(r, f.Kind.Ops())
	out := object{"field": f.Name, "op": op}
	if v := operand(r, f, op); v != nil {
		out["value"] = v
	}
	return out
}

func operand(r *rapid.T, f filter.Field, op filter.Op) any {
	one := func() any { return scalar(r, f) }
	switch op {
	case filter.Empty, filter.NotEmpty:
		return nil
	case filter.AnyOf, filter.NoneOf, filter.AllOf:
		out := []any{}
		for range rapid.IntRange(1, 3).Draw(r, "values") {
			out = append(out, one())
		}
		return out
	case filter.Between:
		a, b := one(), one()
		if later(f, a, b) {
			a, b = b, a
		}
		return object{"from": a, "to": b}
	case filter.InLast, filter.InNext, filter.YearlyLast, filter.YearlyNext:
		return period(r)
	case filter.On:
		return drawn(r, someDays)
	case filter.Before, filter.After:
		switch rapid.IntRange(0, 3).Draw(r, "when") {
		case 0:
			return object{"ago": period(r)}
		case 1:
			return object{"in": period(r)}
		case 2:
			return "today"
		}
	}
	return one()
}

// later tells whether the ends of between stand the wrong way round.
func later(f filter.Field, a, b any) bool {
	switch x := a.(type) {
	case json.Number:
		y, _ := b.(json.Number)
		return rat(string(x)).Cmp(rat(string(y))) > 0
	case object:
		y, _ := b.(object)
		y["currency"] = x["currency"]
		m, _ := x["amount"].(int)
		n, _ := y["amount"].(int)
		return m > n
	case string:
		y, _ := b.(string)
		return (f.Kind == filter.Date || f.Kind == filter.DateTime) && point(x).After(point(y))
	}
	return false
}

func scalar(r *rapid.T, f filter.Field) any {
	switch f.Kind {
	case filter.Number:
		return json.Number(drawn(r, someSizes))
	case filter.Amount:
		return object{"amount": drawn(r, []int{0, 1, 1999, -5}), "currency": drawn(r, []string{"EUR", "USD"})}
	case filter.Date:
		return drawn(r, someDays)
	case filter.DateTime:
		return drawn(r, somePoint)
	case filter.Checkbox:
		return rapid.Bool().Draw(r, "yes")
	case filter.Select:
		return drawn(r, []string{"red", "blue"})
	case filter.Reference, filter.References:
		if f.People && rapid.Bool().Draw(r, "me") {
			return "me"
		}
		return drawn(r, people).String()
	case filter.Tags, filter.MultiSelect:
		return drawn(r, someTags)
	case filter.Texts:
		return drawn(r, []string{"maria@x.example", "JOSE", "@", "b%@", "example"})
	}
	word := drawn(r, someWords)
	runes := []rune(word)
	if len(runes) > 1 && rapid.Bool().Draw(r, "a part") {
		word = string(runes[rapid.IntRange(0, len(runes)-1).Draw(r, "from"):])
	}
	if filter.Fold(word) == "" {
		return "m"
	}
	return word
}

func period(r *rapid.T) any {
	n := rapid.IntRange(1, 13).Draw(r, "n")
	unit := drawn(r, []string{"days", "weeks", "months"})
	if unit == "months" {
		n = min(n, 12)
	}
	return object{unit: n}
}

// Every letter there is folds in PostgreSQL as it does here, except those that
// are younger than one of the two.
func TestFoldIsTheSameInSQL(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), parts.TenantDB(t).Super)
	ok(t, err)
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	var letters []string
	for r := rune(1); r <= unicode.MaxRune; r++ {
		known := unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z)
		if known && !unicode.In(r, unicode.Han, unicode.Hangul) {
			letters = append(letters, string(r))
		}
	}
	letters = append(letters, "Ünïcödé", "JOSE\u0301 Álvarez", "ΣΊΣΥΦΟΣ", "각", "漢字", "がギ", "")
	rows, err := conn.Query(t.Context(), `select fold(l) from unnest($1::text[]) with ordinality as u (l, n) order by n`, letters)
	ok(t, err)
	folded, err := pgx.CollectRows(rows, pgx.RowTo[string])
	ok(t, err)
	wrong := 0
	for i, l := range letters {
		if want := filter.Fold(l); folded[i] != want {
			if wrong++; wrong < 20 {
				t.Errorf("%q (%U): SQL %q, Go %q", l, []rune(l), folded[i], want)
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d differ", wrong, len(letters))
	}
}
