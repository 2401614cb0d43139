package contact

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Catalogue is what a filter may ask about the contacts of a sub-account.
type Catalogue struct {
	filter.Book
	Order []string // the fields' names, as a person looks for them
}

func (s *Service) filterable(custom *catalogue) Catalogue {
	c := Catalogue{Book: filter.Book{Fields: filter.Fields{}, Relations: relations, Events: s.Behaviours}}
	all := slices.Concat(fixed, touches())
	for _, f := range inOrder(custom.fields) {
		all = append(all, f.filterable())
	}
	all = append(all, ofCompany...)
	for _, f := range inOrder(custom.companies) {
		all = append(all, f.filterableOfCompany())
	}
	for _, f := range all {
		c.Fields[f.Name] = f
		c.Order = append(c.Order, f.Name)
	}
	return c
}

// column tells of a field that a table of contacts can show: one of the contact's
// own or of its company.
func (c Catalogue) column(name string) bool {
	_, ok := c.Fields[name]
	return ok
}

// Filterable gives what a filter may ask about contacts here.
func (s *Service) Filterable(ctx context.Context) (Catalogue, error) {
	custom, err := s.fields(ctx)
	if err != nil {
		return Catalogue{}, err
	}
	return s.filterable(custom), nil
}

// asked is a filter and all that it takes to run it.
type asked struct {
	filter.Filter
	env     filter.Env
	definer bool // see filter.Target
}

// parse reads a filter in the language of platform/filter. Errors: Invalid
// "filter.invalid", with paths below "filter".
func (s *Service) parse(ctx context.Context, raw []byte) (f filter.Filter, known Catalogue, err error) {
	if filter.Nothing(raw) {
		return f, known, nil
	}
	err = s.byFields(ctx, func(c *catalogue) error {
		known = s.filterable(c)
		if f, err = filter.Parse(raw, known); err != nil {
			var below fault.Checks
			below.Merge("filter", err)
			return below.Err("filter.invalid")
		}
		return nil
	})
	return f, known, err
}

// env is on whose behalf, when and where the context asks.
func (s *Service) env(ctx context.Context) (filter.Env, error) {
	e := filter.Env{Now: s.now()}
	name, err := s.Zones.Timezone(ctx)
	if err != nil {
		return e, err
	}
	// A zone that this program's tables don't have is no reason to list nothing.
	if zone, err := time.LoadLocation(name); err == nil {
		e.Zone = zone
	}
	if who, ok := tenancy.ActorFrom(ctx); ok && who.Kind == tenancy.Person {
		if id, err := uuid.Parse(who.ID); err == nil {
			e.Me = id
		}
	}
	return e, nil
}

// ask gets a filter ready to run: outside of a transaction, as it may need
// another look at the custom fields.
func (s *Service) ask(ctx context.Context, raw []byte) (a asked, err error) {
	if a.Filter, _, err = s.parse(ctx, raw); err != nil || a.Everything() {
		return a, err
	}
	a.env, err = s.env(ctx)
	return a, err
}

// look tells the filter whether it may use indexes under row level security.
func (a *asked) look(ctx context.Context, r db.Reader) error {
	if a.Everything() {
		return nil
	}
	indexed, err := leakproof(ctx, r)
	a.definer = !indexed
	return err
}
