package contact

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const columns = `id, first_name, last_name, email, phone, tags, owner_id, source, company_id, job_title, street, city, region,
	postal_code, country, timezone, coalesce(birthday::text, '') as birthday, first_touch, last_touch, followers, dnd,
	score, custom, version, created_at, updated_at, ` + addressColumn

// one reads a single contact in reach by a condition on @value.
func one(ctx context.Context, r db.Reader, where string, value any) (Contact, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return Contact{}, err
	}
	args := pgx.StrictNamedArgs{"sub_account": t.SubAccount, "value": value}
	rows, err := r.Query(ctx, `select `+columns+` from contact where sub_account_id = @sub_account and `+where+inReach(ctx, args), args)
	if err != nil {
		return Contact{}, err
	}
	c, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Contact])
	if errors.Is(err, pgx.ErrNoRows) {
		return Contact{}, notFound(ctx, r, value, err)
	}
	return c, err
}

// notFound tells where a contact is that was merged into another one.
func notFound(ctx context.Context, r db.Reader, value any, cause error) error {
	id, ok := value.(uuid.UUID)
	if !ok {
		return errNotFound.Wrap(cause)
	}
	into, err := mergedInto(ctx, r, id)
	switch {
	case err != nil:
		return err
	case into.Valid:
		return errNotFound.With("merged_into", into.UUID).Wrap(cause)
	}
	return errNotFound.Wrap(cause)
}

// lock reads a contact and keeps others from changing it until the commit, so
// that its events are in the order of its commits. The addresses are read once
// the lock is held: they may have changed while it was waited for.
func lock(ctx context.Context, tx pgx.Tx, id uuid.UUID) (Contact, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return Contact{}, err
	}
	db.Later(tx, `select id from contact where sub_account_id = @sub_account and id = @id for update`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": id})
	return one(ctx, tx, `id = @value and deleted_at is null`, id)
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

// insertSQL keeps a contact with its addresses, and tells what it kept: an
// address that another contact has keeps nobody from failing.
const insertSQL = `
	with made as (
		insert into contact (sub_account_id, id, first_name, last_name, email, phone, tags, owner_id, source, company_id,
		                     job_title, street, city, region, postal_code, country, timezone, birthday, first_touch,
		                     last_touch, followers, dnd, score, custom, custom_exact, sort_name, version, created_at, updated_at)
		values (@sub_account, @id, @first_name, @last_name, @email, @phone, @tags, @owner_id, @source, @company_id,
		        @job_title, @street, @city, @region, @postal_code, @country, @timezone, nullif(@birthday, '')::date, @first_touch,
		        @last_touch, @followers, @dnd, @score, @custom, @custom_exact, @sort_name, @version, @created_at, @updated_at)
		on conflict do nothing returning sub_account_id, id, created_at),
	addressed as (
		insert into contact_address (sub_account_id, contact_id, created_at, id, kind, value, label, is_primary, state)
		select made.sub_account_id, made.id, made.created_at, a.*
		  from made, unnest(@address_ids::uuid[], @kinds::text[], @values::text[], @labels::text[], @primary::boolean[], @states::text[]) a
		on conflict do nothing returning id),
	worded as (
		insert into contact_search (sub_account_id, contact_id, name, created, text)
		select sub_account_id, id, @sort_name, created_at, @search_text from made),
	valued as (
		insert into contact_value (sub_account_id, contact_id, field_id, text, number, time, held)
		select made.sub_account_id, made.id, v.* from made, ` + valuesSQL + ` v
		on conflict do nothing returning field_id)
	select (select count(*) from made) = 1 and (select count(*) from addressed) = cardinality(@address_ids::uuid[]),
	       (select count(*) from valued) = cardinality(@value_fields::uuid[]), ` + versionColumn

// insert keeps a new contact. Conflict "contact.duplicate", which names the
// contact that has one of the addresses already; then the transaction, or the
// savepoint, must be given up. by is the catalogue that its values were checked
// by; nil for one without any.
func insert(ctx context.Context, tx pgx.Tx, c Contact, by *catalogue) error {
	args, err := row(ctx, c, by)
	if err != nil {
		return err
	}
	args["created_at"], args["search_text"] = c.CreatedAt, c.searchText()
	c.Addresses.args(args)
	values := by.kept(c.Custom)
	values.args(args)
	if len(c.Custom) > 0 {
		if err := writeValues(ctx, tx); err != nil {
			return err
		}
	}
	var made, valued bool
	var version int64
	if err := tx.QueryRow(ctx, insertSQL, args).Scan(&made, &valued, &version); err != nil {
		return err
	}
	switch {
	case !made:
		return duplicate(ctx, tx, c)
	case by != nil && version != by.version:
		return errFields
	case !valued:
		return duplicateValue(ctx, tx, c, values)
	}
	return nil
}

// update changes a contact that was checked by the fields of the catalogue.
func update(ctx context.Context, tx pgx.Tx, c Contact, by *catalogue) error {
	args, err := row(ctx, c, by)
	if err != nil {
		return err
	}
	args["catalogue"] = by.version
	tag, err := tx.Exec(ctx, `
		update contact
		   set first_name = @first_name, last_name = @last_name, email = @email, phone = @phone, tags = @tags,
		       owner_id = @owner_id, source = @source, company_id = @company_id, job_title = @job_title,
		       street = @street, city = @city, region = @region, postal_code = @postal_code, country = @country,
		       timezone = @timezone, birthday = nullif(@birthday, '')::date, first_touch = @first_touch,
		       last_touch = @last_touch, followers = @followers, dnd = @dnd, score = @score, custom = @custom, custom_exact = @custom_exact,
		       sort_name = @sort_name, version = @version, updated_at = @updated_at
		 where sub_account_id = @sub_account and id = @id and `+versionColumn+` = @catalogue`, args)
	if err == nil && tag.RowsAffected() == 0 {
		return errFields
	}
	return err
}

func doNotDisturb(ctx context.Context, r db.Reader, id uuid.UUID) (channels []string, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	err = r.QueryRow(ctx, `select dnd from contact where sub_account_id = @sub_account and id = @id`,
		pgx.StrictNamedArgs{"sub_account": t.SubAccount, "id": id}).Scan(&channels)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return channels, err
}

func row(ctx context.Context, c Contact, by *catalogue) (pgx.StrictNamedArgs, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	return pgx.StrictNamedArgs{
		"sub_account": t.SubAccount, "id": c.ID, "first_name": c.FirstName, "last_name": c.LastName,
		"email": c.Email, "phone": c.Phone, "tags": c.Tags, "owner_id": c.OwnerID, "source": c.Source,
		"company_id": c.CompanyID, "job_title": c.JobTitle, "street": c.Street, "city": c.City, "region": c.Region,
		"postal_code": c.PostalCode, "country": c.Country, "timezone": c.Timezone, "birthday": c.Birthday,
		"first_touch": c.FirstTouch, "last_touch": c.LastTouch, "followers": c.Followers, "dnd": c.DND,
		"score": c.Score, "custom": c.Custom, "custom_exact": by.exact(c.Custom),
		"sort_name": c.sortName(), "version": c.Version, "updated_at": c.UpdatedAt,
	}, nil
}

// tombstones takes contacts out of every list and frees what they held.
func tombstones(ctx context.Context, tx pgx.Tx, ids []uuid.UUID, at time.Time) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err != nil {
		return err
	}
	db.Later(tx, `update contact_address set released = true where sub_account_id = @sub_account and contact_id = any(@ids)`, args)
	db.Later(tx, `update contact_value set held = false where sub_account_id = @sub_account and contact_id = any(@ids) and held`, args)
	db.Later(tx, `delete from contact_search where sub_account_id = @sub_account and contact_id = any(@ids)`, args)
	db.Later(tx, `
		update contact set deleted_at = @at, updated_at = @at, version = version + 1
		 where sub_account_id = @sub_account and id = any(@ids)`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "ids": ids, "at": at})
	return nil
}
