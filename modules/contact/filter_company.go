package contact

import (
	"context"
	"strings"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
)

// companyPrefix opens the name of a field of the contact's company in a filter.
const companyPrefix = "company."

// ofTheCompany tells of a column that shows something of the contact's company.
func ofTheCompany(column string) bool {
	return column == "company" || strings.HasPrefix(column, companyPrefix)
}

// inCompany is a column of the company that a contact belongs to.
func inCompany(column filter.Column) filter.Joined {
	return filter.Joined{
		From: "contact.company_id", Table: "company", SubAccount: "company.sub_account_id", Key: "company.id",
		Only: "company.deleted_at is null", Column: column,
	}
}

func companyText(name string) filter.Field {
	return filter.Field{
		Name: companyPrefix + name, Label: "company’s " + name, Kind: filter.Text, Column: inCompany(filter.Plain{Expression: "company." + name}),
	}
}

// ofCompany are the fields of a contact's company that every sub-account has.
var ofCompany = []filter.Field{
	companyText("name"),
	companyText("domain"),
	companyText("city"),
	companyText("region"),
	companyText("country"),
	{Name: companyPrefix + "tags", Label: "company’s tags", Kind: filter.Tags, Clean: cleanTag, Column: inCompany(filter.List{Expression: "company.tags"})},
}

// filterableOfCompany is a company's custom field as filters of contacts ask
// about it.
func (f Field) filterableOfCompany() filter.Field {
	out := f.filterable()
	out.Name, out.Label = companyPrefix+out.Name, "company’s "+out.Label
	out.Column = inCompany(filter.Document{Expression: "company.custom", Key: f.Key})
	return out
}

// belongs reads the company of a contact.
func (r *record) belongs(ctx context.Context, from db.Reader) error {
	if r.company != nil || !r.CompanyID.Valid {
		return nil
	}
	c, err := company(ctx, from, r.CompanyID.UUID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	r.company = &c
	return err
}

// ofCompany is what the company holds in a field: of is its name without prefix.
func (r record) ofCompany(field, of string) any {
	if r.company == nil {
		return nil
	}
	if key, ok := strings.CutPrefix(of, customPrefix); ok {
		return customValue(r.fields[field].Kind, r.company.Custom[key])
	}
	return r.company.value(of)
}

// value is what a company holds in a field that every sub-account has; nil of any
// other.
func (c Company) value(field string) any {
	switch field {
	case "name":
		return c.Name
	case "domain":
		return c.Domain
	case "city":
		return c.City
	case "region":
		return c.Region
	case "country":
		return c.Country
	case "tags":
		return c.Tags
	}
	return nil
}
