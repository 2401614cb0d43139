package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

const purgeBatch = 5000 // rows a transaction

// purgeable are the states in which an import needs its file no more.
const purgeable = `('done', 'cancelled', 'undone')`

// TidyImports deletes what imports that moved last ImportDays ago still keep of
// people: the file, the table of errors and what an undo needs. It tells how
// many there were.
func TidyImports(ctx context.Context, tenants *db.Tenants, now time.Time) (int, error) {
	for n := 0; ; n++ {
		var ids []uuid.UUID
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			args, err := with(ctx, pgx.StrictNamedArgs{"before": now.AddDate(0, 0, -ImportDays)})
			if err != nil {
				return err
			}
			rows, err := tx.Query(ctx, `
				select id from import
				 where sub_account_id = @sub_account and purged_at is null and state in ('ready', 'paused', 'done', 'cancelled', 'undone')
				   and updated_at < @before limit 1`, args)
			if err != nil {
				return err
			}
			ids, err = pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
			return err
		})
		if err != nil || len(ids) == 0 {
			return n, err
		}
		if err := purgeImport(ctx, tenants, ids[0], now); err != nil {
			return n, err
		}
	}
}

// purgeImport marks the import first, so that nobody goes on with half of it,
// and then deletes its rows, some at a time.
func purgeImport(ctx context.Context, tenants *db.Tenants, id uuid.UUID, now time.Time) error {
	for first, more := true, true; more; first = false {
		err := tenants.InTenant(ctx, func(tx pgx.Tx) error {
			if first {
				i, err := lockImport(ctx, tx, id)
				if err != nil {
					return err
				}
				if i.State == ImportPaused || i.State == ImportReady {
					i.State = ImportCancelled
				}
				i.Version, i.PurgedAt = i.Version+1, &now
				if err := updateImport(ctx, tx, i); err != nil {
					return err
				}
				args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
				if err != nil {
					return err
				}
				db.Later(tx, emptyFiles(`import.id = @id`), args)
			}
			args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "most": purgeBatch})
			if err != nil {
				return err
			}
			tag, err := tx.Exec(ctx, `
				delete from import_row where sub_account_id = @sub_account and import_id = @id and place in (
				       select place from import_row where sub_account_id = @sub_account and import_id = @id order by place limit @most)`, args)
			more = err == nil && tag.RowsAffected() == purgeBatch
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// emptyFiles deletes the content of imports' files and gives its space free.
func emptyFiles(which string) string {
	return `
		with theirs as (select file_id from import where import.sub_account_id = @sub_account and ` + which + `),
		     cut as (delete from file_chunk where sub_account_id = @sub_account and file_id in (select file_id from theirs)),
		     were as (select id, size from file where sub_account_id = @sub_account and id in (select file_id from theirs) and size > 0),
		     freed as (update file set size = 0 from were where file.sub_account_id = @sub_account and file.id = were.id)
		update file_usage set bytes = greatest(bytes - (select sum(size) from were), 0)
		 where sub_account_id = @sub_account and exists (select from were)`
}

// eraseImported deletes what imports keep of a deleted contact: how it was
// before, and the files in which it stands once nobody needs them. An import
// that is still under way keeps its file until TidyImports.
func eraseImported(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	const gone = `exists (select from contact c where c.sub_account_id = @sub_account and c.id = @id and c.deleted_at is not null)`
	db.Later(tx, emptyFiles(`import.state in `+purgeable+` and `+gone+` and exists (
		select from import_row r where r.sub_account_id = @sub_account and r.contact_id = @id and r.import_id = import.id)`), args)
	same, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	db.Later(tx, `
		update import_row set before = null
		 where sub_account_id = @sub_account and contact_id = @id and before is not null and `+gone, same)
	return nil
}
