package contact

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNoImport     = fault.New(fault.NotFound, "import.not_found", "There is no such import here.")
	errImportState  = fault.New(fault.Conflict, "import.state", "The import does not allow this now.")
	errImportPurged = fault.New(fault.Conflict, "import.purged", "The file of this import and what an undo needs have been deleted by now.")
	errImportReach  = fault.New(fault.Denied, "import.reach", "An import reaches every contact: ask somebody who does.")
	errNoTable      = fault.New(fault.Invalid, "import.unreadable", "This is no table with at least one row.").
			At("file", "Send a CSV file, as a spreadsheet saves it.")
	errOtherLetters = fault.New(fault.Invalid, "import.unreadable", "The file writes its letters in another way.").
			At("encoding", "Its letters don't exist in this encoding. Choose another one, or let it be found out.")
	errTooWide = fault.New(fault.Invalid, "import.unreadable", "The table has more than 500 columns.").
			At("file", "Leave out the columns that nobody needs.")
)

// CreateImport keeps a file and reads how it is written: its letters, its
// delimiter, its columns and what they seem to mean, or meant the last time. It
// takes in nobody yet. Errors: those of Upload and RereadImport.
func (s *Service) CreateImport(ctx context.Context, in UploadInput, asked ImportReading) (Import, error) {
	if !tenancy.ReachFrom(ctx).All {
		return Import{}, errImportReach
	}
	if err := asked.Validate(); err != nil {
		return Import{}, err
	}
	in.Target = Target{}
	f, err := in.measure(MaxImport)
	if err != nil {
		return Import{}, err
	}
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return Import{}, err
	}
	by, err := s.fields(ctx)
	if err != nil {
		return Import{}, err
	}
	i, first, err := inspect(in.Open, asked, country, by)
	if err != nil {
		return Import{}, err
	}
	now := s.now()
	f.ID, f.CreatedAt, f.Author = newID(), now, author(ctx)
	f.Author.IP = ""
	i.ID, i.FileID, i.Name, i.State, i.Author, i.Version, i.CreatedAt, i.UpdatedAt = newID(), f.ID, f.Name, ImportReady, f.Author, 1, now, now
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := i.mean(ctx, tx, first, country, by); err != nil {
			return err
		}
		if err := s.keepFile(ctx, tx, f, "import", in.Open); err != nil {
			return err
		}
		return insertImport(ctx, tx, i)
	})
	return i, err
}

// mean begins the settings with what the columns seem to mean, or meant the last
// time.
func (i *Import) mean(ctx context.Context, tx pgx.Tx, first []string, country string, by *catalogue) error {
	i.Settings.Fields = guess(i.Columns, by)
	if !i.Headed {
		i.Settings.Fields = guessByContent(first, country)
	}
	known, err := rememberedFields(ctx, tx, i.Fingerprint)
	if err != nil {
		return err
	}
	if fields := remembered(known, i.Columns, by); i.Headed && fields != nil {
		i.Settings.Fields = fields
	}
	i.Settings.OnMatch, i.Settings.Tags = OnMatchUpdate, []string{}
	i.Settings.Match = slices.DeleteFunc(DefaultMatch(), func(rule string) bool { return !slices.Contains(i.Settings.Fields, rule) })
	return nil
}

// StartImport begins to take in the rows as the settings say, and remembers what
// the columns mean for the next file like it. Errors: NotFound; Invalid; Stale;
// Conflict "import.state".
func (s *Service) StartImport(ctx context.Context, id uuid.UUID, version int64, in ImportSettings) (i Import, err error) {
	err = s.byFields(ctx, func(by *catalogue) error {
		i, err = s.startImport(ctx, id, version, in, by)
		return err
	})
	return i, err
}

func (s *Service) startImport(ctx context.Context, id uuid.UUID, version int64, in ImportSettings, by *catalogue) (Import, error) {
	return s.moveImport(ctx, id, version, EventImportStarted, func(tx pgx.Tx, i *Import) error {
		if i.State != ImportReady {
			return errImportState
		}
		if i.PurgedAt != nil {
			return errImportPurged
		}
		if err := in.validate(len(i.Columns), by); err != nil {
			return err
		}
		i.State, i.Settings = ImportRunning, in
		if err := rememberFields(ctx, tx, *i); err != nil {
			return err
		}
		return s.enqueueImport(ctx, tx, id)
	})
}

// PauseImport stops after the batch in hand.
func (s *Service) PauseImport(ctx context.Context, id uuid.UUID, version int64) (Import, error) {
	return s.moveImport(ctx, id, version, EventImportPaused, func(_ pgx.Tx, i *Import) error {
		if i.State != ImportRunning {
			return errImportState
		}
		i.State = ImportPaused
		return nil
	})
}

// ResumeImport goes on where the import was paused.
func (s *Service) ResumeImport(ctx context.Context, id uuid.UUID, version int64) (Import, error) {
	return s.moveImport(ctx, id, version, EventImportStarted, func(tx pgx.Tx, i *Import) error {
		if i.State != ImportPaused {
			return errImportState
		}
		i.State = ImportRunning
		return s.enqueueImport(ctx, tx, id)
	})
}

// CancelImport ends an import; what it has taken in stays, and can be undone.
func (s *Service) CancelImport(ctx context.Context, id uuid.UUID, version int64) (Import, error) {
	return s.moveImport(ctx, id, version, EventImportCancelled, func(_ pgx.Tx, i *Import) error {
		if !slices.Contains([]string{ImportReady, ImportRunning, ImportPaused}, i.State) {
			return errImportState
		}
		i.State = ImportCancelled
		return nil
	})
}

// UndoImport deletes what the import created and puts back what it changed, but
// for contacts that somebody changed since: those are kept.
func (s *Service) UndoImport(ctx context.Context, id uuid.UUID, version int64) (Import, error) {
	return s.moveImport(ctx, id, version, EventImportUndoing, func(tx pgx.Tx, i *Import) error {
		switch {
		case i.State != ImportDone && i.State != ImportCancelled:
			return errImportState
		case i.PurgedAt != nil:
			return errImportPurged
		}
		i.State = ImportUndoing
		return s.enqueueImport(ctx, tx, id)
	})
}

func (s *Service) enqueueImport(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	_, err := s.Jobs.Enqueue(ctx, tx, ImportJob{ImportID: id}, queue.On(queue.Bulk), queue.Keep())
	return err
}

func (s *Service) moveImport(ctx context.Context, id uuid.UUID, version int64, kind string, move func(pgx.Tx, *Import) error) (i Import, err error) {
	if !tenancy.ReachFrom(ctx).All {
		return Import{}, errImportReach
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if i, err = lockImport(ctx, tx, id); err != nil {
			return err
		}
		if version != 0 && version != i.Version {
			return staleImport(i)
		}
		before := i
		i.Problem = ""
		if err := move(tx, &i); err != nil {
			return err
		}
		i.Version, i.UpdatedAt = i.Version+1, s.now()
		if err := updateImport(ctx, tx, i); err != nil {
			return err
		}
		return s.toldOfImport(ctx, tx, kind, before, i)
	})
	return i, err
}

func staleImport(i Import) error {
	return fault.New(fault.Stale, "import.stale", "The import has changed meanwhile. Look at it again.").With("version", i.Version)
}

// saveImport keeps how far an import has come; its end is told.
func (s *Service) saveImport(ctx context.Context, tx pgx.Tx, before, i Import) error {
	i.UpdatedAt = s.now()
	if before.State == i.State {
		return updateImport(ctx, tx, i)
	}
	i.Version++
	if err := updateImport(ctx, tx, i); err != nil {
		return err
	}
	kind := map[string]string{ImportDone: EventImportDone, ImportUndone: EventImportUndone, ImportPaused: EventImportPaused}[i.State]
	return s.toldOfImport(ctx, tx, kind, before, i)
}

func (s *Service) toldOfImport(ctx context.Context, tx pgx.Tx, kind string, before, i Import) error {
	return s.change(ctx, tx, kind, "import", i.ID, Target{}, snapshotImport(before), snapshotImport(i))
}

// Imports reads a page of imports, the newest first; there is none for whoever
// doesn't reach every contact.
func (s *Service) Imports(ctx context.Context, cursor string, limit int) (out PageOf[Import], err error) {
	var f fault.Checks
	most, after := paged(&f, limit, cursor, "import")
	if err := f.Err("import.list_invalid"); err != nil || !tenancy.ReachFrom(ctx).All {
		return out, err
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := imports(ctx, tx, after, most+1)
		if err != nil {
			return err
		}
		out, err = pageOf(rows, most, "import", func(i Import) place { return place{At: i.CreatedAt, ID: i.ID} })
		return err
	})
	return out, err
}
