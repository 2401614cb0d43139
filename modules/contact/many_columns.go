package contact

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// changedColumn is a column of contact that a change may touch.
type changedColumn struct {
	name, kind string
	same       func(a, b *Contact) bool
	value      func(c *Contact) any
}

// plainly is a column whose values are compared and written as they are.
func plainly[T comparable](name, kind string, of func(*Contact) T) changedColumn {
	return changedColumn{
		name, kind,
		func(a, b *Contact) bool { return of(a) == of(b) },
		func(c *Contact) any { return of(c) },
	}
}

func listed[T comparable](name, kind string, of func(*Contact) []T) changedColumn {
	return changedColumn{
		name, kind,
		func(a, b *Contact) bool { return slices.Equal(of(a), of(b)) },
		func(c *Contact) any { return of(c) },
	}
}

// pointed is a touch. Mostly both sides have the same one, or none.
func pointed(name string, of func(*Contact) *Touch) changedColumn {
	return changedColumn{
		name, "jsonb",
		func(a, b *Contact) bool { return of(a) == of(b) || reflect.DeepEqual(of(a), of(b)) },
		func(c *Contact) any { return of(c) },
	}
}

func sameCustom(a, b *Contact) bool {
	return len(a.Custom) == 0 && len(b.Custom) == 0 || reflect.DeepEqual(a.Custom, b.Custom)
}

// sameWords tells whether two contacts are found and put in order by the same words.
func sameWords(a, b *Contact) bool {
	return a.FirstName == b.FirstName && a.LastName == b.LastName && a.Email == b.Email && a.Phone == b.Phone &&
		sameAddresses(a.Addresses, b.Addresses)
}

// changeable are the columns that changes touch. One that none of many changes
// touches is not written: its indexes are work for nothing, and its values are
// sent for nothing.
var changeable = []changedColumn{
	plainly("first_name", "text", func(c *Contact) string { return c.FirstName }),
	plainly("last_name", "text", func(c *Contact) string { return c.LastName }),
	plainly("email", "text", func(c *Contact) string { return c.Email }),
	plainly("phone", "text", func(c *Contact) string { return c.Phone }),
	listed("tags", "text[]", func(c *Contact) []string { return c.Tags }),
	plainly("owner_id", "uuid", func(c *Contact) uuid.NullUUID { return c.OwnerID }),
	plainly("source", "text", func(c *Contact) string { return c.Source }),
	plainly("company_id", "uuid", func(c *Contact) uuid.NullUUID { return c.CompanyID }),
	plainly("job_title", "text", func(c *Contact) string { return c.JobTitle }),
	plainly("street", "text", func(c *Contact) string { return c.Street }),
	plainly("city", "text", func(c *Contact) string { return c.City }),
	plainly("region", "text", func(c *Contact) string { return c.Region }),
	plainly("postal_code", "text", func(c *Contact) string { return c.PostalCode }),
	plainly("country", "text", func(c *Contact) string { return c.Country }),
	plainly("timezone", "text", func(c *Contact) string { return c.Timezone }),
	plainly("birthday", "text", func(c *Contact) string { return c.Birthday }),
	pointed("first_touch", func(c *Contact) *Touch { return c.FirstTouch }),
	pointed("last_touch", func(c *Contact) *Touch { return c.LastTouch }),
	listed("followers", "uuid[]", func(c *Contact) []uuid.UUID { return c.Followers }),
	listed("dnd", "text[]", func(c *Contact) []string { return c.DND }),
	plainly("score", "integer", func(c *Contact) int32 { return c.Score }),
	{"custom", "jsonb", sameCustom, func(c *Contact) any { return c.Custom }},
	{"sort_name", "text", sameWords, func(c *Contact) any { return c.sortName() }},
	{"search_text", "text", sameWords, func(c *Contact) any { return c.searchText() }},
}

// touched are the columns that at least one of the changes touches.
func touched(list []changed) (out []changedColumn) {
	for _, col := range changeable {
		if slices.ContainsFunc(list, func(c changed) bool { return !col.same(c.before, &c.after) }) {
			out = append(out, col)
		}
	}
	return out
}

// updateMany writes what changes touch, in one statement.
func updateMany(ctx context.Context, tx pgx.Tx, list []changed) error {
	if len(list) == 0 {
		return nil
	}
	columns := touched(list)
	rows := make([]map[string]any, len(list))
	for i, c := range list {
		rows[i] = map[string]any{"id": c.after.ID, "version": c.after.Version, "updated_at": c.after.UpdatedAt}
		for _, col := range columns {
			rows[i][col.name] = col.value(&c.after)
		}
	}
	var set, shape strings.Builder
	for _, col := range columns {
		value := "r." + col.name
		if col.name == "birthday" {
			value = "nullif(r.birthday, '')::date"
		}
		set.WriteString(col.name + " = " + value + ", ")
		shape.WriteString(col.name + " " + col.kind + ", ")
	}
	return laterRows(ctx, tx, rows, `
		update contact c set `+set.String()+`version = r.version, updated_at = r.updated_at
		  from jsonb_to_recordset(@rows::jsonb) as r (`+shape.String()+`id uuid, version bigint, updated_at timestamptz)
		 where c.sub_account_id = @sub_account and c.id = r.id`)
}

// laterRows gives a statement rows of its own as JSON.
func laterRows[T any](ctx context.Context, tx pgx.Tx, rows []T, sql string) error {
	if len(rows) == 0 {
		return nil
	}
	all, err := json.Marshal(rows)
	if err != nil {
		return err
	}
	args, err := with(ctx, pgx.StrictNamedArgs{"rows": string(all)})
	if err != nil {
		return err
	}
	db.Later(tx, sql, args)
	return nil
}

// asStored is a contact whose custom fields nobody looks into: they go from the
// row into the event as they are.
type asStored struct {
	Contact
	Stored []byte // what Custom would be, as JSON
}

// storedColumns are columns of an asStored.
var storedColumns = strings.Replace(columns, "score, custom,", "score, null::jsonb as custom, custom as stored,", 1)

// payload is what the event of a change tells.
func (c changed) payload() (any, error) {
	if c.stored == nil {
		return Changed{Before: snapshot(*c.before), After: snapshot(c.after)}, nil
	}
	before, err := c.side(*c.before)
	if err != nil {
		return nil, err
	}
	after, err := c.side(c.after)
	return json.RawMessage(slices.Concat([]byte(`{"before":`), before, []byte(`,"after":`), after, []byte(`}`))), err
}

// side is a Snapshot with the custom fields as they are stored: nobody reads them
// to write them again.
func (c changed) side(one Contact) ([]byte, error) {
	raw, err := json.Marshal(struct {
		*Snapshot
		Custom bool `json:"custom,omitempty"` // hides the one inside
	}{Snapshot: snapshot(one)})
	if err != nil {
		return nil, err
	}
	return slices.Concat(raw[:len(raw)-1], []byte(`,"custom":`), c.stored, []byte(`}`)), nil
}
