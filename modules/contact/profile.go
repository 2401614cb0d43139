package contact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"golang.org/x/text/language"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Limits of a contact's further fields.
const (
	MaxFollowers = 50
	MaxTouch     = 2000 // characters of one mark of a touch: URLs are long
	MaxScore     = 1_000_000
)

// Channels are those over which a contact may be left alone.
func Channels() []string { return []string{"sms", "email", "voice", "chat"} }

// Touch is what brought somebody here: the marks of a link or an advertisement.
// It is kept as JSON.
type Touch struct {
	Source      string    `json:"utm_source,omitempty"`
	Medium      string    `json:"utm_medium,omitempty"`
	Campaign    string    `json:"utm_campaign,omitempty"`
	Term        string    `json:"utm_term,omitempty"`
	Content     string    `json:"utm_content,omitempty"`
	GoogleClick string    `json:"gclid,omitempty"`
	MetaClick   string    `json:"fbclid,omitempty"`
	BingClick   string    `json:"msclkid,omitempty"`
	Referrer    string    `json:"referrer,omitempty"`
	LandingPage string    `json:"landing_page,omitempty"`
	At          time.Time `json:"at,omitzero"`
}

// Values are a contact's custom fields by key: text, bool, json.Number, a list
// or an object, as encoding/json reads them.
type Values map[string]any

// UnmarshalJSON keeps numbers as they are written.
func (v *Values) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	plain := map[string]any{}
	if err := d.Decode(&plain); err != nil {
		return err
	}
	*v = plain
	return nil
}

// mark is one of a touch, by its name in the API.
type mark struct {
	name  string
	value *string
}

func (t *Touch) marks() []mark {
	return []mark{
		{"utm_source", &t.Source},
		{"utm_medium", &t.Medium},
		{"utm_campaign", &t.Campaign},
		{"utm_term", &t.Term},
		{"utm_content", &t.Content},
		{"gclid", &t.GoogleClick},
		{"fbclid", &t.MetaClick},
		{"msclkid", &t.BingClick},
		{"referrer", &t.Referrer},
		{"landing_page", &t.LandingPage},
	}
}

// clean gives a copy; nil for a touch without a mark.
func (t *Touch) clean() *Touch {
	if t == nil {
		return nil
	}
	out := *t
	for _, m := range out.marks() {
		*m.value = tidy(*m.value)
	}
	out.At = out.At.UTC().Truncate(time.Microsecond)
	if out == (Touch{}) {
		return nil
	}
	return &out
}

func (t *Touch) check(f *fault.Checks, path string) {
	if t == nil {
		return
	}
	for _, m := range t.marks() {
		text(f, path+"."+m.name, *m.value, MaxTouch)
	}
	f.Check(t.At.IsZero() || t.At.Year() >= 1990 && t.At.Year() < 2200, path+".at", "Nobody can have come then.")
}

// checkProfile names what is wrong beyond names, addresses and tags.
func (in CreateInput) checkProfile(f *fault.Checks) {
	for _, line := range [][2]string{
		{"job_title", in.JobTitle},
		{"address.street", in.Street},
		{"address.city", in.City},
		{"address.region", in.Region},
		{"address.postal_code", in.PostalCode},
	} {
		text(f, line[0], line[1], MaxPlace)
	}
	f.Check(in.Country == "" || validCountry(in.Country), "address.country", "Use the two letters of ISO 3166-1, like US.")
	f.Check(in.Timezone == "" || validZone(in.Timezone), "timezone", "Use a name of the IANA database, like Europe/Rome.")
	f.Check(in.Birthday == "" || validDate(in.Birthday), "birthday", "Write it like 1984-05-23.")
	f.Check(len(in.Followers) <= MaxFollowers, "followers", fmt.Sprintf("At most %d people follow a contact.", MaxFollowers))
	for i, channel := range in.DND {
		f.Check(slices.Contains(Channels(), channel), fmt.Sprintf("dnd[%d]", i), "It is sms, email, voice or chat.")
	}
	f.Check(in.Score >= -MaxScore && in.Score <= MaxScore, "score", fmt.Sprintf("It is between -%d and %[1]d.", MaxScore))
	in.FirstTouch.check(f, "attribution.first")
	in.LastTouch.check(f, "attribution.last")
}

func validCountry(s string) bool {
	r, err := language.ParseRegion(s)
	return err == nil && len(s) == 2 && r.IsCountry() && r.String() == s
}

func validZone(s string) bool {
	if s == "Local" { // time.LoadLocation takes it for the machine's own
		return false
	}
	_, err := time.LoadLocation(s)
	return err == nil
}

func validDate(s string) bool {
	d, err := time.Parse(time.DateOnly, s)
	return err == nil && d.Year() >= 1850 && d.Year() < 2200
}
