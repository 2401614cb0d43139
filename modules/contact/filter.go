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

func (s *Service) catalogue() Catalogue {
	c := Catalogue{Book: filter.Book{Fields: filter.Fields{}}}
	for _, f := range slices.Concat(fixed, touches()) {
		c.Fields[f.Name] = f
		c.Order = append(c.Order, f.Name)
	}
	c.Relations, c.Events = relations, s.Behaviours
	return c
}

// Filterable gives what a filter may ask about contacts here.
func (s *Service) Filterable(ctx context.Context) (Catalogue, error) {
	if _, err := tenancy.From(ctx); err != nil {
		return Catalogue{}, err
	}
	return s.catalogue(), nil
}

// asked is a filter and all that it takes to run it.
type asked struct {
	filter.Filter
	env     filter.Env
	definer bool // see filter.Target
}

// parse reads a filter in the language of platform/filter. Errors: Invalid
// "filter.invalid", with paths below "filter".
func (s *Service) parse(raw []byte) (filter.Filter, error) {
	f, err := filter.Parse(raw, s.catalogue())
	if err != nil {
		var below fault.Checks
		below.Merge("filter", err)
		return f, below.Err("filter.invalid")
	}
	return f, nil
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

// ask gets a filter ready to run by r.
func (s *Service) ask(ctx context.Context, r db.Reader, raw []byte) (a asked, err error) {
	if a.Filter, err = s.parse(raw); err != nil || a.Everything() {
		return a, err
	}
	if a.env, err = s.env(ctx); err != nil {
		return a, err
	}
	indexed, err := leakproof(ctx, r)
	a.definer = !indexed
	return a, err
}
