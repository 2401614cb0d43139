package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// Contact is a person whom a sub-account knows.
type Contact struct {
	ID        uuid.UUID  `json:"id" format:"uuid" doc:"The contact's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	FirstName string     `json:"first_name" doc:"Empty when unknown." example:"Maria"`
	LastName  string     `json:"last_name" doc:"Empty when unknown." example:"Rossi"`
	Name      string     `json:"name" doc:"What to show: the name, or else the e-mail address or the number." example:"Maria Rossi"`
	Email     string     `json:"email" doc:"In lower case; empty when unknown." example:"maria@example.com"`
	Phone     string     `json:"phone" doc:"In E.164; empty when unknown." example:"+14155550123"`
	Tags      []string   `json:"tags" doc:"In lower case, each once." example:"[\"vip\"]"`
	OwnerID   *uuid.UUID `json:"owner_id" format:"uuid" doc:"The member who looks after the contact; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Source    string     `json:"source" doc:"Where the contact came from." example:"web"`
	OptedOut  bool       `json:"opted_out" doc:"Whether they asked for no more texts." example:"false"`
	CreatedAt time.Time  `json:"created_at" doc:"When it was kept first." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time  `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version   int64      `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// ContactInput is a contact as somebody gives it. On a change, what is absent
// stays and null empties.
type ContactInput struct {
	FirstName optional[string]    `json:"first_name,omitzero" maxLength:"100" doc:"The first name." example:"Maria"`
	LastName  optional[string]    `json:"last_name,omitzero" maxLength:"100" doc:"The last name." example:"Rossi"`
	Email     optional[string]    `json:"email,omitzero" maxLength:"254" doc:"No two contacts of a sub-account have the same." example:"maria@example.com"`
	Phone     optional[string]    `json:"phone,omitzero" maxLength:"64" doc:"With its country, or as people in the sub-account's country write it. No two contacts of a sub-account have the same." example:"+14155550123"`
	Tags      optional[[]string]  `json:"tags,omitzero" maxItems:"50" doc:"All of them; they are kept in lower case, each once." example:"[\"vip\"]"`
	OwnerID   optional[uuid.UUID] `json:"owner_id,omitzero" format:"uuid" doc:"A member of the sub-account; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Source    optional[string]    `json:"source,omitzero" maxLength:"100" doc:"Where the contact came from." example:"web"`
}

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
			items, err := s.wireContacts(ctx, page.Items)
			if err != nil {
				return nil, err
			}
			return &contactsOutput{Body: List[Contact]{Items: items, NextCursor: page.Next}}, nil
		})
}

func (s *server) createContact() operation {
	return op("create-contact", "Create a contact",
		"At least a name, an e-mail address or a number. When another contact has the number or the address already, "+
			"the answer is 409 contact.duplicate with the members contact (id and name of the other) and field.",
		func(ctx context.Context, in *createContactInput) (*contactOutput, error) {
			b := in.Body
			c, err := s.Contacts.Create(ctx, contact.CreateInput{
				FirstName: b.FirstName.Value, LastName: b.LastName.Value, Email: b.Email.Value, Phone: b.Phone.Value,
				Tags: b.Tags.Value, OwnerID: nullable(b.OwnerID), Source: b.Source.Value,
			})
			if err != nil {
				return nil, err
			}
			return s.contactOutput(ctx, c)
		}, created, once(inTenant))
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
		"Changes what is present; null empties. Duplicates are refused as on creation.",
		func(ctx context.Context, in *patchContactInput) (*contactOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			update := contact.UpdateInput{
				ID: in.Contact, Version: version, FirstName: b.FirstName.pointer(), LastName: b.LastName.pointer(),
				Email: b.Email.pointer(), Phone: b.Phone.pointer(), Tags: b.Tags.pointer(), Source: b.Source.pointer(),
			}
			if b.OwnerID.Set {
				owner := nullable(b.OwnerID)
				update.OwnerID = &owner
			}
			c, err := s.Contacts.Update(ctx, update)
			if err != nil {
				return nil, err
			}
			return s.contactOutput(ctx, c)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed))
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
		out = append(out, Contact{
			ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, Name: c.Name(), Email: c.Email, Phone: c.Phone,
			Tags: append([]string{}, c.Tags...), OwnerID: idPointer(c.OwnerID), Source: c.Source,
			OptedOut: c.Phone != "" && optedOut[c.Phone], CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
		})
	}
	return out, nil
}
