package contact

import (
	"context"
	"reflect"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNoCompany    = fault.New(fault.NotFound, "company.not_found", "There is no such company here.")
	errStaleCompany = fault.New(fault.Stale, "company.stale", "Somebody changed this company meanwhile. Look at it again before you save.")
)

// CreateCompany keeps a new company. Errors: Invalid with every field at fault;
// Conflict "company.duplicate" with Meta "company" {id, name}.
func (s *Service) CreateCompany(ctx context.Context, in CompanyInput) (c Company, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		if c, err = s.checkCompany(ctx, in, Company{}, by); err != nil {
			return err
		}
		now := s.now()
		c.ID, c.Version, c.CreatedAt, c.UpdatedAt = uuid.Must(uuid.NewV7()), 1, now, now
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			if err := in.hold(ctx, tx, by); err != nil {
				return err
			}
			if err := insertCompany(ctx, tx, c); err != nil {
				return err
			}
			if err := holdValues(ctx, tx, c, by); err != nil {
				return err
			}
			return s.publishCompany(ctx, tx, EventCompanyCreated, nil, &c)
		})
	})
	if err != nil {
		return Company{}, err
	}
	return c, nil
}

// hold keeps the fields as they are where there are values to be written.
func (in CompanyInput) hold(ctx context.Context, tx pgx.Tx, by *catalogue) error {
	if len(in.Custom) == 0 {
		return nil
	}
	return by.current(ctx, tx)
}

// GetCompany reads a company; NotFound if there is none.
func (s *Service) GetCompany(ctx context.Context, id uuid.UUID) (c Company, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		c, err = company(ctx, r, id)
		return err
	})
	return c, err
}

// CompaniesOf reads the companies of some contacts, by their ids, in one round
// trip; none where nobody has one.
func (s *Service) CompaniesOf(ctx context.Context, list []Contact) (out map[uuid.UUID]Company, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		out, err = companiesOf(ctx, r, list)
		return err
	})
	return out, err
}

// UpdateCompany changes what the input holds. version is the one that the caller
// saw; zero takes whatever is there. Errors: those of CreateCompany; NotFound;
// Stale with Meta "version".
func (s *Service) UpdateCompany(ctx context.Context, id uuid.UUID, version int64, in CompanyInput) (after Company, err error) {
	err = lastWins(version, func() error {
		after, err = s.editCompany(ctx, id, version, in)
		return err
	})
	return after, err
}

func (s *Service) editCompany(ctx context.Context, id uuid.UUID, version int64, in CompanyInput) (after Company, err error) {
	// Checked outside of the transaction, as members and regions are the control
	// database's; the version makes sure that it still holds.
	before, err := s.GetCompany(ctx, id)
	if err != nil {
		return Company{}, err
	}
	err = s.byFields(ctx, func(by *catalogue) error {
		want, err := s.checkCompany(ctx, in, before, by)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStaleCompany.With("version", before.Version)
		}
		after, err = s.changeCompany(ctx, in, before, want, by)
		return err
	})
	if err != nil {
		return Company{}, err
	}
	return after, nil
}

// changeCompany keeps what before is to become, if it still is as it was.
func (s *Service) changeCompany(ctx context.Context, in CompanyInput, before, want Company, by *catalogue) (after Company, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := in.hold(ctx, tx, by); err != nil {
			return err
		}
		locked, err := lockCompany(ctx, tx, before.ID)
		if err != nil {
			return err
		}
		if locked.Version != before.Version {
			return errStaleCompany.With("version", locked.Version)
		}
		if after = want; after.equal(locked) {
			return nil
		}
		after.Version, after.UpdatedAt = locked.Version+1, s.now()
		if err := updateCompany(ctx, tx, after); err != nil {
			return err
		}
		if !reflect.DeepEqual(locked.Custom, after.Custom) {
			if err := holdValues(ctx, tx, after, by); err != nil {
				return err
			}
		}
		return s.publishCompany(ctx, tx, EventCompanyUpdated, &locked, &after)
	})
	return after, err
}

// DeleteCompany takes a company out of every list and frees its domain; its
// contacts stay, without a company. Errors: NotFound, Stale.
func (s *Service) DeleteCompany(ctx context.Context, id uuid.UUID, version int64) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockCompany(ctx, tx, id)
		if err != nil {
			return err
		}
		if version != 0 && version != before.Version {
			return errStaleCompany.With("version", before.Version)
		}
		if err := s.unlink(ctx, tx, id); err != nil {
			return err
		}
		if err := tombstoneCompany(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.publishCompany(ctx, tx, EventCompanyDeleted, &before, nil)
	})
}

const unlinkBatch = 500 // contacts a statement

// unlink takes the company away from its contacts, those out of the caller's
// reach too: it is gone for everybody.
func (s *Service) unlink(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	ctx = tenancy.WithReach(ctx, tenancy.Everything)
	for {
		ids, err := contactIDs(ctx, tx, id, unlinkBatch)
		if err != nil || len(ids) == 0 {
			return err
		}
		found, err := lockMany(ctx, tx, ids)
		if err != nil {
			return err
		}
		list := make([]changed, 0, len(found))
		for _, c := range found {
			after := c
			after.CompanyID, after.Version, after.UpdatedAt = uuid.NullUUID{}, c.Version+1, s.now()
			list = append(list, changed{before: &c, after: after})
		}
		if err := s.saveMany(ctx, tx, list, nil); err != nil {
			return err
		}
	}
}

// CompanyContacts reads a page of a company's contacts in reach, by name.
// Errors: NotFound; Invalid at "limit" or "cursor".
func (s *Service) CompanyContacts(ctx context.Context, id uuid.UUID, cursor string, limit int) (out PageOf[Contact], err error) {
	var f fault.Checks
	scope := "company/" + id.String() + "/contacts"
	most, after := paged(&f, limit, cursor, scope)
	if err := f.Err("company.list_invalid"); err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := seeTarget(ctx, tx, OfCompany(id)); err != nil {
			return err
		}
		rows, err := contactsOf(ctx, tx, id, after, most+1)
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, scope, func(c Contact) place { return place{Key: c.sortName(), ID: c.ID} })
		return err
	})
	return out, err
}

// Companies reads a page of companies. Errors: Invalid at "limit", "sort", "q",
// "tag" or "cursor".
func (s *Service) Companies(ctx context.Context, in ListInput) (out PageOf[Company], err error) {
	q, err := in.companies()
	if err != nil {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		db.Later(tx, `set local plan_cache_mode = force_custom_plan`) // as in List
		out, err = listCompanies(ctx, tx, q)
		return err
	})
	return out, err
}

func (s *Service) checkCompany(ctx context.Context, in CompanyInput, before Company, by *catalogue) (Company, error) {
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return Company{}, err
	}
	c := in.on(before, country)
	var f fault.Checks
	f.Merge("", c.validate())
	values := encodeValues(&f, by.companies, in.Custom, before.Custom, before.ID == uuid.Nil, country)
	if err := s.checkValues(ctx, &f, by.companies, values, before.Custom); err != nil {
		return Company{}, err
	}
	c.Custom = c.Custom.with(values)
	if c.OwnerID.Valid && c.OwnerID != before.OwnerID {
		err = s.members(ctx, &f, func(int) string { return "owner_id" }, c.OwnerID.UUID)
		if err != nil {
			return Company{}, err
		}
	}
	return c, f.Err("company.invalid")
}

func (s *Service) publishCompany(ctx context.Context, tx pgx.Tx, kind string, before, after *Company) error {
	var c events.Change
	var id uuid.UUID
	if before != nil {
		c.Before, id = snapshotCompany(*before), before.ID
	}
	if after != nil {
		c.After, id = snapshotCompany(*after), after.ID
	}
	if before != nil && after != nil {
		var err error
		if c, err = events.Differing(c.Before, c.After); err != nil {
			return err
		}
	}
	return s.Events.Publish(ctx, tx, events.New{Kind: kind, SubjectKind: SubjectCompany, SubjectID: id, Payload: c})
}
