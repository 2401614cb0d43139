package contact

import (
	"context"
	"io"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/db"
)

// openImport reads the file of an import from its first row of people.
func (s *Service) openImport(ctx context.Context, i Import) (*rows, error) {
	content := &fileReader{ctx: ctx, s: s, file: i.FileID}
	table := newRows(decoded(content, i.Encoding), []rune(i.Delimiter)[0], len(i.Columns))
	if i.Headed {
		if _, err := table.next(); err != nil {
			return nil, err
		}
	}
	return table, nil
}

// fileReader reads a kept file, a few pieces at a time.
type fileReader struct {
	ctx  context.Context //nolint:containedctx // io.Reader has no other way
	s    *Service
	file uuid.UUID
	next int
	rest []byte
}

// Read is io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		var pieces [][]byte
		err := r.s.Tenants.Read(r.ctx, func(from db.Reader) (err error) {
			pieces, err = chunks(r.ctx, from, r.file, r.next, 1)
			return err
		})
		if err != nil {
			return 0, err
		}
		if len(pieces) == 0 {
			return 0, io.EOF
		}
		r.rest = pieces[0]
		r.next++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// spreadsheetSafe keeps a spreadsheet from taking a text for a formula
// (https://owasp.org/www-community/attacks/CSV_Injection).
func spreadsheetSafe(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
