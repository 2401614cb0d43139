package contact

import (
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/db"
)

// WriteImportErrors writes the rows that could not be taken in as a table that
// can be mended and imported: the row's number, the error, and the columns as
// they came. It is UTF-8 with its mark and has the file's own delimiter, so that
// the same spreadsheet opens it.
func (s *Service) WriteImportErrors(ctx context.Context, i Import, w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = []rune(i.Delimiter)[0]
	if err := out.Write(slices.Concat(errorColumns, safeCells(strip(i.Columns)))); err != nil {
		return err
	}
	for after, more := 0, true; more; {
		type line struct {
			Place int
			Error string
			Cells []string
		}
		args, err := with(ctx, pgx.StrictNamedArgs{"id": i.ID, "after": after})
		if err != nil {
			return err
		}
		var list []line
		err = s.Tenants.Read(ctx, func(r db.Reader) error {
			rows, err := r.Query(ctx, `
				select place, error, cells from import_row
				 where sub_account_id = @sub_account and import_id = @id and outcome = 'failed' and place > @after order by place limit 1000`, args)
			if err != nil {
				return err
			}
			list, err = pgx.CollectRows(rows, pgx.RowToStructByName[line])
			return err
		})
		if err != nil {
			return err
		}
		for _, l := range list {
			after = l.Place
			if err := out.Write(append([]string{strconv.Itoa(l.Place), l.Error}, safeCells(l.Cells[min(len(i.Columns)-len(strip(i.Columns)), len(l.Cells)):])...)); err != nil {
				return err
			}
		}
		more = len(list) == 1000
	}
	out.Flush()
	return out.Error()
}

// strip takes off the columns of a table of errors: the next one has its own.
func strip(columns []string) []string {
	if mended(columns) {
		return columns[len(errorColumns):]
	}
	return columns
}

func safeCells(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = spreadsheetSafe(c)
	}
	return out
}
