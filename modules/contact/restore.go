package contact

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
)

// EventRestored tells that a deleted contact is back. The payload has after.
const EventRestored = "contact.restored"

// restoreMany brings deleted contacts back, and tells of each; it counts them.
// One that was erased stays away, as does one whose address or unique value
// another contact has by now.
func (s *Service) restoreMany(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) (int, error) {
	back, err := restorable(ctx, tx, ids)
	if err != nil || len(back) == 0 {
		return 0, err
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": back})
	if err != nil {
		return 0, err
	}
	db.Later(tx, `update contact_address set released = false where sub_account_id = @sub_account and contact_id = any(@ids)`, args)
	db.Later(tx, `
		update contact_value v set held = true from custom_field f
		 where v.sub_account_id = @sub_account and v.contact_id = any(@ids)
		   and f.sub_account_id = @sub_account and f.id = v.field_id and f.is_unique`, args)
	db.Later(tx, `
		update contact set deleted_at = null, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and id = any(@ids)`, pgx.StrictNamedArgs{"sub_account": args["sub_account"], "ids": back, "at": s.now()})
	list, err := lockMany(ctx, tx, back)
	if err != nil {
		return 0, err
	}
	if err := searchAgain(ctx, tx, list); err != nil {
		return 0, err
	}
	told := make([]events.New, 0, len(list))
	for _, c := range list {
		told = append(told, events.New{Kind: EventRestored, SubjectKind: Subject, SubjectID: c.ID, Payload: Changed{After: snapshot(c)}})
	}
	return len(list), s.Events.PublishMany(ctx, tx, told)
}

// lost is a deleted contact with what is its alone: addresses and unique values.
type lost struct {
	ID   uuid.UUID
	Keys []string
}

// restorable locks the deleted contacts that may come back, and keeps the fields
// as they are until the commit. Of several that had the same one after the other,
// the one that was deleted last comes back.
func restorable(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) ([]uuid.UUID, error) {
	if err := writeValues(ctx, tx); err != nil {
		return nil, err
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return nil, err
	}
	db.Later(tx, `select from contact where sub_account_id = @sub_account and id = any(@ids) order by id for update`, args)
	rows, err := tx.Query(ctx, `
		select c.id, array(
			select a.kind || ' ' || a.value from contact_address a where a.sub_account_id = @sub_account and a.contact_id = c.id
			 union all
			select v.field_id || ' ' || v.text from contact_value v
			  join custom_field f on f.sub_account_id = @sub_account and f.id = v.field_id and f.is_unique
			 where v.sub_account_id = @sub_account and v.contact_id = c.id) as keys
		  from contact c
		 where c.sub_account_id = @sub_account and c.id = any(@ids) and c.deleted_at is not null and c.sort_name <> ''
		   and not exists (
			select from contact_address mine
			  join contact_address other on other.sub_account_id = @sub_account and other.kind = mine.kind and other.value = mine.value
			   and not other.released and other.contact_id <> mine.contact_id
			 where mine.sub_account_id = @sub_account and mine.contact_id = c.id)
		   and not exists (
			select from contact_value mine
			  join custom_field f on f.sub_account_id = @sub_account and f.id = mine.field_id and f.is_unique
			  join contact_value other on other.sub_account_id = @sub_account and other.field_id = mine.field_id and other.text = mine.text
			   and other.held and other.contact_id <> mine.contact_id
			 where mine.sub_account_id = @sub_account and mine.contact_id = c.id)
		 order by c.deleted_at desc, c.id`, args)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[lost])
	if err != nil {
		return nil, err
	}
	var back []uuid.UUID
	taken := map[string]bool{}
	for _, c := range found {
		if slices.ContainsFunc(c.Keys, func(key string) bool { return taken[key] }) {
			continue
		}
		back = append(back, c.ID)
		for _, key := range c.Keys {
			taken[key] = true
		}
	}
	return back, nil
}
