package faults_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// The attacks run as omnicrm_app, past the application, with the tenant of ada set. Nothing of bob may be read, changed
// or guessed; where PostgreSQL itself allows more, the attack says why that is accepted.

// Without a tenant every statement on every tenant table fails, on a fresh session and on one that had a tenant.
func TestWithoutATenantEveryStatementFails(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	for _, session := range []string{"a fresh session", "a session that had a tenant"} {
		t.Run(session, func(t *testing.T) {
			raider := s.raider(t)
			if session != "a fresh session" {
				if out := raider.run(t, s.asAda("select 1")); out.err != nil {
					t.Fatal(out.err)
				}
			}
			for _, table := range s.tables {
				for _, sql := range []string{
					"select * from %s", "select count(*) from %s", "update %s set sub_account_id = sub_account_id", "delete from %s",
					"insert into %[1]s select * from %[1]s", "select * from %s for update", "copy %s to stdout",
				} {
					out := raider.run(t, fmt.Sprintf("begin; "+sql+"; rollback", table.Name))
					if out.err == nil {
						t.Errorf("passed: "+sql, table.Name)
					}
					s.scan(t, sql, out)
				}
			}
		})
	}
}

// Each of these is tried on every tenant table.
func TestATenantReachesNothingOfAnother(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	before := s.checksum(t)
	tests := map[string]struct {
		sql     string // %[1]s the table, %[2]s bob's id, %[3]s a column of text
		refused bool
	}{
		"all rows are one's own":                       {sql: "select * from %[1]s"},
		"asking for the other's rows finds none":       {sql: "select * from %[1]s where sub_account_id = '%[2]s'"},
		"a condition that is always true":              {sql: "select * from %[1]s where true or sub_account_id is not null"},
		"a physical row":                               {sql: "select * from %[1]s where ctid = any (array['(0,1)', '(0,2)', '(0,3)', '(0,4)']::tid[])"},
		"a sample of the table":                        {sql: "select * from %[1]s tablesample system (100)"},
		"the whole as XML":                             {sql: "select query_to_xml('select * from %[1]s', true, true, '')"},
		"out by copy":                                  {sql: "copy %[1]s to stdout"},
		"out by copy of a query":                       {sql: "copy (select * from %[1]s where sub_account_id = '%[2]s') to stdout"},
		"in by copy":                                   {sql: "copy %[1]s from stdin", refused: true},
		"out by copy to a program":                     {sql: "copy %[1]s to program 'cat'", refused: true},
		"with row security switched off":               {sql: "set local row_security = off; select * from %[1]s", refused: true},
		"locking the other's rows locks none":          {sql: "select * from %[1]s where sub_account_id = '%[2]s' for update"},
		"updating the other's rows updates none":       {sql: "update %[1]s set sub_account_id = sub_account_id where sub_account_id = '%[2]s' returning *"},
		"giving a row to the other":                    {sql: "update %[1]s set sub_account_id = '%[2]s'", refused: true},
		"deleting the other's rows deletes none":       {sql: "delete from %[1]s where sub_account_id = '%[2]s' returning *"},
		"inserting for the other":                      {sql: "insert into %[1]s overriding system value select (jsonb_populate_record(x, jsonb_build_object('sub_account_id', '%[2]s'))).* from %[1]s x", refused: true},
		"inserting for the other, minding no conflict": {sql: "insert into %[1]s overriding system value select (jsonb_populate_record(x, jsonb_build_object('sub_account_id', '%[2]s'))).* from %[1]s x on conflict do nothing", refused: true},
		"merging into the other's":                     {sql: "merge into %[1]s t using (select '%[2]s'::uuid as id) s on t.sub_account_id = s.id when matched then delete"},
		"truncating":                                   {sql: "truncate %[1]s cascade", refused: true},
		"switching row security off for good":          {sql: "alter table %[1]s disable row level security", refused: true},
		"taking FORCE away":                            {sql: "alter table %[1]s no force row level security", refused: true},
		"dropping the policy":                          {sql: "drop policy tenant on %[1]s", refused: true},
		"a second, open policy":                        {sql: "create policy open on %[1]s using (true)", refused: true},
		"a trigger that watches":                       {sql: "create trigger spy before update on %[1]s for each row execute function suppress_redundant_updates_trigger()", refused: true},
		"a rule that copies":                           {sql: "create rule spy as on insert to %[1]s do also select 1", refused: true},
		"dropping it":                                  {sql: "drop table %[1]s cascade", refused: true},
		"owning it":                                    {sql: "alter table %[1]s owner to omnicrm_app", refused: true},
		"a table that inherits from it":                {sql: "create table heir () inherits (%[1]s)", refused: true},
		"a view of it":                                 {sql: "create view spy as select * from %[1]s", refused: true},
		"an error that quotes a row":                   {sql: "select * from %[1]s where (%[3]s)::text::int > 0 and sub_account_id = '%[2]s'"},
		"dividing by a hidden row":                     {sql: "select * from %[1]s where sub_account_id = '%[2]s' and 1 / (case when (%[3]s)::text like '%%canary-of-bob%%' then 0 else 1 end) = 1"},
		"an error that quotes any row":                 {sql: "select sum(length(%[3]s::text) / 0) from %[1]s where %[3]s::text like '%%canary-of-bob%%'"},
		"the plan with what it counted":                {sql: "explain (analyze, verbose) select * from %[1]s where sub_account_id = '%[2]s'"},
		"the planner's statistics":                     {sql: "select * from pg_stats where schemaname = 'public' and tablename = '%[1]s'"},
		"the statistics' own table":                    {sql: "select * from pg_statistic where starelid = '%[1]s'::regclass", refused: true},
		"a block of code that walks the table":         {sql: "do $$ declare r record; begin for r in select * from %[1]s where sub_account_id = '%[2]s' loop raise notice '%%', r; end loop; end $$"},
	}
	raider := s.raider(t)
	for name, tc := range tests {
		for _, table := range s.tables {
			sql := fmt.Sprintf(tc.sql+"%.0[1]s%.0[2]s%.0[3]s", table.Name, s.bob, table.Text)
			out := raider.run(t, s.asAda(sql))
			if !out.forbidden() && (out.err != nil) != tc.refused {
				t.Errorf("%s: %s: %v", name, sql, out.err)
			}
			s.scan(t, name+": "+sql, out)
		}
	}
	if after := s.checksum(t); after != before {
		t.Error("rows of bob have changed")
	}
}

// Whether a row of another tenant exists can't be told by trying its keys.
func TestTryingKeysTellsNothingOfAnother(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	raider := s.raider(t)
	for _, table := range s.tables {
		if _, err := strconv.Atoi(s.key(t, table.Name, s.bob)); err == nil {
			continue // counted within a record: ada has the same numbers
		}
		// A row with a key of bob's, and one with a key that nobody has, in ada's name and in bob's.
		for _, owner := range []uuid.UUID{s.ada, s.bob} {
			var answers []string
			for _, key := range []string{s.key(t, table.Name, s.bob), uuid.NewString()} {
				out := raider.run(t, s.asAda(fmt.Sprintf(`insert into %[1]s overriding system value select (jsonb_populate_record(x,
					jsonb_build_object('sub_account_id', '%[2]s', '%[4]s', '%[3]s'))).* from %[1]s x on conflict do nothing`, table.Name, owner, key, table.Key)))
				answers = append(answers, strings.ReplaceAll(out.text(), key, "key"))
			}
			if answers[0] != answers[1] {
				t.Errorf("%s: with a key of bob's %q, with nobody's %q", table.Name, answers[0], answers[1])
			}
		}
	}
	for _, fk := range s.references(t) {
		var answers []string
		for _, key := range []string{s.key(t, fk.parent, s.bob), uuid.NewString()} {
			out := raider.run(t, s.asAda(fmt.Sprintf("update %s set %s = '%s'; set constraints all immediate", fk.child, fk.column, key)))
			answers = append(answers, strings.ReplaceAll(out.text(), key, "key"))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s.%s: of bob's %q, of nobody's %q", fk.child, fk.column, answers[0], answers[1])
		}
	}
}

// Every function that runs with another's rights, with every kind of argument that somebody might try.
func TestDefinerFunctionsTellNothingOfAnother(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	before := s.checksum(t)
	raider := s.raider(t)
	functions := s.definers(t)
	if len(functions) < 3 {
		t.Fatalf("only %d were found", len(functions))
	}
	for _, f := range functions {
		if !strings.Contains(f.config, "search_path=public, pg_temp") {
			t.Errorf("%s doesn't fix its search_path: %s", f.name, f.config)
		}
		for _, call := range f.calls(s.bob) {
			s.scan(t, call, raider.run(t, s.asAda("select * from "+call)))
			s.scan(t, call, raider.run(t, "select * from "+call)) // and with no tenant at all
		}
	}
	if after := s.checksum(t); after != before {
		t.Error("rows of bob have changed")
	}
}

// Views and sequences, whatever a migration brings: what the role may read holds nothing of another.
func TestNothingElseCanBeRead(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	raider := s.raider(t)
	for _, name := range s.others(t) {
		out := raider.run(t, s.asAda("select * from "+name))
		if out.err == nil {
			t.Errorf("%s is open to omnicrm_app: a view needs security_invoker and a place in the list of tables, a sequence no grant", name)
		}
		s.scan(t, name, out)
	}
}

// scan fails if something of bob is in what came back.
func (s *siege) scan(t *testing.T, what string, out loot) {
	t.Helper()
	for _, secret := range s.secrets {
		if strings.Contains(string(out.all), secret) {
			t.Errorf("something of bob came out of %s:\n%s", what, out.all)
		}
	}
}
