package contact

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Limits of a merge.
const (
	MaxMerged = 10 // contacts, the survivor among them
	UndoDays  = 30
)

// The states of a merge.
const (
	MergeDone    = "done"    // it can be undone until UndoUntil
	MergeUndone  = "undone"  // it was
	MergeExpired = "expired" // it can't be any more
)

// Merge is several contacts that became one.
type Merge struct {
	ID         uuid.UUID
	SurvivorID uuid.UUID
	FromIDs    []uuid.UUID // who was merged into the survivor
	State      string
	Author     tenancy.Actor
	CreatedAt  time.Time
	UndoUntil  time.Time
	UndoneAt   *time.Time
}

// MergeInput merges contacts into one. Fields says for a field by which contact's
// value it goes; for another one it is the survivor's, or where that is empty the
// value of the contact that was changed last of those that have one.
type MergeInput struct {
	ID       uuid.UUID // the survivor
	Version  int64     // as in UpdateInput
	From     []uuid.UUID
	Fields   map[string]uuid.UUID // "first_name", "address", "custom.plan", ...
	Versions map[uuid.UUID]int64  // those of From that the caller saw; absent is whatever is there
}

func (in MergeInput) all() []uuid.UUID { return append([]uuid.UUID{in.ID}, in.From...) }

// Validate names every field at fault.
func (in MergeInput) Validate() error {
	var f fault.Checks
	f.Check(len(in.From) > 0 && len(in.From) < MaxMerged, "from", fmt.Sprintf("Name one to %d contacts to merge into this one.", MaxMerged-1))
	for i, id := range in.From {
		at := fmt.Sprintf("from[%d]", i)
		f.Check(id != in.ID, at, "This is the contact that the others are merged into.")
		f.Check(!slices.Contains(in.From[:i], id), at, "It is named already.")
	}
	for _, name := range sortedKeys(in.Fields) {
		custom := strings.HasPrefix(name, "custom.") && len(name) > len("custom.")
		f.Check(custom || slices.Contains(choosable(), name), "fields."+name,
			"It is one of "+strings.Join(choosable(), ", ")+", or custom. with a field's key.")
		f.CheckBeside(slices.Contains(in.all(), in.Fields[name]), "fields."+name, "It is none of the contacts that are merged.", "from")
	}
	for id := range in.Versions {
		f.CheckBeside(slices.Contains(in.From, id), "versions", "They are of contacts in from.", "from")
	}
	return f.Err("merge.invalid")
}

// mergeField is a field that one contact gives to the survivor.
type mergeField struct {
	name string
	copy func(to *Contact, from Contact)
}

// mergeFields are all that one of the contacts decides, apart from the primary
// addresses and the custom fields. A postal address is one field: lines of two
// make a place that nobody lives in.
var mergeFields = []mergeField{
	{"first_name", func(to *Contact, c Contact) { to.FirstName = c.FirstName }},
	{"last_name", func(to *Contact, c Contact) { to.LastName = c.LastName }},
	{"owner_id", func(to *Contact, c Contact) { to.OwnerID = c.OwnerID }},
	{"source", func(to *Contact, c Contact) { to.Source = c.Source }},
	{"company_id", func(to *Contact, c Contact) { to.CompanyID = c.CompanyID }},
	{"job_title", func(to *Contact, c Contact) { to.JobTitle = c.JobTitle }},
	{"address", func(to *Contact, c Contact) {
		to.Street, to.City, to.Region, to.PostalCode, to.Country = c.Street, c.City, c.Region, c.PostalCode, c.Country
	}},
	{"timezone", func(to *Contact, c Contact) { to.Timezone = c.Timezone }},
	{"birthday", func(to *Contact, c Contact) { to.Birthday = c.Birthday }},
}

// choosable are the fields that a merge may name, the custom ones apart.
func choosable() []string {
	out := []string{KindEmail, KindPhone}
	for _, f := range mergeFields {
		out = append(out, f.name)
	}
	return out
}

// of is the field alone.
func (f mergeField) of(c Contact) (out Contact) {
	f.copy(&out, c)
	return out
}

// join is the survivor after the merge. Opted are the channels over which one of
// the addresses has opted out: who closed one of their numbers is not written to
// at another that a merge brings.
func (in MergeInput) join(survivor Contact, others []Contact, opted []string) (Contact, error) {
	byID := map[uuid.UUID]Contact{survivor.ID: survivor}
	for _, c := range others {
		byID[c.ID] = c
	}
	slices.SortFunc(others, func(a, b Contact) int { return b.UpdatedAt.Compare(a.UpdatedAt) })
	lined := append([]Contact{survivor}, others...)
	out := survivor
	for _, f := range mergeFields {
		if id, ok := in.Fields[f.name]; ok {
			f.copy(&out, byID[id])
			continue
		}
		for _, c := range lined {
			if !equal(f.of(c), Contact{}) {
				f.copy(&out, c)
				break
			}
		}
	}
	var f fault.Checks
	out.Addresses = append(in.addresses(&f, KindEmail, lined, byID), in.addresses(&f, KindPhone, lined, byID)...)
	out.Email, out.Phone = out.Addresses.Of(KindEmail).primary(), out.Addresses.Of(KindPhone).primary()
	out.Custom = in.custom(lined, byID)
	in.gather(&out, lined, opted)
	f.Check(out.Name() != "", "fields", "Somebody without a name needs an address.")
	f.Check(len(out.Tags) <= MaxTags, "from", fmt.Sprintf("Together they have more than %d tags.", MaxTags))
	f.Check(len(out.Followers) <= MaxFollowers, "from", fmt.Sprintf("Together they have more than %d followers and owners.", MaxFollowers))
	return out, f.Err("merge.invalid")
}

// gather unites what a contact has several of.
func (in MergeInput) gather(out *Contact, lined []Contact, opted []string) {
	out.Tags, out.Followers, out.DND = slices.Clone(out.Tags), slices.Clone(out.Followers), slices.Clone(out.DND)
	var score int64
	for _, c := range lined {
		out.Tags, out.DND, out.Followers = united(out.Tags, c.Tags), united(out.DND, c.DND), united(out.Followers, c.Followers)
		if c.OwnerID.Valid && c.OwnerID != out.OwnerID { // nobody loses sight of the person
			out.Followers = united(out.Followers, []uuid.UUID{c.OwnerID.UUID})
		}
		if c.FirstTouch != nil && (out.FirstTouch == nil || earlier(c.FirstTouch.At, out.FirstTouch.At)) {
			out.FirstTouch = c.FirstTouch
		}
		if c.LastTouch != nil && (out.LastTouch == nil || c.LastTouch.At.After(out.LastTouch.At)) {
			out.LastTouch = c.LastTouch
		}
		score += int64(c.Score)
	}
	out.DND = united(out.DND, opted)
	out.Score = int32(min(max(score, -MaxScore), MaxScore))
}

// earlier holds a time that nobody knows for the latest.
func earlier(a, b time.Time) bool { return !a.IsZero() && (b.IsZero() || a.Before(b)) }

// addresses are all of a kind, the chosen primary one first. Those of the others
// get new ids: theirs stay with them, for the undo.
func (in MergeInput) addresses(f *fault.Checks, kind string, lined []Contact, byID map[uuid.UUID]Contact) Addresses {
	out := Addresses{}
	primary := ""
	for i, c := range lined {
		for _, a := range c.Addresses.Of(kind) {
			if i > 0 {
				a.ID = newID()
			}
			if a.Primary && primary == "" {
				primary = a.Value
			}
			out = append(out, a)
		}
	}
	if id, ok := in.Fields[kind]; ok {
		primary = byID[id].Addresses.Of(kind).primary()
		f.Check(primary != "", "fields."+kind, "This contact has none.")
	}
	f.Check(len(out) <= MaxAddresses, "from", fmt.Sprintf("Together they have more than %d addresses of a kind.", MaxAddresses))
	return out.led(primary)
}

// custom are the values, each by itself.
func (in MergeInput) custom(lined []Contact, byID map[uuid.UUID]Contact) Values {
	out := Values{}
	for _, c := range slices.Backward(lined) {
		for key, value := range c.Custom {
			out[key] = value
		}
	}
	for name, id := range in.Fields {
		key, custom := strings.CutPrefix(name, "custom.")
		if !custom {
			continue
		}
		if value, ok := byID[id].Custom[key]; ok {
			out[key] = value
		} else {
			delete(out, key)
		}
	}
	return out
}

// united are both lists, each member once.
func united[T comparable](a, b []T) []T {
	for _, one := range b {
		if !slices.Contains(a, one) {
			a = append(a, one)
		}
	}
	return a
}
