package contact

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// Policy is what becomes of a field that the contact has already.
type Policy string

// The policies.
const (
	Overwrite Policy = "overwrite"
	FillEmpty Policy = "fill_empty" // only what is empty is written
	Keep      Policy = "keep"       // nothing is written
)

// Policies are those of an upsert, by group of fields; "" is Overwrite, for the
// first touch FillEmpty. Addresses are always added: none is dropped, and the
// primary one stays.
type Policies struct {
	Names       Policy // first_name, last_name
	Profile     Policy // job_title, company_id, address, timezone, birthday, source
	Owner       Policy // owner_id, followers
	Attribution Policy
	Settings    Policy // dnd, score
	Custom      Policy
	ReplaceTags bool // else they are added
}

// DefaultMatch are the rules when none is given.
func DefaultMatch() []string { return []string{"id", "email", "phone"} }

// UpsertInput makes a contact or changes the one that matches.
type UpsertInput struct {
	// Match are the rules by which a contact is the same, the strongest first: id,
	// email, phone, custom.<key of a unique field>.
	Match []string
	// First takes the contact of the strongest rule when several match; else that
	// is refused.
	First    bool
	Policies Policies
	// Contact is what is known; its ID is for the rule id, and Nil for none.
	Contact UpdateInput
}

// KeptField is a field that was not written as it was given, and why.
type KeptField struct {
	Field  string
	Reason string
}

// UpsertResult is what an upsert did.
type UpsertResult struct {
	Contact   Contact
	Created   bool
	MatchedBy string   // the rule; "" when created
	Changed   []string // fields, in the words of the API
	Kept      []KeptField
}

// Validate names every rule at fault.
func (in UpsertInput) validate(by *catalogue) error {
	var f fault.Checks
	checkMatch(&f, in.Match, by)
	p := in.Policies
	for _, one := range []struct {
		path   string
		policy Policy
	}{
		{"names", p.Names},
		{"profile", p.Profile},
		{"owner", p.Owner},
		{"attribution", p.Attribution},
		{"settings", p.Settings},
		{"custom", p.Custom},
	} {
		f.Check(slices.Contains([]Policy{"", Overwrite, FillEmpty, Keep}, one.policy), "conflict."+one.path, "It is overwrite, fill_empty or keep.")
	}
	return f.Err("contact.invalid")
}

// checkMatch names the rules that are none: those of upserts and of imports.
func checkMatch(f *fault.Checks, match []string, by *catalogue) {
	f.Check(len(match) <= 10, "match", "Use at most ten rules.")
	for i, rule := range match {
		key, custom := strings.CutPrefix(rule, "custom.")
		field := by.fields[key]
		f.Check(slices.Contains(DefaultMatch(), rule) || custom && field.Unique && field.ArchivedAt == nil, fmt.Sprintf("match[%d]", i),
			"It is id, email, phone or custom. with the key of a unique field.")
	}
}

// settle gives what is to be written of a field: nothing where the policy keeps
// what is there.
func settle[T any](kept *[]KeptField, field string, p Policy, given *T, same, empty bool) *T {
	switch {
	case given == nil || same:
		return nil
	case p == Keep:
		*kept = append(*kept, KeptField{field, "The policy keeps it as it is."})
		return nil
	case p == FillEmpty && !empty:
		*kept = append(*kept, KeptField{field, "It has a value, and the policy fills what is empty."})
		return nil
	}
	return given
}

// meet gives the change of a contact that is there. given is the same input,
// cleaned as a new contact.
func (in UpsertInput) meet(c Contact, given CreateInput) (out UpdateInput, kept []KeptField) {
	out.ID, out.Version = c.ID, c.Version
	raw, p := in.Contact, in.Policies
	words := func(field string, policy Policy, raw *string, given, now string) *string {
		return settle(&kept, field, policy, raw, given == now, now == "")
	}
	out.FirstName = words("first_name", p.Names, raw.FirstName, given.FirstName, c.FirstName)
	out.LastName = words("last_name", p.Names, raw.LastName, given.LastName, c.LastName)
	out.Source = words("source", p.Profile, raw.Source, given.Source, c.Source)
	out.JobTitle = words("job_title", p.Profile, raw.JobTitle, given.JobTitle, c.JobTitle)
	out.Street = words("address.street", p.Profile, raw.Street, given.Street, c.Street)
	out.City = words("address.city", p.Profile, raw.City, given.City, c.City)
	out.Region = words("address.region", p.Profile, raw.Region, given.Region, c.Region)
	out.PostalCode = words("address.postal_code", p.Profile, raw.PostalCode, given.PostalCode, c.PostalCode)
	out.Country = words("address.country", p.Profile, raw.Country, given.Country, c.Country)
	out.Timezone = words("timezone", p.Profile, raw.Timezone, given.Timezone, c.Timezone)
	out.Birthday = words("birthday", p.Profile, raw.Birthday, given.Birthday, c.Birthday)
	out.CompanyID = settle(&kept, "company_id", p.Profile, raw.CompanyID, given.CompanyID == c.CompanyID, !c.CompanyID.Valid)
	out.OwnerID = settle(&kept, "owner_id", p.Owner, raw.OwnerID, given.OwnerID == c.OwnerID, !c.OwnerID.Valid)
	out.Followers = settle(&kept, "followers", p.Owner, raw.Followers, slices.Equal(given.Followers, c.Followers), len(c.Followers) == 0)
	out.DND = settle(&kept, "dnd", p.Settings, raw.DND, slices.Equal(given.DND, c.DND), len(c.DND) == 0)
	out.Score = settle(&kept, "score", p.Settings, raw.Score, given.Score == c.Score, c.Score == 0)
	first := p.Attribution
	if first == "" {
		first = FillEmpty
	}
	out.FirstTouch = settle(&kept, "attribution.first", first, raw.FirstTouch, sameTouch(given.FirstTouch, c.FirstTouch), c.FirstTouch == nil)
	out.LastTouch = settle(&kept, "attribution.last", p.Attribution, raw.LastTouch, sameTouch(given.LastTouch, c.LastTouch), c.LastTouch == nil)
	out.Tags = in.tags(c, given)
	out.Emails = added(&kept, c, KindEmail, "email", given.Email, given.Emails)
	out.Phones = added(&kept, c, KindPhone, "phone", given.Phone, given.Phones)
	out.Custom = map[string]any{}
	for _, key := range sortedKeys(raw.Custom) {
		value := raw.Custom[key]
		_, has := c.Custom[key]
		if settle(&kept, "custom."+key, p.Custom, &value, sameJSON(value, c.Custom[key]), !has) != nil {
			out.Custom[key] = value
		}
	}
	return out, kept
}

func sameTouch(a, b *Touch) bool { return a == b || a != nil && b != nil && *a == *b }

func sameJSON(a, b any) bool {
	left, err := json.Marshal(a)
	right, other := json.Marshal(b)
	return err == nil && other == nil && string(left) == string(right)
}

func (in UpsertInput) tags(c Contact, given CreateInput) *[]string {
	if in.Contact.Tags == nil {
		return nil
	}
	tags := given.Tags
	if !in.Policies.ReplaceTags {
		tags = slices.Clone(c.Tags)
		for _, t := range given.Tags {
			if !slices.Contains(tags, t) {
				tags = append(tags, t)
			}
		}
	}
	return &tags
}

// added are a contact's addresses with those that are new; nil when none is.
func added(kept *[]KeptField, c Contact, kind, field, primary string, list []AddressInput) *[]AddressInput {
	mine := c.Addresses.Of(kind)
	if primary != "" {
		list = append([]AddressInput{{Value: primary, Primary: true}}, list...)
		if now := mine.primary(); now != "" && now != primary {
			*kept = append(*kept, KeptField{field, "The primary one stays; what was given is one of the others."})
		}
	}
	var out []AddressInput
	for _, a := range mine {
		out = append(out, AddressInput{Value: a.Value, Label: a.Label, Primary: a.Primary})
	}
	fresh := false
	for _, in := range list {
		at := slices.IndexFunc(out, func(o AddressInput) bool { return o.Value == in.Value })
		switch {
		case at < 0:
			in.Primary = in.Primary && len(mine) == 0
			out, fresh = append(out, in), true
		case out[at].Label == "" && in.Label != "":
			out[at].Label, fresh = in.Label, true
		}
	}
	if !fresh {
		return nil
	}
	return &out
}

// unmade is what a contact was before it was made.
func unmade() Contact {
	return Contact{Tags: []string{}, Followers: []uuid.UUID{}, DND: []string{}}
}

// changedFields names what differs between two states of a contact.
func changedFields(before, after Contact) []string {
	flat := func(c Contact) map[string]string {
		out, top := map[string]string{}, map[string]json.RawMessage{}
		raw, err := json.Marshal(snapshot(c))
		if err == nil {
			err = json.Unmarshal(raw, &top)
		}
		if err != nil {
			return nil // a snapshot is always JSON
		}
		for name, value := range top {
			inner := map[string]json.RawMessage{}
			if (name == "custom" || name == "address" || name == "attribution") && json.Unmarshal(value, &inner) == nil {
				for key, value := range inner {
					out[name+"."+key] = string(value)
				}
				continue
			}
			out[name] = string(value)
		}
		for _, name := range []string{"id", "name", "version", "created_at", "updated_at"} {
			delete(out, name)
		}
		return out
	}
	a, b := flat(before), flat(after)
	names := map[string]bool{}
	for name := range a {
		names[name] = a[name] != b[name]
	}
	for name := range b {
		names[name] = a[name] != b[name]
	}
	maps.DeleteFunc(names, func(_ string, differs bool) bool { return !differs })
	return sortedKeys(names)
}

// match is a contact that a rule found.
type match struct {
	Contact

	Rule  string
	Place int64
	value string // the address that it has; "" for other rules
}

// without takes out what belongs to contacts that match beside the first one: it
// stays theirs, and the answer says so.
func (in UpsertInput) without(found []match, given CreateInput) (UpsertInput, CreateInput, []KeptField) {
	var kept []KeptField
	given.Emails, given.Phones, in.Contact.Custom = slices.Clone(given.Emails), slices.Clone(given.Phones), maps.Clone(in.Contact.Custom)
	for _, other := range found[1:] {
		if other.ID == found[0].ID || other.Rule == "id" {
			continue
		}
		field, is := other.Rule, func(a AddressInput) bool { return a.Value == other.value }
		switch key, custom := strings.CutPrefix(other.Rule, "custom."); {
		case custom:
			delete(in.Contact.Custom, key)
		case other.Rule == KindEmail:
			field, given.Emails = "emails", slices.DeleteFunc(given.Emails, is)
			if given.Email == other.value {
				given.Email = ""
			}
		default:
			field, given.Phones = "phones", slices.DeleteFunc(given.Phones, is)
			if given.Phone == other.value {
				given.Phone = ""
			}
		}
		reason := "It belongs to another contact that matches, " + other.ID.String() + "."
		if other.value != "" {
			reason = other.value + " belongs to another contact that matches, " + other.ID.String() + "."
		}
		kept = append(kept, KeptField{field, reason})
	}
	return in, given, kept
}

func (in UpsertInput) id() uuid.NullUUID { return known(in.Contact.ID) }
