package contact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"time"
)

// rowBatch is rows that are taken in together, and how they were read.
type rowBatch struct {
	reading
	at      int // rows before it
	rows    []fileRow
	list    []candidate // of the rows
	problem string      // why they can't be taken in as the settings ask
	last    bool
	err     error // why there is none
}

// readRows reads batch after batch from where the import stands, each once the
// one before was taken; the last one, or one with an error, ends it.
func (s *Service) readRows(ctx context.Context, i Import, to chan<- rowBatch) {
	give := func(b rowBatch) bool {
		select {
		case to <- b:
			return b.err == nil && !b.last
		case <-ctx.Done():
			return false
		}
	}
	defer func() {
		if p := recover(); p != nil { // the job fails by it, not the worker
			give(rowBatch{err: fmt.Errorf("contact: reading an import: panic: %v\n%s", p, debug.Stack())})
		}
	}()
	table, err := s.openImport(ctx, i)
	for n := 0; n < i.Done && err == nil; n++ {
		_, err = table.next()
	}
	for at, more := i.Done, true; more; at += importBatch {
		b := rowBatch{at: at, err: err}
		if b.err == nil {
			b.err = b.fill(table)
		}
		if b.err == nil {
			b.err = s.readBatch(ctx, i, &b)
		}
		more = give(b)
	}
}

// fill takes the next rows of a table.
func (b *rowBatch) fill(table *rows) error {
	b.rows = make([]fileRow, 0, importBatch)
	for len(b.rows) < importBatch {
		r, err := table.next()
		if errors.Is(err, io.EOF) {
			b.last = true
			return nil
		}
		if err != nil {
			return err
		}
		b.rows = append(b.rows, r)
	}
	return nil
}

// readBatch reads the rows of a batch by the fields that there are now.
func (s *Service) readBatch(ctx context.Context, i Import, b *rowBatch) error {
	by, err := s.fields(ctx)
	if err != nil {
		return err
	}
	if b.reading, err = s.reading(ctx, i, by); err != nil {
		return err
	}
	if b.problem = i.Settings.problem(by); b.problem != "" {
		return nil
	}
	b.list = make([]candidate, len(b.rows))
	for n, r := range b.rows {
		b.list[n] = b.candidate(b.at+n+1, r)
	}
	return nil
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
