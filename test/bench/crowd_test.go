package bench_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/test/rig"
)

// someone is a made-up contact.
type someone struct{ first, last, email, phone string }

func (p someone) sort() string { return strings.ToLower(p.first + " " + p.last) }

func (p someone) search() string {
	return strings.ToLower(strings.Join([]string{p.first, p.last, p.email, p.phone}, " "))
}

// Common names first: a name is picked by its rank, as in life (Zipf).
var (
	firsts = strings.Fields(`Maria James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William
		Barbara Richard Susan Joseph Jessica Thomas Sarah Christopher Karen Charles Lisa Daniel Nancy Matthew Betty
		Anthony Sandra Mark Ashley Donald Kimberly Steven Emily Andrew Donna Paul Michelle Joshua Carol Kenneth Amanda
		Kevin Melissa Brian Deborah George Stephanie Timothy Rebecca Ronald Laura Jason Helen Edward Sharon Jeffrey
		Cynthia Ryan Kathleen Jacob Amy Gary Angela Nicholas Shirley Eric Anna Jonathan Ruth Stephen Brenda Larry Pamela
		Justin Nicole Scott Katherine Brandon Virginia Benjamin Catherine Samuel Christine Gregory Samantha Alexander`)
	lasts = strings.Fields(`Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez
		Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark
		Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker
		Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes
		Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos
		Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo
		Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell Coleman Butler Henderson`)
	domains = strings.Fields(`gmail.example yahoo.example outlook.example icloud.example acme.example hotmail.example`)
)

// personOf is the i-th person: the same in every run.
func personOf(i int) someone {
	dice := rand.New(rand.NewPCG(7, uint64(i)))
	first := firsts[zipf(dice, len(firsts))]
	last := lasts[zipf(dice, len(lasts))]
	return someone{
		first: first, last: last,
		email: fmt.Sprintf("%s.%s.%d@%s", strings.ToLower(first), strings.ToLower(last), i, domains[zipf(dice, len(domains))]),
		phone: fmt.Sprintf("+1212%03d%04d", 200+i/10_000%800, i%10_000),
	}
}

func zipf(dice *rand.Rand, n int) int {
	return int(rand.NewZipf(dice, 1.1, 4, uint64(n-1)).Uint64())
}

// crowd fills a sub-account with n contacts by COPY, the indexes made after it,
// and brings the statistics up to date.
func crowd(b *testing.B, r *rig.Rig, sub uuid.UUID, n int) {
	b.Helper()
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, r.Tenant.Super)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	restore := withoutIndexes(b, conn)
	now := clock.System().Now()
	ids := make([]uuid.UUID, n)
	into(b, conn, "contact", n, []string{
		"sub_account_id", "id", "first_name", "last_name", "email", "phone", "tags", "sort_name", "created_at", "updated_at",
	}, func(i int) []any {
		p, at := personOf(i), now.AddDate(0, 0, -i%900)
		ids[i] = uuid.Must(uuid.NewV7())
		return []any{sub, ids[i], p.first, p.last, p.email, p.phone, tagsOf(i), p.sort(), at, at}
	})
	searchable(b, conn, sub, ids, now)
	restore()
	if _, err := conn.Exec(ctx, `vacuum analyze contact, contact_search`); err != nil {
		b.Fatal(err)
	}
}

// searchable fills in what people are searched by.
func searchable(b *testing.B, conn *pgx.Conn, sub uuid.UUID, ids []uuid.UUID, now time.Time) {
	b.Helper()
	into(b, conn, "contact_search", len(ids), []string{"sub_account_id", "contact_id", "name", "created", "text"}, func(i int) []any {
		p := personOf(i)
		return []any{sub, ids[i], p.sort(), now.AddDate(0, 0, -i%900), p.search()}
	})
}

// tagsOf: one in five is a lead, one in twenty a customer, one in a thousand a
// partner.
func tagsOf(i int) []string {
	tags := []string{}
	for tag, each := range map[string]int{"lead": 5, "customer": 20, "partner": 1000} {
		if i%each == 0 {
			tags = append(tags, tag)
		}
	}
	return tags
}

func withoutIndexes(b *testing.B, conn *pgx.Conn) (restore func()) {
	b.Helper()
	ctx := b.Context()
	rows, err := conn.Query(ctx, `
		select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index
		 where indrelid in ('contact'::regclass, 'contact_search'::regclass) and not indisprimary`)
	if err != nil {
		b.Fatal(err)
	}
	var names, definitions []string
	var name, definition string
	if _, err := pgx.ForEachRow(rows, []any{&name, &definition}, func() error {
		names, definitions = append(names, name), append(definitions, definition)
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	run := func(statements ...string) {
		for _, sql := range statements {
			if _, err := conn.Exec(ctx, sql); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, name := range names {
		run(`drop index ` + name)
	}
	return func() {
		run(`set maintenance_work_mem = '1GB'`)
		run(definitions...)
	}
}

// emptied takes what was made away again, so that each round meets the same
// tables.
func emptied(b *testing.B, r *rig.Rig) {
	b.Helper()
	pool, err := pgxpool.New(b.Context(), r.Tenant.Super)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(b.Context(), `truncate contact, event, idempotency_key cascade`); err != nil {
		b.Fatal(err)
	}
}
