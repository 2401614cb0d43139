package contact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errDuplicate = fault.New(fault.Conflict, "contact.duplicate", "Another contact has this already.")

	errNotFound = fault.New(fault.NotFound, "contact.not_found", "There is no such contact here.")
	errStale    = fault.New(fault.Stale, "contact.stale", "Somebody changed this contact meanwhile. Look at it again before you save.")
)

// Parts are what the service stands on.
type Parts struct {
	Tenants *db.Tenants
	Events  Publisher
	Jobs    Jobs
	Clock   clock.Clock
	Regions Regions
	Zones   Zones
	// FileQuota is how many bytes of files a sub-account keeps; 0 is DefaultFileQuota.
	FileQuota int64
	Consents  Consents // imports alone need it
	Members   Members
	OptOuts   OptOuts // merges alone need it
	// Attachments are what other modules keep of contacts, in the order in which a
	// merge moves them.
	Attachments []Attachment
	// Behaviours is what is known of contacts elsewhere, by the event that filters
	// name: {"event": "message.received"}. Owner is the contact's id.
	Behaviours map[string]filter.Relation
}

// Service keeps contacts. Every verb acts on the sub-account of its context.
type Service struct {
	Parts

	known catalogues
}

// New makes the service.
func New(p Parts) *Service { return &Service{Parts: p} }

// Create keeps a new contact; without an owner it is the caller's, where the
// caller reaches their own alone. Errors: Invalid with every field at fault;
// Conflict "contact.duplicate" with Meta "contact" {id, name} and "field".
func (s *Service) Create(ctx context.Context, in CreateInput) (c Contact, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		c, err = s.create(ctx, in, by)
		return err
	})
	if err != nil {
		return Contact{}, err
	}
	return c, nil
}

func (s *Service) create(ctx context.Context, in CreateInput, by *catalogue) (Contact, error) {
	if !in.OwnerID.Valid {
		in.OwnerID = tenancy.ReachFrom(ctx).Own()
	}
	in, err := s.check(ctx, in, Contact{}, by)
	if err != nil {
		return Contact{}, err
	}
	now := s.now()
	c := in.on(Contact{ID: newID(), Version: 1, CreatedAt: now, UpdatedAt: now})
	return c, s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := insert(ctx, tx, c, by); err != nil {
			return err
		}
		return s.publish(ctx, tx, EventCreated, c.ID, Changed{After: snapshot(c)})
	})
}

// Get reads a contact; NotFound if there is none in reach, or it was deleted.
func (s *Service) Get(ctx context.Context, id uuid.UUID) (c Contact, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		c, err = one(ctx, r, `id = @value and deleted_at is null`, id)
		return err
	})
	return c, err
}

// Update changes a contact. Errors: those of Create; NotFound; Stale with Meta
// "version" when the version is not the one the caller saw. A change that
// changes nothing leaves the version as it is.
func (s *Service) Update(ctx context.Context, in UpdateInput) (after Contact, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		if after, err = s.update(ctx, in, by); in.Version == 0 && errors.Is(err, errStale) {
			after, err = s.updateLocked(ctx, in, by)
		}
		return err
	})
	if err != nil {
		return Contact{}, err
	}
	return after, nil
}

// updateLocked changes a contact that others change at the same time, for whoever
// didn't say which version they saw: it waits for its turn, and the last one wins.
func (s *Service) updateLocked(ctx context.Context, in UpdateInput, by *catalogue) (after Contact, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lock(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		want, err := s.check(ctx, in.apply(before), before, by)
		if err != nil {
			return err
		}
		after, err = s.save(ctx, tx, before, want.on(before), by)
		return err
	})
	return after, err
}

func (s *Service) update(ctx context.Context, in UpdateInput, by *catalogue) (after Contact, err error) {
	// Checked outside of the transaction, since members and regions are read
	// from the control database; the version makes sure that it still holds.
	before, err := s.Get(ctx, in.ID)
	if err != nil {
		return Contact{}, err
	}
	want, err := s.check(ctx, in.apply(before), before, by)
	if err != nil {
		return Contact{}, err
	}
	if in.Version != 0 && in.Version != before.Version {
		return Contact{}, errStale.With("version", before.Version)
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		locked, err := lock(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if locked.Version != before.Version {
			return errStale.With("version", locked.Version)
		}
		after, err = s.save(ctx, tx, locked, want.on(locked), by)
		return err
	})
	return after, err
}

// save keeps a changed contact, whose row is locked, and tells of it.
func (s *Service) save(ctx context.Context, tx pgx.Tx, before, after Contact, by *catalogue) (Contact, error) {
	if equal(before, after) {
		return before, nil
	}
	after.Version, after.UpdatedAt = before.Version+1, s.now()
	if err := updateUnlessDuplicate(ctx, tx, before, after, by); err != nil {
		return Contact{}, err
	}
	told, err := updated(before, after)
	if err != nil {
		return Contact{}, err
	}
	return after, s.Events.Publish(ctx, tx, told)
}

// Delete takes a contact out of every list and frees its number and address;
// doc.go says what becomes of its data. Errors: NotFound, Stale.
func (s *Service) Delete(ctx context.Context, in DeleteInput) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lock(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if in.Version != 0 && in.Version != before.Version {
			return errStale.With("version", before.Version)
		}
		return s.remove(ctx, tx, before)
	})
}

// remove deletes a contact whose lock the caller holds.
func (s *Service) remove(ctx context.Context, tx pgx.Tx, c Contact) error {
	return s.removeMany(ctx, tx, []Contact{c})
}

// List reads a page of contacts. Errors: Invalid at "limit", "sort", "cursor" or
// "at_row", and "filter.invalid" with paths below "filter".
func (s *Service) List(ctx context.Context, in ListInput) (out Page, err error) {
	q, err := s.query(ctx, in)
	if err := cmp.Or(err, db.Rehearsed(ctx)); err != nil {
		return Page{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := q.asked.look(ctx, tx); err != nil {
			return err
		}
		// What a search finds is known only with its words: planned without them,
		// a common name is read from the index of parts, all of it, to be sorted.
		db.Later(tx, `set local plan_cache_mode = force_custom_plan`)
		db.Later(tx, `set local max_parallel_workers_per_gather = 0`) // a page is read before they have begun
		out, err = list(ctx, tx, q)
		return err
	})
	return out, err
}

// check cleans and validates. before is the contact as it is, or the zero value.
func (s *Service) check(ctx context.Context, in CreateInput, before Contact, by *catalogue) (CreateInput, error) {
	if _, err := tenancy.From(ctx); err != nil {
		return in, err
	}
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return in, err
	}
	in = in.Clean(country)
	var f fault.Checks
	f.Merge("", in.validate(before.Addresses))
	in.Custom = by.encode(&f, in.Custom, before, country)
	if err := s.checkValues(ctx, &f, by.fields, in.Custom, before.Custom); err != nil {
		return in, err
	}
	f.Check(!validDate(in.Birthday) || in.Birthday <= s.now().AddDate(0, 0, 1).Format(time.DateOnly), "birthday", "This day is still to come.")
	if in.CompanyID.Valid && in.CompanyID != before.CompanyID {
		_, err := s.GetCompany(ctx, in.CompanyID.UUID)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return in, err
		}
		f.Check(err == nil, "company_id", "There is no such company here.")
	}
	return in, s.checkPeople(ctx, &f, in, before)
}

// checkPeople adds whoever is named and does not work here, and gives all that
// is wrong.
func (s *Service) checkPeople(ctx context.Context, f *fault.Checks, in CreateInput, before Contact) error {
	people := map[string]uuid.UUID{}
	if in.OwnerID.Valid && in.OwnerID != before.OwnerID {
		people["owner_id"] = in.OwnerID.UUID
	}
	if len(in.Followers) <= MaxFollowers {
		for i, id := range in.Followers {
			if !slices.Contains(before.Followers, id) {
				people[fmt.Sprintf("followers[%d]", i)] = id
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(people)) {
		ok, err := s.Members.IsMember(ctx, people[path])
		if err != nil {
			return err
		}
		f.Check(ok, path, "This person does not work in this sub-account.")
	}
	return f.Err("contact.invalid")
}

// now is as fine as PostgreSQL keeps it, so that what is returned is what is read.
func (s *Service) now() time.Time { return s.Clock.Now().Truncate(time.Microsecond) }
