package contact

import (
	"reflect"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Contact is a person whom a sub-account knows.
type Contact struct {
	ID         uuid.UUID
	FirstName  string
	LastName   string
	Email      string    // the primary one, in lower case; "" for none
	Phone      string    // the primary one: E.164, or the short code that texted; "" for none
	Addresses  Addresses // all of them, the primary ones too
	Tags       []string  // lower case, each once, in the order given
	OwnerID    uuid.NullUUID
	Source     string // where it came from: "web", "sms", "import", ...
	CompanyID  uuid.NullUUID
	JobTitle   string
	Street     string
	City       string
	Region     string
	PostalCode string
	Country    string // ISO 3166-1 alpha-2; "" when unknown
	Timezone   string // an IANA name; "" when unknown
	Birthday   string // "2006-01-02"; "" when unknown
	FirstTouch *Touch // what brought the person first; nil when unknown
	LastTouch  *Touch // and last
	Followers  []uuid.UUID
	DND        []string // channels over which nothing is sent, as somebody decided by hand
	Score      int32
	Custom     Values
	Version    int64 // one more with every change
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Name is what a person reads in a list: the name, or else whatever tells the
// contact from others.
func (c Contact) Name() string {
	if n := strings.TrimSpace(c.FirstName + " " + c.LastName); n != "" {
		return n
	}
	if c.Email != "" {
		return c.Email
	}
	return c.Phone
}

// CreateInput is a new contact as somebody typed it. Phones may be written as
// people in the sub-account's country write them.
//
// Email and Phone are the primary ones. Emails and Phones, unless nil, are all
// of them; then the primary one is Email (or Phone) if given, else the one
// marked so, else the first.
type CreateInput struct {
	FirstName  string
	LastName   string
	Email      string
	Phone      string
	Emails     []AddressInput
	Phones     []AddressInput
	Tags       []string
	OwnerID    uuid.NullUUID
	Source     string
	CompanyID  uuid.NullUUID
	JobTitle   string
	Street     string
	City       string
	Region     string
	PostalCode string
	Country    string
	Timezone   string
	Birthday   string
	FirstTouch *Touch
	LastTouch  *Touch
	Followers  []uuid.UUID
	DND        []string
	Score      int32
	Custom     map[string]any // what changes of the custom fields, by key; nil takes a value away
}

// UpdateInput changes what is not nil. Version is the version the caller saw;
// zero takes whatever is there.
//
// Email takes the place of the primary address; the others stay. One of the
// others becomes the primary, and the primary one of the others. "" takes the
// primary one away, and the oldest of the others follows it. Phone likewise.
type UpdateInput struct {
	ID         uuid.UUID
	Version    int64
	FirstName  *string
	LastName   *string
	Email      *string
	Phone      *string
	Emails     *[]AddressInput // all of them
	Phones     *[]AddressInput
	Tags       *[]string
	OwnerID    *uuid.NullUUID
	Source     *string
	CompanyID  *uuid.NullUUID
	JobTitle   *string
	Street     *string
	City       *string
	Region     *string
	PostalCode *string
	Country    *string
	Timezone   *string
	Birthday   *string
	FirstTouch **Touch
	LastTouch  **Touch
	Followers  *[]uuid.UUID
	DND        *[]string
	Score      *int32
	Custom     map[string]any // what changes, by key; nil takes a value away
}

// DeleteInput names a contact to delete. Version is as in UpdateInput.
type DeleteInput struct {
	ID      uuid.UUID
	Version int64
}

// Creation is the changes as a new contact.
func (in UpdateInput) Creation() CreateInput { return in.apply(Contact{}) }

// apply gives the input that the contact and its changes amount to.
func (in UpdateInput) apply(c Contact) CreateInput {
	out := c.input()
	set(&out.FirstName, in.FirstName)
	set(&out.LastName, in.LastName)
	if in.Emails != nil {
		out.Emails, out.Email = append([]AddressInput{}, *in.Emails...), ""
	}
	if in.Phones != nil {
		out.Phones, out.Phone = append([]AddressInput{}, *in.Phones...), ""
	}
	set(&out.Email, in.Email)
	set(&out.Phone, in.Phone)
	set(&out.Source, in.Source)
	set(&out.Tags, in.Tags)
	set(&out.OwnerID, in.OwnerID)
	set(&out.CompanyID, in.CompanyID)
	set(&out.JobTitle, in.JobTitle)
	set(&out.Street, in.Street)
	set(&out.City, in.City)
	set(&out.Region, in.Region)
	set(&out.PostalCode, in.PostalCode)
	set(&out.Country, in.Country)
	set(&out.Timezone, in.Timezone)
	set(&out.Birthday, in.Birthday)
	set(&out.FirstTouch, in.FirstTouch)
	set(&out.LastTouch, in.LastTouch)
	set(&out.Followers, in.Followers)
	set(&out.DND, in.DND)
	set(&out.Score, in.Score)
	out.Custom = in.Custom
	return out
}

// input is the contact as an input that changes nothing.
func (c Contact) input() CreateInput {
	return CreateInput{
		FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, Phone: c.Phone,
		Tags: c.Tags, OwnerID: c.OwnerID, Source: c.Source, CompanyID: c.CompanyID, JobTitle: c.JobTitle,
		Street: c.Street, City: c.City, Region: c.Region, PostalCode: c.PostalCode, Country: c.Country,
		Timezone: c.Timezone, Birthday: c.Birthday, FirstTouch: c.FirstTouch, LastTouch: c.LastTouch,
		Followers: c.Followers, DND: c.DND, Score: c.Score,
	}
}

// on writes the input's values onto a contact.
func (in CreateInput) on(c Contact) Contact {
	emails := c.Addresses.resolve(KindEmail, in.Email, in.Emails)
	phones := c.Addresses.resolve(KindPhone, in.Phone, in.Phones)
	c.FirstName, c.LastName, c.Email, c.Phone = in.FirstName, in.LastName, emails.primary(), phones.primary()
	c.Addresses = append(append(Addresses{}, emails...), phones...)
	c.Tags, c.OwnerID, c.Source, c.CompanyID, c.JobTitle = in.Tags, in.OwnerID, in.Source, in.CompanyID, in.JobTitle
	c.Street, c.City, c.Region, c.PostalCode, c.Country = in.Street, in.City, in.Region, in.PostalCode, in.Country
	c.Timezone, c.Birthday, c.FirstTouch, c.LastTouch = in.Timezone, in.Birthday, in.FirstTouch, in.LastTouch
	c.Followers, c.DND, c.Score = append([]uuid.UUID{}, in.Followers...), append([]string{}, in.DND...), in.Score
	c.Custom = c.Custom.with(in.Custom)
	return c
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func equal(a, b Contact) bool { return reflect.DeepEqual(a, b) }
