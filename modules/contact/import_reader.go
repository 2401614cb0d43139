package contact

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/transform"
)

// decoded reads a file as UTF-8, without its mark, with a line feed at the end of
// each line.
func decoded(r io.Reader, name string) io.Reader {
	return transform.NewReader(transform.NewReader(r, decoders[name].NewDecoder()), lineEnds{})
}

// lineEnds puts a line feed where a carriage return stands alone: so Excel's
// "CSV (Macintosh)" ends its lines.
type lineEnds struct{ transform.NopResetter }

// Transform is transform.Transformer.
func (lineEnds) Transform(dst, src []byte, atEOF bool) (n, read int, err error) {
	for read < len(src) {
		end := bytes.IndexByte(src[read:], '\r')
		if end < 0 {
			end = len(src) - read
		}
		if end > 0 {
			copied := copy(dst[n:], src[read:read+end])
			n, read = n+copied, read+copied
			if copied < end {
				return n, read, transform.ErrShortDst
			}
			continue
		}
		if read+1 == len(src) && !atEOF {
			return n, read, transform.ErrShortSrc
		}
		if n == len(dst) {
			return n, read, transform.ErrShortDst
		}
		dst[n] = '\r'
		if read+1 == len(src) || src[read+1] != '\n' {
			dst[n] = '\n'
		}
		n, read = n+1, read+1
	}
	return n, read, nil
}

// delimiters that files use, the likeliest first.
const delimiters = ",;\t|"

// ImportDelimiters are those that an import knows.
var ImportDelimiters = strings.Split(delimiters, "")

// sniffDelimiter takes the one by which the first lines have the same number of
// columns, and the most of them.
func sniffDelimiter(head string) rune {
	if said := saysDelimiter(head); said != 0 {
		return said
	}
	best, most := ',', 0
	for _, d := range delimiters {
		rows := newRows(strings.NewReader(head), d, 0)
		columns, same := 0, 0
		for n := 0; n < 20; n++ {
			r, err := rows.next()
			if err != nil {
				break
			}
			switch {
			case columns == 0:
				columns = len(r.cells)
			case len(r.cells) == columns:
				same++
			case len(r.cells) > 1 && len(r.cells) < columns: // it may leave out its last, empty cells
			default:
				same--
			}
		}
		if score := (columns - 1) * (2 + same); columns > 1 && score > most {
			best, most = d, score
		}
	}
	return best
}

// saysDelimiter reads the line "sep=;", with which Excel begins some files; 0
// where there is none.
func saysDelimiter(head string) rune {
	first, _, _ := strings.Cut(head, "\n")
	said, ok := strings.CutPrefix(strings.ToLower(strings.Trim(first, "\" \r")), "sep=")
	if d := []rune(said); ok && len(d) == 1 && strings.ContainsRune(delimiters, d[0]) {
		return d[0]
	}
	return 0
}

const (
	maxRowLines = 100       // of a cell with line breaks
	maxRowBytes = 256 << 10 // what a row may hold
	maxColumns  = 500
)

// fileRow is a row of a file. fault says why it can't be read; then cells is
// what there is of it.
type fileRow struct {
	cells []string
	fault string
}

// rows reads a table as RFC 4180 has it, and goes on behind what is broken: a
// quote that is never closed costs the row in which it stands, not the file.
type rows struct {
	in        *bufio.Reader
	delimiter rune
	width     int      // columns that a row of several lines must have; 0: not known
	ahead     []string // lines that were read and given back
}

func newRows(r io.Reader, delimiter rune, width int) *rows {
	out := &rows{in: bufio.NewReaderSize(r, 64<<10), delimiter: delimiter, width: width}
	if head, _ := out.in.Peek(len("\"sep=;\"\r\n")); saysDelimiter(string(head)) != 0 { // a reader's error comes with the first line
		_, _ = out.line()
	}
	return out
}

// line gives the next line with its end; what is longer than a row may be is
// cut, so that no file makes us hold it.
func (r *rows) line() (string, error) {
	if len(r.ahead) > 0 {
		l := r.ahead[0]
		r.ahead = r.ahead[1:]
		return l, nil
	}
	var b strings.Builder
	for {
		part, err := r.in.ReadSlice('\n')
		if b.Len() <= maxRowBytes {
			b.Write(part)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil && (b.Len() == 0 || !errors.Is(err, io.EOF)) {
			return "", err
		}
		return b.String(), nil
	}
}

// next gives the next row that is not blank; io.EOF behind the last.
func (r *rows) next() (fileRow, error) {
	for {
		first, err := r.line()
		if err != nil {
			return fileRow{}, err
		}
		if strings.TrimSpace(strings.Trim(first, string(r.delimiter)+"\r\n")) == "" {
			continue
		}
		if len(first) > maxRowBytes {
			return fileRow{cells: []string{first[:200]}, fault: "This row is too long."}, nil
		}
		return r.whole(first)
	}
}

// whole adds the lines that a quoted cell runs on to, and gives them back where
// that does not end in a row of this table.
func (r *rows) whole(first string) (fileRow, error) {
	text, lines := first, []string(nil)
	for {
		cells, state := parseRow(text, r.delimiter)
		switch {
		case state == closed && r.fits(lines, cells):
			if len(cells) > maxColumns {
				return fileRow{cells: cells[:maxColumns], fault: "This row has too many columns."}, nil
			}
			return fileRow{cells: cells}, nil
		case state == open && len(lines) < maxRowLines && len(text) <= maxRowBytes:
			more, err := r.line()
			if err == nil {
				lines, text = append(lines, more), text+more
				continue
			}
			if !errors.Is(err, io.EOF) {
				return fileRow{}, err
			}
		}
		r.ahead = append(lines, r.ahead...)
		return fileRow{cells: strings.Split(strings.TrimRight(first, "\r\n"), string(r.delimiter)), fault: "A quotation mark in this row is not closed."}, nil
	}
}

// fits tells whether lines make one row of so many cells. A quotation mark that
// is never closed may seem to be closed by one of a later row: then the cells are
// fewer than the columns, as in a row that leaves out its last, and a line between
// is a whole row by itself.
func (r *rows) fits(more, cells []string) bool {
	if len(more) == 0 || r.width == 0 {
		return true
	}
	if cells = withoutSurplus(cells, r.width); len(cells) == r.width {
		return true
	}
	return len(cells) < r.width && !slices.ContainsFunc(more, func(line string) bool {
		alone, state := parseRow(line, r.delimiter)
		return state == closed && len(alone) == r.width
	})
}

// withoutSurplus leaves out empty cells behind the last column: spreadsheets put their
// delimiters.
func withoutSurplus(cells []string, width int) []string {
	for len(cells) > width && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

type rowState int

const (
	closed rowState = iota
	open            // within quotation marks
	astray          // letters behind a closing quotation mark
)

// parseRow splits a row into its cells. A quotation mark inside of a cell that
// does not begin with one is a letter like others.
func parseRow(text string, delimiter rune) (cells []string, state rowState) {
	text = strings.TrimRight(text, "\r\n")
	var cell strings.Builder
	quoted, ended, shut := false, false, false
	for i, c := range text {
		switch {
		case quoted && c == '"':
			if ended = strings.HasPrefix(text[i+1:], `"`); ended {
				cell.WriteByte('"')
			}
			quoted, shut = false, !ended
		case ended && c == '"': // the second of two: one that is meant
			quoted, ended = true, false
		case quoted:
			cell.WriteRune(c)
		case c == delimiter:
			cells = append(cells, cell.String())
			cell.Reset()
			shut = false
		case c == '"' && strings.TrimSpace(cell.String()) == "":
			cell.Reset()
			quoted = true
		default:
			if shut && c != ' ' && c != '\t' {
				state = astray
			}
			cell.WriteRune(c)
		}
	}
	if quoted {
		state = open
	}
	return append(cells, cell.String()), state
}
