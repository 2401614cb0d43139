package contact

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// delta is what an action did to a contact: of a list what it lost and gained,
// of anything else the value before and after.
type delta struct {
	before any
	after  any
}

// effect is an action, ready to be done to contacts.
type effect struct {
	BulkAction
	by    *catalogue
	field Field // of field.set, where it is a custom one
	value any   // as it is stored
}

// effect gets an action ready. Errors: Invalid where it names what there isn't,
// or no longer.
func (a BulkAction) effect(by *catalogue, country string) (effect, error) {
	e := effect{BulkAction: a, by: by, value: a.Value}
	if a.Kind != BulkSetField {
		return e, nil
	}
	var f fault.Checks
	key, custom := strings.CutPrefix(a.Field, customPrefix)
	switch {
	case custom:
		e.field = by.fields[key]
		f.Check(e.field.Key != "", "action.field", "There is no such field. It may have been deleted.")
		if err := f.Err("bulk.invalid"); err != nil {
			return e, err
		}
		f.Check(e.field.ArchivedAt == nil, "action.field", "This field is archived. Restore it before you write to it.")
		f.Check(!e.field.Unique, "action.field", "A unique field can't have one value for many.")
		var mend string
		e.value, mend = e.field.encode(a.Value, nil, country)
		if e.field.Required && e.value == nil && mend == "" {
			mend = "This field is required."
		}
		f.Check(mend == "", "action.value", mend)
	case !slices.Contains(bulkFields, a.Field):
		f.Check(false, "action.field", "It is a custom field, or one of "+strings.Join(bulkFields, ", ")+".")
	default:
		e.value = a.builtIn(&f)
	}
	return e, f.Err("bulk.invalid")
}

// builtIn reads the value of a field that every sub-account has, by the rules
// of contacts.
func (a BulkAction) builtIn(f *fault.Checks) any {
	switch a.Field {
	case "score":
		n, ok := a.Value.(float64)
		f.Check(ok && n == float64(int32(n)) && n >= -MaxScore && n <= MaxScore, "action.value", fmt.Sprintf("It is a whole number between -%d and %[1]d.", MaxScore))
		return int32(n)
	case "company_id":
		s, ok := a.Value.(string)
		id, err := uuid.Parse(s)
		f.Check(a.Value == nil || ok && err == nil, "action.value", "Give a company's id, or null for none.")
		return uuid.NullUUID{UUID: id, Valid: ok && err == nil}
	}
	s, ok := a.Value.(string)
	f.Check(ok || a.Value == nil, "action.value", "Give a text, or null for none.")
	in := CreateInput{FirstName: "x"}
	*in.line(a.Field) = s
	in = in.Clean("")
	if broken, ok := fault.As(in.Validate()); ok {
		for _, field := range broken.Fields {
			f.Check(false, "action.value", field.Message)
		}
	}
	return *in.line(a.Field)
}

func (in *CreateInput) line(field string) *string {
	return map[string]*string{
		"source": &in.Source, "job_title": &in.JobTitle, "street": &in.Street, "city": &in.City, "region": &in.Region,
		"postal_code": &in.PostalCode, "country": &in.Country, "timezone": &in.Timezone, "birthday": &in.Birthday,
	}[field]
}

// on does the action to a contact. mend is why a rule forbids it.
func (e effect) on(c Contact) (after Contact, d delta, mend string) {
	after = c
	switch e.Kind {
	case BulkAddTags, BulkAddDND:
		list, most := e.list(&after)
		now, gained := joinedTo(*list, append(slices.Clone(e.Tags), e.Channels...))
		if *list = now; len(now) > most {
			mend = fmt.Sprintf("A contact has at most %d tags.", most)
		}
		return after, delta{[]string{}, gained}, mend
	case BulkRemoveTags, BulkRemoveDND:
		list, _ := e.list(&after)
		now, lost := takenFrom(*list, append(slices.Clone(e.Tags), e.Channels...))
		*list = now
		return after, delta{lost, []string{}}, ""
	case BulkAddFollowers:
		now, gained := joinedTo(c.Followers, e.People)
		if after.Followers = now; len(now) > MaxFollowers {
			mend = fmt.Sprintf("At most %d people follow a contact.", MaxFollowers)
		}
		return after, delta{[]uuid.UUID{}, gained}, mend
	case BulkRemoveFollowers:
		now, lost := takenFrom(c.Followers, e.People)
		after.Followers = now
		return after, delta{lost, []uuid.UUID{}}, ""
	}
	d.before, d.after = e.read(c), e.OwnerID
	if e.Kind == BulkSetField {
		d.after = e.value
	}
	e.write(&after, d.after)
	return after, d, ""
}

// list is the list of texts that the action changes, with how many it may have.
func (e effect) list(c *Contact) (*[]string, int) {
	if e.Kind == BulkAddDND || e.Kind == BulkRemoveDND {
		return &c.DND, len(Channels())
	}
	return &c.Tags, MaxTags
}

// read gives the value that the action sets.
func (e effect) read(c Contact) any {
	switch {
	case e.Kind == BulkAssign:
		return c.OwnerID
	case e.field.Key != "":
		return c.Custom[e.field.Key]
	case e.Field == "score":
		return c.Score
	case e.Field == "company_id":
		return c.CompanyID
	}
	in := c.input()
	return *in.line(e.Field)
}

func (e effect) write(c *Contact, v any) {
	switch {
	case e.Kind == BulkAssign:
		c.OwnerID, _ = v.(uuid.NullUUID)
	case e.field.Key != "":
		c.Custom = c.Custom.with(Values{e.field.Key: v})
	case e.Field == "score":
		c.Score, _ = v.(int32)
	case e.Field == "company_id":
		c.CompanyID, _ = v.(uuid.NullUUID)
	default:
		in := c.input()
		*in.line(e.Field), _ = v.(string)
		c.Source, c.JobTitle, c.Street, c.City, c.Region = in.Source, in.JobTitle, in.Street, in.City, in.Region
		c.PostalCode, c.Country, c.Timezone, c.Birthday = in.PostalCode, in.Country, in.Timezone, in.Birthday
	}
}

// undo takes back what the action did, if nobody has changed the same since.
func (e effect) undo(c Contact, before, after json.RawMessage) (Contact, bool, error) {
	switch e.Kind {
	case BulkAddTags, BulkRemoveTags, BulkAddDND, BulkRemoveDND:
		list, most := e.list(&c)
		now, ok, err := restored(*list, before, after)
		*list = now
		return c, ok && len(now) <= most, err
	case BulkAddFollowers, BulkRemoveFollowers:
		now, ok, err := restored(c.Followers, before, after)
		c.Followers = now
		return c, ok && len(now) <= MaxFollowers, err
	}
	present, err := json.Marshal(e.read(c))
	if err != nil || !sameTree(present, after) {
		return c, false, err
	}
	v, err := e.decode(before)
	if err == nil {
		e.write(&c, v)
	}
	return c, err == nil, err
}

// decode reads a value as it was kept.
func (e effect) decode(raw json.RawMessage) (v any, err error) {
	switch {
	case e.Kind == BulkAssign || e.Field == "company_id":
		var id uuid.NullUUID
		err = json.Unmarshal(raw, &id)
		return id, err
	case e.Field == "score":
		var n int32
		err = json.Unmarshal(raw, &n)
		return n, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // as values are read
	err = d.Decode(&v)
	return v, err
}

// restored takes what a list gained away and puts back what it lost. It is false
// where nothing of it is left to be done: somebody did, or did otherwise.
func restored[T comparable](list []T, before, after json.RawMessage) ([]T, bool, error) {
	var lost, gained []T
	if err := json.Unmarshal(before, &lost); err != nil {
		return list, false, err
	}
	if err := json.Unmarshal(after, &gained); err != nil {
		return list, false, err
	}
	now, taken := takenFrom(list, gained)
	now, put := joinedTo(now, lost)
	return now, len(taken)+len(put) > 0, nil
}

// joinedTo adds to a list what isn't in it.
func joinedTo[T comparable](list, more []T) (now, gained []T) {
	now, gained = slices.Clone(list), []T{}
	for _, one := range more {
		if !slices.Contains(now, one) {
			now, gained = append(now, one), append(gained, one)
		}
	}
	return now, gained
}

// takenFrom takes away from a list what is in it.
func takenFrom[T comparable](list, less []T) (now, lost []T) {
	now, lost = make([]T, 0, len(list)), []T{}
	for _, one := range list {
		if slices.Contains(less, one) {
			lost = append(lost, one)
		} else {
			now = append(now, one)
		}
	}
	return now, lost
}
