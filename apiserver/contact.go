package apiserver

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

type ContactPath struct {
	InSub
	Contact uuid.UUID `path:"contact" format:"uuid" doc:"The contact's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
}

type contactOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Contact
}

type contactsOutput struct{ Body List[Contact] }

type listContactsInput struct {
	InSub
	Paging
	Query string `query:"q" maxLength:"200" doc:"Parts of a name, an e-mail address or a phone number; all must match." example:"maria ros"`
	Tag   string `query:"tag" maxLength:"64" doc:"Only contacts with this tag." example:"vip"`
	Sort  string `query:"sort" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" default:"name" doc:"The order; a minus turns it round." example:"-created_at"`
	Expansion
}

// Expansion asks for what contacts name by an id.
type Expansion struct {
	Expand []string `query:"expand" enum:"company" maxItems:"1" doc:"company: give each contact's company with it." example:"company"`
}

type createContactInput struct {
	InSub
	Body ContactInput
}

type patchContactInput struct {
	ContactPath
	Precondition
	Body ContactInput
}

type deleteContactInput struct {
	ContactPath
	Precondition
}

func (s *server) listContacts() operation {
	return op("list-contacts", "List contacts",
		"A page of contacts, searched and sorted. A cursor belongs to its search and its order.",
		func(ctx context.Context, in *listContactsInput) (*contactsOutput, error) {
			page, err := s.Contacts.List(ctx, contact.ListInput{
				Query: in.Query, Tag: in.Tag, Sort: in.Sort, Cursor: in.Cursor, Limit: in.Limit,
			})
			if err != nil {
				return nil, err
			}
			items, err := s.expanded(ctx, page.Items, in.Expand)
			if err != nil {
				return nil, err
			}
			return &contactsOutput{Body: List[Contact]{Items: items, NextCursor: page.Next}}, nil
		})
}

func (s *server) createContact() operation {
	return op("create-contact", "Create a contact",
		"At least a name, an e-mail address or a number. When another contact has one of the numbers or addresses already, "+
			"the answer is 409 contact.duplicate with the members contact (id and name of the other) and field.",
		func(ctx context.Context, in *createContactInput) (*contactOutput, error) {
			c, err := s.Contacts.Create(ctx, in.Body.change().Creation())
			if err != nil {
				return nil, err
			}
			return s.contactOutput(ctx, c)
		}, created, once(inTenant), rehearsed)
}

func (s *server) getContact() operation {
	return op("get-contact", "Read a contact", "The contact, with its version as ETag.",
		func(ctx context.Context, in *ContactPath) (*contactOutput, error) {
			c, err := s.Contacts.Get(ctx, in.Contact)
			if err != nil {
				return nil, err
			}
			return s.contactOutput(ctx, c)
		})
}

func (s *server) patchContact() operation {
	return op("patch-contact", "Change a contact",
		"Changes what is present; null empties. email takes the place of the primary address and leaves the others; emails is all of them. "+
			"phone and phones likewise. Duplicates are refused as on creation.",
		func(ctx context.Context, in *patchContactInput) (*contactOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			update := in.Body.change()
			update.ID, update.Version = in.Contact, version
			c, err := s.Contacts.Update(ctx, update)
			if err != nil {
				return nil, err
			}
			return s.contactOutput(ctx, c)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteContact() operation {
	return op("delete-contact", "Delete a contact",
		"The contact leaves every list and its number and address are free again. What was written with it is kept, out of sight, as evidence.",
		func(ctx context.Context, in *deleteContactInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.Delete(ctx, contact.DeleteInput{ID: in.Contact, Version: version})
		}, fails(http.StatusPreconditionFailed))
}

func (s *server) contactOutput(ctx context.Context, c contact.Contact) (*contactOutput, error) {
	items, err := s.wireContacts(ctx, []contact.Contact{c})
	if err != nil {
		return nil, err
	}
	return &contactOutput{ETag: etag(c.Version), Body: items[0]}, nil
}

// wireContacts joins contacts with what compliance knows of their numbers.
func (s *server) wireContacts(ctx context.Context, list []contact.Contact) ([]Contact, error) {
	var phones []string
	for _, c := range list {
		if c.Phone != "" {
			phones = append(phones, c.Phone)
		}
	}
	optedOut := map[string]bool{}
	if len(phones) > 0 {
		var err error
		if optedOut, err = s.Compliance.OptedOut(ctx, smsChannel, phones); err != nil {
			return nil, err
		}
	}
	out := make([]Contact, 0, len(list))
	for _, c := range list {
		out = append(out, wireContact(c, c.Phone != "" && optedOut[c.Phone]))
	}
	return out, nil
}

// expanded is wireContacts with what was asked for besides.
func (s *server) expanded(ctx context.Context, list []contact.Contact, expand []string) ([]Contact, error) {
	items, err := s.wireContacts(ctx, list)
	if err != nil || !slices.Contains(expand, "company") {
		return items, err
	}
	companies, err := s.Contacts.CompaniesOf(ctx, list)
	for i, c := range list {
		if company, ok := companies[c.CompanyID.UUID]; ok && c.CompanyID.Valid {
			wired := wireCompany(company)
			items[i].Company = &wired
		}
	}
	return items, err
}
