package apiserver

import (
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// ContactInput is a contact as somebody gives it. On a change, what is absent
// stays and null empties.
type ContactInput struct {
	FirstName   optional[string]              `json:"first_name,omitzero" maxLength:"100" doc:"The first name." example:"Maria"`
	LastName    optional[string]              `json:"last_name,omitzero" maxLength:"100" doc:"The last name." example:"Rossi"`
	Email       optional[string]              `json:"email,omitzero" maxLength:"254" doc:"The primary e-mail address. A new one takes the place of the primary one and leaves the others; one of the others becomes the primary one; null takes the primary one away. No two contacts of a sub-account have the same." example:"maria@example.com"`
	Phone       optional[string]              `json:"phone,omitzero" maxLength:"64" doc:"The primary number, with its country, or as people in the sub-account's country write it. Changes like email. No two contacts of a sub-account have the same." example:"+14155550123"`
	Emails      optional[[]ContactEmailInput] `json:"emails,omitzero" maxItems:"50" doc:"All e-mail addresses: those that are missing go. The primary one is email, or the one marked so, or the one that was, or the first."`
	Phones      optional[[]ContactPhoneInput] `json:"phones,omitzero" maxItems:"50" doc:"All numbers: those that are missing go. The primary one is found as for emails."`
	Tags        optional[[]string]            `json:"tags,omitzero" maxItems:"50" doc:"All of them; they are kept in lower case, each once." example:"[\"vip\"]"`
	OwnerID     optional[uuid.UUID]           `json:"owner_id,omitzero" format:"uuid" doc:"A member of the sub-account; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Followers   optional[[]uuid.UUID]         `json:"followers,omitzero" maxItems:"50" format:"uuid" doc:"All who follow the contact: members of the sub-account." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
	Source      optional[string]              `json:"source,omitzero" maxLength:"100" doc:"Where the contact came from." example:"web"`
	CompanyID   optional[uuid.UUID]           `json:"company_id,omitzero" format:"uuid" doc:"The company that the contact belongs to; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000a"`
	JobTitle    optional[string]              `json:"job_title,omitzero" maxLength:"200" doc:"What they do there." example:"Office manager"`
	Address     optional[ContactAddressInput] `json:"address,omitzero" doc:"The postal address. What is absent in it stays; null empties all of it." example:"{\"city\": \"San Francisco\"}"`
	Timezone    optional[string]              `json:"timezone,omitzero" maxLength:"64" doc:"An IANA name." example:"America/Los_Angeles"`
	Birthday    optional[string]              `json:"birthday,omitzero" maxLength:"10" doc:"Year, month and day." example:"1984-05-23"`
	Attribution optional[ContactSourceInput]  `json:"attribution,omitzero" doc:"What brought the contact here. What is absent in it stays; null empties both." example:"{\"first\": {\"utm_source\": \"newsletter\"}}"`
	DND         optional[[]string]            `json:"dnd,omitzero" maxItems:"4" doc:"The channels over which nothing is to be sent: sms, email, voice, chat." example:"[\"voice\"]"`
	Score       optional[int32]               `json:"score,omitzero" minimum:"-1000000" maximum:"1000000" doc:"Points." example:"25"`
	Custom      map[string]any                `json:"custom,omitempty" maxProperties:"500" doc:"What changes of the custom fields, by key, like {\"plan\": \"gold\"}; null takes a value away, and what is absent stays. The fields and the form of their values: GET …/custom-fields." example:"{}"`
}

// ContactEmailInput is an e-mail address as somebody gives it.
type ContactEmailInput struct {
	Address string `json:"address" maxLength:"254" doc:"The address; it is kept in lower case." example:"maria@example.com"`
	Label   string `json:"label,omitempty" maxLength:"50" doc:"What it is for." example:"work"`
	Primary bool   `json:"primary,omitempty" doc:"Whether mails go there; one of them." example:"true"`
	State   string `json:"state,omitempty" enum:"ok,bounced,complained,invalid" doc:"What is known of it; absent, what was known before stays." example:"ok"`
}

// ContactPhoneInput is a phone number as somebody gives it.
type ContactPhoneInput struct {
	Number  string `json:"number" maxLength:"64" doc:"With its country, or as people in the sub-account's country write it." example:"+14155550123"`
	Label   string `json:"label,omitempty" maxLength:"50" doc:"What it is for." example:"mobile"`
	Primary bool   `json:"primary,omitempty" doc:"Whether texts and calls go there; one of them." example:"true"`
	State   string `json:"state,omitempty" enum:"ok,bounced,complained,invalid" doc:"What is known of it; absent, what was known before stays." example:"ok"`
}

// ContactAddressInput is a postal address as somebody gives it.
type ContactAddressInput struct {
	Street     optional[string] `json:"street,omitzero" maxLength:"200" doc:"Street and number." example:"500 Howard Street"`
	City       optional[string] `json:"city,omitzero" maxLength:"200" doc:"The city." example:"San Francisco"`
	Region     optional[string] `json:"region,omitzero" maxLength:"200" doc:"The state or province." example:"CA"`
	PostalCode optional[string] `json:"postal_code,omitzero" maxLength:"200" doc:"The postal code." example:"94105"`
	Country    optional[string] `json:"country,omitzero" maxLength:"2" doc:"ISO 3166-1 alpha-2." example:"US"`
}

// ContactSourceInput is what brought a contact here.
type ContactSourceInput struct {
	First optional[ContactTouch] `json:"first,omitzero" doc:"What brought them first." example:"{\"utm_source\": \"newsletter\"}"`
	Last  optional[ContactTouch] `json:"last,omitzero" doc:"What brought them last." example:"{\"gclid\": \"Cj0KCQ\"}"`
}

// change is the input as a change of whatever is there.
func (b ContactInput) change() contact.UpdateInput {
	out := contact.UpdateInput{
		FirstName: b.FirstName.pointer(), LastName: b.LastName.pointer(),
		Email: b.Email.pointer(), Phone: b.Phone.pointer(),
		Emails: whole(b.Emails, func(e ContactEmailInput) contact.AddressInput {
			return contact.AddressInput{Value: e.Address, Label: e.Label, Primary: e.Primary, State: e.State}
		}),
		Phones: whole(b.Phones, func(p ContactPhoneInput) contact.AddressInput {
			return contact.AddressInput{Value: p.Number, Label: p.Label, Primary: p.Primary, State: p.State}
		}),
		Tags: b.Tags.pointer(), Source: b.Source.pointer(), Followers: b.Followers.pointer(), JobTitle: b.JobTitle.pointer(),
		Timezone: b.Timezone.pointer(), Birthday: b.Birthday.pointer(), DND: b.DND.pointer(), Score: b.Score.pointer(),
		Custom: b.Custom,
	}
	if b.OwnerID.Set {
		owner := nullable(b.OwnerID)
		out.OwnerID = &owner
	}
	if b.CompanyID.Set {
		company := nullable(b.CompanyID)
		out.CompanyID = &company
	}
	postal(b.Address, &out)
	touches(b.Attribution, &out)
	return out
}

// postal is the lines of the address that change; null empties all.
func postal(o optional[ContactAddressInput], out *contact.UpdateInput) {
	if !o.Set {
		return
	}
	if o.Null {
		none := optional[string]{Set: true}
		o.Value = ContactAddressInput{Street: none, City: none, Region: none, PostalCode: none, Country: none}
	}
	a := o.Value
	out.Street, out.City, out.Region = a.Street.pointer(), a.City.pointer(), a.Region.pointer()
	out.PostalCode, out.Country = a.PostalCode.pointer(), a.Country.pointer()
}

// touches is what changes of the attribution; null empties both.
func touches(o optional[ContactSourceInput], out *contact.UpdateInput) {
	if o.Null {
		none := optional[ContactTouch]{Set: true, Null: true}
		o.Value = ContactSourceInput{First: none, Last: none}
	}
	for _, one := range []struct {
		in optional[ContactTouch]
		to ***contact.Touch
	}{{o.Value.First, &out.FirstTouch}, {o.Value.Last, &out.LastTouch}} {
		if one.in.Set {
			touch := one.in.Value.touch()
			*one.to = &touch
		}
	}
}
