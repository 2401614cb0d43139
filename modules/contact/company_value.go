package contact

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// held are the values that no other company may have.
func (c *catalogue) held(v Values) (fields []uuid.UUID, texts []string) {
	for _, key := range sortedKeys(v) {
		if f, ok := c.companies[key]; ok && f.kept() {
			fields, texts = append(fields, f.ID), append(texts, f.typed(v[key]).text)
		}
	}
	return fields, texts
}

// holdValues makes company_value what a company's values are now. The caller has
// taken the catalogue's lock. Errors: Conflict "company.duplicate" with Meta
// "field" and "company" {id, name}.
func holdValues(ctx context.Context, tx pgx.Tx, c Company, by *catalogue) error {
	if err := releaseValues(ctx, tx, []uuid.UUID{c.ID}); err != nil {
		return err
	}
	fields, texts := by.held(c.Custom)
	if len(fields) == 0 {
		return nil
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"id": c.ID, "fields": fields, "texts": texts})
	if err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `
		insert into company_value (sub_account_id, company_id, field_id, text)
		select @sub_account, @id, v.field, v.text from unnest(@fields::uuid[], @texts::text[]) v (field, text)
		 order by v.field
		on conflict do nothing`, args)
	if err != nil || tag.RowsAffected() == int64(len(fields)) {
		return err
	}
	return companyWithValue(ctx, tx, args)
}

// companyWithValue names the company that has one of the values.
func companyWithValue(ctx context.Context, tx pgx.Tx, args pgx.StrictNamedArgs) error {
	var key, name string
	var id uuid.UUID
	err := tx.QueryRow(ctx, `
		select f.key, c.id, c.name from unnest(@fields::uuid[], @texts::text[]) w (field, text)
		  join company_value v on v.sub_account_id = @sub_account and v.field_id = w.field and v.text = w.text
		  join company c on c.sub_account_id = @sub_account and c.id = v.company_id
		  join custom_field f on f.sub_account_id = @sub_account and f.id = w.field
		 where v.company_id <> @id limit 1`, args).Scan(&key, &id, &name)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.New(fault.Conflict, "company.duplicate", "Another company had this value until just now. Try again.")
	}
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "company.duplicate", "Another company has this value already, and it is unique.").
		With("field", "custom."+key).With("company", map[string]any{"id": id, "name": name})
}

// releaseValues lets others have what these companies had, with the next statement.
func releaseValues(ctx context.Context, tx pgx.Tx, ids []uuid.UUID) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"ids": ids})
	if err == nil {
		db.Later(tx, `delete from company_value where sub_account_id = @sub_account and company_id = any(@ids)`, args)
	}
	return err
}

// keepCompanyValues makes company_value what a field asks for.
func keepCompanyValues(ctx context.Context, tx pgx.Tx, f Field) error {
	args, err := with(ctx, pgx.StrictNamedArgs{"field": f.ID})
	if err != nil {
		return err
	}
	db.Later(tx, `delete from company_value where sub_account_id = @sub_account and field_id = @field`, args)
	if !f.kept() {
		return nil
	}
	if err := fitsIndex(ctx, tx, f, "company"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into company_value (sub_account_id, field_id, company_id, text)
		select sub_account_id, @field, id, `+f.textSQL()+`
		  from company where sub_account_id = @sub_account and custom ? @key and deleted_at is null`,
		pgx.StrictNamedArgs{"sub_account": args["sub_account"], "field": f.ID, "key": f.Key})
	if db.Constraint(err) == "company_value_key" {
		return errNotUniqueCompany
	}
	return err
}
