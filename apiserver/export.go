package apiserver

import (
	"context"
	"io"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// ContactExport asks for contacts as a table.
type ContactExport struct {
	Filter  filterTree `json:"filter,omitzero" doc:"Which contacts, in the filter language; null or nothing is all of them." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Query   string     `json:"q,omitempty" maxLength:"200" doc:"Parts of a name, an e-mail address or a phone number; all must match." example:"maria"`
	Sort    string     `json:"sort,omitempty" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" doc:"The order; by name unless it is given." example:"-created_at"`
	Columns []string   `json:"columns,omitempty" maxItems:"600" doc:"As filters name the fields, those of the company too; id, emails, phones, address and company besides. None are the usual ones, without custom fields." example:"[\"name\",\"emails\",\"custom.plan\"]"`
	BOM     bool       `json:"bom,omitempty" doc:"Begin with a byte order mark, by which Excel knows UTF-8." example:"true"`
}

type exportContactsInput struct {
	InSub
	Body ContactExport
}

func (s *server) exportContacts() operation {
	return op("export-contacts", "Export contacts",
		"A CSV file (UTF-8, commas) of the contacts in reach that the filter lets in, written while it is read: a million rows take no more "+
			"memory than a thousand. It needs contacts.export, and the audit tells of it. Texts that a spreadsheet would take for a formula have "+
			"an apostrophe in front.",
		func(ctx context.Context, in *exportContactsInput) (*tableOutput, error) {
			b := in.Body
			x, err := s.Contacts.Export(ctx, contact.ExportInput{Query: b.Query, Filter: b.Filter, Sort: b.Sort, Columns: b.Columns, Mark: b.BOM})
			if err != nil {
				return nil, err
			}
			return &tableOutput{
				headersOf("text/csv; charset=utf-8", "contacts.csv"),
				streamed(ctx, func(w io.Writer) error { return x.Write(ctx, w) }),
			}, nil
		}, download, rehearsed)
}
