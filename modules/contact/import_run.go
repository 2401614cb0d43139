package contact

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	importBatch = 1000             // rows a transaction
	importSlice = 45 * time.Second // of work, before others get a turn
	importTries = 10               // at a batch whose addresses, or fields, others change meanwhile
)

// errMoved: somebody else has worked on the import meanwhile.
var errMoved = errors.New("contact: the import is at another row")

// RunImport works on an import until it is over, paused, or its slice of time is
// used up: then the job comes again at once. It is the handler of ImportJob. How
// far it has come commits with the rows themselves, so whatever kills it, no row
// is taken twice and none is left out.
func (s *Service) RunImport(ctx context.Context, id uuid.UUID) error {
	until := s.Clock.Now().Add(importSlice)
	for {
		i, err := s.GetImport(ctx, id)
		if err != nil {
			return err
		}
		switch i.State {
		case ImportRunning:
			err = s.importRows(ctx, i, until)
		case ImportUndoing:
			err = s.undoRows(ctx, i, until)
		default:
			return nil
		}
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

// importRows takes in rows from where the import stands.
func (s *Service) importRows(ctx context.Context, i Import, until time.Time) error {
	table, err := s.openImport(ctx, i)
	if err != nil {
		return err
	}
	for range i.Done {
		if _, err := table.next(); err != nil {
			return err
		}
	}
	for at := i.Done; ; {
		if !s.Clock.Now().Before(until) {
			return queue.Snooze(0)
		}
		batch := rowBatch{at: at, rows: make([]fileRow, 0, importBatch)}
		for len(batch.rows) < importBatch {
			r, err := table.next()
			if batch.last = errors.Is(err, io.EOF); batch.last {
				break
			}
			if err != nil {
				return err
			}
			batch.rows = append(batch.rows, r)
		}
		running, err := s.takeBatch(ctx, i, batch)
		if err != nil || !running {
			return err
		}
		at += len(batch.rows)
		if err := queue.Report(ctx, s.Tenants, queue.Progress{Done: int64(at), Total: int64(i.Total)}); err != nil {
			return err
		}
	}
}

// rowBatch is rows that are taken in together.
type rowBatch struct {
	at   int // rows before it
	rows []fileRow
	last bool
}

// reading is how the rows of an import are read now.
func (s *Service) reading(ctx context.Context, i Import, by *catalogue) (reading, error) {
	country, err := s.Regions.Country(ctx)
	if err != nil {
		return reading{}, err
	}
	name, err := s.Zones.Timezone(ctx)
	if err != nil {
		return reading{}, err
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		zone = time.UTC
	}
	rd := reading{settings: i.Settings, by: by, width: len(i.Columns), country: country, zone: zone, now: s.now()}
	if slices.Contains(i.Settings.Fields, importOwner) {
		rd.owners, err = s.owners(ctx)
	}
	return rd, err
}

// takeBatch commits a batch with how far the import has come. What somebody else
// took between the look and the write is looked for again, and what was read by
// fields that have changed is read again.
func (s *Service) takeBatch(ctx context.Context, i Import, batch rowBatch) (running bool, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return false, err
	}
	for range importTries {
		by, err := s.fields(ctx)
		if err != nil {
			return false, err
		}
		rd, err := s.reading(ctx, i, by)
		if err != nil {
			return false, err
		}
		problem := i.Settings.problem(by)
		var list []candidate
		if problem == "" {
			list = make([]candidate, len(batch.rows))
			for n, r := range batch.rows {
				list[n] = rd.candidate(batch.at+n+1, r)
			}
		}
		err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			running, err = s.takeRows(ctx, tx, i.ID, rd, batch, list, problem)
			return err
		})
		switch broken := db.Constraint(err); {
		case errors.Is(err, errFields):
			s.known.forget(t.SubAccount)
		case broken != addressKey && broken != emailKey && broken != phoneKey && broken != valueKey:
			return running, err
		}
	}
	return false, err
}

func (s *Service) takeRows(ctx context.Context, tx pgx.Tx, id uuid.UUID, rd reading, batch rowBatch, list []candidate, problem string) (bool, error) {
	i, err := lockImport(ctx, tx, id)
	switch {
	case err != nil:
		return false, err
	case i.State != ImportRunning:
		return false, nil
	case i.Done != batch.at:
		return false, errMoved
	}
	if err := rd.by.current(ctx, tx); err != nil {
		return false, err
	}
	before := i
	if problem != "" {
		i.State, i.Problem = ImportPaused, problem
		if err := s.saveImport(ctx, tx, before, i); err != nil {
			return false, err
		}
		return false, queue.Complete(ctx, tx)
	}
	w := s.working(rd)
	if err := w.look(ctx, tx, list); err != nil {
		return false, err
	}
	for _, c := range list {
		w.take(c)
	}
	if err := w.save(ctx, tx, i.ID); err != nil {
		return false, err
	}
	i.Created, i.Changed, i.Unchanged, i.Failed = i.Created+w.created, i.Changed+w.changed, i.Unchanged+w.same, i.Failed+len(w.failed)
	i.Done = batch.at + len(batch.rows)
	if batch.last {
		i.State = ImportDone
	}
	if err := s.saveImport(ctx, tx, before, i); err != nil {
		return false, err
	}
	if batch.last {
		return false, queue.Complete(ctx, tx)
	}
	return true, nil
}
