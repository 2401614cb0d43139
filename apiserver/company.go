package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// Company is an organisation that contacts belong to.
type Company struct {
	ID         uuid.UUID     `json:"id" format:"uuid" doc:"The company's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
	Name       string        `json:"name" doc:"What it is called." example:"Rossi Flowers"`
	Domain     string        `json:"domain" doc:"In lower case, without www; empty when unknown." example:"rossi.example"`
	Phone      string        `json:"phone" doc:"In E.164; empty when unknown." example:"+14155550123"`
	Website    string        `json:"website" doc:"Empty when unknown." example:"https://www.rossi.example"`
	Street     string        `json:"street" doc:"Street and number." example:"12 Market Street"`
	City       string        `json:"city" doc:"The city." example:"San Francisco"`
	Region     string        `json:"region" doc:"The state or province." example:"CA"`
	PostalCode string        `json:"postal_code" doc:"The postal code." example:"94105"`
	Country    string        `json:"country" doc:"Two letters (ISO 3166-1); empty when unknown." example:"US"`
	OwnerID    *uuid.UUID    `json:"owner_id" format:"uuid" doc:"The member who looks after the company; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Tags       []string      `json:"tags" doc:"In lower case, each once." example:"[\"partner\"]"`
	Custom     ContactValues `json:"custom" doc:"The custom fields that have a value, by key." example:"{\"tier\": \"gold\"}"`
	CreatedAt  time.Time     `json:"created_at" doc:"When it was kept first." example:"2026-02-01T12:00:00Z"`
	UpdatedAt  time.Time     `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version    int64         `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// CompanyInput is a company as somebody gives it. On a change, what is absent
// stays and null empties.
type CompanyInput struct {
	Name       optional[string]    `json:"name,omitzero" maxLength:"200" doc:"A company has at least a name." example:"Rossi Flowers"`
	Domain     optional[string]    `json:"domain,omitzero" maxLength:"253" doc:"No two companies of a sub-account have the same." example:"rossi.example"`
	Phone      optional[string]    `json:"phone,omitzero" maxLength:"64" doc:"With its country, or as people in the sub-account's country write it." example:"+14155550123"`
	Website    optional[string]    `json:"website,omitzero" maxLength:"2000" doc:"An http or https address." example:"https://www.rossi.example"`
	Street     optional[string]    `json:"street,omitzero" maxLength:"200" doc:"Street and number." example:"12 Market Street"`
	City       optional[string]    `json:"city,omitzero" maxLength:"200" doc:"The city." example:"San Francisco"`
	Region     optional[string]    `json:"region,omitzero" maxLength:"200" doc:"The state or province." example:"CA"`
	PostalCode optional[string]    `json:"postal_code,omitzero" maxLength:"200" doc:"The postal code." example:"94105"`
	Country    optional[string]    `json:"country,omitzero" maxLength:"2" doc:"Two letters (ISO 3166-1)." example:"US"`
	OwnerID    optional[uuid.UUID] `json:"owner_id,omitzero" format:"uuid" doc:"A member of the sub-account; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Tags       optional[[]string]  `json:"tags,omitzero" maxItems:"50" doc:"All of them; they are kept in lower case, each once." example:"[\"partner\"]"`
	Custom     map[string]any      `json:"custom,omitempty" maxProperties:"500" doc:"What changes of the custom fields of companies, by key; null takes a value away, and what is absent stays." example:"{}"`
}

// CompanyPath names a company.
type CompanyPath struct {
	InSub
	Company uuid.UUID `path:"company" format:"uuid" doc:"The company's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
}

type companyOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Company
}

type companiesOutput struct{ Body List[Company] }

type listCompaniesInput struct {
	InSub
	Paging
	Query string `query:"q" maxLength:"200" doc:"Parts of a name, a domain, a city or a number; all must match." example:"rossi"`
	Tag   string `query:"tag" maxLength:"64" doc:"Only companies with this tag." example:"partner"`
	Sort  string `query:"sort" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" default:"name" doc:"The order; a minus turns it round." example:"-created_at"`
}

type createCompanyInput struct {
	InSub
	Body CompanyInput
}

type patchCompanyInput struct {
	CompanyPath
	Precondition
	Body CompanyInput
}

type deleteCompanyInput struct {
	CompanyPath
	Precondition
}

func (s *server) listCompanies() operation {
	return op("list-companies", "List companies", "A page of companies, searched and sorted. A cursor belongs to its search and its order.",
		func(ctx context.Context, in *listCompaniesInput) (*companiesOutput, error) {
			page, err := s.Contacts.Companies(ctx, contact.ListInput{
				Query: in.Query, Tag: in.Tag, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit,
			})
			return &companiesOutput{Body: listOf(page.Items, page.Next, wireCompany)}, err
		})
}

type listCompanyContactsInput struct {
	CompanyPath
	Paging
}

func (s *server) listCompanyContacts() operation {
	return op("list-company-contacts", "List a company's contacts", "By name.",
		func(ctx context.Context, in *listCompanyContactsInput) (*contactsOutput, error) {
			page, err := s.Contacts.CompanyContacts(ctx, in.Company, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			items, err := s.wireContacts(ctx, page.Items)
			return &contactsOutput{Body: List[Contact]{Items: items, NextCursor: page.Next}}, err
		})
}

func (s *server) createCompany() operation {
	return op("create-company", "Create a company",
		"At least a name. When another company has the domain, or the value of a unique field, already, the answer is 409 company.duplicate "+
			"with the members company (id and name of the other) and field.",
		func(ctx context.Context, in *createCompanyInput) (*companyOutput, error) {
			c, err := s.Contacts.CreateCompany(ctx, in.Body.input())
			return wiredCompany(c), err
		}, created, once(inTenant), rehearsed)
}

func (s *server) getCompany() operation {
	return op("get-company", "Read a company", "The company, with its version as ETag.",
		func(ctx context.Context, in *CompanyPath) (*companyOutput, error) {
			c, err := s.Contacts.GetCompany(ctx, in.Company)
			return wiredCompany(c), err
		})
}

func (s *server) patchCompany() operation {
	return op("patch-company", "Change a company", "Changes what is present; null empties. Duplicates are refused as on creation.",
		func(ctx context.Context, in *patchCompanyInput) (*companyOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			c, err := s.Contacts.UpdateCompany(ctx, in.Company, version, in.Body.input())
			return wiredCompany(c), err
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteCompany() operation {
	return op("delete-company", "Delete a company", "The company leaves every list and its domain is free again. Its contacts stay, without a company.",
		func(ctx context.Context, in *deleteCompanyInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.DeleteCompany(ctx, in.Company, version)
		}, fails(http.StatusPreconditionFailed))
}

func (b CompanyInput) input() contact.CompanyInput {
	out := contact.CompanyInput{
		Name: b.Name.pointer(), Domain: b.Domain.pointer(), Phone: b.Phone.pointer(), Website: b.Website.pointer(),
		Street: b.Street.pointer(), City: b.City.pointer(), Region: b.Region.pointer(), PostalCode: b.PostalCode.pointer(),
		Country: b.Country.pointer(), Tags: b.Tags.pointer(), Custom: b.Custom,
	}
	if b.OwnerID.Set {
		owner := nullable(b.OwnerID)
		out.OwnerID = &owner
	}
	return out
}

func wiredCompany(c contact.Company) *companyOutput {
	return &companyOutput{ETag: etag(c.Version), Body: wireCompany(c)}
}

func wireCompany(c contact.Company) Company {
	return Company{
		ID: c.ID, Name: c.Name, Domain: c.Domain, Phone: c.Phone, Website: c.Website, Street: c.Street, City: c.City,
		Region: c.Region, PostalCode: c.PostalCode, Country: c.Country, OwnerID: idPointer(c.OwnerID),
		Tags: append([]string{}, c.Tags...), Custom: c.Custom, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
}
