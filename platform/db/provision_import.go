package db

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// ErrDatabaseForeign: the database to be imported holds tables that are not ours.
var ErrDatabaseForeign = fault.New(fault.Conflict, "database.foreign", "The database holds tables of something else.")

// ImportDatabase takes a database that exists, such as one restored from a backup, for the mark's resource: it belongs to
// omnicrm_migrator and carries the mark from then on. It must carry no mark, or this one, and be empty or hold our
// schema. Errors: ErrDatabaseMissing; ErrDatabaseTaken when it carries another's mark; ErrDatabaseForeign. What is
// refused was not touched.
func (p *Provisioner) ImportDatabase(ctx context.Context, s Server, name string, mark Mark) error {
	found, ok, err := p.FindMark(ctx, s, name)
	switch {
	case err != nil:
		return err
	case !ok:
		return ErrDatabaseMissing.With("database", name)
	case found == mark:
		return nil
	case found != Mark{}:
		return ErrDatabaseTaken.With("database", name, "owner", found.UID)
	}
	return p.on(ctx, s, name, func(ctx context.Context, c *pgx.Conn) error {
		return locked(ctx, c, func(tx pgx.Tx) error {
			var foreign bool
			err := tx.QueryRow(ctx, `
				select to_regclass('public.goose_db_version') is null and exists (
				  select from pg_class c join pg_namespace n on n.oid = c.relnamespace
				   where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
				     and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))`).
				Scan(&foreign)
			if err != nil {
				return err
			}
			if foreign {
				return ErrDatabaseForeign.With("database", name)
			}
			return all(ctx, tx, []string{
				fmt.Sprintf(`alter database %s owner to %s`, quote(name), RoleMigrator),
				fmt.Sprintf(`comment on database %s is %s`, quote(name), literal(mark.comment())),
			})
		})
	})
}
