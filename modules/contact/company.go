package contact

import (
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// What a company may hold.
const (
	MaxCompanyName = 200
	MaxWebsite     = 2000
	MaxPlace       = 200 // a line of an address
	maxDomain      = 253 // RFC 1035, section 2.3.4, less the root's dot
)

// Company is an organisation that contacts belong to.
type Company struct {
	ID         uuid.UUID
	Name       string
	Domain     string // lower case, without "www."; "" for none
	Phone      string // E.164; "" for none
	Website    string // an http or https URL; "" for none
	Street     string
	City       string
	Region     string
	PostalCode string
	Country    string // ISO 3166-1 alpha-2; "" when unknown
	OwnerID    uuid.NullUUID
	Tags       []string // lower case, each once
	Custom     Values   // by the key of the field
	Version    int64    // one more with every change
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// CompanyInput is a company as somebody gives it: what is nil stays as it is.
type CompanyInput struct {
	Name       *string
	Domain     *string
	Phone      *string
	Website    *string
	Street     *string
	City       *string
	Region     *string
	PostalCode *string
	Country    *string
	OwnerID    *uuid.NullUUID
	Tags       *[]string
	Custom     map[string]any // changes by key; nil takes a value away
}

// on writes the input onto a company, in the form that is stored. country reads
// a number typed without one.
func (in CompanyInput) on(c Company, country string) Company {
	for _, f := range []struct{ to, from *string }{
		{&c.Name, in.Name},
		{&c.Domain, in.Domain},
		{&c.Phone, in.Phone},
		{&c.Website, in.Website},
		{&c.Street, in.Street},
		{&c.City, in.City},
		{&c.Region, in.Region},
		{&c.PostalCode, in.PostalCode},
		{&c.Country, in.Country},
	} {
		if f.from != nil {
			*f.to = tidy(*f.from)
		}
	}
	set(&c.OwnerID, in.OwnerID)
	if in.Tags != nil {
		c.Tags = CreateInput{Tags: *in.Tags}.Clean(country).Tags
	}
	if c.Tags == nil {
		c.Tags = []string{}
	}
	if c.Custom == nil {
		c.Custom = Values{}
	}
	c.Domain, c.Country = bareDomain(c.Domain), strings.ToUpper(c.Country)
	if p, ok := ParsePhone(c.Phone, country); ok {
		c.Phone = p
	}
	if c.Website != "" && !strings.Contains(c.Website, "://") {
		c.Website = "https://" + c.Website
	}
	return c
}

// bareDomain makes a domain of what people paste: an address, a name with www.
func bareDomain(s string) string {
	s = strings.ToLower(s)
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), ".")
}

var (
	domainForm  = regexp.MustCompile(`^([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]{0,61}[\p{L}\p{N}]$`)
	countryForm = regexp.MustCompile(`^[A-Z]{2}$`)
)

// validate names every field at fault.
func (c Company) validate() error {
	var f fault.Checks
	f.Check(c.Name != "", "name", "Give the company a name.")
	text(&f, "name", c.Name, MaxCompanyName)
	f.Check(c.Domain == "" || len(c.Domain) <= maxDomain && domainForm.MatchString(c.Domain), "domain", "Write it like example.com.")
	f.Check(c.Phone == "" || validPhone(c.Phone), "phone",
		"This is no number that can be called. Write it with its country, like +14155550123.")
	f.Check(c.Website == "" || validWebsite(c.Website), "website", "Write it like https://www.example.com.")
	for path, s := range map[string]string{"street": c.Street, "city": c.City, "region": c.Region, "postal_code": c.PostalCode} {
		text(&f, path, s, MaxPlace)
	}
	f.Check(c.Country == "" || countryForm.MatchString(c.Country), "country", "Use two letters, like US (ISO 3166-1).")
	f.Check(len(c.Tags) <= MaxTags, "tags", fmt.Sprintf("A company has at most %d tags.", MaxTags))
	for i, t := range c.Tags {
		path := fmt.Sprintf("tags[%d]", i)
		f.Check(t != "", path, "A tag has at least one letter.")
		text(&f, path, t, MaxTag)
	}
	return f.Err("company.invalid")
}

func validWebsite(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= MaxWebsite && clean(s) && (u.Scheme == "http" || u.Scheme == "https") && strings.Contains(u.Hostname(), ".")
}

func (c Company) sortName() string { return fold(c.Name) }

func (c Company) searchText() string {
	return strings.Join(append([]string{fold(strings.Join([]string{c.Name, c.Domain, c.Phone, c.City}, " "))}, spellings(c.Name)...), " ")
}

func (c Company) equal(d Company) bool {
	c.CreatedAt, c.UpdatedAt = d.CreatedAt, d.UpdatedAt
	return reflect.DeepEqual(c, d)
}

// SubjectCompany is the subject of a company's events, and of those of its
// notes, tasks and files.
const SubjectCompany = "company"

// The events of companies.
const (
	EventCompanyCreated = "company.created"
	EventCompanyUpdated = "company.updated"
	EventCompanyDeleted = "company.deleted"
)

// CompanySnapshot is a company in an event. Events outlive releases: fields are
// added, never renamed.
type CompanySnapshot struct {
	ID         uuid.UUID     `json:"id"`
	Name       string        `json:"name"`
	Domain     string        `json:"domain"`
	Phone      string        `json:"phone"`
	Website    string        `json:"website"`
	Street     string        `json:"street"`
	City       string        `json:"city"`
	Region     string        `json:"region"`
	PostalCode string        `json:"postal_code"`
	Country    string        `json:"country"`
	OwnerID    uuid.NullUUID `json:"owner_id"`
	Tags       []string      `json:"tags"`
	Custom     Values        `json:"custom"`
	CreatedAt  time.Time     `json:"created_at"`
	UpdatedAt  time.Time     `json:"updated_at"`
	Version    int64         `json:"version"`
}

func snapshotCompany(c Company) *CompanySnapshot {
	return &CompanySnapshot{
		ID: c.ID, Name: c.Name, Domain: c.Domain, Phone: c.Phone, Website: c.Website, Street: c.Street, City: c.City,
		Region: c.Region, PostalCode: c.PostalCode, Country: c.Country, OwnerID: c.OwnerID, Tags: c.Tags,
		Custom: c.Custom, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
}
