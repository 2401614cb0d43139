package apiserver

import (
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// Contact is a person whom a sub-account knows.
type Contact struct {
	ID          uuid.UUID      `json:"id" format:"uuid" doc:"The contact's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	FirstName   string         `json:"first_name" doc:"Empty when unknown." example:"Maria"`
	LastName    string         `json:"last_name" doc:"Empty when unknown." example:"Rossi"`
	Name        string         `json:"name" doc:"What to show: the name, or else the e-mail address or the number." example:"Maria Rossi"`
	Email       string         `json:"email" doc:"The primary e-mail address, in lower case; empty when unknown." example:"maria@example.com"`
	Phone       string         `json:"phone" doc:"The primary number, in E.164; empty when unknown." example:"+14155550123"`
	Emails      []ContactEmail `json:"emails" doc:"Every e-mail address, the primary one first."`
	Phones      []ContactPhone `json:"phones" doc:"Every number, the primary one first."`
	Tags        []string       `json:"tags" doc:"In lower case, each once." example:"[\"vip\"]"`
	OwnerID     *uuid.UUID     `json:"owner_id" format:"uuid" doc:"The member who looks after the contact; null for nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	Followers   []uuid.UUID    `json:"followers" format:"uuid" doc:"The members who follow the contact." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
	Source      string         `json:"source" doc:"Where the contact came from." example:"web"`
	CompanyID   *uuid.UUID     `json:"company_id" format:"uuid" doc:"The company that the contact belongs to; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000a"`
	JobTitle    string         `json:"job_title" doc:"Empty when unknown." example:"Office manager"`
	Address     ContactAddress `json:"address" doc:"The postal address."`
	Timezone    string         `json:"timezone" doc:"An IANA name; empty when unknown." example:"America/Los_Angeles"`
	Birthday    *string        `json:"birthday" format:"date" doc:"Null when unknown." example:"1984-05-23"`
	Attribution ContactSource  `json:"attribution" doc:"What brought the contact here, first and last."`
	DND         []string       `json:"dnd" doc:"The channels over which nothing is sent to the contact, as somebody decided by hand: sms, email, voice, chat." example:"[\"voice\"]"`
	Score       int32          `json:"score" doc:"Points that the sub-account gives." example:"25"`
	Custom      ContactValues  `json:"custom" doc:"The custom fields that have a value, by key." example:"{\"plan\": \"gold\"}"`
	Company     *Company       `json:"company,omitempty" doc:"The company that the contact belongs to, where expand asks for it; absent else, and for none."`
	OptedOut    bool           `json:"opted_out" doc:"Whether they asked for no more texts." example:"false"`
	CreatedAt   time.Time      `json:"created_at" doc:"When it was kept first." example:"2026-02-01T12:00:00Z"`
	UpdatedAt   time.Time      `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version     int64          `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// ContactValues are custom fields by key.
type ContactValues = map[string]any

// ContactEmail is an e-mail address of a contact.
type ContactEmail struct {
	Address string `json:"address" doc:"In lower case." example:"maria@example.com"`
	Label   string `json:"label" doc:"What it is for; empty when nobody said." example:"work"`
	Primary bool   `json:"primary" doc:"Whether it is the one that mails go to." example:"true"`
	State   string `json:"state" enum:"ok,bounced,complained,invalid" doc:"What is known of reaching them there." example:"ok"`
}

// ContactPhone is a phone number of a contact.
type ContactPhone struct {
	Number  string `json:"number" doc:"In E.164, or the short code that texted." example:"+14155550123"`
	Label   string `json:"label" doc:"What it is for; empty when nobody said." example:"mobile"`
	Primary bool   `json:"primary" doc:"Whether it is the one that texts and calls go to." example:"true"`
	State   string `json:"state" enum:"ok,bounced,complained,invalid" doc:"What is known of reaching them there." example:"ok"`
}

// ContactAddress is a postal address.
type ContactAddress struct {
	Street     string `json:"street" doc:"Empty when unknown." example:"500 Howard Street"`
	City       string `json:"city" doc:"Empty when unknown." example:"San Francisco"`
	Region     string `json:"region" doc:"The state or province; empty when unknown." example:"CA"`
	PostalCode string `json:"postal_code" doc:"Empty when unknown." example:"94105"`
	Country    string `json:"country" doc:"ISO 3166-1 alpha-2; empty when unknown." example:"US"`
}

// ContactSource is what brought a contact here.
type ContactSource struct {
	First *ContactTouch `json:"first,omitempty" doc:"What brought them first; absent when unknown."`
	Last  *ContactTouch `json:"last,omitempty" doc:"What brought them last; absent when unknown."`
}

// ContactTouch is one visit's marks.
type ContactTouch struct {
	UTMSource   string     `json:"utm_source,omitempty" maxLength:"2000" doc:"The utm_source of the link." example:"newsletter"`
	UTMMedium   string     `json:"utm_medium,omitempty" maxLength:"2000" doc:"The utm_medium of the link." example:"email"`
	UTMCampaign string     `json:"utm_campaign,omitempty" maxLength:"2000" doc:"The utm_campaign of the link." example:"spring"`
	UTMTerm     string     `json:"utm_term,omitempty" maxLength:"2000" doc:"The utm_term of the link." example:"dentist"`
	UTMContent  string     `json:"utm_content,omitempty" maxLength:"2000" doc:"The utm_content of the link." example:"banner"`
	GCLID       string     `json:"gclid,omitempty" maxLength:"2000" doc:"Google's click id." example:"Cj0KCQ"`
	FBCLID      string     `json:"fbclid,omitempty" maxLength:"2000" doc:"Meta's click id." example:"IwAR0x"`
	MSCLKID     string     `json:"msclkid,omitempty" maxLength:"2000" doc:"Microsoft's click id." example:"b1c2d3"`
	Referrer    string     `json:"referrer,omitempty" maxLength:"2000" doc:"The page that they came from." example:"https://www.example.com/"`
	LandingPage string     `json:"landing_page,omitempty" maxLength:"2000" doc:"The page that they came to." example:"https://bright-smile.example/spring"`
	At          *time.Time `json:"at,omitempty" doc:"When." example:"2026-02-01T12:00:00Z"`
}

func wireContact(c contact.Contact, optedOut bool) Contact {
	out := Contact{
		ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, Name: c.Name(), Email: c.Email, Phone: c.Phone,
		Emails: []ContactEmail{}, Phones: []ContactPhone{}, Tags: append([]string{}, c.Tags...), OwnerID: idPointer(c.OwnerID),
		Followers: append([]uuid.UUID{}, c.Followers...), Source: c.Source, CompanyID: idPointer(c.CompanyID), JobTitle: c.JobTitle,
		Address:     ContactAddress{Street: c.Street, City: c.City, Region: c.Region, PostalCode: c.PostalCode, Country: c.Country},
		Timezone:    c.Timezone,
		Attribution: ContactSource{First: wireTouch(c.FirstTouch), Last: wireTouch(c.LastTouch)},
		DND:         append([]string{}, c.DND...), Score: c.Score, Custom: c.Custom,
		OptedOut: optedOut, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
	if c.Birthday != "" {
		out.Birthday = &c.Birthday
	}
	for _, a := range c.Addresses {
		if a.Kind == contact.KindEmail {
			out.Emails = append(out.Emails, ContactEmail{Address: a.Value, Label: a.Label, Primary: a.Primary, State: a.State})
		} else {
			out.Phones = append(out.Phones, ContactPhone{Number: a.Value, Label: a.Label, Primary: a.Primary, State: a.State})
		}
	}
	return out
}

func wireTouch(t *contact.Touch) *ContactTouch {
	if t == nil {
		return nil
	}
	out := &ContactTouch{
		UTMSource: t.Source, UTMMedium: t.Medium, UTMCampaign: t.Campaign, UTMTerm: t.Term, UTMContent: t.Content,
		GCLID: t.GoogleClick, FBCLID: t.MetaClick, MSCLKID: t.BingClick, Referrer: t.Referrer, LandingPage: t.LandingPage,
	}
	if !t.At.IsZero() {
		out.At = &t.At
	}
	return out
}

// touch is nil for one without a mark.
func (t ContactTouch) touch() *contact.Touch {
	if t == (ContactTouch{}) {
		return nil
	}
	out := &contact.Touch{
		Source: t.UTMSource, Medium: t.UTMMedium, Campaign: t.UTMCampaign, Term: t.UTMTerm, Content: t.UTMContent,
		GoogleClick: t.GCLID, MetaClick: t.FBCLID, BingClick: t.MSCLKID, Referrer: t.Referrer, LandingPage: t.LandingPage,
	}
	if t.At != nil {
		out.At = *t.At
	}
	return out
}

// whole gives a list that was there, an empty one for null.
func whole[A, B any](o optional[[]A], convert func(A) B) *[]B {
	if !o.Set {
		return nil
	}
	out := make([]B, 0, len(o.Value))
	for _, item := range o.Value {
		out = append(out, convert(item))
	}
	return &out
}
