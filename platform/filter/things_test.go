package filter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// things are what the tests ask about: every kind of field, read in every way
// that SQL can read one.
const thingsSQL = `
	create table thing (
		sub_account_id uuid, id uuid, words text collate "C", name text, size numeric, born date, seen timestamptz,
		good boolean, owner uuid, color text, tags text[], doc jsonb, friends uuid[], primary key (sub_account_id, id));
	create table thing_address (sub_account_id uuid, thing_id uuid, value text);
	create table thing_note (sub_account_id uuid, thing_id uuid, body text, pinned boolean, at timestamptz);
	create table thing_search (sub_account_id uuid, thing_id uuid, text text, primary key (sub_account_id, thing_id));
	create function thing_with_text(pattern text) returns setof uuid language sql stable as
		$$ select thing_id from thing_search where text like pattern $$;
	create function thing_with_tags(wanted text[], whole boolean) returns setof uuid language sql stable as
		$$ select id from thing where case when whole then tags @> wanted else tags && wanted end $$;
	create function thing_with_doc(wanted jsonb) returns setof uuid language sql stable as
		$$ select id from thing where doc @> wanted $$;`

var colors = []filter.Option{{Value: "red", Label: "Red"}, {Value: "blue", Label: "Deep blue"}}

var searched = filter.Searched{
	Table: "thing_search", SubAccount: "thing_search.sub_account_id", Owner: "thing_search.thing_id", Text: "thing_search.text", Definer: "thing_with_text",
}

// catalogue has each kind as a column and, under doc., in a document.
func catalogue() filter.Book {
	plain := func(column string) filter.Column { return filter.Plain{Expression: "thing." + column} }
	doc := func(key string) filter.Column {
		return filter.Document{Expression: "thing.doc", Key: key, Definer: "thing_with_doc"}
	}
	note := filter.Relation{
		Name: "notes", One: "note", Many: "notes", At: "at", Table: "thing_note", SubAccount: "thing_note.sub_account_id",
		Owner: "thing_note.thing_id",
		Fields: filter.Fields{
			"body":   {Name: "body", Label: "text", Kind: filter.LongText, Column: filter.Plain{Expression: "thing_note.body"}},
			"pinned": {Name: "pinned", Label: "pinned", Kind: filter.Checkbox, Column: filter.Plain{Expression: "thing_note.pinned"}},
			"at":     {Name: "at", Label: "time", Kind: filter.DateTime, Column: filter.Plain{Expression: "thing_note.at"}},
		},
	}
	pinned := note
	pinned.Name, pinned.One, pinned.Many, pinned.Only = "note.pinned", "pinned note", "pinned notes", "thing_note.pinned"
	book := filter.Book{
		Fields:    filter.Fields{},
		Relations: map[string]filter.Relation{"notes": note}, Events: map[string]filter.Relation{"note.pinned": pinned},
	}
	for _, f := range []filter.Field{
		{Name: "name", Label: "name", Kind: filter.Text, Column: filter.Plain{Expression: "thing.name", Searched: searched, Opens: "thing.words"}},
		{Name: "size", Label: "size", Kind: filter.Number, Column: plain("size")},
		{Name: "born", Label: "birthday", Kind: filter.Date, Column: plain("born")},
		{Name: "seen", Label: "last visit", Kind: filter.DateTime, Column: plain("seen")},
		{Name: "good", Label: "good", Kind: filter.Checkbox, Column: plain("good")},
		{Name: "owner", Label: "owner", Kind: filter.Reference, People: true, Column: plain("owner")},
		{Name: "color", Label: "color", Kind: filter.Select, Options: colors, Column: plain("color")},
		{Name: "tags", Label: "tags", Kind: filter.Tags, Clean: strings.ToLower, Column: filter.List{Expression: "thing.tags", Definer: "thing_with_tags"}},
		{Name: "addresses", Label: "e-mail", Kind: filter.Texts, Clean: strings.ToLower, Column: filter.Rows{
			Table: "thing_address", SubAccount: "thing_address.sub_account_id", Owner: "thing_address.thing_id", Value: "thing_address.value",
			Searched: searched,
		}},
		{Name: "friends", Label: "friends", Kind: filter.References, People: true, Column: filter.List{Expression: "thing.friends"}},
		{Name: "doc.name", Label: "nickname", Kind: filter.Text, Column: doc("name")},
		{Name: "doc.story", Label: "story", Kind: filter.LongText, Column: doc("story")},
		{Name: "doc.size", Label: "weight", Kind: filter.Number, Column: doc("size")},
		{Name: "doc.price", Label: "price", Kind: filter.Amount, Column: doc("price")},
		{Name: "doc.born", Label: "founded", Kind: filter.Date, Column: doc("born")},
		{Name: "doc.seen", Label: "renewed", Kind: filter.DateTime, Column: doc("seen")},
		{Name: "doc.good", Label: "agreed", Kind: filter.Checkbox, Column: doc("good")},
		{Name: "doc.owner", Label: "partner", Kind: filter.Reference, Column: doc("owner")},
		{Name: "doc.color", Label: "shade", Kind: filter.Select, Options: colors, Column: doc("color")},
		{Name: "doc.tags", Label: "topics", Kind: filter.MultiSelect, Column: doc("tags")},
		{Name: "doc.paper", Label: "contract", Kind: filter.File, Column: doc("paper")},
	} {
		book.Fields[f.Name] = f
	}
	return book
}

// thing is a record of which nothing is known but its values.
type thing struct {
	id     uuid.UUID
	values map[string]any
	notes  []thing
}

func (t thing) Value(name string) any { return t.values[name] }

func (t thing) Related(name string) (out []filter.Record) {
	for _, n := range t.notes {
		if name == "notes" || n.values["pinned"] == true {
			out = append(out, n)
		}
	}
	return out
}

// What things are made of, and what is asked of them: few enough to meet often.
var (
	someWords = []string{
		"", "Maria", "MARIA", "José", "jose\u0301", "josé", "İstanbul", "istanbul", "straße", "ΣΊΣΥΦΟΣ", "Σίσυφος", "ﬁne", "100%", "a_b", `a\b`,
		"'; drop table thing; --", "$1 @filter_0", "中文", "Ελλάδα", "\u200d", "👩‍👧", "ma", "m", " ", "[]", "null", "𝒳",
	}
	someTags  = []string{"vip", "lead", "é", "a,b", `"q"`, "{x}"}
	people    = []uuid.UUID{uuid.MustParse("01920e5c-7f3a-7c1e-9d59-000000000001"), uuid.MustParse("01920e5c-7f3a-7c1e-9d59-000000000002")}
	someDays  = []string{"2024-02-28", "2024-02-29", "2023-02-28", "2024-03-01", "1980-12-31", "1981-01-01", "2026-06-15", "2000-02-29", "1999-12-25"}
	somePoint = []string{
		"2024-02-29T00:00:00Z", "2024-02-28T23:59:59.999999Z", "2024-03-10T07:00:00Z", "2023-12-31T18:30:00Z", "2024-01-01T05:00:00.5Z",
		"2024-02-29T04:59:59Z", "2024-02-29T05:00:00Z", "2026-06-15T12:00:00Z",
	}
	someSizes = []string{"0", "1", "-1", "0.1", "0.10000000000000000001", "1e3", "1000", "9007199254740993", "9007199254740992", "-2.50"}
	zones     = []string{"UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Europe/Rome", "America/Sao_Paulo"}
)

func drawn[T any](r *rapid.T, from []T) T { return rapid.SampledFrom(from).Draw(r, "one of") }

func few(r *rapid.T, from []string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 0, 3, rapid.ID[string]).Draw(r, "few")
}

func point(s string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	panic(s)
}

func rat(s string) *big.Rat {
	n, _ := new(big.Rat).SetString(s)
	return n
}

// anything makes a thing, with something missing now and then.
func anything(r *rapid.T) thing {
	t := thing{id: uuid.New(), values: map[string]any{}}
	draws := map[string]func() any{
		"name": func() any { return drawn(r, someWords) }, "size": func() any { return rat(drawn(r, someSizes)) },
		"born": func() any { return point(drawn(r, someDays)) }, "seen": func() any { return point(drawn(r, somePoint)) },
		"good": func() any { return rapid.Bool().Draw(r, "yes") }, "owner": func() any { return drawn(r, people) },
		"color": func() any { return drawn(r, []string{"red", "blue", ""}) }, "tags": func() any { return few(r, someTags) },
		"doc.name": func() any { return drawn(r, someWords) }, "doc.story": func() any { return drawn(r, someWords) },
		"doc.size": func() any { return rat(drawn(r, someSizes)) },
		"doc.price": func() any {
			return filter.Money{Amount: drawn(r, []int64{0, 1, 1999, -5}), Currency: drawn(r, []string{"EUR", "USD"})}
		},
		"doc.born": func() any { return point(drawn(r, someDays)) }, "doc.seen": func() any { return point(drawn(r, somePoint)) },
		"doc.good": func() any { return rapid.Bool().Draw(r, "yes") }, "doc.owner": func() any { return drawn(r, people) },
		"doc.color": func() any { return drawn(r, []string{"red", "blue"}) }, "doc.tags": func() any { return few(r, someTags) },
		"friends": func() any {
			return rapid.SliceOfNDistinct(rapid.SampledFrom(people), 0, 2, rapid.ID[uuid.UUID]).Draw(r, "friends")
		},
		"doc.paper": func() any { return drawn(r, people) },
	}
	// A map has no order, and the n-th thing must be the same the next time.
	for _, name := range slices.Sorted(maps.Keys(draws)) {
		if rapid.IntRange(0, 3).Draw(r, "missing") > 0 {
			t.values[name] = draws[name]()
		}
	}
	addresses := few(r, []string{"maria@x.example", "jose@y.example", "a_b%@z.example"})
	t.values["addresses"] = addresses
	for range rapid.IntRange(0, 3).Draw(r, "notes") {
		n := thing{values: map[string]any{"body": drawn(r, someWords)}}
		if rapid.Bool().Draw(r, "known") {
			n.values["pinned"] = rapid.Bool().Draw(r, "pinned")
		}
		if rapid.Bool().Draw(r, "dated") {
			n.values["at"] = point(drawn(r, somePoint))
		}
		t.notes = append(t.notes, n)
	}
	return t
}

// document is the part of a thing that stands in its jsonb column, as the API
// would write it.
func (t thing) document() map[string]any {
	out := map[string]any{}
	for name, v := range t.values {
		key, ok := strings.CutPrefix(name, "doc.")
		if !ok {
			continue
		}
		switch v := v.(type) {
		case *big.Rat:
			places, _ := v.FloatPrec()
			out[key] = json.Number(v.FloatString(places))
		case filter.Money:
			out[key] = map[string]any{"amount": v.Amount, "currency": v.Currency}
		case time.Time:
			out[key] = v.Format(time.RFC3339Nano)
			if key == "born" {
				out[key] = v.Format(time.DateOnly)
			}
		default:
			out[key] = v
		}
	}
	return out
}

// store is a database with things in it, and the same ones of another tenant.
type store struct {
	conn   *pgx.Conn
	sub    uuid.UUID
	things []thing
}

func newStore(t *testing.T, n int) *store {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), parts.TenantDB(t).Super)
	ok(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	_, err = conn.Exec(t.Context(), thingsSQL)
	ok(t, err)
	s := &store{conn: conn, sub: uuid.New()}
	make := rapid.Custom(anything)
	for i := range n {
		s.things = append(s.things, make.Example(i))
	}
	for _, sub := range []uuid.UUID{s.sub, uuid.New()} {
		for _, one := range s.things {
			if sub != s.sub {
				one.id = uuid.New()
			}
			s.insert(t, sub, one)
		}
	}
	return s
}

func (s *store) insert(t *testing.T, sub uuid.UUID, one thing) {
	t.Helper()
	b := &pgx.Batch{}
	doc, err := json.Marshal(one.document())
	ok(t, err)
	addresses, _ := one.values["addresses"].([]string)
	name, _ := one.values["name"].(string)
	words := filter.Fold(name + " " + strings.Join(addresses, " "))
	size := any(nil)
	if n, is := one.values["size"].(*big.Rat); is {
		size = n.FloatString(25)
	}
	tags, _ := one.values["tags"].([]string)
	friends, _ := one.values["friends"].([]uuid.UUID)
	b.Queue(`insert into thing values ($1, $2, $3, $4, $5::text::numeric, $6, $7, $8, $9, $10, $11, $12, $13)`, sub, one.id, words, one.values["name"], size,
		one.values["born"], one.values["seen"], one.values["good"], one.values["owner"], one.values["color"], append([]string{}, tags...), string(doc), append([]uuid.UUID{}, friends...))
	b.Queue(`insert into thing_search values ($1, $2, $3)`, sub, one.id, words)
	for _, a := range addresses {
		b.Queue(`insert into thing_address values ($1, $2, $3)`, sub, one.id, a)
	}
	for _, n := range one.notes {
		b.Queue(`insert into thing_note values ($1, $2, $3, $4, $5)`, sub, one.id, n.values["body"], n.values["pinned"], n.values["at"])
	}
	ok(t, s.conn.SendBatch(t.Context(), b).Close())
}

// found asks PostgreSQL.
func (s *store) found(ctx context.Context, f filter.Filter, e filter.Env, definer bool) ([]uuid.UUID, error) {
	args := pgx.StrictNamedArgs{"sub_account": s.sub}
	condition := f.SQL(e, filter.Target{Key: "thing.id", Args: args, Definer: definer})
	rows, err := s.conn.Query(ctx, `select id from thing where sub_account_id = @sub_account and `+condition, args)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", condition, err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", condition, err)
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	return ids, nil
}

// matched asks the predicate.
func (s *store) matched(f filter.Filter, e filter.Env) []uuid.UUID {
	ids := []uuid.UUID{}
	for _, one := range s.things {
		if f.Match(e, one) {
			ids = append(ids, one.id)
		}
	}
	slices.SortFunc(ids, func(a, b uuid.UUID) int { return strings.Compare(a.String(), b.String()) })
	return ids
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}
