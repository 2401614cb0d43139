package contact

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

const fieldColumns = `id, object, key, name, kind, folder_id, options, required, is_unique, indexed, rules, position, version,
	archived_at, created_at, updated_at`

const valueKey = "contact_value_key"

var (
	errNotUnique        = fault.New(fault.Conflict, "field.not_unique", "Several contacts have the same value here. Mend or merge them first.")
	errNotUniqueCompany = fault.New(fault.Conflict, "field.not_unique", "Several companies have the same value here. Mend them first.")
)

func listFields(ctx context.Context, r db.Reader, object string) ([]Field, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"object": object})
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `select `+fieldColumns+` from custom_field
		 where sub_account_id = @sub_account and object = @object order by position, name, id`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Field])
}

// catalogued reads the fields of contacts and companies, and their version first:
// of a change in between, the version is the older one.
func catalogued(ctx context.Context, r db.Reader) (version int64, list []Field, err error) {
	args, err := with(ctx, nil)
	if err != nil {
		return 0, nil, err
	}
	if err = r.QueryRow(ctx, `select `+versionColumn, args).Scan(&version); err != nil {
		return 0, nil, err
	}
	for _, object := range []string{ObjectContact, ObjectCompany} {
		some, err := listFields(ctx, r, object)
		if err != nil {
			return 0, nil, err
		}
		list = append(list, some...)
	}
	return version, list, nil
}

// versionColumn is the version of all fields.
const versionColumn = `coalesce((select sum(version) from field_catalogue where sub_account_id = @sub_account), 0)::bigint`

// lockFields keeps others from changing an object's fields, and from writing
// values, until the commit, and counts the change.
func lockFields(ctx context.Context, tx pgx.Tx, object string) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"object": object})
	if err != nil {
		return err
	}
	db.Later(tx, `
		insert into field_catalogue (sub_account_id, object, version) values (@sub_account, @object, 1)
		on conflict (sub_account_id, object) do update set version = field_catalogue.version + 1`, args)
	_, err = tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('fields/' || @sub_account::uuid::text, 0))`, pgx.StrictNamedArgs{"sub_account": args["sub_account"]})
	return err
}

// writeValues is taken by whoever writes values, with the next statement: no
// field becomes unique meanwhile.
func writeValues(ctx context.Context, tx pgx.Tx) error {
	args, err := with(ctx, nil)
	if err == nil {
		db.Later(tx, `select pg_advisory_xact_lock_shared(hashtextextended('fields/' || @sub_account::uuid::text, 0))`, args)
	}
	return err
}

func field(ctx context.Context, r db.Reader, id uuid.UUID) (Field, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Field{}, err
	}
	rows, err := r.Query(ctx, `select `+fieldColumns+` from custom_field where sub_account_id = @sub_account and id = @id`, args)
	if err != nil {
		return Field{}, err
	}
	f, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Field])
	if errors.Is(err, pgx.ErrNoRows) {
		return Field{}, errNoField.Wrap(err)
	}
	return f, err
}

func saveField(ctx context.Context, tx pgx.Tx, f Field) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": f.ID, "object": f.Object, "key": f.Key, "name": f.Name, "kind": f.Kind, "folder": f.FolderID, "options": f.Options,
		"required": f.Required, "unique": f.Unique, "indexed": f.Indexed, "rules": f.Rules, "position": f.Position,
		"version": f.Version, "archived_at": f.ArchivedAt, "created_at": f.CreatedAt, "updated_at": f.UpdatedAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into custom_field (sub_account_id, id, object, key, name, kind, folder_id, options, required, is_unique, indexed,
		                          rules, position, version, archived_at, created_at, updated_at)
		values (@sub_account, @id, @object, @key, @name, @kind, @folder, @options, @required, @unique, @indexed,
		        @rules, @position, @version, @archived_at, @created_at, @updated_at)
		on conflict (sub_account_id, id) do update
		   set name = excluded.name, folder_id = excluded.folder_id, options = excluded.options, required = excluded.required,
		       is_unique = excluded.is_unique, indexed = excluded.indexed, rules = excluded.rules, position = excluded.position,
		       version = excluded.version, archived_at = excluded.archived_at, updated_at = excluded.updated_at`, args)
	switch {
	case db.Constraint(err) == "custom_field_sub_account_id_folder_id_fkey":
		return fault.New(fault.Invalid, "field.invalid", "Some fields need mending.").At("folder_id", "There is no such folder.")
	case db.Constraint(err) == "custom_field_key":
		return errKeyTaken
	}
	return err
}

// keepValues makes contact_value, or company_value, what a field asks for: its
// values, or none.
func keepValues(ctx context.Context, tx pgx.Tx, f Field) error {
	if f.Object == ObjectCompany {
		return keepCompanyValues(ctx, tx, f)
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"field": f.ID})
	if err != nil {
		return err
	}
	db.Later(tx, `delete from contact_value where sub_account_id = @sub_account and field_id = @field`, args)
	if !f.kept() {
		return nil
	}
	number, at := `null::numeric`, `null::timestamptz`
	switch f.Kind {
	case FieldNumber:
		number = `(custom ->> @key)::numeric`
	case FieldMoney:
		number = `(custom -> @key ->> 'amount')::numeric`
	case FieldDate:
		at = `((custom ->> @key) || 'T00:00:00Z')::timestamptz`
	case FieldDateTime:
		at = `(custom ->> @key)::timestamptz`
	}
	if err := fitsIndex(ctx, tx, f, "contact"); err != nil {
		return err
	}
	args = pgx.StrictNamedArgs{"sub_account": args["sub_account"], "field": f.ID, "key": f.Key, "unique": f.Unique}
	_, err = tx.Exec(ctx, `
		insert into contact_value (sub_account_id, field_id, contact_id, text, number, time, held)
		select sub_account_id, @field, id, `+f.textSQL()+`, `+number+`, `+at+`, @unique::boolean and deleted_at is null
		  from contact where sub_account_id = @sub_account and custom ? @key`, args)
	if db.Constraint(err) == valueKey {
		return errNotUnique
	}
	return err
}

// textSQL is a value as an index keeps it.
func (f Field) textSQL() string {
	if f.Kind == FieldMoney {
		return `(custom -> @key ->> 'amount') || ' ' || (custom -> @key ->> 'currency')`
	}
	return `custom ->> @key`
}

// fitsIndex refuses a field of which somebody has more than an index keeps. table
// is contact or company.
func fitsIndex(ctx context.Context, tx pgx.Tx, f Field, table string) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"key": f.Key, "most": MaxIndexedText})
	if err != nil {
		return err
	}
	var long bool
	err = tx.QueryRow(ctx, `select exists (select from `+table+` where sub_account_id = @sub_account and custom ? @key and length(custom ->> @key) > @most)`,
		args).Scan(&long)
	if err == nil && long {
		return fault.New(fault.Conflict, "field.too_long", fmt.Sprintf("Some have more than %d characters here: an index doesn't keep them.", MaxIndexedText))
	}
	return err
}

// rewriteValues makes a contact's rows of contact_value what its values are now,
// with the next statement of the transaction.
func rewriteValues(ctx context.Context, tx pgx.Tx, id uuid.UUID, k keptValues) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"contact": id})
	if err != nil {
		return err
	}
	db.Later(tx, `delete from contact_value where sub_account_id = @sub_account and contact_id = @contact`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "contact": id})
	if len(k.fields) == 0 {
		return nil
	}
	k.args(args)
	db.Later(tx, `
		insert into contact_value (sub_account_id, contact_id, field_id, text, number, time, held)
		select @sub_account, @contact, v.* from `+valuesSQL+` v`, args)
	return nil
}

const valuesSQL = `unnest(@value_fields::uuid[], @value_texts::text[], @value_numbers::text[]::numeric[], @value_times::timestamptz[], @value_held::boolean[])`

// valueHolder names the contact that has a value of a unique field.
func valueHolder(ctx context.Context, r db.Reader, but uuid.UUID, k keptValues) (c Contact, key string, err error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": but, "fields": k.fields, "texts": k.texts})
	if err != nil {
		return Contact{}, "", err
	}
	var id uuid.UUID
	err = r.QueryRow(ctx, `
		select v.contact_id, f.key from unnest(@fields::uuid[], @texts::text[]) w (field, text)
		  join contact_value v on v.sub_account_id = @sub_account and v.field_id = w.field and v.text = w.text and v.held
		  join custom_field f on f.sub_account_id = @sub_account and f.id = w.field
		 where v.contact_id <> @id limit 1`, args).Scan(&id, &key)
	if err != nil {
		return Contact{}, "", err
	}
	c, err = one(ctx, r, `id = @value`, id)
	return c, key, err
}

func eraseValues(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err == nil {
		db.Later(tx, `
			delete from contact_value using contact
			 where contact_value.sub_account_id = @sub_account and contact_id = @id
			   and contact.sub_account_id = @sub_account and contact.id = @id and deleted_at is not null`, args)
	}
	return err
}

// Folder groups custom fields.
type Folder struct {
	ID        uuid.UUID
	Object    string
	Name      string
	Position  int32
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

const folderColumns = `id, object, name, position, version, created_at, updated_at`

func folders(ctx context.Context, r db.Reader, where string, pairs pgx.StrictNamedArgs) ([]Folder, error) {
	args, err := with(ctx, pairs)
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `select `+folderColumns+` from field_folder
		 where sub_account_id = @sub_account and `+where+` order by position, name`, args)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Folder])
}

func saveFolder(ctx context.Context, tx pgx.Tx, f Folder) error {
	args, err := with(ctx, pgx.StrictNamedArgs{
		"id": f.ID, "object": f.Object, "name": f.Name, "position": f.Position, "version": f.Version,
		"created_at": f.CreatedAt, "updated_at": f.UpdatedAt,
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into field_folder (sub_account_id, id, object, name, position, version, created_at, updated_at)
		values (@sub_account, @id, @object, @name, @position, @version, @created_at, @updated_at)
		on conflict (sub_account_id, id) do update
		   set name = excluded.name, position = excluded.position, version = excluded.version, updated_at = excluded.updated_at`, args)
	if db.Constraint(err) == "field_folder_name_key" {
		return fault.New(fault.Conflict, "folder.duplicate", "Another folder has this name already.")
	}
	return err
}

// deleteFolder lets its fields stand without one.
func deleteFolder(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return err
	}
	db.Later(tx, `update custom_field set folder_id = null where sub_account_id = @sub_account and folder_id = @id`, args)
	_, err = tx.Exec(ctx, `delete from field_folder where sub_account_id = @sub_account and id = @id`, args)
	return err
}
