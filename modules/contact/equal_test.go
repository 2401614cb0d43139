package contact

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// nasty is what names and searches are made of here: what LIKE reads as a wildcard, what SQL reads as an end, letters
// that fold to two or none, and letters outside of the basic plane.
const nasty = `ab1 %_\'"$?*()[]{}` + "éßüøİıǅﬁ\u0301\u200d٣中𝒳👩‍👩‍👧"

func nastyString(r *rapid.T, most int, label string) string {
	return rapid.StringOfN(rapid.SampledFrom([]rune(nasty)), 0, most, -1).Draw(r, label)
}

// Whatever people are called and whatever is searched for, both ways give the same pages, of the tenant's own, and what
// is found holds every word.
func TestBothSearchesAreEqualForArbitraryPeople(t *testing.T) {
	t.Parallel()
	s, ctx, other := filledTwice(t, nil)
	own := map[uuid.UUID]Contact{}
	rapid.Check(t, func(r *rapid.T) {
		in := CreateInput{
			FirstName: nastyString(r, 40, "first"), LastName: nastyString(r, 40, "last"),
			Tags: []string{rapid.StringOfN(rapid.RuneFrom([]rune("ab%_\\é")), 1, 3, -1).Draw(r, "tag")},
		}
		in.Email = uuid.NewString() + "@example.com"
		for _, who := range []context.Context{ctx, other} {
			c, err := s.Create(who, in)
			if err != nil {
				r.Skip("not a contact: ", err)
			}
			if who == ctx {
				own[c.ID] = c
			}
			in.Email = uuid.NewString() + "@example.com"
		}
		ask := ListInput{
			Query: cut(r, in.FirstName+" "+in.LastName),
			Sort:  rapid.SampledFrom([]string{"name", "-name", "created_at", "-updated_at"}).Draw(r, "sort"),
			Limit: rapid.IntRange(1, 100).Draw(r, "limit"),
		}
		if rapid.Bool().Draw(r, "by tag") {
			ask.Tag = in.Tags[0]
		}
		if ask.Validate() != nil {
			return
		}
		plain, definer := walk(r, s, ctx, ask, listPlain), walk(r, s, ctx, ask, listDefiner)
		if diff := cmp.Diff(plain, definer); diff != "" {
			r.Fatal("the searches differ:", diff)
		}
		want := map[uuid.UUID]bool{}
		for id, c := range own {
			if holds(c, ask) {
				want[id] = true
			}
		}
		for _, c := range plain {
			if !want[c.ID] {
				r.Fatalf("%q finds %q, or another tenant's", ask.Query, c.Name())
			}
			delete(want, c.ID)
		}
		if len(want) > 0 {
			r.Fatalf("%q misses %d", ask.Query, len(want))
		}
	})
}

// cut takes a part of what is there, or anything at all.
func cut(r *rapid.T, text string) string {
	if rapid.Bool().Draw(r, "anything") {
		return nastyString(r, 8, "query")
	}
	runes := []rune(text)
	from := rapid.IntRange(0, len(runes)).Draw(r, "from")
	return string(runes[from:rapid.IntRange(from, min(len(runes), from+12)).Draw(r, "to")])
}

// holds is the search said again without SQL.
func holds(c Contact, ask ListInput) bool {
	own := patterns(ask.Query)
	others := otherPatterns(ask.Query, own)
	for i, p := range own {
		ways := []string{p}
		if others != nil {
			ways = append(ways, others[i]...)
		}
		if !slices.ContainsFunc(ways, func(p string) bool { return fits(c.searchText(), p) }) {
			return false
		}
	}
	tagged := ask.Tag == ""
	for _, tag := range c.Tags {
		tagged = tagged || tag == strings.ToLower(tidy(ask.Tag))
	}
	return tagged
}

// fits is LIKE said again.
func fits(text, p string) bool {
	word := strings.NewReplacer(`\\`, `\`, `\%`, `%`, `\_`, `_`).Replace(strings.TrimSuffix(strings.TrimPrefix(p, "%"), "%"))
	begins := strings.HasPrefix(p, wordBegin) && strings.HasPrefix(text, word[1:])
	return begins || strings.Contains(text, word)
}

// A pattern never ends inside an escape: LIKE is marked LEAKPROOF, and fails at one only where a row matches so far.
func TestAPatternIsWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		asked := nastyString(r, 30, "query")
		own := patterns(asked)
		for _, p := range slices.Concat(own, slices.Concat(otherPatterns(asked, own)...)) {
			body, ok := strings.CutSuffix(p, "%")
			if ok = ok && strings.HasPrefix(p, "%") && utf8.ValidString(p); !ok {
				r.Fatalf("%q", p)
			}
			for body = body[1:]; body != ""; body = body[1:] {
				switch body[0] {
				case '%', '_':
					r.Fatalf("a wildcard of the caller's: %q", p)
				case '\\':
					if body = body[1:]; body == "" {
						r.Fatalf("%q ends inside an escape", p)
					}
				}
			}
		}
	})
}

// Without the mark LEAKPROOF the fallback reads the same index: it runs as a role that row-level security lets through.
func TestTheFallbackUsesTheIndexToo(t *testing.T) {
	t.Parallel()
	dsns, sub := parts.TenantDB(t), uuid.New()
	crowd(t, dsns.Super, sub)
	cfg, err := pgx.ParseConfig(dsns.Super)
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { said.WriteString(n.Message + "\n") }
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	for _, sql := range []string{
		"alter function textlike(text, text) not leakproof", "alter function arraycontains(anyarray, anyarray) not leakproof",
		"load 'auto_explain'", "set auto_explain.log_min_duration = 0", "set auto_explain.log_nested_statements = on",
		"set auto_explain.log_level = notice",
		"select set_config('omnicrm.sub_account', '" + sub.String() + "', false)", "set session authorization omnicrm_app",
	} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	for what, call := range map[string]string{
		"~~ '%rossi%'": "select * from contact_found(array['%rossi%'], null, 'name', false, null, null, 51, null, null, false)",
		"@> ":          "select * from contact_found('{}', 'vip', 'name', false, null, null, 51, null, null, false)",
	} {
		said.Reset()
		if _, err := conn.Exec(t.Context(), call); err != nil {
			t.Fatal(err)
		}
		found := false
		for line := range strings.SplitSeq(said.String(), "\n") {
			found = found || strings.Contains(line, "Index Cond") && strings.Contains(line, what)
		}
		if !found {
			t.Errorf("%s reads no index:\n%s", call, said.String())
		}
	}
}
