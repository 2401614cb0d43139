package contact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var (
	errNoImport    = fault.New(fault.NotFound, "import.not_found", "There is no such import here.")
	errImportState = fault.New(fault.Conflict, "import.state", "The import does not allow this now.")
	errImportReach = fault.New(fault.Denied, "import.reach", "An import reaches every contact: ask somebody who does.")
	errNoTable     = fault.New(fault.Invalid, "import.unreadable", "This is no table with at least one row.").
			At("file", "Send a CSV file, as a spreadsheet saves it.")
)

const (
	sampleRows  = 3
	previewRows = 10_000
	previewShow = 20
)

// CreateImport keeps a file and reads how it is written: its letters, its
// delimiter, its columns and what they seem to mean, or meant the last time. It
// takes in nobody yet. Errors: those of Upload; Invalid "import.unreadable".
func (s *Service) CreateImport(ctx context.Context, in UploadInput) (Import, error) {
	if !tenancy.ReachFrom(ctx).All {
		return Import{}, errImportReach
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
	i, first, err := inspect(in.Open, country)
	if err != nil {
		return Import{}, err
	}
	now := s.now()
	f.ID, f.CreatedAt, f.Author = newID(), now, author(ctx)
	f.Author.IP = ""
	i.ID, i.FileID, i.Name, i.State, i.Author, i.Version, i.CreatedAt, i.UpdatedAt = newID(), f.ID, f.Name, ImportReady, f.Author, 1, now, now
	i.Settings = ImportSettings{Fields: guess(i.Columns), Match: []string{KindEmail, KindPhone}, OnMatch: OnMatchUpdate, Tags: []string{}}
	if !i.Headed {
		i.Settings.Fields = guessByContent(first, country)
	}
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		known, err := rememberedFields(ctx, tx, i.Fingerprint)
		if err != nil {
			return err
		}
		if i.Headed && len(known) == len(i.Columns) {
			i.Settings.Fields = known
		}
		if err := s.keepFile(ctx, tx, f, "import", in.Open); err != nil {
			return err
		}
		return insertImport(ctx, tx, i)
	})
	return i, err
}

// inspect reads a whole file once for its letters and once for its rows.
func inspect(open func() (io.Reader, error), country string) (i Import, first []string, err error) {
	content, err := open()
	if err != nil {
		return Import{}, nil, err
	}
	if i.Encoding, err = sniffEncoding(content); err != nil {
		return Import{}, nil, err
	}
	if content, err = open(); err != nil {
		return Import{}, nil, err
	}
	head, err := io.ReadAll(io.LimitReader(decoded(content, i.Encoding), 64<<10))
	if err != nil {
		return Import{}, nil, errNoTable.Wrap(err)
	}
	i.Delimiter = string(sniffDelimiter(string(head)))
	if content, err = open(); err != nil {
		return Import{}, nil, err
	}
	table := newRows(decoded(content, i.Encoding), []rune(i.Delimiter)[0], 0)
	for {
		r, err := table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Import{}, nil, errNoTable.Wrap(err)
		}
		if first == nil {
			first, table.width = r.cells, len(r.cells)
			if r.fault != "" || !utf8Table(first) {
				return Import{}, nil, errNoTable
			}
			if i.Headed = heads(first, country); i.Headed {
				continue
			}
		}
		if i.Total < 20 && slices.ContainsFunc(r.cells, func(c string) bool { return strings.ContainsRune(c, 0) }) {
			return Import{}, nil, errNoTable
		}
		i.Total++
	}
	if i.Total == 0 {
		return Import{}, nil, errNoTable
	}
	i.Columns = make([]string, len(first))
	for n, c := range first {
		if i.Columns[n] = tidy(c); !i.Headed {
			i.Columns[n] = fmt.Sprintf("Column %d", n+1)
		}
	}
	i.Fingerprint = fingerprint(i.Columns)
	return i, first, nil
}

// utf8Table refuses what is no text: a workbook, a picture.
func utf8Table(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool {
		return strings.ContainsFunc(c, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) })
	})
}

// Sample gives the first rows of an import's file.
func (s *Service) Sample(ctx context.Context, id uuid.UUID) (out [][]string, err error) {
	i, err := s.GetImport(ctx, id)
	if err != nil {
		return nil, err
	}
	table, err := s.openImport(ctx, i)
	for len(out) < sampleRows && err == nil {
		var r fileRow
		if r, err = table.next(); err == nil {
			out = append(out, r.cells)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, err
}

// Preview is what an import would do.
type Preview struct {
	Rows      int // looked at: the first 10,000 at most
	Created   int
	Changed   int
	Unchanged int
	Failed    int
	Errors    []RowError // the first of them
}

// RowError is why a row can't be taken in.
type RowError struct {
	Place int
	Error string
}

// PreviewImport tells what the import would do with its first 10,000 rows, and
// does none of it. Errors: NotFound; Invalid with every setting at fault.
func (s *Service) PreviewImport(ctx context.Context, id uuid.UUID, in ImportSettings) (out Preview, err error) {
	i, err := s.GetImport(ctx, id)
	if err != nil {
		return Preview{}, err
	}
	if err := in.validate(len(i.Columns)); err != nil {
		return Preview{}, err
	}
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return Preview{}, err
	}
	table, err := s.openImport(ctx, i)
	if err != nil {
		return Preview{}, err
	}
	for over := false; !over && out.Rows < previewRows; {
		var batch []candidate
		for len(batch) < importBatch && !over {
			r, err := table.next()
			if over = errors.Is(err, io.EOF); over {
				break
			}
			if err != nil {
				return Preview{}, err
			}
			batch = append(batch, in.candidate(out.Rows+len(batch)+1, r, len(i.Columns), country, s.now()))
		}
		if err := s.previewBatch(ctx, in, batch, &out); err != nil {
			return Preview{}, err
		}
	}
	return out, nil
}

func (s *Service) previewBatch(ctx context.Context, in ImportSettings, batch []candidate, out *Preview) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		w := working{s: s, settings: in, now: s.now(), byAddress: map[string]*work{}, byID: map[uuid.UUID]*work{}}
		if err := w.look(ctx, tx, batch); err != nil {
			return err
		}
		for _, c := range batch {
			w.take(c)
		}
		out.Rows += len(batch)
		out.Unchanged += w.same
		out.Failed += len(w.outcomes)
		for _, one := range w.touched {
			if one.before == nil {
				out.Created++
			} else {
				out.Changed++
			}
		}
		for _, o := range w.outcomes {
			if len(out.Errors) < previewShow {
				out.Errors = append(out.Errors, RowError{o.Place, o.Error})
			}
		}
		return nil
	})
}

// StartImport begins to take in the rows as the settings say, and remembers what
// the columns mean for the next file like it. Errors: NotFound; Invalid; Stale;
// Conflict "import.state".
func (s *Service) StartImport(ctx context.Context, id uuid.UUID, version int64, in ImportSettings) (Import, error) {
	return s.moveImport(ctx, id, version, EventImportStarted, func(tx pgx.Tx, i *Import) error {
		if i.State != ImportReady {
			return errImportState
		}
		if err := in.validate(len(i.Columns)); err != nil {
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
	return s.moveImport(ctx, id, version, "import.undoing", func(tx pgx.Tx, i *Import) error {
		if i.State != ImportDone && i.State != ImportCancelled {
			return errImportState
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
			return fault.New(fault.Stale, "import.stale", "The import has changed meanwhile. Look at it again.").With("version", i.Version)
		}
		before := i
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
	kind := EventImportDone
	if i.State == ImportUndone {
		kind = EventImportUndone
	}
	return s.toldOfImport(ctx, tx, kind, before, i)
}

func (s *Service) toldOfImport(ctx context.Context, tx pgx.Tx, kind string, before, i Import) error {
	return s.change(ctx, tx, kind, "import", i.ID, Target{}, snapshotImport(before), snapshotImport(i))
}

// Imports reads a page of imports, the newest first.
func (s *Service) Imports(ctx context.Context, cursor string, limit int) (out PageOf[Import], err error) {
	var f fault.Checks
	most, after := paged(&f, limit, cursor, "import")
	if err := f.Err("import.list_invalid"); err != nil {
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
