package faults_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// What a session may try beside reading tables. bob has a transaction open meanwhile, through the application's own way.
func TestASessionGainsNothing(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	s.bobAtWork(t)
	before := s.checksum(t)
	tests := map[string]struct {
		sql     string
		refused bool
	}{
		"becoming the role that owns":                  {sql: "set role omnicrm_migrator", refused: true},
		"becoming the role that sees all":              {sql: "set role omnicrm_mover", refused: true},
		"becoming the role that reads":                 {sql: "set role omnicrm_readonly", refused: true},
		"becoming the superuser":                       {sql: "set session authorization postgres", refused: true},
		"joining the role that sees all":               {sql: "grant omnicrm_mover to omnicrm_app", refused: true},
		"passing row security by one's own attribute":  {sql: "alter role omnicrm_app bypassrls", refused: true},
		"a tenant for every later session":             {sql: "alter role omnicrm_app set omnicrm.sub_account = '%[1]s'", refused: true},
		"a tenant for the whole database":              {sql: "do $$ begin execute format('alter database %%I set omnicrm.sub_account = ''%[1]s''', current_database()); end $$", refused: true},
		"a leakproof function of one's own":            {sql: "create function spy(text) returns boolean language sql leakproof as 'select true'", refused: true},
		"a function of one's own":                      {sql: "create function public.spy(text) returns boolean language sql as 'select true'", refused: true},
		"a function in the temporary schema":           {sql: "create function pg_temp.spy(text) returns boolean language sql as 'select true'", refused: true},
		"marking a function leakproof":                 {sql: "alter function pg_catalog.int4in(cstring) leakproof", refused: true},
		"an operator of one's own":                     {sql: "create operator public.~~~ (leftarg = text, rightarg = text, function = textlike)", refused: true},
		"a schema to shadow public":                    {sql: "create schema spy", refused: true},
		"a temporary table to shadow contact":          {sql: "create temporary table contact (like contact)", refused: true},
		"a temporary view":                             {sql: "create temporary view spy as select * from contact", refused: true},
		"a table beside the others":                    {sql: "create table public.spy (x text)", refused: true},
		"a definer function under another search_path": {sql: "set local search_path = pg_catalog; select * from public.contact_found('{}', null, 'name', false, null, null, 1000, null, null, false)"},
		"replacing a definer function":                 {sql: "create or replace function event_pending_tenants(most integer) returns setof uuid language sql as 'select null::uuid'", refused: true},
		"an extension that reaches out":                {sql: "create extension dblink", refused: true},
		"a language that reaches out":                  {sql: "create language plpython3u", refused: true},
		"a file of the server":                         {sql: "select pg_read_file('PG_VERSION')", refused: true},
		"a folder of the server":                       {sql: "select pg_ls_dir('.')", refused: true},
		"a file as a large object":                     {sql: "select lo_import('/etc/hostname')", refused: true},
		"what the planner knows of all tables":         {sql: "select * from pg_stats where schemaname = 'public'"},
		"what the planner knows of columns together":   {sql: "select * from pg_stats_ext"},
		"what others run just now":                     {sql: "select query from pg_stat_activity"},
		"which locks others hold":                      {sql: "select * from pg_locks"},
		"the statements prepared here":                 {sql: "select * from pg_prepared_statements"},
		"the cursors open here":                        {sql: "select * from pg_cursors"},
		"the whole schema as XML":                      {sql: "select schema_to_xml('public', true, true, '')"},
		"words of another's texts, counted":            {sql: "select * from ts_stat('select to_tsvector(text) from contact_search')"},
		"code of other roles' functions":               {sql: "select prosrc from pg_proc where proowner = 'omnicrm_mover'::regrole"},
		"passwords":                                    {sql: "select * from pg_authid", refused: true},
		"mapped credentials":                           {sql: "select * from pg_user_mapping", refused: true},
		"goose's version":                              {sql: "delete from goose_db_version", refused: true},
		"the counter of all tenants' events":           {sql: "select last_value from event_written_seq", refused: true},
		"the log's place":                              {sql: "select pg_current_logfile()", refused: true},
		"a slot that copies all changes":               {sql: "select pg_create_logical_replication_slot('spy', 'test_decoding')", refused: true},
		"a publication of all tables":                  {sql: "create publication spy for all tables", refused: true},
		"an event trigger":                             {sql: "create event trigger spy on ddl_command_start execute function suppress_redundant_updates_trigger()", refused: true},
		"deferring foreign keys":                       {sql: "set constraints all deferred; update event_parked set sub_account_id = '%[1]s'", refused: true},
		"no triggers, so no foreign keys":              {sql: "set local session_replication_role = replica", refused: true},
	}
	raider := s.raider(t)
	for name, tc := range tests {
		out := raider.run(t, s.asAda(fmt.Sprintf(tc.sql+"%.0[1]s", s.bob)))
		if (out.err != nil) != tc.refused {
			t.Errorf("%s: %v", name, out.err)
		}
		s.scan(t, name, out)
	}
	if after := s.checksum(t); after != before {
		t.Error("rows of bob have changed")
	}
}

// bobAtWork leaves a transaction of bob's open that has named the canary, as a parameter, and holds locks.
func (s *siege) bobAtWork(t *testing.T) {
	t.Helper()
	place := tenancy.Placement{Tenant: tenancy.Tenant{SubAccount: s.bob}, Database: tenancy.Database{ID: uuid.New(), DSN: s.app}}
	tenants := db.NewTenants(tenancy.Static{place}, db.TenantsOptions{})
	ctx := tenancy.WithTenant(t.Context(), place.Tenant)
	begun, done, ended := make(chan error, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		_ = tenants.InTenant(ctx, func(tx pgx.Tx) error {
			var n int
			err := tx.QueryRow(ctx, `select count(*), pg_try_advisory_xact_lock(hashtextextended($2, 0)) from contact_search where text = $1 group by 2`,
				canary, canary).Scan(&n, new(bool))
			begun <- err
			<-done
			return context.Canceled
		})
	}()
	if err := <-begun; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { close(done); <-ended; tenants.Close() })
}

// What outlives a transaction on a session keeps to the policy all the same.
func TestNothingOfATransactionServesTheNext(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	asBob := func(sql string) string {
		return fmt.Sprintf("begin; select set_config('omnicrm.sub_account', '%s', true); %s; commit", s.bob, sql)
	}
	tests := map[string]struct{ first, then string }{
		"the setting":                           {"select 1", "select * from contact"},
		"a statement that another prepared":     {"prepare p as select * from contact", "execute p"},
		"one that another prepared and ran":     {"prepare p as select * from contact; execute p", "execute p"},
		"one with a plan made for every tenant": {"set plan_cache_mode = force_generic_plan; prepare p as select * from contact; execute p", "execute p"},
		"an exported snapshot":                  {"select pg_export_snapshot()", "select * from contact"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			raider := s.raider(t)
			if out := raider.run(t, asBob(tc.first)); out.err != nil {
				t.Fatal(out.err)
			}
			out := raider.run(t, s.asAda(tc.then))
			s.scan(t, name, out)
			if nobody := raider.run(t, "begin; "+tc.then+"; rollback"); nobody.err == nil {
				t.Error("without a tenant it passed")
			} else {
				s.scan(t, name, nobody)
			}
		})
	}
}

// What PostgreSQL allows whoever runs statements of their own as omnicrm_app. Row-level security keeps the tenants of
// the application's statements apart; these are why the application alone may write statements (every value is a
// parameter, a search's pattern is escaped), and why the role's password stays in the directory, sealed.
func TestWhatIsAccepted(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	execSQL(t, s.super, "update event set processed_at = null")
	tests := map[string]struct {
		why string
		sql string
	}{
		"the tenant can be set to any": {
			"The setting is the session's own. A role per tenant would not share pools: ADR 0006.",
			"select set_config('omnicrm.sub_account', '%[1]s', true); select 1 / (count(*)::int) from contact",
		},
		"who has work can be listed": {
			"The sweeps return ids of sub-accounts and nothing of the work: ADR 0012.",
			"select 1 / (count(*)::int) from event_pending_tenants(1000) where event_pending_tenants = '%[1]s'",
		},
		"a table can be locked": {
			"Whoever may update a table may lock it. It ends with the transaction.",
			"lock table contact in access exclusive mode",
		},
		"an advisory lock can be held": {
			"Their numbers are the database's. A held one delays; the keys are hashes.",
			"select pg_advisory_xact_lock(1)",
		},
		"another's session can be cancelled": {
			"The role is the same. A cancelled transaction is rolled back whole.",
			"select pg_cancel_backend(pid) from pg_stat_activity where false",
		},
		"the size of a table is known": {
			"The catalogue is public. It tells of all tenants together.",
			"select 1 / sign(pg_total_relation_size('contact'))::int",
		},
		"the number of hidden rows is known": {
			"EXPLAIN ANALYZE counts what the policy removed, and the planner's guess rests on all rows; neither shows a value.",
			"explain (analyze) select * from contact",
		},
		"a channel can be listened to": {
			"NOTIFY is the database's. Nothing of ours notifies: see the test below.",
			"listen spy",
		},
		"a large object can be made": {
			"They belong to the role, not to a tenant. Nothing of ours makes one: see the test below.",
			"select lo_from_bytea(0, 'x')",
		},
		"a cursor can outlive its transaction": {
			"WITH HOLD keeps its own tenant's rows on the session. Nothing of ours declares one.",
			"declare spy cursor with hold for select * from contact",
		},
		"the role's own password can be changed": {
			"A role may always do so. The operator finds it refused and sets it back.",
			"alter role omnicrm_app password null",
		},
		"a pattern can ask a hidden row": {
			"LIKE is marked LEAKPROOF, and an unfinished escape fails only where the row matches as far as that: an oracle for " +
				"patterns of one's own making. The application escapes every pattern: modules/contact.",
			"set local enable_indexscan = off; set local enable_bitmapscan = off; set local enable_indexonlyscan = off; " +
				`do $$ begin perform from contact_search where text like 'canary-of-bo_\'; exception when invalid_escape_sequence then null; end $$`,
		},
	}
	raider := s.raider(t)
	for name, tc := range tests {
		out := raider.run(t, s.asAda(fmt.Sprintf(tc.sql+"%.0[1]s", s.bob)))
		if out.err != nil {
			t.Errorf("%s is not possible, so it need not be accepted (%s): %v", name, tc.why, out.err)
		}
	}
}

// What is accepted above because nothing of ours does it: nothing of ours does it.
func TestWhatIsNeverUsed(t *testing.T) {
	t.Parallel()
	s := newSiege(t)
	for _, source := range queryAll(t, s.super, pgx.RowTo[string], `
		select p.oid::regprocedure::text from pg_proc p
		 where p.pronamespace = 'public'::regnamespace and p.prolang in (select oid from pg_language where lanname in ('sql', 'plpgsql'))
		   and p.prosrc ~* '\m(notify|pg_notify|lo_[a-z]+|with\s+hold|dblink)\M'`) {
		t.Errorf("%s does it", source)
	}
	if n := queryAll(t, s.super, pgx.RowTo[int], `select count(*)::int from pg_largeobject_metadata`)[0]; n != 0 {
		t.Errorf("%d large objects", n)
	}
}
