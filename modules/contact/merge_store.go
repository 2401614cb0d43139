package contact

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// movedTables are those whose rows belong to a contact and go with it.
var movedTables = []string{"note", "task", "file", "timeline"}

const mergeColumns = `id, survivor_id, from_ids, state, author, created_at, undo_until, undone_at`

// keptMerge is a merge with what its undo needs.
type keptMerge struct {
	Merge
	Before *Contact
	After  *Contact
}

// keepMerge keeps a merge and where the merged are to be found, with the next
// statement.
func keepMerge(ctx context.Context, tx pgx.Tx, m Merge, before, after Contact) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": m.ID, "survivor": m.SurvivorID, "from": m.FromIDs, "before": before, "after": after, "author": m.Author,
		"at": m.CreatedAt, "until": m.UndoUntil,
	})
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into contact_merge (sub_account_id, id, survivor_id, from_ids, before, after, author, created_at, undo_until)
		values (@sub_account, @id, @survivor, @from, @before, @after, @author, @at, @until)`, args)
	db.Later(tx, `
		insert into contact_merged (sub_account_id, contact_id, survivor_id, merge_id)
		select @sub_account, gone, @survivor, @id from unnest(@from::uuid[]) gone`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "id": m.ID, "survivor": m.SurvivorID, "from": m.FromIDs})
	return nil
}

// moveRecords gives what hangs on the merged to the survivor and keeps whose it
// was, with the next statement.
func moveRecords(ctx context.Context, tx pgx.Tx, m Merge) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"merge": m.ID, "from": m.FromIDs})
	if err != nil {
		return err
	}
	for _, table := range movedTables {
		db.Later(tx, `
			insert into contact_moved (sub_account_id, merge_id, noun, record_id, contact_id)
			select @sub_account, @merge, '`+table+`', id, contact_id from `+table+`
			 where sub_account_id = @sub_account and contact_id = any(@from)`, args)
		db.Later(tx, `update `+table+` set contact_id = @to where sub_account_id = @sub_account and contact_id = any(@from)`,
			pgx.StrictNamedArgs{"sub_account": args["sub_account"], "to": m.SurvivorID, "from": m.FromIDs})
	}
	return nil
}

// returnRecords gives what a merge moved back, where it still is the survivor's.
func returnRecords(ctx context.Context, tx pgx.Tx, m Merge) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"merge": m.ID, "survivor": m.SurvivorID})
	if err != nil {
		return err
	}
	for _, table := range movedTables {
		db.Later(tx, `
			update `+table+` r set contact_id = was.contact_id from contact_moved was
			 where was.sub_account_id = @sub_account and was.merge_id = @merge and was.noun = '`+table+`'
			   and r.sub_account_id = @sub_account and r.id = was.record_id and r.contact_id = @survivor`, args)
	}
	return nil
}

// mergeToUndo reads a merge and locks the contacts of it, as lockMany does; then
// nobody else undoes it meanwhile.
func mergeToUndo(ctx context.Context, tx pgx.Tx, id uuid.UUID) (m keptMerge, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return m, err
	}
	db.Later(tx, `
		select from contact where sub_account_id = @sub_account and id in (
			select unnest(survivor_id || from_ids) from contact_merge where sub_account_id = @sub_account and id = @id) order by id for update`, args)
	seen := pgx.StrictNamedArgs{"sub_account": args["sub_account"], "id": id}
	rows, err := tx.Query(ctx, `
		select `+mergeColumns+`, before, after from contact_merge where sub_account_id = @sub_account and id = @id`+InReach(ctx, seen, "contact_merge.survivor_id"), seen)
	if err != nil {
		return m, err
	}
	m, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[keptMerge])
	if errors.Is(err, pgx.ErrNoRows) {
		return m, errNoMerge.Wrap(err)
	}
	return m, err
}

// laterMerge is the merge that has to be undone before one: a newer one of the
// same survivor, or the one that the survivor went into itself.
func laterMerge(ctx context.Context, tx pgx.Tx, m Merge) (id uuid.NullUUID, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": m.ID, "survivor": m.SurvivorID, "at": m.CreatedAt})
	if err != nil {
		return id, err
	}
	err = tx.QueryRow(ctx, `
		select coalesce((select merge_id from contact_merged where sub_account_id = @sub_account and contact_id = @survivor),
		                (select id from contact_merge where sub_account_id = @sub_account and survivor_id = @survivor
		                    and state = 'done' and id <> @id and (created_at, id) > (@at, @id) order by created_at desc, id desc limit 1))`, args).Scan(&id)
	return id, err
}

// restore brings merged contacts back with what their addresses have proved to
// be meanwhile. Errors: a violated contact_address_key where somebody else has
// an address by now.
func restore(ctx context.Context, tx pgx.Tx, m keptMerge, survivor Contact, at time.Time) error {
	all := pgx.StrictNamedArgs{}
	survivor.Addresses.args(all)
	args, err := with(ctx, pgx.StrictNamedArgs{
		"ids": m.FromIDs, "kinds": all["kinds"], "values": all["values"], "states": all["states"],
	})
	if err != nil {
		return err
	}
	ids := pgx.StrictNamedArgs{"sub_account": args["sub_account"], "ids": m.FromIDs}
	db.Later(tx, `
		update contact_address a set state = now.state from unnest(@kinds::text[], @values::text[], @states::text[]) now (kind, value, state)
		 where a.sub_account_id = @sub_account and a.contact_id = any(@ids) and a.kind = now.kind and a.value = now.value and a.state <> now.state`, args)
	db.Later(tx, `delete from contact_merged where sub_account_id = @sub_account and contact_id = any(@ids)`, ids)
	db.Later(tx, `update contact_address set released = false where sub_account_id = @sub_account and contact_id = any(@ids)`, ids)
	_, err = tx.Exec(ctx, `
		update contact set deleted_at = null, updated_at = @at, version = version + 1 where sub_account_id = @sub_account and id = any(@ids)`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "ids": m.FromIDs, "at": at})
	return err
}

// endMerge says what became of a merge and forgets what its undo needed, with the
// next statement.
func endMerge(ctx context.Context, tx pgx.Tx, id uuid.UUID, state string, undone *time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	db.Later(tx, `delete from contact_moved where sub_account_id = @sub_account and merge_id = @id`, args)
	db.Later(tx, `
		update contact_merge set state = @state, undone_at = @undone, before = null, after = null where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "id": id, "state": state, "undone": undone})
	return nil
}

func merges(ctx context.Context, tx pgx.Tx, survivor uuid.NullUUID, after *place, most int) ([]Merge, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"most": most})
	if err != nil {
		return nil, err
	}
	where := ""
	if survivor.Valid {
		where, args["survivor"] = ` and survivor_id = @survivor`, survivor
	}
	if after != nil {
		where += ` and (created_at, id) < (@at, @after)`
		args["at"], args["after"] = after.At, after.ID
	}
	rows, err := tx.Query(ctx, `
		select `+mergeColumns+` from contact_merge where sub_account_id = @sub_account`+where+InReach(ctx, args, "contact_merge.survivor_id")+`
		 order by created_at desc, id desc limit @most`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Merge])
}

// mergedInto names the contact that an id was merged into, if it is in reach.
func mergedInto(ctx context.Context, r db.Reader, id uuid.UUID) (into uuid.NullUUID, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return into, err
	}
	err = r.QueryRow(ctx, `
		with recursive chain (id, step) as (
			select survivor_id, 1 from contact_merged where sub_account_id = @sub_account and contact_id = @id
			union all
			select m.survivor_id, step + 1 from chain join contact_merged m on m.sub_account_id = @sub_account and m.contact_id = chain.id where step < 1000)
		select contact.id from contact join chain on chain.id = contact.id
		 where contact.sub_account_id = @sub_account and deleted_at is null`+inReach(ctx, args), args).Scan(&into)
	if errors.Is(err, pgx.ErrNoRows) {
		return into, nil
	}
	return into, err
}

// mergedAway are all who were merged into a contact, at whatever remove.
func mergedAway(ctx context.Context, tx pgx.Tx, id uuid.UUID) ([]uuid.UUID, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `
		with recursive chain (id) as (
			select contact_id from contact_merged where sub_account_id = @sub_account and survivor_id = @id
			union
			select m.contact_id from chain join contact_merged m on m.sub_account_id = @sub_account and m.survivor_id = chain.id)
		select id from chain`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}
