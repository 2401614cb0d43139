package contact

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// catalogueLife is how long the fields of a sub-account are taken for what they
// were. A contact that is written by older ones is refused by their version,
// and written again by the new ones.
const catalogueLife = 10 * time.Second

// errFields says that the fields changed since they were read.
var errFields = errors.New("contact: the custom fields changed meanwhile")

// catalogue is the custom fields of contacts and companies at one time, the
// archived ones too.
type catalogue struct {
	version   int64
	fields    map[string]Field // of contacts
	companies map[string]Field
	read      time.Time
}

// catalogues are those of the sub-accounts that were asked for lately.
type catalogues struct {
	mu  sync.Mutex
	all map[uuid.UUID]*catalogue
}

const maxCatalogues = 1000

func (c *catalogues) forget(sub uuid.UUID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.all, sub)
}

// fields gives the catalogue of the context's sub-account, without a round trip
// most of the time.
func (s *Service) fields(ctx context.Context) (*catalogue, error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	s.known.mu.Lock()
	had, ok := s.known.all[t.SubAccount]
	s.known.mu.Unlock()
	if ok && s.Clock.Now().Sub(had.read) < catalogueLife {
		return had, nil
	}
	fresh := &catalogue{fields: map[string]Field{}, companies: map[string]Field{}, read: s.Clock.Now()}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		var list []Field
		fresh.version, list, err = catalogued(ctx, r)
		for _, f := range list {
			if f.Object == ObjectCompany {
				fresh.companies[f.Key] = f
			} else {
				fresh.fields[f.Key] = f
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	if len(s.known.all) >= maxCatalogues || s.known.all == nil {
		s.known.all = map[uuid.UUID]*catalogue{}
	}
	s.known.all[t.SubAccount] = fresh
	return fresh, nil
}

// byFields runs a verb by the fields as they are, and once more where they
// changed under it. What old fields refuse, new ones may take.
func (s *Service) byFields(ctx context.Context, verb func(c *catalogue) error) error {
	t, err := tenancy.From(ctx)
	if err != nil {
		return err
	}
	for range 3 {
		c, err := s.fields(ctx)
		if err != nil {
			return err
		}
		err = verb(c)
		if !errors.Is(err, errFields) && !fault.Is(err, fault.Invalid) {
			return err
		}
		s.known.forget(t.SubAccount)
		fresh, reading := s.fields(ctx)
		if reading != nil {
			return reading
		}
		if !errors.Is(err, errFields) && fresh.version == c.version {
			return err
		}
	}
	return fault.New(fault.Unavailable, "field.busy", "The fields are being changed just now. Try again shortly.").After(time.Second)
}

// encode gives the changes of a contact's custom fields in the form that is
// stored; nil takes a value away. It names every field at fault.
func (c *catalogue) encode(f *fault.Checks, in map[string]any, before Contact, country string) Values {
	return encodeValues(f, c.fields, in, before.Custom, before.ID == uuid.Nil, country)
}

// encodeValues is encode by some fields; fresh is of something new.
func encodeValues(f *fault.Checks, fields map[string]Field, in map[string]any, before Values, fresh bool, country string) Values {
	out := Values{}
	for _, key := range sortedKeys(in) {
		raw := in[key]
		field, ok := fields[key]
		if !ok {
			f.Check(false, "custom."+key, "There is no such field.")
			continue
		}
		value, mend := field.encode(raw, before[key], country)
		if field.ArchivedAt != nil && value != nil && !reflect.DeepEqual(value, before[key]) {
			mend = "This field is archived. Restore it before you write to it."
		}
		if field.Required && value == nil && mend == "" {
			mend = "This field is required."
		}
		f.Check(mend == "", "custom."+key, mend)
		out[key] = value
	}
	if fresh {
		complete(f, fields, in)
	}
	return out
}

// complete asks something new for what is required.
func complete(f *fault.Checks, fields map[string]Field, in map[string]any) {
	for _, key := range sortedKeys(fields) {
		field := fields[key]
		if _, given := in[key]; field.Required && field.ArchivedAt == nil && !given {
			f.Check(false, "custom."+key, "This field is required.")
		}
	}
}

// kept are the values that contact_value has.
func (c *catalogue) kept(v Values) (out keptValues) {
	for _, key := range sortedKeys(v) {
		if f, ok := c.fields[key]; ok && f.kept() {
			t := f.typed(v[key])
			out.fields, out.texts, out.held = append(out.fields, f.ID), append(out.texts, t.text), append(out.held, f.Unique)
			out.numbers, out.times = append(out.numbers, t.number), append(out.times, t.time)
		}
	}
	return out
}

// exact are the values that contact.custom_exact has. Those of archived fields
// stay: a field may come back.
func (c *catalogue) exact(v Values) Values {
	out := Values{}
	if c == nil { // of something without values
		return out
	}
	for key, value := range v {
		if f, ok := c.fields[key]; ok && f.exact() {
			out[key] = value
		}
	}
	return out
}

// keptValues are rows of contact_value, as the arrays of a statement.
type keptValues struct {
	fields  []uuid.UUID
	texts   []string
	numbers []*string
	times   []*time.Time
	held    []bool
}

func (k keptValues) args(to pgx.StrictNamedArgs) {
	to["value_fields"], to["value_texts"], to["value_numbers"] = append([]uuid.UUID{}, k.fields...), append([]string{}, k.texts...), append([]*string{}, k.numbers...)
	to["value_times"], to["value_held"] = append([]*time.Time{}, k.times...), append([]bool{}, k.held...)
}

// with are the values after a change.
func (v Values) with(changes Values) Values {
	out := Values{}
	for key, value := range v {
		out[key] = value
	}
	for key, value := range changes {
		if out[key] = value; value == nil {
			delete(out, key)
		}
	}
	return out
}

// sortedKeys are those of values, in order.
func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for key := range m {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}
