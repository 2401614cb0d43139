package apiserver

import (
	"context"
	"net/http"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// ImportReading is how the file of an import is read. What is absent stays.
type ImportReading struct {
	Encoding  optional[string] `json:"encoding,omitzero" enum:"utf-8,utf-16le,utf-16be,windows-1252,windows-1250,windows-1251,iso-8859-15,iso-8859-2,macintosh,shift_jis,euc-jp,gb18030,big5,euc-kr" doc:"How it writes its letters; null finds it out again." example:"windows-1251"`
	Delimiter optional[string] `json:"delimiter,omitzero" maxLength:"1" doc:"What stands between its columns: a comma, a semicolon, a tab or a pipe; null finds it out again." example:";"`
}

type patchImportInput struct {
	ImportPath
	Precondition
	Body ImportReading
}

func (s *server) patchImport() operation {
	return op("patch-import", "Read the file of an import in another way",
		"Before it is started: its letters and its delimiter. The answer has its columns, what they seem to mean and its first rows as they are then.",
		func(ctx context.Context, in *patchImportInput) (*importDetailOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			i, err := s.Contacts.RereadImport(ctx, in.Import, version, contact.RereadInput{Encoding: in.Body.Encoding.pointer(), Delimiter: in.Body.Delimiter.pointer()})
			if err != nil {
				return nil, err
			}
			return s.importDetail(ctx, i)
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}
