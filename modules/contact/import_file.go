package contact

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// ImportReading is how a file is to be read; "" is to be found out.
type ImportReading struct {
	Encoding  string // one of ImportEncodings
	Delimiter string // one of ImportDelimiters
}

// Validate names what can't be asked for.
func (in ImportReading) Validate() error {
	var f fault.Checks
	f.Check(in.Encoding == "" || slices.Contains(ImportEncodings, in.Encoding), "encoding", "Use one of: "+strings.Join(ImportEncodings, ", ")+".")
	f.Check(in.Delimiter == "" || slices.Contains(ImportDelimiters, in.Delimiter), "delimiter", "Use a comma, a semicolon, a tab or a pipe.")
	return f.Err("import.invalid")
}

// inspect reads a whole file once for its letters and once for its rows.
func inspect(open func() (io.Reader, error), asked ImportReading, country string, by *catalogue) (i Import, first []string, err error) {
	content, err := open()
	if err != nil {
		return Import{}, nil, err
	}
	if i.Encoding, i.EncodingCertain = asked.Encoding, true; i.Encoding != "" {
		if err := checkUTF16(content, i.Encoding); err != nil {
			return Import{}, nil, err
		}
	} else {
		if i.Encoding, i.EncodingCertain, err = sniffEncoding(content); err != nil {
			return Import{}, nil, err
		}
	}
	if i.Delimiter = asked.Delimiter; i.Delimiter == "" {
		if content, err = open(); err != nil {
			return Import{}, nil, err
		}
		head, err := io.ReadAll(io.LimitReader(decoded(content, i.Encoding), 64<<10))
		if err != nil {
			return Import{}, nil, errNoTable.Wrap(err)
		}
		i.Delimiter = string(sniffDelimiter(string(head)))
	}
	if content, err = open(); err != nil {
		return Import{}, nil, err
	}
	var l legible
	if first, err = i.survey(newRows(decoded(content, i.Encoding), []rune(i.Delimiter)[0], 0), &l, country, by); err != nil {
		return Import{}, nil, asked.blame(err)
	}
	if asked.Encoding != "" && l.broken*10 > l.letters {
		return Import{}, nil, errOtherLetters.With("broken", l.broken).With("letters", l.letters)
	}
	i.EncodingCertain = i.EncodingCertain && (l.broken == 0 || asked.Encoding != "")
	i.Columns = make([]string, len(first))
	for n, c := range first {
		if i.Columns[n] = tidy(c); !i.Headed {
			i.Columns[n] = fmt.Sprintf("Column %d", n+1)
		}
	}
	i.Fingerprint = fingerprint(i.Columns)
	return i, first, nil
}

// survey counts the rows of people of a table and gives the first of all.
func (i *Import) survey(table *rows, l *legible, country string, by *catalogue) (first []string, err error) {
	for {
		r, err := table.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errNoTable.Wrap(err)
		}
		l.look(r.cells)
		if first == nil {
			first, table.width = r.cells, len(r.cells)
			if len(first) == maxColumns && r.fault != "" {
				return nil, errTooWide
			}
			if r.fault != "" || !utf8Table(first) {
				return nil, errNoTable
			}
			if i.Headed = heads(first, country, by); i.Headed {
				continue
			}
		}
		if i.Total < 20 && slices.ContainsFunc(r.cells, func(c string) bool { return strings.ContainsRune(c, 0) }) {
			return nil, errNoTable
		}
		i.Total++
	}
	if i.Total == 0 {
		return nil, errNoTable
	}
	return first, nil
}

// blame says at what was asked for that a file is no table, read so.
func (in ImportReading) blame(err error) error {
	bad, ok := fault.As(err)
	if !ok || in == (ImportReading{}) {
		return err
	}
	out := fault.New(bad.Code, bad.Slug, "Read so, the file is no table with at least one row.").Wrap(err)
	if in.Encoding != "" {
		out = out.At("encoding", "Choose another one, or let it be found out.")
	}
	if in.Delimiter != "" {
		out = out.At("delimiter", "Choose another one, or let it be found out.")
	}
	return out
}

// legible counts letters beyond ASCII, and those that an encoding doesn't have.
type legible struct{ letters, broken int }

func (l *legible) look(cells []string) {
	for _, cell := range cells {
		for _, c := range cell {
			if c <= unicode.MaxASCII {
				continue
			}
			l.letters++
			if c == utf8.RuneError || unicode.IsControl(c) {
				l.broken++
			}
		}
	}
}

// utf8Table refuses what is no text: a workbook, a picture.
func utf8Table(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool {
		return strings.ContainsFunc(c, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) })
	})
}

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
	if first, _ := utf8.DecodeRuneInString(cell); cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + cell
	}
	return cell
}
