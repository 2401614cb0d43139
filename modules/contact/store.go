package contact

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const columns = `id, first_name, last_name, email, phone, tags, owner_id, source, version, created_at, updated_at`

// one reads a single contact in reach by a condition on @value.
func one(ctx context.Context, r db.Reader, where string, value any) (Contact, error) {
	return read(ctx, r, where, value, "")
}

// lock reads a contact and keeps others from changing it until the commit, so
// that its events are in the order of its commits.
func lock(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Contact, error) {
	return read(ctx, tx, `id = @value and deleted_at is null`, id, ` for update`)
}

func read(ctx context.Context, r db.Reader, where string, value any, lock string) (Contact, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return Contact{}, err
	}
	args := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "value": value}
	rows, err := r.Query(ctx, `select `+columns+` from contact where sub_account_id = @sub_account and `+where+inReach(ctx, args)+lock, args)
	if err != nil {
		return Contact{}, err
	}
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Contact])
	if errors.Is(err, pgx.ErrNoRows) {
		return Contact{}, errNotFound.Wrap(err)
	}
	return c, err
}

func lookup(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) (map[uuid.UUID]Contact, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, `select `+columns+` from contact where sub_account_id = @sub_account and id = any(@ids)`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "ids": ids})
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[Contact])
	out := make(map[uuid.UUID]Contact, len(found))
	for _, c := range found {
		out[c.ID] = c
	}
	return out, err
}

const insertSQL = `
	insert into contact (sub_account_id, id, first_name, last_name, email, phone, tags, owner_id, source,
	                     sort_name, search_text, version, created_at, updated_at)
	values (@sub_account, @id, @first_name, @last_name, @email, @phone, @tags, @owner_id, @source,
	        @sort_name, @search_text, @version, @created_at, @updated_at)`

// insert keeps a new contact. Conflict "contact.duplicate", which names the
// contact that has the number or the address already.
func insert(ctx context.Context, tx pgx.Tx, c Contact) error {
	made, err := insertUnless(ctx, tx, c, `on conflict do nothing`)
	if err != nil || made {
		return err
	}
	return duplicate(ctx, tx, c)
}

// insertUnlessPhone tells whether it made the contact; if not, another has the
// number.
func insertUnlessPhone(ctx context.Context, tx pgx.Tx, c Contact) (bool, error) {
	return insertUnless(ctx, tx, c, `on conflict (sub_account_id, phone) where phone <> '' and deleted_at is null do nothing`)
}

func insertUnless(ctx context.Context, tx pgx.Tx, c Contact, conflict string) (bool, error) {
	args, err := row(ctx, c)
	if err != nil {
		return false, err
	}
	args["created_at"] = c.CreatedAt
	tag, err := tx.Exec(ctx, insertSQL+` `+conflict, args)
	return tag.RowsAffected() == 1, err
}

func update(ctx context.Context, tx pgx.Tx, c Contact) error {
	args, err := row(ctx, c)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update contact
		   set first_name = @first_name, last_name = @last_name, email = @email, phone = @phone, tags = @tags,
		       owner_id = @owner_id, source = @source, sort_name = @sort_name, search_text = @search_text,
		       version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id`, args)
	return err
}

func row(ctx context.Context, c Contact) (pgx.StrictNamedArgs, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	return pgx.StrictNamedArgs{
		"sub_account": t.SubAccount, "id": c.ID, "first_name": c.FirstName, "last_name": c.LastName,
		"email": c.Email, "phone": c.Phone, "tags": c.Tags, "owner_id": c.OwnerID, "source": c.Source,
		"sort_name": c.sortName(), "search_text": c.searchText(), "version": c.Version, "updated_at": c.UpdatedAt,
	}, nil
}

func tombstone(ctx context.Context, tx pgx.Tx, id uuid.UUID, at time.Time) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update contact set deleted_at = @at, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": id, "at": at})
	return err
}

func erase(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update contact
		   set first_name = '', last_name = '', email = '', phone = '', tags = '{}', source = '',
		       owner_id = null, sort_name = '', search_text = '', version = version + 1
		 where sub_account_id = @sub_account and id = @id and deleted_at is not null`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": id})
	return err
}

// updateUnlessDuplicate changes a contact behind a savepoint: a change has no
// ON CONFLICT. Errors are those of insert.
func updateUnlessDuplicate(ctx context.Context, tx pgx.Tx, c Contact) error {
	point, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	err = update(ctx, point, c)
	if err == nil {
		return point.Commit(ctx)
	}
	if broken := db.Constraint(err); broken != phoneKey && broken != emailKey {
		return err
	}
	if rollback := point.Rollback(ctx); rollback != nil {
		return errors.Join(err, rollback)
	}
	return duplicate(ctx, tx, c)
}

const phoneKey, emailKey = "contact_phone_key", "contact_email_key"

// duplicate names the contact whose number or address c would have too, if it is
// in reach.
func duplicate(ctx context.Context, tx pgx.Tx, c Contact) error {
	args, err := row(ctx, c)
	if err != nil {
		return err
	}
	clash := pgx.StrictNamedArgs{"sub_account": args["sub_account"], "id": c.ID, "phone": c.Phone, "email": c.Email}
	rows, err := tx.Query(ctx, `
		select `+columns+` from contact
		 where sub_account_id = @sub_account and id <> @id and deleted_at is null
		   and (phone <> '' and phone = @phone or email <> '' and email = @email)
		 order by phone = @phone desc limit 1`, clash)
	if err != nil {
		return err
	}
	other, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Contact])
	if errors.Is(err, pgx.ErrNoRows) { // deleted since: trying again will do
		return fault.New(fault.Conflict, "contact.duplicate", "Another contact had this phone number or e-mail address until just now. Try again.")
	}
	if err != nil {
		return err
	}
	field, words := "email", "e-mail address"
	if c.Phone != "" && other.Phone == c.Phone {
		field, words = "phone", "phone number"
	}
	taken := fault.New(fault.Conflict, "contact.duplicate", "Another contact has this "+words+" already.").With("field", field)
	if !other.within(ctx) {
		return taken
	}
	return taken.With("contact", map[string]any{"id": other.ID, "name": other.Name()})
}

func equal(a, b Contact) bool {
	return a.FirstName == b.FirstName && a.LastName == b.LastName && a.Email == b.Email && a.Phone == b.Phone &&
		a.OwnerID == b.OwnerID && a.Source == b.Source && slices.Equal(a.Tags, b.Tags)
}
