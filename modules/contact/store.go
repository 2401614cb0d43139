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

// one reads a single contact by a condition on @value.
func one(ctx context.Context, tx pgx.Tx, where string, value any) (Contact, error) {
	return read(ctx, tx, `select `+columns+` from contact where sub_account_id = @sub_account and `+where, value)
}

// lock reads a contact and keeps others from changing it until the commit, so
// that its events are in the order of its commits.
func lock(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Contact, error) {
	return read(ctx, tx, `
		select `+columns+` from contact
		 where sub_account_id = @sub_account and id = @value and deleted_at is null for update`, id)
}

func read(ctx context.Context, tx pgx.Tx, sql string, value any) (Contact, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return Contact{}, err
	}
	rows, err := tx.Query(ctx, sql, pgx.StrictNamedArgs{"sub_account": t.SubAccount, "value": value})
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

func insert(ctx context.Context, tx pgx.Tx, c Contact) error {
	args, err := row(ctx, c)
	if err != nil {
		return err
	}
	args["created_at"] = c.CreatedAt
	_, err = tx.Exec(ctx, insertSQL, args)
	return err
}

// insertUnlessPhone tells whether it made the contact; if not, another has the
// number.
func insertUnlessPhone(ctx context.Context, tx pgx.Tx, c Contact) (bool, error) {
	args, err := row(ctx, c)
	if err != nil {
		return false, err
	}
	args["created_at"] = c.CreatedAt
	tag, err := tx.Exec(ctx, insertSQL+` on conflict (sub_account_id, phone)
		where phone <> '' and deleted_at is null do nothing`, args)
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

// unlessDuplicate runs a write behind a savepoint and, where it breaks a unique
// index, names the contact that is there already.
func unlessDuplicate(ctx context.Context, tx pgx.Tx, c Contact, write func(pgx.Tx) error) error {
	point, err := tx.Begin(ctx)
	if err != nil {
		return err
	}
	err = write(point)
	if err == nil {
		return point.Commit(ctx)
	}
	field, value := duplicated(db.Constraint(err), c)
	if field == "" {
		return err
	}
	if rollback := point.Rollback(ctx); rollback != nil {
		return errors.Join(err, rollback)
	}
	dup := fault.New(fault.Conflict, "contact.duplicate", "Another contact has this "+words[field]+" already.").
		Wrap(err).With("field", field)
	other, err := one(ctx, tx, field+` = @value and deleted_at is null`, value)
	if err != nil {
		return dup // it was deleted since; trying again will do
	}
	return dup.With("contact", map[string]any{"id": other.ID, "name": other.Name()})
}

var words = map[string]string{"phone": "phone number", "email": "e-mail address"}

func duplicated(constraint string, c Contact) (field, value string) {
	switch constraint {
	case "contact_phone_key":
		return "phone", c.Phone
	case "contact_email_key":
		return "email", c.Email
	}
	return "", ""
}

func equal(a, b Contact) bool {
	return a.FirstName == b.FirstName && a.LastName == b.LastName && a.Email == b.Email && a.Phone == b.Phone &&
		a.OwnerID == b.OwnerID && a.Source == b.Source && slices.Equal(a.Tags, b.Tags)
}
