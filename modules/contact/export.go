package contact

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/page"
)

// EventExported tells that somebody took contacts out as a table; the subject is
// the export, the payload {"export": …} after.
const (
	SubjectExport = "export"
	EventExported = "contact.exported"
)

const exportPage = 1000 // contacts read at once

// ExportInput asks for contacts as a table.
type ExportInput struct {
	Query   string
	Filter  []byte // in the language of platform/filter; nothing is everybody
	Sort    string
	Columns []string // as of a view, but opted_out; none are ExportColumns
	Mark    bool     // begin with a byte order mark, by which Excel knows UTF-8
}

// ExportColumns are those of a table for which nobody chose any.
var ExportColumns = []string{
	"id", "first_name", "last_name", "emails", "phones", "tags", "owner_id", "source", "company", "job_title", "street", "city", "region",
	"postal_code", "country", "timezone", "birthday", "dnd", "score", "created_at", "updated_at",
}

// ExportSnapshot is an export in its event. Fields are added, never renamed.
type ExportSnapshot struct {
	ID      uuid.UUID       `json:"id"`
	Query   string          `json:"q"`
	Filter  json.RawMessage `json:"filter"`
	Columns []string        `json:"columns"`
}

// Export is a table that waits to be written.
type Export struct {
	s       *Service
	q       query
	columns []string
	by      *catalogue
	joined  bool // columns tell of the contact's company
	mark    bool
}

// Export gets a table ready and tells that it was taken: the audit knows of it
// before the first row leaves. Errors: those of List; Invalid "export.invalid"
// with every column at fault.
func (s *Service) Export(ctx context.Context, in ExportInput) (*Export, error) {
	q, refused := s.query(ctx, ListInput{Query: in.Query, Filter: in.Filter, Sort: in.Sort})
	if _, ok := fault.As(refused); !ok && refused != nil {
		return nil, refused
	}
	q.limit, q.prefix = exportPage, ""
	by, err := s.fields(ctx)
	if err != nil {
		return nil, err
	}
	if len(in.Columns) == 0 {
		in.Columns = ExportColumns
	}
	var f fault.Checks
	f.Check(len(in.Columns) <= maxExportColumns, "columns", fmt.Sprintf("At most %d columns.", maxExportColumns))
	for i, name := range in.Columns {
		f.Check(exportable(s.filterable(by), name), fmt.Sprintf("columns[%d]", i), fmt.Sprintf("There is no column %q. It may have been deleted.", name))
	}
	if err := fault.Join(refused, f.Err("export.invalid")); err != nil {
		return nil, err
	}
	told := ExportSnapshot{ID: newID(), Query: in.Query, Columns: in.Columns}
	if !filter.Nothing(in.Filter) {
		told.Filter = in.Filter
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return s.change(ctx, tx, EventExported, SubjectExport, told.ID, Target{}, nil, told)
	})
	return &Export{
		s: s, q: q, columns: in.Columns, by: by, joined: slices.ContainsFunc(in.Columns, ofTheCompany), mark: in.Mark,
	}, err
}

const maxExportColumns = 600

func exportable(known Catalogue, name string) bool {
	return known.column(name) || name == "id" || name != "opted_out" && slices.Contains(viewColumns, name)
}

// Write writes the table as CSV (RFC 4180), a page of contacts at a time, each
// read by itself: a reader that is slow holds no connection, and a million rows
// take no more memory than a thousand. Who is changed meanwhile stands in it as
// of the moment of its page.
func (x *Export) Write(ctx context.Context, w io.Writer) error {
	if x.mark {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(x.columns); err != nil {
		return err
	}
	for q, more := x.q, true; more; {
		found, companies, err := x.page(ctx, q)
		if err != nil {
			return err
		}
		line := make([]string, len(x.columns))
		for _, c := range found.Items {
			for i, name := range x.columns {
				line[i] = x.cell(c, name, companies)
			}
			if err := out.Write(line); err != nil {
				return err
			}
		}
		if out.Flush(); out.Error() != nil {
			return out.Error()
		}
		var after position
		if more, err = page.Decode(found.Next, q.scope, &after); err != nil {
			return err
		}
		q.after = &after
	}
	return nil
}

// page reads some contacts, with their companies where columns tell of them.
func (x *Export) page(ctx context.Context, q query) (found Page, companies map[uuid.UUID]Company, err error) {
	err = x.s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := q.asked.look(ctx, tx); err != nil {
			return err
		}
		db.Later(tx, `set local plan_cache_mode = force_custom_plan`) // as in List
		if found, err = list(ctx, tx, q); err != nil || !x.joined {
			return err
		}
		companies, err = companiesOf(ctx, tx, found.Items)
		return err
	})
	return found, companies, err
}

// cell is what stands in a column. A text that a spreadsheet would take for a
// formula gets an apostrophe in front; plain numbers get none.
func (x *Export) cell(c Contact, column string, companies map[uuid.UUID]Company) string {
	if key, ok := strings.CutPrefix(column, customPrefix); ok {
		return x.custom(x.by.fields[key], c.Custom[key])
	}
	if of, ok := strings.CutPrefix(column, companyPrefix); ok {
		company, known := companies[c.CompanyID.UUID]
		if key, custom := strings.CutPrefix(of, customPrefix); custom {
			return x.custom(x.by.companies[key], company.Custom[key])
		}
		if !known {
			return ""
		}
		return shownCell(company.value(of))
	}
	switch column {
	case "id":
		return c.ID.String()
	case "birthday":
		return c.Birthday
	case "name":
		return spreadsheetSafe(c.Name())
	case "email":
		return spreadsheetSafe(c.Email)
	case "phone":
		return spreadsheetSafe(c.Phone)
	case "emails":
		return spreadsheetSafe(strings.Join(c.Addresses.values(KindEmail), ", "))
	case "phones":
		return spreadsheetSafe(strings.Join(c.Addresses.values(KindPhone), ", "))
	case "company":
		return spreadsheetSafe(companies[c.CompanyID.UUID].Name)
	case "address":
		lines := slices.DeleteFunc([]string{c.Street, c.PostalCode, c.City, c.Region, c.Country}, func(s string) bool { return s == "" })
		return spreadsheetSafe(strings.Join(lines, ", "))
	}
	return shownCell(c.value(column))
}

func (all Addresses) values(kind string) (out []string) {
	for _, a := range all.Of(kind) {
		out = append(out, a.Value)
	}
	return out
}

// custom writes a value as people read it, and as an import understands it.
func (x *Export) custom(f Field, v any) string {
	switch v := v.(type) {
	case map[string]any: // money, in its smallest unit
		code, _ := v["currency"].(string)
		amount, _ := new(big.Rat).SetString(fmt.Sprint(v["amount"]))
		return filter.Quantity(amount, code)
	case []any:
		labels := make([]string, len(v))
		for i, key := range v {
			labels[i] = f.label(fmt.Sprint(key))
		}
		return spreadsheetSafe(strings.Join(labels, ", "))
	case string:
		return spreadsheetSafe(f.label(v))
	}
	return shownCell(v)
}

// label is what people read of an option; of any other value the value.
func (f Field) label(key string) string {
	for _, o := range f.Options {
		if o.Key == key {
			return o.Label
		}
	}
	return key
}

func shownCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return spreadsheetSafe(v)
	case []string:
		return spreadsheetSafe(strings.Join(v, ", "))
	case []uuid.UUID:
		ids := make([]string, len(v))
		for i, id := range v {
			ids[i] = id.String()
		}
		return strings.Join(ids, ", ")
	case *big.Rat:
		return v.RatString()
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}
