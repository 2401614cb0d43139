package contact

import (
	"context"
	"errors"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const importColumns = `id, file_id, name, state, encoding, delimiter, headed, columns, fingerprint, settings, total, done, created, changed,
	unchanged, failed, undone, kept, problem, undone_to, purged_at, encoding_certain, author, version, created_at,
	updated_at`

// GetImport reads an import; NotFound if there is none, and for whoever doesn't
// reach every contact: its file is full of people.
func (s *Service) GetImport(ctx context.Context, id uuid.UUID) (i Import, err error) {
	if !tenancy.ReachFrom(ctx).All {
		return Import{}, errNoImport
	}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		i, err = readImport(ctx, r, id, "")
		return err
	})
	return i, err
}

func lockImport(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Import, error) {
	return readImport(ctx, tx, id, " for update")
}

func readImport(ctx context.Context, r db.Reader, id uuid.UUID, lock string) (Import, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Import{}, err
	}
	rows, err := r.Query(ctx, `select `+importColumns+` from import where sub_account_id = @sub_account and id = @id`+lock, args)
	if err != nil {
		return Import{}, err
	}
	i, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Import])
	if errors.Is(err, pgx.ErrNoRows) {
		return Import{}, errNoImport.Wrap(err)
	}
	return i, err
}

func imports(ctx context.Context, tx pgx.Tx, after *place, most int) ([]Import, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if after != nil {
		where, args["at"], args["after"] = ` and (created_at, id) < (@at, @after)`, after.At, after.ID
	}
	rows, err := tx.Query(ctx, `
		select `+importColumns+` from import where sub_account_id = @sub_account`+where+`
		 order by created_at desc, id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Import])
}

func importRow(ctx context.Context, i Import) (pgx.StrictNamedArgs, error) {
	return with(ctx, pgx.StrictNamedArgs{
		"id": i.ID, "state": i.State, "settings": i.Settings, "done": i.Done, "created": i.Created, "changed": i.Changed,
		"unchanged": i.Unchanged, "failed": i.Failed, "undone": i.Undone, "kept": i.Kept,
		"problem": i.Problem, "undone_to": i.UndoneTo, "purged_at": i.PurgedAt, "version": i.Version, "updated_at": i.UpdatedAt,
	})
}

func insertImport(ctx context.Context, tx pgx.Tx, i Import) error {
	args, err := importRow(ctx, i)
	if err != nil {
		return err
	}
	for _, k := range []string{"done", "created", "changed", "unchanged", "failed", "undone", "kept", "problem", "undone_to", "purged_at", "version"} {
		delete(args, k)
	}
	i.readAs(args)
	args["file"], args["name"], args["author"] = i.FileID, i.Name, i.Author
	_, err = tx.Exec(ctx, `
		insert into import (sub_account_id, id, file_id, name, state, encoding, encoding_certain, delimiter, headed, columns, fingerprint, settings,
		                    total, author, created_at, updated_at)
		values (@sub_account, @id, @file, @name, @state, @encoding, @certain, @delimiter, @headed, @columns, @fingerprint, @settings,
		        @total, @author, @updated_at, @updated_at)`, args)
	return err
}

// readAs adds how the file is read, and what was seen of it so.
func (i Import) readAs(args pgx.StrictNamedArgs) {
	args["encoding"], args["certain"], args["delimiter"], args["headed"] = i.Encoding, i.EncodingCertain, i.Delimiter, i.Headed
	args["columns"], args["fingerprint"], args["total"] = i.Columns, i.Fingerprint, i.Total
}

// updateReading keeps that the file of an import is read in another way.
func updateReading(ctx context.Context, tx pgx.Tx, i Import) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": i.ID, "settings": i.Settings, "version": i.Version, "updated_at": i.UpdatedAt})
	if err != nil {
		return err
	}
	i.readAs(args)
	_, err = tx.Exec(ctx, `
		update import
		   set encoding = @encoding, encoding_certain = @certain, delimiter = @delimiter, headed = @headed, columns = @columns,
		       fingerprint = @fingerprint, total = @total, settings = @settings, version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func updateImport(ctx context.Context, tx pgx.Tx, i Import) error {
	args, err := importRow(ctx, i)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update import
		   set state = @state, settings = @settings, done = @done, created = @created, changed = @changed, unchanged = @unchanged,
		       failed = @failed, undone = @undone, kept = @kept, problem = @problem, undone_to = @undone_to, purged_at = @purged_at, version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func rememberedFields(ctx context.Context, tx pgx.Tx, print string) (fields []string, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"print": print})
	if err != nil {
		return nil, err
	}
	err = tx.QueryRow(ctx, `select fields from import_mapping where sub_account_id = @sub_account and fingerprint = @print`, args).Scan(&fields)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return fields, err
}

func rememberFields(ctx context.Context, tx pgx.Tx, i Import) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"print": i.Fingerprint, "fields": i.Settings.Fields, "now": i.UpdatedAt})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into import_mapping (sub_account_id, fingerprint, fields, updated_at) values (@sub_account, @print, @fields, @now)
		on conflict (sub_account_id, fingerprint) do update set fields = @fields, updated_at = @now`, args)
	return err
}

// holdersOf gives the contacts that have any of the keys, each once; wanted are
// the arrays of matchedSQL.
func holdersOf(ctx context.Context, tx pgx.Tx, wanted pgx.StrictNamedArgs) ([]uuid.UUID, error) {
	args, err := with(ctx, wanted)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `with `+matchedSQL+` select distinct contact_id from matched`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// insertOutcomes keeps what became of rows, with the next statement.
func insertOutcomes(ctx context.Context, tx pgx.Tx, id uuid.UUID, list []outcome) error {
	if len(list) == 0 {
		return nil
	}
	befores, err := documents(list, func(o *outcome) (any, bool) { return o.Before, o.Before != nil })
	if err != nil {
		return err
	}
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id":       id,
		"places":   arrayOf(list, func(o *outcome) int32 { return int32(o.Place) }), //nolint:gosec // rows of a file of at most 256 MiB
		"outcomes": arrayOf(list, func(o *outcome) string { return o.Outcome }),
		"contacts": arrayOf(list, func(o *outcome) uuid.NullUUID { return known(o.ContactID) }),
		"befores":  befores,
		"versions": arrayOf(list, func(o *outcome) *int64 {
			if o.Version == 0 {
				return nil
			}
			return &o.Version
		}),
		"cells": arrayOf(list, func(o *outcome) *string {
			if o.Outcome != "failed" {
				return nil
			}
			return orNull(arrayText(legibleCells(o.Cells)))
		}),
		"errors": arrayOf(list, func(o *outcome) *string { return orNull(o.Error) }),
	})
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into import_row (sub_account_id, import_id, place, outcome, contact_id, before, version, cells, error)
		select @sub_account, @id, r.place, r.outcome, r.contact_id, r.before::jsonb, r.version, r.cells::text[], r.error
		  from unnest(@places::integer[], @outcomes::text[], @contacts::uuid[], @befores::text[], @versions::bigint[], @cells::text[], @errors::text[])
		       as r (place, outcome, contact_id, before, version, cells, error)`, args)
	return nil
}

// legibleCells drop what PostgreSQL keeps in no text.
func legibleCells(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = strings.ReplaceAll(strings.ToValidUTF8(c, "?"), "\x00", "")
	}
	return out
}
