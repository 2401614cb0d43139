package contact

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNoView    = fault.New(fault.NotFound, "view.not_found", "There is no such view here.")
	errStaleView = fault.New(fault.Stale, "view.stale", "Somebody changed this view meanwhile. Look at it again before you save.")
	errViewShare = fault.New(fault.Denied, "view.share", "Shared views are made, changed and deleted by those who may share views.")
)

// Views gives an object's views that the caller may see, in their order: their
// own and the shared ones.
func (s *Service) Views(ctx context.Context, object string) (out []ViewState, err error) {
	known, err := s.Filterable(ctx)
	if err != nil {
		return nil, err
	}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		list, err := views(ctx, r, `object = @object`, pgx.StrictNamedArgs{"object": object}, "")
		for _, v := range list {
			out = append(out, v.state(known))
		}
		return err
	})
	return out, err
}

// GetView reads a view; NotFound if there is none that the caller may see. One
// that names a field which has been deleted is read as well, and says so.
func (s *Service) GetView(ctx context.Context, id uuid.UUID) (out ViewState, err error) {
	known, err := s.Filterable(ctx)
	if err != nil {
		return out, err
	}
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		v, err := view(ctx, r, id, "")
		out = v.state(known)
		return err
	})
	return out, err
}

// CreateView makes a view of the caller's. Errors: Invalid with everything at
// fault; Denied "view.share"; Conflict "view.too_many".
func (s *Service) CreateView(ctx context.Context, in ViewInput) (out ViewState, err error) {
	now := s.now()
	fresh := View{ID: newID(), Object: in.Object, Columns: []string{}, Sort: DefaultSort, Version: 1, CreatedAt: now, UpdatedAt: now}
	if who, ok := tenancy.ActorFrom(ctx); ok {
		fresh.OwnerKind, fresh.OwnerID = who.Kind, who.ID
	}
	v := in.on(fresh)
	if v.Shared && !in.MayShare {
		return out, errViewShare
	}
	err = s.byFields(ctx, func(c *catalogue) error {
		known := s.filterable(c)
		if err := v.validate(in, known); err != nil {
			return err
		}
		out = v.state(known)
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			if err := roomForView(ctx, tx, v); err != nil {
				return err
			}
			if err := insertView(ctx, tx, v); err != nil {
				return err
			}
			return s.change(ctx, tx, EventViewCreated, SubjectView, v.ID, Target{}, nil, snapshotView(v))
		})
	})
	return out, err
}

// UpdateView changes what is given; what is broken and not given stays broken.
// Errors: those of CreateView; NotFound; Stale with Meta "version".
func (s *Service) UpdateView(ctx context.Context, id uuid.UUID, version int64, in ViewInput) (out ViewState, err error) {
	err = s.byFields(ctx, func(c *catalogue) error {
		known := s.filterable(c)
		return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			before, err := lockView(ctx, tx, id, version)
			if err != nil {
				return err
			}
			after := in.on(before)
			if out = after.state(known); after.equal(before) {
				return nil
			}
			if (before.Shared || after.Shared) && !in.MayShare {
				return errViewShare
			}
			if err := after.validate(in, known); err != nil {
				return err
			}
			if before.Shared != after.Shared {
				if err := roomForView(ctx, tx, after); err != nil {
					return err
				}
			}
			after.Version, after.UpdatedAt = before.Version+1, s.now()
			out.View = after
			if err := updateView(ctx, tx, after); err != nil {
				return err
			}
			return s.change(ctx, tx, EventViewUpdated, SubjectView, id, Target{}, snapshotView(before), snapshotView(after))
		})
	})
	return out, err
}

// DeleteView takes a view away; the contacts stay. Errors: NotFound; Stale;
// Denied "view.share" for a shared one.
func (s *Service) DeleteView(ctx context.Context, id uuid.UUID, version int64, mayShare bool) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockView(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if before.Shared && !mayShare {
			return errViewShare
		}
		if err := deleteView(ctx, tx, id); err != nil {
			return err
		}
		return s.change(ctx, tx, EventViewDeleted, SubjectView, id, Target{}, snapshotView(before), nil)
	})
}

func lockView(ctx context.Context, tx pgx.Tx, id uuid.UUID, version int64) (View, error) {
	v, err := view(ctx, tx, id, " for update")
	if err != nil {
		return View{}, err
	}
	if version != 0 && version != v.Version {
		return View{}, errStaleView.With("version", v.Version)
	}
	return v, nil
}

// roomForView refuses one view too many. A private view that somebody else made
// shared goes back to its owner.
func roomForView(ctx context.Context, tx pgx.Tx, v View) error {
	most, what := MaxOwnViews, "of your own"
	if v.Shared {
		most, what = MaxSharedViews, "shared"
	}
	n, err := countViews(ctx, tx, v)
	if err == nil && n >= most {
		err = fault.New(fault.Conflict, "view.too_many", fmt.Sprintf("There are %d views %s already.", most, what))
	}
	return err
}
