package contact

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const bulkColumns = `id, action, selection, reach, state, gathered, part, total, done, changed, skipped, failed, reasons, undone, kept,
	error, author, undo_until, version, created_at, updated_at`

// lockBulk keeps others from moving an action, and not from referring to it: what
// one hand counts doesn't stop what the other one writes.
const lockBulk = " for no key update"

// ownBulks holds a query to the caller's own actions, unless they reach everybody.
func ownBulks(ctx context.Context, args pgx.StrictNamedArgs) string {
	if tenancy.ReachFrom(ctx).All {
		return ""
	}
	who, _ := tenancy.ActorFrom(ctx)
	args["me"], args["my_kind"] = who.ID, string(who.Kind)
	return ` and author->>'id' = @me and author->>'kind' = @my_kind`
}

func bulk(ctx context.Context, r db.Reader, id uuid.UUID, lock string) (Bulk, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Bulk{}, err
	}
	rows, err := r.Query(ctx, `
		select `+bulkColumns+` from bulk_action where sub_account_id = @sub_account and id = @id`+ownBulks(ctx, args)+lock, args)
	if err != nil {
		return Bulk{}, err
	}
	b, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Bulk])
	if errors.Is(err, pgx.ErrNoRows) {
		return Bulk{}, errNoBulk.Wrap(err)
	}
	return b, err
}

func bulks(ctx context.Context, r db.Reader, after *place, most int) ([]Bulk, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return nil, err
	}
	where := ownBulks(ctx, args)
	if after != nil {
		where += ` and (created_at, id) < (@at, @after)`
		args["at"], args["after"] = after.At, after.ID
	}
	rows, err := r.Query(ctx, `
		select `+bulkColumns+` from bulk_action where sub_account_id = @sub_account`+where+`
		 order by created_at desc, id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Bulk])
}

func insertBulk(ctx context.Context, tx pgx.Tx, b Bulk) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": b.ID, "action": b.Action, "selection": b.Selection, "reach": b.Reach, "state": b.State, "author": b.Author,
		"undo_until": b.UndoUntil, "now": b.CreatedAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into bulk_action (sub_account_id, id, action, selection, reach, state, author, undo_until, created_at, updated_at)
		values (@sub_account, @id, @action, @selection, @reach, @state, @author, @undo_until, @now, @now)`, args)
	return err
}

func updateBulk(ctx context.Context, tx pgx.Tx, b Bulk) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": b.ID, "state": b.State, "gathered": b.Gathered, "part": b.Part, "total": b.Total, "done": b.Done, "changed": b.Changed,
		"skipped": b.Skipped, "failed": b.Failed, "reasons": b.Reasons, "undone": b.Undone, "kept": b.Kept, "error": b.Error,
		"version": b.Version, "updated_at": b.UpdatedAt,
	})
	if err != nil {
		return err
	}
	db.Later(tx, `
		update bulk_action
		   set state = @state, gathered = @gathered, part = @part, total = @total, done = @done, changed = @changed,
		       skipped = @skipped, failed = @failed, reasons = @reasons, undone = @undone, kept = @kept, error = @error,
		       version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	return nil
}

// gatherParts keeps whose turn it is, in the order of their ids, and counts them.
func gatherParts(ctx context.Context, tx pgx.Tx, b Bulk, q query) (total int, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"bulk": b.ID, "size": bulkBatch})
	if err != nil {
		return 0, err
	}
	where := ""
	if len(b.Selection.IDs) > 0 {
		where += ` and contact.id = any(@ids::uuid[])`
		args["ids"] = b.Selection.IDs
	}
	if len(b.Selection.Except) > 0 {
		where += ` and contact.id <> all(@except::uuid[])`
		args["except"] = b.Selection.Except
	}
	db.Later(tx, `set local plan_cache_mode = force_custom_plan`) // as in List
	err = tx.QueryRow(ctx, `
		with kept as (
			insert into bulk_part (sub_account_id, bulk_id, place, ids)
			select @sub_account, @bulk, n / @size::integer, array_agg(id order by id)
			  from (select contact.id, (row_number() over (order by contact.id))::integer - 1 as n
			          from contact where `+q.conditions(ctx, args)+where+`) as mine
			 group by n / @size::integer
			returning cardinality(ids) as size)
		select coalesce(sum(size), 0) from kept`, args).Scan(&total)
	return total, err
}

// takeIDs gives contacts whose turn it is and whom nobody has in hand, and takes
// them out; none at the end.
func takeIDs(ctx context.Context, tx pgx.Tx, id uuid.UUID) (ids []uuid.UUID, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return nil, err
	}
	err = tx.QueryRow(ctx, `
		delete from bulk_part
		 where sub_account_id = @sub_account and bulk_id = @id and place = (
			select place from bulk_part where sub_account_id = @sub_account and bulk_id = @id
			 order by place limit 1 for update skip locked)
		returning ids`, args).Scan(&ids)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return ids, err
}

// awaitParts waits for whoever has contacts of the action in hand.
func awaitParts(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	db.Later(tx, `select from bulk_part where sub_account_id = @sub_account and bulk_id = @id order by place limit 1 for update`, args)
	db.Later(tx, `select from bulk_change where sub_account_id = @sub_account and bulk_id = @id order by contact_id limit 1 for update`, args)
	return nil
}

// bulkLeft tells whether something is left to be done, or to be undone.
func bulkLeft(ctx context.Context, tx pgx.Tx, b Bulk) (left bool, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": b.ID})
	if err != nil {
		return false, err
	}
	from := "bulk_part"
	if b.State == BulkUndoing {
		from = "bulk_change"
	}
	err = tx.QueryRow(ctx, `select exists (select from `+from+` where sub_account_id = @sub_account and bulk_id = @id)`, args).Scan(&left)
	return left, err
}

func insertChanges(ctx context.Context, tx pgx.Tx, id uuid.UUID, list []bulkChange) error {
	ids, before, after := make([]uuid.UUID, len(list)), make([]string, len(list)), make([]string, len(list))
	for i, c := range list {
		ids[i], before[i], after[i] = c.ContactID, string(c.Before), string(c.After)
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "contacts": ids, "before": before, "after": after})
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into bulk_change (sub_account_id, bulk_id, contact_id, before, after)
		select @sub_account, @id, c.contact_id, c.before::jsonb, c.after::jsonb
		  from unnest(@contacts::uuid[], @before::text[], @after::text[]) as c (contact_id, before, after)`, args)
	return nil
}

// takeChanges gives some of what is still to be taken back, and takes it out.
func takeChanges(ctx context.Context, tx pgx.Tx, id uuid.UUID, most int) ([]bulkChange, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id, "most": most})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		delete from bulk_change
		 where sub_account_id = @sub_account and bulk_id = @id and contact_id = any(array(
			select contact_id from bulk_change where sub_account_id = @sub_account and bulk_id = @id
			 order by contact_id limit @most for update skip locked))
		returning contact_id, before, after`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[bulkChange])
}

// dropChanges deletes some rows of an action and tells whether there may be more.
func dropChanges(ctx context.Context, tx pgx.Tx, id uuid.UUID, most int) (bool, error) {
	list, err := takeChanges(ctx, tx, id, most)
	if err != nil || len(list) == most {
		return true, err
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return false, err
	}
	db.Later(tx, `delete from bulk_part where sub_account_id = @sub_account and bulk_id = @id`, args)
	return false, nil
}
