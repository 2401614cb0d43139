package contact

import (
	"context"
	"errors"
	"sync"
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

// importRows takes in rows from where the import stands: while the server keeps a
// batch, the next is read.
func (s *Service) importRows(ctx context.Context, i Import, until time.Time) error {
	ctx, stop := context.WithCancel(ctx)
	batches := make(chan rowBatch)
	var reader sync.WaitGroup
	defer reader.Wait()
	defer stop()
	reader.Go(func() { s.readRows(ctx, i, batches) })
	for s.Clock.Now().Before(until) {
		var batch rowBatch
		select {
		case batch = <-batches:
		case <-ctx.Done():
			return ctx.Err()
		}
		if batch.err != nil {
			return batch.err
		}
		running, err := s.takeBatch(ctx, i, batch)
		if err != nil || !running {
			return err
		}
		done := int64(batch.at + len(batch.rows))
		if err := queue.Report(ctx, s.Tenants, queue.Progress{Done: done, Total: int64(i.Total)}); err != nil {
			return err
		}
	}
	return queue.Snooze(0)
}

// takeBatch commits a batch with how far the import has come. What somebody else
// took between the look and the write is looked for again, and what was read by
// fields that have changed is read again.
func (s *Service) takeBatch(ctx context.Context, i Import, batch rowBatch) (running bool, err error) {
	t, err := tenancy.From(ctx)
	if err != nil {
		return false, err
	}
	for try := range importTries {
		if try > 0 {
			if err := s.readBatch(ctx, i, &batch); err != nil {
				return false, err
			}
		}
		err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
			running, err = s.takeRows(ctx, tx, i.ID, batch)
			return err
		})
		switch broken := db.Constraint(err); {
		case errors.Is(err, errFields):
			s.known.forget(t.SubAccount)
		case broken != addressKey && broken != valueKey:
			return running, err
		}
	}
	return false, err
}

func (s *Service) takeRows(ctx context.Context, tx pgx.Tx, id uuid.UUID, batch rowBatch) (bool, error) {
	i, err := lockImport(ctx, tx, id)
	switch {
	case err != nil:
		return false, err
	case i.State != ImportRunning:
		return false, nil
	case i.Done != batch.at:
		return false, errMoved
	}
	if err := batch.by.current(ctx, tx); err != nil {
		return false, err
	}
	before := i
	if batch.problem != "" {
		i.State, i.Problem = ImportPaused, batch.problem
		if err := s.saveImport(ctx, tx, before, i); err != nil {
			return false, err
		}
		return false, queue.Complete(ctx, tx)
	}
	batch.now = s.now()
	w := s.working(batch.reading)
	if err := w.look(ctx, tx, batch.list); err != nil {
		return false, err
	}
	for _, c := range batch.list {
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
