package contact

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errNoFolder    = fault.New(fault.NotFound, "folder.not_found", "There is no such folder here.")
	errStaleFolder = fault.New(fault.Stale, "folder.stale", "Somebody changed this folder meanwhile. Look at it again before you save.")
)

// FolderInput is a folder as somebody gives it: what is nil stays. Object is for
// a new one.
type FolderInput struct {
	Object   string
	Name     *string
	Position *int32
}

func (in FolderInput) on(f Folder) Folder {
	if in.Name != nil {
		f.Name = tidy(*in.Name)
	}
	set(&f.Position, in.Position)
	return f
}

func (f Folder) validate() error {
	var c fault.Checks
	c.Check(f.Object == ObjectContact || f.Object == ObjectCompany, "object", "It is contact or company.")
	c.Check(f.Name != "", "name", "A folder has a name.")
	text(&c, "name", f.Name, MaxName)
	return c.Err("folder.invalid")
}

// Folders gives an object's folders in their order.
func (s *Service) Folders(ctx context.Context, object string) (out []Folder, err error) {
	err = s.Tenants.Read(ctx, func(r db.Reader) error {
		out, err = folders(ctx, r, `object = @object`, pgx.StrictNamedArgs{"object": object})
		return err
	})
	return out, err
}

// CreateFolder makes a folder. Errors: Invalid; Conflict "folder.duplicate",
// "folder.too_many".
func (s *Service) CreateFolder(ctx context.Context, in FolderInput) (f Folder, err error) {
	now := s.now()
	f = in.on(Folder{ID: newID(), Object: in.Object, Version: 1, CreatedAt: now, UpdatedAt: now})
	if err := f.validate(); err != nil {
		return Folder{}, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		all, err := folders(ctx, tx, `object = @object`, pgx.StrictNamedArgs{"object": f.Object})
		if err != nil {
			return err
		}
		if len(all) >= MaxFolders {
			return fault.New(fault.Conflict, "folder.too_many", fmt.Sprintf("There are %d folders already.", MaxFolders))
		}
		if err := saveFolder(ctx, tx, f); err != nil {
			return err
		}
		return s.toldOfFolder(ctx, tx, nil, &f)
	})
	return f, err
}

// UpdateFolder renames or moves a folder. Errors: those of CreateFolder;
// NotFound; Stale.
func (s *Service) UpdateFolder(ctx context.Context, id uuid.UUID, version int64, in FolderInput) (after Folder, err error) {
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockFolder(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if after = in.on(before); after == before {
			return nil
		}
		if err := after.validate(); err != nil {
			return err
		}
		after.Version, after.UpdatedAt = before.Version+1, s.now()
		if err := saveFolder(ctx, tx, after); err != nil {
			return err
		}
		return s.toldOfFolder(ctx, tx, &before, &after)
	})
	return after, err
}

// DeleteFolder takes a folder away; its fields stand without one. Errors:
// NotFound, Stale.
func (s *Service) DeleteFolder(ctx context.Context, id uuid.UUID, version int64) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		before, err := lockFolder(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if err := deleteFolder(ctx, tx, id); err != nil {
			return err
		}
		return s.toldOfFolder(ctx, tx, &before, nil)
	})
}

func lockFolder(ctx context.Context, tx pgx.Tx, id uuid.UUID, version int64) (Folder, error) {
	args, err := with(ctx, pgx.StrictNamedArgs{"id": id})
	if err != nil {
		return Folder{}, err
	}
	db.Later(tx, `select id from field_folder where sub_account_id = @sub_account and id = @id for update`, args)
	found, err := folders(ctx, tx, `id = @id`, pgx.StrictNamedArgs{"id": id})
	switch {
	case err != nil:
		return Folder{}, err
	case len(found) == 0:
		return Folder{}, errNoFolder
	case version != 0 && version != found[0].Version:
		return Folder{}, errStaleFolder.With("version", found[0].Version)
	}
	return found[0], nil
}

func (s *Service) toldOfFolder(ctx context.Context, tx pgx.Tx, before, after *Folder) error {
	id, c := uuid.Nil, events.Change{}
	for _, side := range []struct {
		f  *Folder
		to *any
	}{{before, &c.Before}, {after, &c.After}} {
		if side.f != nil {
			id = side.f.ID
			*side.to = map[string]any{"id": id, "object": side.f.Object, "name": side.f.Name, "position": side.f.Position, "version": side.f.Version}
		}
	}
	return s.Events.Publish(ctx, tx, events.New{Kind: EventFolderChanged, SubjectKind: SubjectFolder, SubjectID: id, Payload: c})
}
