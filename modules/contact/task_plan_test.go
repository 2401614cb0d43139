package contact

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// Each list of tasks is a range of an index in the order of the list: a page is
// read, and the contacts and companies of its rows by their keys.
func TestEachListOfTasksIsARangeOfItsIndex(t *testing.T) {
	t.Parallel()
	dsns := parts.TenantDB(t)
	tenant, member := tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}, uuid.New()
	crowd(t, dsns.Super, tenant.SubAccount)
	burden(t, dsns.Super, tenant.SubAccount, member)
	tenants := db.NewTenants(tenancy.Static{{Tenant: tenant, Database: tenancy.Database{ID: uuid.New(), DSN: dsns.App}}}, db.TenantsOptions{})
	t.Cleanup(tenants.Close)
	whole := tenancy.WithTenant(t.Context(), tenant)
	held := tenancy.WithReach(whole, tenancy.Reach{People: []uuid.UUID{member}})
	for name, c := range map[string]struct {
		ctx   context.Context
		q     TaskQuery
		index string
	}{
		"everybody's":                {whole, TaskQuery{}, "task_open"},
		"everybody's that are done":  {whole, TaskQuery{Status: "done"}, "task_done"},
		"a member's":                 {whole, TaskQuery{AssigneeID: known(member)}, "task_open_of"},
		"a member's that are done":   {whole, TaskQuery{AssigneeID: known(member), Status: "done"}, "task_done_of"},
		"nobody's":                   {whole, TaskQuery{Unassigned: true}, "task_open_unassigned"},
		"nobody's that are done":     {whole, TaskQuery{Unassigned: true, Status: "done"}, "task_done_unassigned"},
		"a member's within a reach":  {held, TaskQuery{AssigneeID: known(member)}, "task_open_of"},
		"everybody's within a reach": {held, TaskQuery{}, "task_open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := &place{At: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), ID: uuid.New()}
			sql, args, err := c.q.statement(c.ctx, after, 51, after.At)
			if err != nil {
				t.Fatal(err)
			}
			var plan []string
			err = tenants.InTenant(c.ctx, func(tx pgx.Tx) error {
				db.Later(tx, `set local plan_cache_mode = force_custom_plan`)
				rows, err := tx.Query(c.ctx, `explain `+sql, args)
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
			if !strings.Contains(text, " "+c.index+" on task") || strings.Contains(text, "Seq Scan") || strings.Contains(text, "Sort") {
				t.Errorf("want %s in its order:\n%s", c.index, text)
			}
		})
	}
}

// burden gives a member a third of a sub-account's contacts, and all of them tasks:
// of many members, of nobody, open and done.
func burden(t *testing.T, dsn string, sub, member uuid.UUID) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	_, err = conn.Exec(t.Context(), `
		insert into company (sub_account_id, id, name, sort_name, search_text, created_at, updated_at)
		select $1, gen_random_uuid(), 'c' || n, 'c' || n, '', now(), now() from generate_series(1, 2000) n`, sub)
	if err == nil {
		_, err = conn.Exec(t.Context(), `update contact set owner_id = $2 where sub_account_id = $1 and id::text < '5'`, sub, member)
	}
	if err == nil {
		_, err = conn.Exec(t.Context(), `
			with c as (select id, row_number() over () as n from contact)
			insert into task (sub_account_id, id, contact_id, title, assignee_id, due_at, timezone, completed_at, author, created_at, updated_at)
			select $1, gen_random_uuid(), c.id, 'a', case m % 5 when 0 then $2 when 1 then null else gen_random_uuid() end,
			       timestamptz '2026-01-01' + make_interval(mins => (c.n * 7 + m)::int), 'UTC',
			       case when m % 2 = 0 then timestamptz '2026-01-01' + make_interval(mins => c.n::int) end, '{}', now(), now()
			  from c, generate_series(1, 4) m`, sub, member)
	}
	if err == nil {
		_, err = conn.Exec(t.Context(), `vacuum analyze task, company, contact`)
	}
	if err != nil {
		t.Fatal(err)
	}
}
