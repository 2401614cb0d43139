package db

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/migrations/tenant"
)

// EnsureGrants sets the rights of the four roles on the database, its schema, its tables and functions, takes PUBLIC's,
// and forces row-level security where tenants' rows are. It tells what was otherwise: all of it on a new database,
// drift on an old one. Rights that roles of other names were given are left alone. Tables and functions are left alone
// while the schema is newer than this binary, which doesn't know what a newer one takes back.
func (p *Provisioner) EnsureGrants(ctx context.Context, s Server, name string) (mended []string, err error) {
	err = p.on(ctx, s, name, func(ctx context.Context, c *pgx.Conn) error {
		return locked(ctx, c, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `set local role `+RoleMigrator); err != nil {
				return err
			}
			before, err := rights(ctx, tx)
			if err != nil {
				return err
			}
			if err := all(ctx, tx, grants(name)); err != nil {
				return err
			}
			after, err := rights(ctx, tx)
			if err != nil {
				return err
			}
			for _, what := range slices.Sorted(maps.Keys(after)) {
				if before[what] != after[what] {
					mended = append(mended, what)
				}
			}
			return ensureObjects(ctx, tx, &mended)
		})
	})
	return mended, err
}

func grants(name string) []string {
	readers := RoleApp + ", " + RoleReadonly + ", " + RoleMover
	writers := RoleApp + ", " + RoleMover
	defaults := "alter default privileges in schema public grant "
	return append(databaseGrants(name),
		`revoke create on schema public from public`,
		`revoke create on schema public from `+RoleApp+`, `+RoleReadonly,
		`grant usage on schema public to `+readers,
		`create extension if not exists pg_trgm`,
		`create extension if not exists btree_gin`,
		defaults+`select, insert, update, delete on tables to `+writers,
		defaults+`select on tables to `+RoleReadonly,
		defaults+`usage, select on sequences to `+RoleMover,
		`alter default privileges in schema public revoke all on sequences from `+RoleApp,
		`alter default privileges revoke execute on functions from public`,
		defaults+`execute on functions to `+readers,
	)
}

// databaseGrants let the roles that serve in, and nobody else.
func databaseGrants(name string) []string {
	return []string{
		`revoke all on database ` + quote(name) + ` from public`,
		`grant connect on database ` + quote(name) + ` to ` + RoleApp + `, ` + RoleReadonly + `, ` + RoleMover,
	}
}

func all(ctx context.Context, tx pgx.Tx, statements []string) error {
	for _, sql := range statements {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// rights gives what grants sets, as PostgreSQL writes it down, by what a person calls it.
func rights(ctx context.Context, tx pgx.Tx) (map[string]string, error) {
	rows, err := tx.Query(ctx, `
		select 'rights on the database', coalesce(datacl::text, '') from pg_database where datname = current_database()
		union all select 'rights on the schema public', coalesce(nspacl::text, '') from pg_namespace where nspname = 'public'
		union all select 'default rights', coalesce(string_agg(defaclobjtype::text || defaclacl::text, ' ' order by defaclnamespace, defaclobjtype), '')
		            from pg_default_acl where defaclrole = current_role::regrole
		union all select 'the extension ' || extname, '' from pg_extension`)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	var what, acl string
	_, err = pgx.ForEachRow(rows, []any{&what, &acl}, func() error {
		out[what] = acl + "."
		return nil
	})
	return out, err
}

// tableRights are what the roles may do with every table. What a migration takes back stands in tableExceptions.
var tableRights = map[string][]string{
	RoleApp:      {"SELECT", "INSERT", "UPDATE", "DELETE"},
	RoleReadonly: {"SELECT"},
	RoleMover:    {"SELECT", "INSERT", "UPDATE", "DELETE"},
	"public":     {},
}

// tableExceptions are the rights that a role lacks on a table: "table/role".
var tableExceptions = map[string][]string{
	"goose_db_version/" + RoleApp:   {"SELECT", "INSERT", "UPDATE", "DELETE"},
	"goose_db_version/" + RoleMover: {"SELECT", "INSERT", "UPDATE", "DELETE"},
	"goose_lock/" + RoleApp:         {"SELECT", "INSERT", "UPDATE", "DELETE"},
	"goose_lock/" + RoleMover:       {"SELECT", "INSERT", "UPDATE", "DELETE"},
	"queue_depth/" + RoleApp:        {"SELECT", "INSERT", "UPDATE", "DELETE"}, // counts over all tenants
	"queue_depth/" + RoleReadonly:   {"SELECT"},
	"audit_entry/" + RoleApp:        {"UPDATE", "DELETE"},
	"audit_entry/" + RoleMover:      {"UPDATE"},
	"audit_checkpoint/" + RoleApp:   {"UPDATE", "DELETE"},
	"audit_checkpoint/" + RoleMover: {"UPDATE"},
}

// ensureObjects puts right what single tables and functions allow.
func ensureObjects(ctx context.Context, tx pgx.Tx, mended *[]string) error {
	known, err := schemaKnown(ctx, tx)
	if err != nil || !known {
		return err
	}
	for _, mend := range []func(context.Context, pgx.Tx) ([]repair, error){tableRepairs, functionRepairs, securityRepairs} {
		repairs, err := mend(ctx, tx)
		if err != nil {
			return err
		}
		for _, r := range repairs {
			if err := all(ctx, tx, []string{r.sql}); err != nil {
				return err
			}
			if !slices.Contains(*mended, r.what) {
				*mended = append(*mended, r.what)
			}
		}
	}
	return nil
}

// schemaKnown tells whether the schema is there and no newer than this binary's.
func schemaKnown(ctx context.Context, tx pgx.Tx) (bool, error) {
	var there bool
	if err := tx.QueryRow(ctx, `select to_regclass('public.goose_db_version') is not null`).Scan(&there); err != nil || !there {
		return false, err
	}
	newest, err := newestVersion(tenant.FS)
	if err != nil {
		return false, err
	}
	var known bool
	err = tx.QueryRow(ctx, `select coalesce(max(version_id), 0) <= $1 from goose_db_version`, newest).Scan(&known)
	return known, err
}

type repair struct{ what, sql string }

// tableRepairs compares the rights that each role was given on each table with what it should have.
func tableRepairs(ctx context.Context, tx pgx.Tx) ([]repair, error) {
	rows, err := tx.Query(ctx, `
		select c.relname, r.role, coalesce(array_agg(a.privilege_type::text) filter (where a.privilege_type is not null), '{}')
		  from pg_class c
		 cross join unnest($1::text[]) as r(role)
		  left join lateral aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
		    on a.grantee = case when r.role = 'public' then 0 else r.role::regrole::oid end
		 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relowner = current_role::regrole
		 group by c.relname, r.role order by c.relname, r.role`, slices.Sorted(maps.Keys(tableRights)))
	if err != nil {
		return nil, err
	}
	var out []repair
	var table, role string
	var has []string
	_, err = pgx.ForEachRow(rows, []any{&table, &role, &has}, func() error {
		want := slices.DeleteFunc(slices.Clone(tableRights[role]), func(right string) bool {
			return slices.Contains(tableExceptions[table+"/"+role], right)
		})
		what := "rights of " + role + " on the table " + table
		for _, right := range want {
			if !slices.Contains(has, right) {
				out = append(out, repair{what, "grant " + right + " on table public." + quote(table) + " to " + role})
			}
		}
		for _, right := range has {
			if !slices.Contains(want, right) {
				out = append(out, repair{what, "revoke " + right + " on table public." + quote(table) + " from " + role})
			}
		}
		return nil
	})
	return out, err
}

// functionRepairs: our functions are for the roles that serve, and not for everybody.
func functionRepairs(ctx context.Context, tx pgx.Tx) ([]repair, error) {
	return collectRepairs(ctx, tx, `
		select 'rights of ' || r.role || ' on the function ' || p.proname,
		       case when r.role = 'public' then 'revoke execute on function ' || p.oid::regprocedure || ' from public'
		            else 'grant execute on function ' || p.oid::regprocedure || ' to ' || r.role end
		  from pg_proc p cross join unnest(array['public', 'omnicrm_app', 'omnicrm_readonly', 'omnicrm_mover']) as r(role)
		 where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
		   and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
		   and p.proowner in ('omnicrm_migrator'::regrole, 'omnicrm_mover'::regrole)
		   and (r.role = 'public') = exists (
		       select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
		        where a.grantee = case when r.role = 'public' then 0 else r.role::regrole::oid end and a.privilege_type = 'EXECUTE')
		 order by 1`)
}

// securityRepairs: every table with tenants' rows enables and forces row-level security.
func securityRepairs(ctx context.Context, tx pgx.Tx) ([]repair, error) {
	return collectRepairs(ctx, tx, `
		select 'row-level security of the table ' || c.relname,
		       format('alter table public.%I enable row level security, force row level security', c.relname)
		  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'sub_account_id' and not a.attisdropped
		 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relowner = current_role::regrole
		   and exists (select from pg_policy p where p.polrelid = c.oid)
		   and not (c.relrowsecurity and c.relforcerowsecurity)
		 order by 1`)
}

func collectRepairs(ctx context.Context, tx pgx.Tx, sql string) ([]repair, error) {
	rows, err := tx.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r repair, err error) {
		err = row.Scan(&r.what, &r.sql)
		return r, err
	})
}
