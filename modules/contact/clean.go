package contact

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// What a contact may hold.
const (
	MaxName   = 100
	MaxSource = 100
	MaxEmail  = 254 // RFC 5321, section 4.5.3.1.3, less the angle brackets
	MaxTags   = 50
	MaxTag    = 64
)

// e164 is the shape of ITU-T E.164; a short code has three to eight digits.
var (
	e164      = regexp.MustCompile(`^\+[1-9][0-9]{1,14}$`)
	shortCode = regexp.MustCompile(`^[0-9]{3,8}$`)
)

// Clean gives the input in the form that is stored: trimmed, the e-mail address
// and the tags in lower case, the phone in E.164. country is the sub-account's
// (ISO 3166-1 alpha-2): it reads a number typed without its country. What can't
// be read stays as it was typed, for Validate to name.
func (in CreateInput) Clean(country string) CreateInput {
	in, _ = in.cleanAll(country)
	return in
}

// cleanAll is Clean, and gives the numbers that it could read: to find out about
// each once more costs as much as all the rest of an input.
func (in CreateInput) cleanAll(country string) (CreateInput, Addresses) {
	var read Addresses
	in.FirstName, in.LastName, in.Source = tidy(in.FirstName), tidy(in.LastName), tidy(in.Source)
	email := func(s string) string { return strings.ToLower(tidy(s)) }
	phone := func(s string) string {
		s = tidy(s)
		if p, ok := ParsePhone(s, country); ok {
			read = append(read, Address{Kind: KindPhone, Value: p})
			return p
		}
		return s
	}
	in.Email, in.Emails = email(in.Email), cleanAddresses(in.Emails, email)
	in.Phone, in.Phones = phone(in.Phone), cleanAddresses(in.Phones, phone)
	in.Tags = lowered(in.Tags)
	in.JobTitle, in.Street, in.City, in.Region = tidy(in.JobTitle), tidy(in.Street), tidy(in.City), tidy(in.Region)
	in.PostalCode, in.Country = tidy(in.PostalCode), strings.ToUpper(tidy(in.Country))
	in.Timezone, in.Birthday = tidy(in.Timezone), tidy(in.Birthday)
	in.FirstTouch, in.LastTouch = in.FirstTouch.clean(), in.LastTouch.clean()
	if in.DND != nil {
		in.DND = lowered(in.DND)
		slices.Sort(in.DND)
	}
	var followers []uuid.UUID
	for _, id := range in.Followers {
		if !slices.Contains(followers, id) {
			followers = append(followers, id)
		}
	}
	in.Followers = followers
	return in, read
}

// lowered gives each once, in lower case.
func lowered(list []string) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s = strings.ToLower(tidy(s)); !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Validate names every field that breaks a rule, at once. It expects a cleaned
// input.
func (in CreateInput) Validate() error { return in.validate(nil) }

// validate takes the numbers that the contact has already as they are: a short
// code that texted is no number that a person could have typed.
func (in CreateInput) validate(has Addresses) error {
	phone := func(s string) bool { return has.Has(KindPhone, s) || validPhone(s) }
	const (
		mendEmail = "Write it like maria@example.com."
		mendPhone = "This is no number that can be called. Write it with its country, like +14155550123."
	)
	var f fault.Checks
	f.CheckBeside(in.FirstName != "" || in.LastName != "" || in.reachable(has),
		"first_name", "Give a name, an e-mail address or a phone number.", "last_name", "email", "phone", "emails", "phones")
	text(&f, "first_name", in.FirstName, MaxName)
	text(&f, "last_name", in.LastName, MaxName)
	text(&f, "source", in.Source, MaxSource)
	f.Check(in.Email == "" || validEmail(in.Email), "email", mendEmail)
	f.Check(in.Phone == "" || phone(in.Phone), "phone", mendPhone)
	checkAddresses(&f, "emails", "address", in.Email, in.Emails, validEmail, mendEmail)
	checkAddresses(&f, "phones", "number", in.Phone, in.Phones, phone, mendPhone)
	f.Check(len(in.Tags) <= MaxTags, "tags", fmt.Sprintf("A contact has at most %d tags.", MaxTags))
	for i, t := range in.Tags {
		path := fmt.Sprintf("tags[%d]", i)
		f.Check(t != "", path, "A tag has at least one letter.")
		text(&f, path, t, MaxTag)
	}
	in.checkProfile(&f)
	return f.Err("contact.invalid")
}

// reachable tells whether there will be an address.
func (in CreateInput) reachable(has Addresses) bool {
	return len(has.resolve(KindEmail, in.Email, in.Emails))+len(has.resolve(KindPhone, in.Phone, in.Phones)) > 0
}

// ParsePhone reads a number as a person types it and gives it in E.164. The
// country (ISO 3166-1 alpha-2) reads numbers without a country code.
func ParsePhone(raw, country string) (string, bool) {
	if len(raw) < 3 || len(raw) > 64 {
		return "", false
	}
	if e164.MatchString(raw) && validPhone(raw) {
		return raw, true
	}
	n, err := phonenumbers.Parse(raw, country)
	if err != nil || n.GetExtension() != "" || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// ValidAddress tells whether a carrier may name a sender so: E.164 or a short
// code. A sender made of letters can't be answered, so it is no address.
func ValidAddress(s string) bool { return e164.MatchString(s) || shortCode.MatchString(s) }

func validPhone(s string) bool {
	if !e164.MatchString(s) {
		return false
	}
	n, err := phonenumbers.Parse(s, "ZZ")
	return err == nil && phonenumbers.IsValidNumber(n)
}

func validEmail(s string) bool {
	if len(s) > MaxEmail || !clean(s) {
		return false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s {
		return false
	}
	_, domain, _ := strings.Cut(s[strings.LastIndexByte(s, '@'):], "@")
	return strings.Contains(domain, ".") && !strings.HasPrefix(domain, ".") && !strings.HasSuffix(domain, ".")
}

func text(f *fault.Checks, path, s string, limit int) {
	if utf8.RuneCountInString(s) > limit {
		f.Check(false, path, fmt.Sprintf("Use at most %d characters.", limit))
	}
	f.Check(clean(s), path, "It holds characters that can't be shown.")
}

// clean refuses what PostgreSQL can't store or a reader can't see.
func clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// tidy composes accents (Unicode NFC) and gives single spaces.
func tidy(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }
