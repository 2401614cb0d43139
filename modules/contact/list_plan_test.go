package contact

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// Under row level security, as omnicrm_app, each kind of list reads the index
// that was made for it: that is what marking LEAKPROOF buys.
func TestEachListUsesItsIndex(t *testing.T) {
	t.Parallel()
	dsns := parts.TenantDB(t)
	tenant := tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}
	crowd(t, dsns.Super, tenant.SubAccount)
	tenants := db.NewTenants(tenancy.Static{{Tenant: tenant, Database: tenancy.Database{ID: uuid.New(), DSN: dsns.App}}}, db.TenantsOptions{})
	t.Cleanup(tenants.Close)
	ctx := tenancy.WithTenant(t.Context(), tenant)
	for name, c := range map[string]struct {
		in    ListInput
		part  part
		index string
		cond  string // what the index looks up beside the sub-account
	}{
		"by name":                          {ListInput{}, anywhere, "contact_by_name", ""},
		"the newest":                       {ListInput{Sort: "-created_at"}, anywhere, "contact_by_creation", ""},
		"the last changed":                 {ListInput{Sort: "-updated_at"}, anywhere, "contact_by_change", ""},
		"a part of a name":                 {ListInput{Query: "rossi"}, outside, "contact_search_by_text", "~~ '%rossi%'"},
		"a name in another spelling":       {ListInput{Query: "Müller"}, outside, "contact_search_by_text", "~~ '%mueller%'"},
		"an e-mail address":                {ListInput{Query: "maria.rossi@gmail.example"}, outside, "contact_search_by_text", "~~ '%maria.rossi@%'"},
		"the beginning of a name":          {ListInput{Query: "rossi"}, within, "contact_search_by_name", "name >= 'rossi'"},
		"the beginning of a word":          {ListInput{Query: "zz", Sort: "-created_at"}, anywhere, "contact_search_by_text", "~~ '% zz%'"},
		"a rare tag, the newest":           {ListInput{Tag: "rare", Sort: "-created_at"}, anywhere, "contact_by_tag", "@> '{rare}'"},
		"the end of a number, by name":     {ListInput{Query: "4199"}, anywhere, "contact_search_by_text", "~~ '%4199%'"},
		"a part of a number, last changed": {ListInput{Query: "555 0199", Sort: "-updated_at"}, anywhere, "contact_search_by_text", "~~ '%5550199%'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, err := c.in.query()
			if err != nil {
				t.Fatal(err)
			}
			q.part = c.part
			sql, args := q.statement(ctx, tenant.SubAccount)
			var plan []string
			err = tenants.InTenant(ctx, func(tx pgx.Tx) error {
				db.Later(tx, `set local plan_cache_mode = force_custom_plan`)
				rows, err := tx.Query(ctx, `explain `+sql, args)
				if err != nil {
					return err
				}
				plan, err = pgx.CollectRows(rows, pgx.RowTo[string])
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Join(plan, "\n")
			if !strings.Contains(text, " "+c.index) || !strings.Contains(text, c.cond) || strings.Contains(text, "Seq Scan") {
				t.Errorf("want %s with %q:\n%s", c.index, c.cond, text)
			}
		})
	}
}

// What was imported a minute ago is searched before the server has counted it:
// the contacts of a page are read by their keys, and no others.
func TestASearchBeforeAnyStatisticsReadsContactsByTheirKeys(t *testing.T) {
	t.Parallel()
	dsns, sub := parts.TenantDB(t), uuid.New()
	imported(t, dsns.Super, sub)
	for _, in := range []ListInput{{Query: "rossi"}, {Query: "rossi", Sort: "-created_at"}, {Query: "4199"}, {Query: "rossi", Row: 100}} {
		for _, part := range []part{anywhere, within, outside} {
			q, err := in.query()
			if err != nil {
				t.Fatal(err)
			}
			q.part = part
			sql, args := q.statement(t.Context(), sub)
			text := planOf(t, dsns.App, sub, sql, args)
			if strings.Count(text, " on contact ") != 1 || !strings.Contains(text, "contact_pkey on contact ") || strings.Contains(text, "Seq Scan") {
				t.Errorf("%+v, part %d:\n%s", in, part, text)
			}
		}
	}
}

// An index of parts of texts that takes a script for no letters finds nothing by
// it, and every row is read.
func TestTheIndexOfPartsKnowsTheLettersOfEveryScript(t *testing.T) {
	t.Parallel()
	conn, err := pgx.Connect(t.Context(), parts.TenantDB(t).Super)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	for _, name := range []string{"Maria", "Müller", "Łukasz", "Сергей", "Ελένη", "محمد", "王小明", "さくら", "김민준"} {
		var known int
		if err := conn.QueryRow(t.Context(), `select cardinality(show_trgm($1))`, name).Scan(&known); err != nil {
			t.Fatal(err)
		}
		if known < utf8.RuneCountInString(name) {
			t.Errorf("%s has %d parts", name, known)
		}
	}
}

// crowd fills a sub-account past what a planner would rather read from end to end.
func crowd(t *testing.T, dsn string, sub uuid.UUID) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), `
		insert into contact (sub_account_id, id, sort_name, created_at, updated_at)
		select $1, gen_random_uuid(), md5(n::text), now(), now() from generate_series(1, 5000) n`, sub)
	if err == nil {
		_, err = conn.Exec(t.Context(), `
			insert into contact_search (sub_account_id, contact_id, name, created, text) select $1, id, sort_name, created_at, sort_name from contact`, sub)
	}
	if err == nil {
		_, err = conn.Exec(t.Context(), `
			insert into contact_address (sub_account_id, id, contact_id, kind, value, is_primary, created_at)
			select $1, gen_random_uuid(), id, 'email', id || '@example.com', true, now() from contact`, sub)
	}
	if err == nil {
		_, err = conn.Exec(t.Context(), `vacuum analyze contact, contact_address, contact_search`)
	}
	if err != nil {
		t.Fatal(err)
	}
}
