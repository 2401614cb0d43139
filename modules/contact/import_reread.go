package contact

import (
	"context"
	"errors"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// RereadInput says how the file of an import is to be read from now on: nil leaves
// it as it is, "" lets it be found out.
type RereadInput struct {
	Encoding  *string
	Delimiter *string
}

// RereadImport reads the file of an import that has not begun in another way: its
// columns, its rows and what they seem to mean are those that it has then. Errors:
// NotFound; Invalid at encoding or delimiter, "import.unreadable" where the file is
// no table so; Stale; Conflict "import.state" and "import.purged".
func (s *Service) RereadImport(ctx context.Context, id uuid.UUID, version int64, in RereadInput) (i Import, err error) {
	if !tenancy.ReachFrom(ctx).All {
		return Import{}, errNoImport
	}
	for range importTries { // what another one has chosen meanwhile stays, where this one says nothing of it
		if i, err = s.rereadImport(ctx, id, version, in); !errors.Is(err, errMoved) {
			return i, err
		}
	}
	return i, err
}

func (s *Service) rereadImport(ctx context.Context, id uuid.UUID, version int64, in RereadInput) (Import, error) {
	before, err := s.GetImport(ctx, id)
	if err != nil {
		return Import{}, err
	}
	if err := before.rereadable(version); err != nil {
		return Import{}, err
	}
	asked := ImportReading{before.Encoding, before.Delimiter}
	if in.Encoding != nil {
		asked.Encoding = *in.Encoding
	}
	if in.Delimiter != nil {
		asked.Delimiter = *in.Delimiter
	}
	if err := asked.Validate(); err != nil {
		return Import{}, err
	}
	if err := db.Rehearsed(ctx); err != nil { // the file is large
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
	open := func() (io.Reader, error) { return &fileReader{ctx: ctx, s: s, file: before.FileID}, nil }
	seen, first, err := inspect(open, asked, country, by)
	if err != nil {
		return Import{}, err
	}
	if in.Encoding == nil { // nobody has said anything about it
		seen.EncodingCertain = before.EncodingCertain
	}
	var out Import
	err = s.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		if out, err = lockImport(ctx, tx, id); err != nil {
			return err
		}
		if err := out.rereadable(version); err != nil {
			return err
		}
		if out.Version != before.Version {
			return errMoved
		}
		out.Encoding, out.EncodingCertain, out.Delimiter, out.Headed = seen.Encoding, seen.EncodingCertain, seen.Delimiter, seen.Headed
		out.Columns, out.Fingerprint, out.Total = seen.Columns, seen.Fingerprint, seen.Total
		if err := out.mean(ctx, tx, first, country, by); err != nil {
			return err
		}
		out.Version, out.UpdatedAt = out.Version+1, s.now()
		return updateReading(ctx, tx, out)
	})
	return out, err
}

// rereadable tells whether the file may be read in another way: version is that
// which somebody has seen, 0 if any will do.
func (i Import) rereadable(version int64) error {
	switch {
	case version != 0 && version != i.Version:
		return staleImport(i)
	case i.State != ImportReady:
		return errImportState
	case i.PurgedAt != nil:
		return errImportPurged
	}
	return nil
}
