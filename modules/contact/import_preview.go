package contact

import (
	"context"
	"errors"
	"io"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

const (
	sampleRows  = 3
	previewRows = 10_000
	previewShow = 20
)

// Sample gives the first rows of an import's file, and the first ones with letters
// that another encoding would read in another way, where those have none.
func (s *Service) Sample(ctx context.Context, id uuid.UUID) (out [][]string, err error) {
	i, err := s.GetImport(ctx, id)
	if err != nil {
		return nil, err
	}
	table, err := s.openImport(ctx, i)
	seen := strings.HasPrefix(i.Encoding, "utf-")
	for n := 0; err == nil && (n < sampleRows || !seen && n < previewRows); n++ {
		var r fileRow
		if r, err = table.next(); err != nil {
			break
		}
		telling := beyondASCII([]byte(strings.Join(r.cells, "")))
		if n < sampleRows || telling {
			out = append(out, r.cells)
		}
		seen = seen || telling
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
	i.Settings = in
	by, err := s.fields(ctx)
	if err != nil {
		return Preview{}, err
	}
	if err := in.validate(len(i.Columns), by); err != nil {
		return Preview{}, err
	}
	if err := db.Rehearsed(ctx); err != nil {
		return Preview{}, err
	}
	rd, err := s.reading(ctx, i, by)
	if err != nil {
		return Preview{}, err
	}
	table, err := s.openImport(ctx, i)
	if err != nil {
		return Preview{}, err
	}
	w := s.working(rd)
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
			batch = append(batch, rd.candidate(out.Rows+len(batch)+1, r))
		}
		if err := s.previewBatch(ctx, w, batch); err != nil {
			return Preview{}, err
		}
		out.Rows += len(batch)
	}
	out.Created, out.Changed, out.Unchanged, out.Failed = w.created, w.changed, w.same, len(w.failed)
	for _, o := range w.failed {
		if len(out.Errors) < previewShow {
			out.Errors = append(out.Errors, RowError{o.Place, o.Error})
		}
	}
	return out, nil
}

func (s *Service) previewBatch(ctx context.Context, w *working, batch []candidate) error {
	return s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if err := w.look(ctx, tx, batch); err != nil {
			return err
		}
		for _, c := range batch {
			w.take(c)
		}
		return nil
	})
}
