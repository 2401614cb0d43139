package contact

import (
	"context"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// changed is a contact that one of many statements' rows is about. before is nil
// for a new one.
type changed struct {
	before *Contact
	after  Contact
}

// lockMany reads contacts in the order of their ids and keeps others from
// changing them. The addresses are read once the locks are held.
func lockMany(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) ([]Contact, error) {
	return lockAs(ctx, tx, columns, "for update", ids)
}

// livingSQL reads contacts by their ids, and then leaves out those that are
// deleted: for both at once, a planner without statistics takes an index of the
// living, and reads all of it.
func livingSQL(columns string) string {
	return `
		select ` + columns + `
		  from (select * from contact where sub_account_id = @sub_account and id = any(@ids) offset 0) contact
		 where deleted_at is null`
}

func lockAs(ctx context.Context, tx pgx.Tx, columns, lock string, ids []uuid.UUID) ([]Contact, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return nil, err
	}
	db.Later(tx, `select from contact where sub_account_id = @sub_account and id = any(@ids) order by id `+lock, args)
	mine, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, livingSQL(columns)+inReach(ctx, mine), mine)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
}

// saveMany inserts and changes contacts with their addresses and their values of
// custom fields, and tells of each, in a few statements. by is the catalogue that
// the values were checked by; nil where none changes. Errors: errFields where
// the fields changed meanwhile; a violated contact_address_key, or
// contact_value_key, where somebody else took an address or a value of a unique
// field. Then the transaction must be given up.
func (s *Service) saveMany(ctx context.Context, tx pgx.Tx, list []changed, by *catalogue) error {
	if by != nil {
		if err := by.current(ctx, tx); err != nil {
			return err
		}
	}
	var fresh []Contact
	var old []changed
	told := make([]events.New, 0, len(list))
	for _, c := range list {
		if c.before != nil {
			one, err := updated(*c.before, c.after)
			if err != nil {
				return err
			}
			old, told = append(old, c), append(told, one)
			continue
		}
		fresh = append(fresh, c.after)
		told = append(told, events.New{Kind: EventCreated, SubjectKind: Subject, SubjectID: c.after.ID, Payload: Changed{After: snapshot(c.after)}})
	}
	if err := insertMany(ctx, tx, fresh, by); err != nil {
		return err
	}
	if err := addressMany(ctx, tx, list); err != nil {
		return err
	}
	if err := searchMany(ctx, tx, list); err != nil {
		return err
	}
	if err := updateMany(ctx, tx, old, by); err != nil {
		return err
	}
	if err := valueMany(ctx, tx, list, by); err != nil {
		return err
	}
	return s.Events.PublishMany(ctx, tx, told)
}

// current is errFields where the fields are others than those of the catalogue,
// and keeps them as they are until the commit.
func (c *catalogue) current(ctx context.Context, tx pgx.Tx) error {
	if err := writeValues(ctx, tx); err != nil {
		return err
	}
	args, err := with(ctx, nil)
	if err != nil {
		return err
	}
	var version int64
	if err := tx.QueryRow(ctx, `select `+versionColumn, args).Scan(&version); err != nil {
		return err
	}
	if version != c.version {
		return errFields
	}
	return nil
}

// valueMany makes the rows of contact_value what the contacts' values are now.
func valueMany(ctx context.Context, tx pgx.Tx, list []changed, by *catalogue) error {
	if by == nil {
		return nil
	}
	var old, of []uuid.UUID
	var all keptValues
	for _, c := range list {
		if c.before != nil {
			if reflect.DeepEqual(c.before.Custom, c.after.Custom) {
				continue
			}
			old = append(old, c.after.ID)
		}
		k := by.kept(c.after.Custom)
		for range k.fields {
			of = append(of, c.after.ID)
		}
		all.fields, all.texts, all.held = append(all.fields, k.fields...), append(all.texts, k.texts...), append(all.held, k.held...)
		all.numbers, all.times = append(all.numbers, k.numbers...), append(all.times, k.times...)
	}
	if len(old) > 0 {
		args, err := with(ctx, pgx.StrictNamedArgs{"old": old})
		if err != nil {
			return err
		}
		db.Later(tx, `delete from contact_value where sub_account_id = @sub_account and contact_id = any(@old)`, args)
	}
	if len(of) == 0 {
		return nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"of": of})
	if err != nil {
		return err
	}
	all.args(args)
	db.Later(tx, `
		insert into contact_value (sub_account_id, contact_id, field_id, text, number, time, held)
		select @sub_account, v.contact_id, v.field_id, v.text, v.number, v.time, v.held
		  from unnest(@of::uuid[], @value_fields::uuid[], @value_texts::text[], @value_numbers::text[]::numeric[], @value_times::timestamptz[],
		              @value_held::boolean[]) as v (contact_id, field_id, text, number, time, held)
		 order by v.field_id, v.text`, args)
	return nil
}

// removeMany deletes contacts whose locks the caller holds, and tells of each.
func (s *Service) removeMany(ctx context.Context, tx pgx.Tx, list []Contact) error {
	if len(list) == 0 {
		return nil
	}
	now := s.now()
	ids, jobs, told := make([]uuid.UUID, len(list)), make([]queue.Payload, len(list)), make([]events.New, len(list))
	for i, c := range list {
		ids[i], jobs[i] = c.ID, EraseJob{ContactID: c.ID}
		told[i] = events.New{Kind: EventDeleted, SubjectKind: Subject, SubjectID: c.ID, Payload: Changed{Before: snapshot(c)}}
	}
	if err := tombstones(ctx, tx, ids, now); err != nil {
		return err
	}
	if _, err := s.Jobs.EnqueueMany(ctx, tx, jobs, queue.On(queue.Maintenance), queue.At(now.AddDate(0, 0, RetentionDays))); err != nil {
		return err
	}
	return s.Events.PublishMany(ctx, tx, told)
}

// addressMany makes the addresses of contacts what they are now, in an order
// that is the same for everybody: whoever meets at one waits, and nobody for
// each other.
func addressMany(ctx context.Context, tx pgx.Tx, list []changed) error {
	var old, of []uuid.UUID
	var all Addresses
	for _, c := range list {
		if c.before != nil {
			if sameAddresses(c.before.Addresses, c.after.Addresses) {
				continue
			}
			old = append(old, c.after.ID)
		}
		for range c.after.Addresses {
			of = append(of, c.after.ID)
		}
		all = append(all, c.after.Addresses...)
	}
	lists := pgx.StrictNamedArgs{}
	all.args(lists)
	if len(old) > 0 {
		args, err := with(ctx, pgx.StrictNamedArgs{"old": old, "address_ids": lists["address_ids"]})
		if err != nil {
			return err
		}
		db.Later(tx, `
			delete from contact_address
			 where sub_account_id = @sub_account and contact_id = any(@old) and id <> all(@address_ids::uuid[])`, args)
		primary, err := with(ctx, pgx.StrictNamedArgs{"old": old})
		if err != nil {
			return err
		}
		db.Later(tx, `
			update contact_address set is_primary = false
			 where sub_account_id = @sub_account and contact_id = any(@old) and is_primary`, primary)
	}
	if len(of) == 0 {
		return nil
	}
	lists["of"] = of
	args, err := with(ctx, lists)
	if err != nil {
		return err
	}
	args["now"] = list[0].after.UpdatedAt
	again := ""
	if len(old) > 0 {
		again = `
		on conflict (sub_account_id, id) do update
		   set label = excluded.label, is_primary = excluded.is_primary, state = excluded.state`
	}
	db.Later(tx, `
		insert into contact_address (sub_account_id, contact_id, created_at, id, kind, value, label, is_primary, state)
		select @sub_account, a.contact_id, @now, a.id, a.kind, a.value, a.label, a.is_primary, a.state
		  from unnest(@of::uuid[], @address_ids::uuid[], @kinds::text[], @values::text[], @labels::text[], @primary::boolean[], @states::text[])
		       as a (contact_id, id, kind, value, label, is_primary, state)
		 order by a.kind, a.value`+again, args)
	return nil
}

func sameAddresses(a, b Addresses) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
