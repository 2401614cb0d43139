package faults_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

const (
	canary = "canary-of-bob-5f2c"
	guess  = "%canary-of-bo_-5f2c%" // finds it without naming it
)

// siege is a tenant database with a row of ada and a row of bob in every table, and the canary in all of bob's columns
// that can hold it. What there is comes from the catalogue, so a new table is attacked without a change here.
type siege struct {
	ada, bob uuid.UUID
	app      string // DSN
	super    *pgx.Conn
	tables   []target
	secrets  []string // of bob: the canary, as text and as bytes, and the keys of his rows
}

type target struct{ Name, Key, Text string }

func newSiege(t *testing.T) *siege {
	t.Helper()
	dsns := parts.DirectTenantDB(t)
	s := &siege{ada: uuid.New(), bob: uuid.New(), app: dsns.App, super: dialSQL(t, dsns.Super)}
	s.tables = queryAll(t, s.super, pgx.RowToStructByPos[target], `
		select c.relname,
		       coalesce((select a.attname from pg_attribute a where a.attrelid = c.oid and a.attname = 'id'),
		                (select a.attname from pg_constraint k join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[cardinality(k.conkey)]
		                  where k.conrelid = c.oid and k.contype = 'p')),
		       coalesce((select a.attname from pg_attribute a where a.attrelid = c.oid and a.atttypid = 'text'::regtype order by a.attnum limit 1),
		                'sub_account_id')
		  from pg_class c
		 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
		   and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'sub_account_id')
		 order by c.relname`)
	if len(s.tables) < 10 {
		t.Fatalf("only %d tables were found", len(s.tables))
	}
	s.seed(t)
	return s
}

// seed fills every table. The rules of single columns are in the way of canaries, and none of them is what keeps
// tenants apart, so they are dropped here.
func (s *siege) seed(t *testing.T) {
	t.Helper()
	for _, drop := range queryAll(t, s.super, pgx.RowTo[string], `
		select format('alter table %s drop constraint %I', conrelid::regclass, conname) from pg_constraint
		 where contype = 'c' and connamespace = 'public'::regnamespace`) {
		execSQL(t, s.super, drop)
	}
	execSQL(t, s.super, "set session_replication_role = replica") // no foreign keys: any order will do
	for _, table := range s.tables {
		for owner, word := range map[uuid.UUID]string{s.ada: "of-ada", s.bob: canary} {
			columns := queryAll(t, s.super, pgx.RowTo[string], `
				select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
				   and attidentity = '' and attgenerated = '' order by attnum`, table.Name)
			values := queryAll(t, s.super, pgx.RowTo[string], `
				select case when attname = 'sub_account_id' then quote_literal($2::text)
				            when atttypid = 'text'::regtype then quote_literal($3::text)
				            when atttypid = 'bytea'::regtype then quote_literal('\x' || encode(convert_to($3, 'utf8'), 'hex'))
				            when atttypid = 'jsonb'::regtype then quote_literal(jsonb_build_object('said', $3::text))
				            when atttypid = 'text[]'::regtype then quote_literal(array[$3::text])
				            when atttypid = 'uuid'::regtype then quote_literal(gen_random_uuid())
				            when atttypid = 'uuid[]'::regtype then quote_literal(array[gen_random_uuid()])
				            when atttypid in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) then quote_literal('2026-01-01')
				            when atttypid = 'boolean'::regtype then 'false'
				            when atttypid = any (array['int2', 'int4', 'int8', 'float8', 'numeric']::regtype[]) then '1'
				            when attnotnull then quote_literal('') else 'null' end
				  from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
				   and attidentity = '' and attgenerated = '' order by attnum`, table.Name, owner, word)
			execSQL(t, s.super, fmt.Sprintf("insert into %s (%s) values (%s)", table.Name, strings.Join(columns, ", "), strings.Join(values, ", ")))
		}
	}
	execSQL(t, s.super, "reset session_replication_role")
	execSQL(t, s.super, "analyze")
	s.secrets = []string{canary, fmt.Sprintf("%x", canary)}
	for _, table := range s.tables {
		// A number is a key as well, and stands in every answer.
		if key := s.key(t, table.Name, s.bob); key != s.bob.String() && len(key) >= len(canary) {
			s.secrets = append(s.secrets, key)
		}
	}
}

// checksum is of all that bob has.
func (s *siege) checksum(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, table := range s.tables {
		b.WriteString(queryAll(t, s.super, pgx.RowTo[string], fmt.Sprintf(
			`select '%[1]s ' || coalesce(md5(string_agg(x::text, '|' order by x::text)), 'none') from %[1]s x where sub_account_id = '%[2]s'`,
			table.Name, s.bob))[0] + "\n")
	}
	return b.String()
}

func (s *siege) key(t *testing.T, table string, owner uuid.UUID) string {
	t.Helper()
	for _, candidate := range s.tables {
		if candidate.Name == table {
			return queryAll(t, s.super, pgx.RowTo[string], fmt.Sprintf("select %s::text from %s where sub_account_id = '%s'", candidate.Key, table, owner))[0]
		}
	}
	t.Fatalf("no table %s", table)
	return ""
}

type reference struct{ child, column, parent string }

func (s *siege) references(t *testing.T) []reference {
	t.Helper()
	return queryAll(t, s.super, func(row pgx.CollectableRow) (r reference, err error) {
		return r, row.Scan(&r.child, &r.column, &r.parent)
	}, `select k.conrelid::regclass::text, a.attname::text, k.confrelid::regclass::text from pg_constraint k
	      join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[2]
	     where k.contype = 'f' and k.connamespace = 'public'::regnamespace order by 1, 2`)
}

// others are the views and sequences, and the tables that hold no tenant's rows.
func (s *siege) others(t *testing.T) []string {
	t.Helper()
	return queryAll(t, s.super, pgx.RowTo[string], `select c.oid::regclass::text from pg_class c
		where c.relnamespace = 'public'::regnamespace and (c.relkind in ('v', 'm', 'S', 'f') or c.relkind in ('r', 'p')
		  and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'sub_account_id'))`)
}

type definer struct {
	name, config string
	types        []string
}

// definers are the functions that the role may call and that run as somebody else, those of extensions left out.
func (s *siege) definers(t *testing.T) []definer {
	t.Helper()
	return queryAll(t, s.super, func(row pgx.CollectableRow) (d definer, err error) {
		return d, row.Scan(&d.name, &d.config, &d.types)
	}, `select p.oid::regproc::text, coalesce(array_to_string(p.proconfig, '; '), ''),
	           array(select format_type(a, null) from unnest(p.proargtypes) with ordinality x(a, n) order by n)
	      from pg_proc p
	     where p.pronamespace = 'public'::regnamespace and p.prosecdef and has_function_privilege('omnicrm_app', p.oid, 'execute')
	     order by 1`)
}

// calls tries every hostile value in every argument, the others being such that much is found.
func (d definer) calls(bob uuid.UUID) []string {
	quoted := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	hostile := map[string][]string{
		"text": {
			"null", quoted("name"), quoted("created_at"), quoted("%"), quoted(guess), quoted("' or true --"), quoted("') or true --"),
			quoted("a' union all select id from contact --"), quoted(`\' or true --`), quoted(`\`), quoted("%s%I%L$1"),
			quoted("'; set omnicrm.sub_account = '" + bob.String() + "'; --"),
		},
		"text[]": {
			"null", "'{}'", "array['%']", "array[null]", "array['" + guess + "']", "array[" + quoted("%' or true --") + "]",
			"array[" + quoted(`%\`) + "]", "array[" + quoted(`\' or true --`) + "]", "array[" + quoted("%') or sub_account_id = '"+bob.String()+"' --") + "]",
		},
		"uuid": {"null", quoted(bob.String())}, "integer": {"null", "0", "-1", "1000000"}, "bigint": {"null", "0", "-1", "1000000"},
		"boolean": {"null", "true", "false"}, "timestamp with time zone": {"null", "'infinity'", "'-infinity'"},
		"jsonb": {"null", "'{}'", "'[]'", quoted(`{"sub_account_id": "` + bob.String() + `"}`)},
	}
	usual := map[string]string{
		"text": quoted("name"), "text[]": "'{}'", "uuid": "null", "integer": "1000", "bigint": "1000", "boolean": "false",
		"timestamp with time zone": "'infinity'", "jsonb": "'{}'",
	}
	var out []string
	for i, kind := range d.types {
		values := hostile[kind]
		if values == nil {
			values = []string{"null"}
		}
		for _, value := range values {
			args := make([]string, len(d.types))
			for j, other := range d.types {
				if args[j] = usual[other]; args[j] == "" {
					args[j] = "null"
				}
			}
			args[i] = value
			out = append(out, d.name+"("+strings.Join(args, ", ")+")")
		}
	}
	return append(out, d.name+"()")
}

// forbidden tells whether the role lacks the right altogether: some tables are append-only.
func (l loot) forbidden() bool {
	var pg *pgconn.PgError
	return errors.As(l.err, &pg) && pg.Code == "42501" && strings.HasPrefix(pg.Message, "permission denied for table")
}

// raider is a session of omnicrm_app that keeps all that the server says.
type raider struct {
	conn *pgconn.PgConn
	said *bytes.Buffer
}

func (s *siege) raider(t *testing.T) raider {
	t.Helper()
	cfg, err := pgconn.ParseConfig(s.app)
	if err != nil {
		t.Fatal(err)
	}
	r := raider{said: new(bytes.Buffer)}
	cfg.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { fmt.Fprintf(r.said, "%+v\n", *n) }
	cfg.OnNotification = func(_ *pgconn.PgConn, n *pgconn.Notification) { fmt.Fprintf(r.said, "%+v\n", *n) }
	if r.conn, err = pgconn.ConnectConfig(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.conn.Close(context.WithoutCancel(t.Context())) })
	return r
}

// asAda runs sql in a transaction of ada's that leaves nothing behind.
func (s *siege) asAda(sql string) string {
	return fmt.Sprintf("begin; select set_config('omnicrm.sub_account', '%s', true); %s; rollback", s.ada, sql)
}

// loot is all that came back: rows, notices and every part of an error.
type loot struct {
	all  []byte
	rows int
	err  error
}

func (l loot) text() string {
	if l.err != nil {
		return l.err.Error()
	}
	return fmt.Sprint(l.rows, " rows")
}

// run sends statements, ends whatever transaction they leave open, and returns what came back.
func (r raider) run(t *testing.T, sql string) (out loot) {
	t.Helper()
	r.said.Reset()
	if before, after, ok := strings.Cut(sql, "copy "); ok && strings.Contains(after, "to stdout") {
		return r.copyOut(t, before, "copy "+strings.TrimSuffix(after, "; rollback"))
	}
	results, err := r.conn.Exec(t.Context(), sql).ReadAll()
	for _, result := range results {
		out.rows += int(result.CommandTag.RowsAffected())
		for _, row := range result.Rows {
			r.said.Write(bytes.Join(row, []byte("\t")))
			r.said.WriteByte('\n')
		}
	}
	return r.collect(t, out, err)
}

func (r raider) copyOut(t *testing.T, before, statement string) (out loot) {
	t.Helper()
	_, err := r.conn.Exec(t.Context(), before).ReadAll()
	if err == nil {
		_, err = r.conn.CopyTo(t.Context(), r.said, statement)
	}
	return r.collect(t, out, err)
}

func (r raider) collect(t *testing.T, out loot, err error) loot {
	t.Helper()
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		fmt.Fprintf(r.said, "%+v\n", *pg)
	} else if err != nil {
		t.Fatalf("the connection is lost: %v", err)
	}
	if _, err := r.conn.Exec(t.Context(), "rollback").ReadAll(); err != nil {
		t.Fatal(err)
	}
	out.err, out.all = err, bytes.Clone(r.said.Bytes())
	return out
}

func dialSQL(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

func execSQL(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func queryAll[T any](t *testing.T, conn *pgx.Conn, to pgx.RowToFunc[T], sql string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, to)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}
