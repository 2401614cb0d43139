package contact

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

type nobody struct{}

func (nobody) Country(context.Context) (string, error)           { return "US", nil }
func (nobody) IsMember(context.Context, uuid.UUID) (bool, error) { return false, nil }
func (nobody) Colleagues(context.Context) ([]Colleague, error)   { return nil, nil }

// filled is a sub-account with contacts, and another with the same ones.
func filled(t *testing.T, people []CreateInput) (*Service, context.Context) {
	t.Helper()
	s, ctx, _ := filledTwice(t, people)
	return s, ctx
}

func filledTwice(t *testing.T, people []CreateInput) (s *Service, mine, theirs context.Context) {
	t.Helper()
	s, places, c := served(t, parts.TenantDB(t).App)
	for _, place := range places {
		ctx := tenancy.WithTenant(t.Context(), place.Tenant)
		for _, p := range people {
			if _, err := s.Create(ctx, p); err != nil {
				t.Fatal(err)
			}
			c.Advance(time.Second)
		}
	}
	return s, tenancy.WithTenant(t.Context(), places[0].Tenant), tenancy.WithTenant(t.Context(), places[1].Tenant)
}

// served is the service of two sub-accounts of a database.
func served(t *testing.T, dsn string) (*Service, tenancy.Static, *clock.Fake) {
	t.Helper()
	database := tenancy.Database{ID: uuid.New(), DSN: dsn}
	var places tenancy.Static
	for range 2 {
		places = append(places, tenancy.Placement{
			Tenant: tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}, Database: database, Status: tenancy.Active,
		})
	}
	tenants := db.NewTenants(places, db.TenantsOptions{})
	t.Cleanup(tenants.Close)
	ring, c := queue.NewLocalRing(), clock.NewFake(time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))
	return New(Parts{
		Tenants: tenants, Events: events.NewBus(ring, c), Jobs: queue.New(ring, c), Clock: c, Regions: nobody{}, Zones: nobody{}, Members: nobody{},
	}), places, c
}

var people = []CreateInput{
	{FirstName: "José", LastName: "Álvarez", Phone: "+14155550101", Tags: []string{"vip", "beta"}},
	{FirstName: "Maria", LastName: "Rossi", Email: "maria@example.com", Tags: []string{"vip"}},
	{FirstName: "100%", LastName: "Under_score", Email: "odd@example.org"},
	{FirstName: "Zoë", Phone: "+442079460958"},
	{Email: "info@rossi.example"},
	{Phone: "+14155550199", Tags: []string{"beta"}},
}

func names(p Page) []string {
	out := []string{}
	for _, c := range p.Items {
		out = append(out, c.Name())
	}
	return out
}

func TestSearchFindsAnyPart(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, people)
	for name, c := range map[string]struct {
		in   ListInput
		want []string
	}{
		"without a search, by name":      {ListInput{}, []string{"+14155550199", "100% Under_score", "info@rossi.example", "José Álvarez", "Maria Rossi", "Zoë"}},
		"an e-mail address":              {ListInput{Query: "Maria@example.com"}, []string{"Maria Rossi"}},
		"another's, of the same mailbox": {ListInput{Query: "maria@example.org"}, []string{}},
		"the end of a mailbox":           {ListInput{Query: "nfo@ross"}, []string{"info@rossi.example"}},
		"a part of a name":               {ListInput{Query: "oss"}, []string{"info@rossi.example", "Maria Rossi"}},
		"all words must match":           {ListInput{Query: "rossi maria"}, []string{"Maria Rossi"}},
		"accents and case don't matter":  {ListInput{Query: "JOSE alv"}, []string{"José Álvarez"}},
		"an accent where none is":        {ListInput{Query: "márìa"}, []string{"Maria Rossi"}},
		"a part of an address":           {ListInput{Query: "example.org"}, []string{"100% Under_score"}},
		"two letters begin a word":       {ListInput{Query: "ro"}, []string{"Maria Rossi"}},
		"or the whole text":              {ListInput{Query: "zo"}, []string{"Zoë"}},
		"a number as people write it":    {ListInput{Query: "(415) 555-01"}, []string{"+14155550199", "José Álvarez"}},
		"a number with its trunk prefix": {ListInput{Query: "020 7946"}, []string{"Zoë"}},
		"LIKE's own letters are letters": {ListInput{Query: "00%"}, []string{"100% Under_score"}},
		"an underscore is an underscore": {ListInput{Query: "r_s"}, []string{"100% Under_score"}},
		"nobody":                         {ListInput{Query: "nobody"}, []string{}},
		"a tag":                          {ListInput{Tag: "VIP"}, []string{"José Álvarez", "Maria Rossi"}},
		"a tag and a word":               {ListInput{Tag: "beta", Query: "jose"}, []string{"José Álvarez"}},
		"the newest first":               {ListInput{Sort: "-created_at", Limit: 2}, []string{"+14155550199", "info@rossi.example"}},
		"names from the end":             {ListInput{Sort: "-name", Limit: 1}, []string{"Zoë"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := s.List(ctx, c.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, names(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNamesThatBeginWithASearchComeFirst(t *testing.T) {
	t.Parallel()
	s, ctx := filled(t, []CreateInput{
		{FirstName: "Anna", LastName: "Maria"},
		{FirstName: "Maria", LastName: "Zeta"},
		{FirstName: "Maria", LastName: "Alba"},
		{FirstName: "Ben", Email: "maria@example.com"},
		{FirstName: "Zoe", LastName: "Mariani"},
		{FirstName: "Nobody", LastName: "Else"},
	})
	want := []string{"Maria Alba", "Maria Zeta", "Anna Maria", "Ben", "Zoe Mariani"}
	for limit := 1; limit <= 6; limit++ {
		t.Run(fmt.Sprintf("in pages of %d", limit), func(t *testing.T) {
			t.Parallel()
			var got []string
			for in := (ListInput{Query: "maría", Limit: limit}); ; {
				p, err := s.List(ctx, in)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, names(p)...)
				if in.Cursor = p.Next; p.Next == "" {
					break
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBadListIsRefused(t *testing.T) {
	t.Parallel()
	forged := func(sort, key string) string {
		c, err := page.Encode("contact\x00"+sort+"\x00", position{Key: key, ID: uuid.New()})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, c := range map[string]struct {
		in   ListInput
		path string
	}{
		"too many":                     {ListInput{Limit: 101}, "limit"},
		"less than none":               {ListInput{Limit: -1}, "limit"},
		"an order that isn't":          {ListInput{Sort: "phone; drop table contact"}, "sort"},
		"a cursor that isn't":          {ListInput{Cursor: "x"}, "cursor"},
		"a cursor of another list":     {ListInput{Cursor: forged("name", "a"), Query: "b"}, "cursor"},
		"a time that isn't":            {ListInput{Cursor: forged("created_at", "now"), Sort: "created_at"}, "cursor"},
		"a key with a zero byte in it": {ListInput{Cursor: forged("name", "\x00")}, "cursor"},
		"a search with a zero byte":    {ListInput{Query: "a\x00"}, "q"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, ok := fault.As(c.in.Validate())
			if !ok || f.Code != fault.Invalid || f.Fields[0].Path != c.path {
				t.Fatalf("got %v", f)
			}
		})
	}
}

// FuzzListInput: whatever is asked is refused by field, or becomes patterns and
// positions that PostgreSQL takes.
func FuzzListInput(f *testing.F) {
	f.Add("maria ros", "vip", "-created_at", "", 50)
	f.Add("0%_\\", "\x00", "name", "e30", -1)
	f.Add("é ١٢٣ +1 (415)", "É", "-updated_at", "x", 101)
	f.Fuzz(func(t *testing.T, text, tag, sort, cursor string, limit int) {
		q, err := ListInput{Query: text, Tag: tag, Sort: sort, Cursor: cursor, Limit: limit}.query()
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		if len(q.patterns) > maxWords || q.limit < 1 || q.limit > 100 {
			t.Fatalf("%d patterns, a page of %d", len(q.patterns), q.limit)
		}
		for _, s := range append(q.patterns, q.prefix) {
			if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
				t.Fatalf("%q was let through", s)
			}
		}
	})
}

// Every order, search and page size gives the same pages through row level
// security and past it, and the pages together are the whole, each once.
func TestBothSearchesAreEqual(t *testing.T) {
	t.Parallel()
	many := append([]CreateInput{}, people...)
	for i := range 30 {
		many = append(many, CreateInput{
			FirstName: fmt.Sprintf("P%d", i%4), LastName: []string{"", "Rössler", "Roessler", "Rossler"}[i%4],
			Phone: fmt.Sprintf("+1415555%04d", 2000+i), Tags: []string{fmt.Sprintf("t%d", i%3)},
		})
	}
	s, ctx := filled(t, many)
	rapid.Check(t, func(r *rapid.T) {
		in := ListInput{
			Query: rapid.SampledFrom([]string{"", "p", "p1", "p2 ", "ross", "415", "555 20", "rossi", "röss", "röss ü", "ü", "ø æ å ö ü", "é", "%", "_", `\`, "1 5"}).Draw(r, "query"),
			Tag:   rapid.SampledFrom([]string{"", "t0", "t1", "vip", "none"}).Draw(r, "tag"),
			Sort:  rapid.SampledFrom([]string{"name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"}).Draw(r, "sort"),
			Limit: rapid.IntRange(1, 40).Draw(r, "limit"),
		}
		plain, definer := walk(r, s, ctx, in, listPlain), walk(r, s, ctx, in, listDefiner)
		if diff := cmp.Diff(plain, definer); diff != "" {
			r.Fatal("the searches differ:", diff)
		}
		in.Limit = 100
		if diff := cmp.Diff(walk(r, s, ctx, in, listPlain), plain); diff != "" {
			r.Fatal("the pages are not the whole:", diff)
		}
	})
}

func walk(r *rapid.T, s *Service, ctx context.Context, in ListInput, read reader) (all []Contact) {
	r.Helper()
	for {
		q, err := in.query()
		if err != nil {
			r.Fatal(err)
		}
		var p Page
		err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			p, err = listWith(ctx, tx, q, read)
			return err
		})
		if err != nil {
			r.Fatal(err)
		}
		all = append(all, p.Items...)
		if in.Cursor = p.Next; p.Next == "" {
			return all
		}
	}
}
