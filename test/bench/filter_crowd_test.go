package bench_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/test/rig"
)

// equip fills a sub-account with contacts of fifty custom fields and twenty tags
// by COPY, and gives the id of the indexed field visits.
func equip(b *testing.B, r *rig.Rig, sub uuid.UUID, n int) (visits uuid.UUID) {
	b.Helper()
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, r.Tenant.Super)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	fields := customFields(b, conn, sub)
	restore := withoutIndexes(b, conn)
	now := clock.System().Now().UTC()
	ids := make([]uuid.UUID, n)
	for i := range ids {
		ids[i] = uuid.Must(uuid.NewV7())
	}
	into(b, conn, "contact", n, []string{
		"sub_account_id", "id", "first_name", "last_name", "email", "phone", "tags", "sort_name", "custom", "custom_exact", "created_at", "updated_at",
	}, func(i int) []any {
		p, at := personOf(i), now.AddDate(0, 0, -i%900)
		return []any{sub, ids[i], p.first, p.last, p.email, p.phone, twentyTags(i), p.sort(), customOf(i, now), exactOf(i), at, at}
	})
	searchable(b, conn, sub, ids, now)
	into(b, conn, "contact_address", n, []string{"sub_account_id", "id", "contact_id", "kind", "value", "is_primary", "created_at"}, func(i int) []any {
		return []any{sub, uuid.Must(uuid.NewV7()), ids[i], "email", personOf(i).email, true, now}
	})
	columns := []string{"sub_account_id", "field_id", "contact_id", "text", "number", "time", "held"}
	into(b, conn, "contact_value", 2*n, columns, func(i int) []any {
		at, who := i/2, ids[i/2]
		if i%2 == 0 {
			return []any{sub, fields["visits"], who, fmt.Sprint(visitsOf(at)), visitsOf(at), nil, false}
		}
		day := renewalOf(at, now)
		return []any{sub, fields["renewal"], who, day.Format(time.DateOnly), nil, day, false}
	})
	restore()
	for _, table := range []string{"contact", "contact_address", "contact_search", "contact_value"} {
		if _, err := conn.Exec(ctx, `vacuum analyze `+table); err != nil {
			b.Fatal(err)
		}
	}
	return fields["visits"]
}

func into(b *testing.B, conn *pgx.Conn, table string, n int, columns []string, row func(i int) []any) {
	b.Helper()
	i := 0
	_, err := conn.CopyFrom(b.Context(), pgx.Identifier{table}, columns, pgx.CopyFromFunc(func() ([]any, error) {
		if i == n {
			return nil, nil
		}
		i++
		return row(i - 1), nil
	}))
	if err != nil {
		b.Fatal(err)
	}
}

// customFields are a select, an indexed number, an indexed day and texts.
func customFields(b *testing.B, conn *pgx.Conn, sub uuid.UUID) map[string]uuid.UUID {
	b.Helper()
	out := map[string]uuid.UUID{}
	for i := range customs {
		key, kind, options := fmt.Sprintf("text_%d", i), "text", `[]`
		switch i {
		case 0:
			key, kind, options = "plan", "select", `[{"key":"p0","label":"P0"},{"key":"p1","label":"P1"},{"key":"p2","label":"P2"},{"key":"p3","label":"P3"}]`
		case 1:
			key, kind = "visits", "number"
		case 2:
			key, kind = "renewal", "date"
		}
		out[key] = uuid.Must(uuid.NewV7())
		_, err := conn.Exec(b.Context(), `
			insert into custom_field (sub_account_id, id, object, key, name, kind, options, indexed, position, created_at, updated_at)
			values ($1, $2, 'contact', $3, $3, $4, $5::text::jsonb, $6, $7, now(), now())`, sub, out[key], key, kind, options, i == 1 || i == 2, i)
		if err != nil {
			b.Fatal(err)
		}
	}
	return out
}

func visitsOf(i int) int { return i * 7919 % 10_007 }

func renewalOf(i int, now time.Time) time.Time {
	return now.Truncate(24*time.Hour).AddDate(0, 0, i*31%3650-1800)
}

// customOf is short texts that many share, as in life, beside what is asked.
func customOf(i int, now time.Time) string {
	doc := map[string]any{
		"plan": fmt.Sprintf("p%d", i%10), "visits": visitsOf(i), "renewal": renewalOf(i, now).Format(time.DateOnly),
	}
	for f := 3; f < customs; f++ {
		doc[fmt.Sprintf("text_%d", f)] = fmt.Sprintf("v%d", i*f%97)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		return "{}"
	}
	return string(text)
}

// exactOf is of customOf what filters ask for exactly.
func exactOf(i int) string { return fmt.Sprintf(`{"plan": "p%d", "visits": %d}`, i%10, visitsOf(i)) }

// twentyTags are those of tagsOf, and others up to twenty.
func twentyTags(i int) []string {
	tags := tagsOf(i)
	for t := 0; len(tags) < 20; t++ {
		tags = append(tags, fmt.Sprintf("t%d", (i*13+t*29)%400))
	}
	return tags
}

func countByHand(b *testing.B, pool *pgxpool.Pool, sub, visits uuid.UUID) (n int64, err error) {
	b.Helper()
	tx, err := pool.BeginTx(b.Context(), pgx.TxOptions{BeginQuery: `begin; select set_config('omnicrm.sub_account', '` + sub.String() + `', true)`})
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback(b.Context()) }()
	// A prepared statement is planned with its values, as in the product.
	if _, err := tx.Exec(b.Context(), `set local plan_cache_mode = force_custom_plan`); err != nil {
		return 0, err
	}
	err = tx.QueryRow(b.Context(), counted, sub, visits, clock.System().Now().AddDate(0, 0, -600)).Scan(&n)
	return n, err
}
