package contact

import (
	"context"
	"errors"
	"reflect"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// addressColumn reads a contact's addresses with it, in the order of Addresses.
const addressColumn = `(
	select coalesce(jsonb_agg(jsonb_build_object(
	           'id', a.id, 'kind', a.kind, 'value', a.value, 'label', a.label, 'primary', a.is_primary, 'state', a.state)
	           order by a.kind, a.is_primary desc, a.id), '[]')
	  from contact_address a where a.sub_account_id = contact.sub_account_id and a.contact_id = contact.id) as addresses`

// addressKey holds an address to one contact.
const addressKey = "contact_address_key"

// args are the addresses as the arrays of a statement.
func (all Addresses) args(to pgx.StrictNamedArgs) {
	n := len(all)
	ids, primary := make([]uuid.UUID, n), make([]bool, n)
	kinds, values, labels, states := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, a := range all {
		ids[i], kinds[i], values[i], labels[i], primary[i], states[i] = a.ID, a.Kind, a.Value, a.Label, a.Primary, a.State
	}
	to["address_ids"], to["kinds"], to["values"] = ids, kinds, values
	to["labels"], to["primary"], to["states"] = labels, primary, states
}

// rewriteAddresses makes a contact's addresses what they are now, with the next
// statement of the transaction.
func rewriteAddresses(ctx context.Context, tx pgx.Tx, before, after Contact) error {
	if slices.Equal(before.Addresses, after.Addresses) {
		return nil
	}
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	args := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "contact": after.ID, "now": after.UpdatedAt}
	after.Addresses.args(args)
	gone := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "contact": after.ID, "address_ids": args["address_ids"]}
	db.Later(tx, `
		delete from contact_address
		 where sub_account_id = @sub_account and contact_id = @contact and id <> all(@address_ids::uuid[])`, gone)
	db.Later(tx, `
		update contact_address set is_primary = false
		 where sub_account_id = @sub_account and contact_id = @contact and is_primary`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "contact": after.ID})
	db.Later(tx, `
		insert into contact_address (sub_account_id, contact_id, created_at, id, kind, value, label, is_primary, state)
		select @sub_account, @contact, @now, a.*
		  from unnest(@address_ids::uuid[], @kinds::text[], @values::text[], @labels::text[], @primary::boolean[], @states::text[]) a
		on conflict (sub_account_id, id) do update
		   set label = excluded.label, is_primary = excluded.is_primary, state = excluded.state`, args)
	return nil
}

// updateUnlessDuplicate changes a contact behind a savepoint: a change has no
// ON CONFLICT. Errors are those of insert.
func updateUnlessDuplicate(ctx context.Context, tx pgx.Tx, before, after Contact, by *catalogue) error {
	point, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	values := by.kept(after.Custom)
	if err = rewrite(ctx, point, before, after, values); err == nil {
		err = update(ctx, point, after, by)
	}
	if err == nil {
		return point.Commit(ctx)
	}
	broken := db.Constraint(err)
	if broken != addressKey && broken != valueKey {
		return err
	}
	if rollback := point.Rollback(ctx); rollback != nil {
		return errors.Join(err, rollback)
	}
	if broken == valueKey {
		return duplicateValue(ctx, tx, after, values)
	}
	return duplicate(ctx, tx, after)
}

// rewrite makes the further tables what a contact is now, with the next
// statement of the transaction.
func rewrite(ctx context.Context, tx pgx.Tx, before, after Contact, values keptValues) error {
	if !reflect.DeepEqual(before.Custom, after.Custom) {
		if err := errors.Join(writeValues(ctx, tx), rewriteValues(ctx, tx, after.ID, values)); err != nil {
			return err
		}
	}
	if reworded(&before, &after) {
		if err := searchAgain(ctx, tx, []Contact{after}); err != nil {
			return err
		}
	}
	return rewriteAddresses(ctx, tx, before, after)
}

// duplicateValue names the contact that has a value of a unique field already.
func duplicateValue(ctx context.Context, tx pgx.Tx, c Contact, values keptValues) error {
	other, key, err := valueHolder(ctx, tx, c.ID, values)
	taken := fault.New(fault.Conflict, "contact.duplicate", "Another contact has this value already, and it is unique.").With("field", "custom."+key)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fault.New(fault.Conflict, "contact.duplicate", "Another contact had this value until just now. Try again.")
	case errors.Is(err, errNotFound): // out of reach
		return taken
	case err != nil:
		return err
	}
	return taken.With("contact", map[string]any{"id": other.ID, "name": other.Name()})
}

// holder is an address of another contact.
type holder struct {
	Kind      string
	Value     string
	ID        uuid.UUID
	Name      string
	OwnerID   uuid.NullUUID
	Followers []uuid.UUID
}

// holders names the other contacts that have one of the addresses: the phones
// first, the primary ones before others.
func holders(ctx context.Context, r db.Reader, but uuid.UUID, all Addresses) ([]holder, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	args := pgx.StrictNamedArgs{}
	all.args(args)
	rows, err := r.Query(ctx, `
		select a.kind, a.value, c.id,
		       coalesce(nullif(trim(c.first_name || ' ' || c.last_name), ''), nullif(c.email, ''), c.phone) as name,
		       c.owner_id, c.followers
		  from unnest(@kinds::text[], @values::text[]) with ordinality as w (kind, value, place)
		  join contact_address a on a.sub_account_id = @sub_account and a.kind = w.kind and a.value = w.value and not a.released
		  join contact c on c.sub_account_id = @sub_account and c.id = a.contact_id
		 where a.contact_id <> @id
		 order by a.kind desc, w.place`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": but, "kinds": args["kinds"], "values": args["values"]})
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[holder])
}

// duplicate names the contact that has one of the addresses that c would have
// too, if it is in reach.
func duplicate(ctx context.Context, tx pgx.Tx, c Contact) error {
	others, err := holders(ctx, tx, c.ID, c.Addresses)
	if err != nil {
		return err
	}
	if len(others) == 0 { // deleted since: trying again will do
		return fault.New(fault.Conflict, "contact.duplicate", "Another contact had this phone number or e-mail address until just now. Try again.")
	}
	words := "e-mail address"
	if others[0].Kind == KindPhone {
		words = "phone number"
	}
	taken := fault.New(fault.Conflict, "contact.duplicate", "Another contact has this "+words+" already.").With("field", others[0].Kind)
	if other := (Contact{OwnerID: others[0].OwnerID, Followers: others[0].Followers}); !other.within(ctx) {
		return taken
	}
	return taken.With("contact", map[string]any{"id": others[0].ID, "name": others[0].Name})
}

// byAddress finds the living contact with an address.
func byAddress(ctx context.Context, r db.Reader, kind, value string) (Contact, error) {
	return one(ctx, r, `deleted_at is null and id = `+holderSQL(kind), value)
}

// holderSQL is the contact that has the address @value.
func holderSQL(kind string) string {
	return `(select contact_id from contact_address
		 where sub_account_id = @sub_account and kind = '` + kind + `' and value = @value and not released)`
}

// hold keeps a contact from being deleted or merged until the commit, with the
// next statement; it waits for one that is going on. It is the lock that bears
// with foreign keys' alone, since that is what deletions of many take.
func hold(ctx context.Context, tx pgx.Tx, id string, value any) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"value": value})
	if err == nil {
		db.Later(tx, `select from contact where sub_account_id = @sub_account and id = `+id+` for no key update`, args)
	}
	return err
}
