package apiserver

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// Import is contacts from a file.
type Import struct {
	ID        uuid.UUID      `json:"id" format:"uuid" doc:"The import's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120010"`
	Name      string         `json:"name" doc:"Of the file." example:"customers.csv"`
	State     string         `json:"state" doc:"A ready one waits to be started." enum:"ready,running,paused,cancelled,done,undoing,undone" example:"running"`
	Encoding  string         `json:"encoding" doc:"How the file writes its letters. GBK is a part of gb18030." enum:"utf-8,utf-16le,utf-16be,windows-1252,windows-1250,windows-1251,iso-8859-15,iso-8859-2,macintosh,shift_jis,euc-jp,gb18030,big5,euc-kr" example:"utf-8"`
	Delimiter string         `json:"delimiter" doc:"What stands between its columns." example:";"`
	Headed    bool           `json:"headed" doc:"Whether its first row names the columns." example:"true"`
	Columns   []string       `json:"columns" doc:"The columns, as the file names them." example:"[\"Vorname\",\"E-Mail\"]"`
	Settings  ImportSettings `json:"settings" doc:"Of a ready one what the columns seem to mean, or meant the last time; else what it was started with."`
	Total     int            `json:"total" doc:"Rows of people in the file." example:"5000"`
	Done      int            `json:"done" doc:"Rows that are over." example:"1200"`
	Created   int            `json:"created" doc:"Rows that made a contact. With changed, unchanged and failed they come to done." example:"900"`
	Changed   int            `json:"changed" doc:"Rows that changed a contact." example:"250"`
	Unchanged int            `json:"unchanged" doc:"Rows that said nothing new." example:"40"`
	Failed    int            `json:"failed" doc:"Rows that could not be taken in; the errors tell why." example:"10"`
	Undone    int            `json:"undone" doc:"Contacts that an undo deleted or put back." example:"0"`
	Problem   string         `json:"problem" doc:"Why it paused by itself, and what to do; empty when it did not." example:"The field Colour was archived meanwhile. Restore it and resume, or cancel."`
	UndoUntil *time.Time     `json:"undo_until" doc:"Until when it can be undone and its errors be read; null where it can't be undone now." example:"2026-03-03T12:05:00Z"`
	Kept      int            `json:"kept" doc:"Contacts that an undo left alone, as somebody has changed them since." example:"0"`
	Author    Actor          `json:"author" doc:"Who sent the file."`
	CreatedAt time.Time      `json:"created_at" doc:"When it came." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time      `json:"updated_at" doc:"When it last moved." example:"2026-02-01T12:05:00Z"`
	Version   int64          `json:"version" doc:"One more with every change of its state; the ETag holds it." example:"3"`

	EncodingCertain bool `json:"encoding_certain" doc:"False where the letters could be of another encoding as well: look at the sample, and choose." example:"true"`
}

// ImportDetail is an import with a look into its file.
type ImportDetail struct {
	Import
	Sample  [][]string `json:"sample" doc:"The first rows; one more where they have no letter that tells whether the encoding is right." example:"[[\"Maria\",\"maria@example.com\"]]"`
	Targets []string   `json:"targets" doc:"What a column may mean here, as settings.fields names it." example:"[\"first_name\",\"email\"]"`
}

// ImportSettings say what the columns mean and what to do with the rows.
type ImportSettings struct {
	Fields  []string       `json:"fields" maxItems:"500" doc:"What each column means: id (of a contact), first_name, last_name, name, email, phone, company (its name; made once where there is none), tags, owner (the e-mail address or the name of a member), website (of the company, where the row makes it), source, job_title, street, city, region, postal_code, country, timezone, birthday, dnd, consent, consent_at, consent_source, consent_text, or custom. with the key of a field; empty is nothing. email, phone and tags may come several times, and hold several." example:"[\"first_name\",\"email\",\"phone\",\"custom.plan\"]"`
	Match   []string       `json:"match" maxItems:"10" doc:"By what a row finds its contact, in this order, as an upsert does: id, email, phone or custom. with the key of a unique field, each of which a column means; none makes every row a new one." example:"[\"email\",\"phone\"]"`
	OnMatch string         `json:"on_match" enum:"update,fill,skip" doc:"update: the row wins. fill: the contact wins. skip: the row is left out." example:"update"`
	Tags    []string       `json:"tags,omitempty" maxItems:"50" doc:"For everybody in the file." example:"[\"imported\"]"`
	Source  string         `json:"source,omitempty" maxLength:"100" doc:"Of those whose row has none; without it, import." example:"fair 2026"`
	Consent *ImportConsent `json:"consent,omitempty" doc:"How everybody in the file agreed to be written to; columns say it row by row."`

	DateOrder string `json:"date_order,omitempty" enum:"dmy,mdy,ymd" doc:"Which comes first in days like 01/02/2026; without it, as people in the sub-account's country write." example:"dmy"`
	Decimal   string `json:"decimal,omitempty" maxLength:"1" doc:"What stands before the fraction of a number; without it, as each number shows, or the country writes." example:","`
	Currency  string `json:"currency,omitempty" maxLength:"3" doc:"Of money that names none, by ISO 4217." example:"USD"`
}

// ImportConsent is evidence for a whole file.
type ImportConsent struct {
	Source string    `json:"source" maxLength:"100" doc:"Where they agreed." example:"web form"`
	Text   string    `json:"text" maxLength:"2000" doc:"To what they agreed." example:"Send me offers by e-mail and text."`
	At     time.Time `json:"at" doc:"When." example:"2025-11-01T00:00:00Z"`
}

// ImportPreview is what an import would do.
type ImportPreview struct {
	Rows      int              `json:"rows" doc:"Rows that were looked at: the first 10,000 at most." example:"5000"`
	Created   int              `json:"created" doc:"New contacts." example:"4200"`
	Changed   int              `json:"changed" doc:"Contacts that rows would change." example:"700"`
	Unchanged int              `json:"unchanged" doc:"Rows that say nothing new." example:"90"`
	Failed    int              `json:"failed" doc:"Rows that can't be taken in." example:"10"`
	Errors    []ImportRowError `json:"errors" doc:"The first of them."`
}

// ImportRowError is why a row can't be taken in.
type ImportRowError struct {
	Row   int    `json:"row" doc:"Which one, counted from 1 below the header." example:"17"`
	Error string `json:"error" doc:"Why, and how to mend it." example:"email: Write it like maria@example.com."`
}

// ImportPath names an import.
type ImportPath struct {
	InSub
	Import uuid.UUID `path:"import" format:"uuid" doc:"The import's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120010"`
}

type importOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Import
}

type importDetailOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body ImportDetail
}

type importsOutput struct{ Body List[Import] }

type previewOutput struct{ Body ImportPreview }

type tableOutput struct {
	ContentHeaders
	Body func(huma.Context)
}

type listImportsInput struct {
	InSub
	Paging
}

type createImportInput struct {
	InSub
	uploaded
	Name string `query:"name" maxLength:"200" doc:"Of the file; a form's file has its own name." example:"customers.csv"`

	Encoding  string `query:"encoding" enum:"utf-8,utf-16le,utf-16be,windows-1252,windows-1250,windows-1251,iso-8859-15,iso-8859-2,macintosh,shift_jis,euc-jp,gb18030,big5,euc-kr" doc:"How the file writes its letters; without it, that is found out." example:"windows-1251"`
	Delimiter string `query:"delimiter" maxLength:"1" doc:"What stands between its columns: a comma, a semicolon, a tab or a pipe; without it, that is found out." example:";"`
}

type settingsInput struct {
	ImportPath
	Precondition
	Body ImportSettings
}

type moveImportInput struct {
	ImportPath
	Precondition
}

func (s *server) listImports() operation {
	return op("list-imports", "List imports", "The newest first.",
		func(ctx context.Context, in *listImportsInput) (*importsOutput, error) {
			page, err := s.Contacts.Imports(ctx, in.Cursor, in.Limit)
			return &importsOutput{Body: listOf(page.Items, page.Next, wireImport)}, err
		})
}

func (s *server) createImport() operation {
	return op("create-import", "Upload a file to import",
		"A CSV file of at most 256 MiB, as HighLevel, Google, Outlook or a spreadsheet saves it: its letters, delimiter and columns are found "+
			"out, unless they are said. Nobody is taken in yet: look at what the columns seem to mean, try a preview, then start.",
		func(ctx context.Context, in *createImportInput) (*importOutput, error) {
			input, err := in.input(in.Name, contact.Target{})
			if err != nil {
				return nil, err
			}
			i, err := s.Contacts.CreateImport(ctx, input, contact.ImportReading{Encoding: in.Encoding, Delimiter: in.Delimiter})
			return wiredImport(i), err
		}, created, once(inTenant), upload(contact.MaxImport), fails(http.StatusConflict))
}

func (s *server) getImport() operation {
	return op("get-import", "Read an import", "How far it is, and the first rows of its file.",
		func(ctx context.Context, in *ImportPath) (*importDetailOutput, error) {
			i, err := s.Contacts.GetImport(ctx, in.Import)
			if err != nil {
				return nil, err
			}
			return s.importDetail(ctx, i)
		})
}

func (s *server) importDetail(ctx context.Context, i contact.Import) (*importDetailOutput, error) {
	sample, err := s.Contacts.Sample(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	targets, err := s.Contacts.ImportTargets(ctx)
	return &importDetailOutput{ETag: etag(i.Version), Body: ImportDetail{wireImport(i), append([][]string{}, sample...), targets}}, err
}

func (s *server) getImportErrors() operation {
	return op("get-import-errors", "Download the rows that failed",
		"A CSV file: the row's number, the error, and the columns as they came. Mend it and import it.",
		func(ctx context.Context, in *ImportPath) (*tableOutput, error) {
			i, err := s.Contacts.GetImport(ctx, in.Import)
			if err != nil {
				return nil, err
			}
			return &tableOutput{
				headersOf("text/csv; charset=utf-8", "errors of "+i.Name),
				streamed(ctx, func(w io.Writer) error { return s.Contacts.WriteImportErrors(ctx, i, w) }),
			}, nil
		}, download)
}

func (s *server) previewImport() operation {
	return op("preview-import", "Try an import", "Counts what the settings would do with the first 10,000 rows, and does none of it.",
		func(ctx context.Context, in *settingsInput) (*previewOutput, error) {
			p, err := s.Contacts.PreviewImport(ctx, in.Import, in.Body.settings())
			out := ImportPreview{
				Rows: p.Rows, Created: p.Created, Changed: p.Changed, Unchanged: p.Unchanged, Failed: p.Failed, Errors: []ImportRowError{},
			}
			for _, e := range p.Errors {
				out.Errors = append(out.Errors, ImportRowError{Row: e.Place, Error: e.Error})
			}
			return &previewOutput{Body: out}, err
		}, once(inTenant), rehearsed)
}

func (s *server) startImport() operation {
	return op("start-import", "Start an import", "What the columns mean is remembered for the next file with the same columns.",
		func(ctx context.Context, in *settingsInput) (*importOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			i, err := s.Contacts.StartImport(ctx, in.Import, version, in.Body.settings())
			return wiredImport(i), err
		}, once(inTenant), fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) pauseImport() operation {
	return moveImport("pause-import", "Pause an import", "It stops after the rows in hand.", s.Contacts.PauseImport)
}

func (s *server) resumeImport() operation {
	return moveImport("resume-import", "Resume an import", "It goes on where it was paused.", s.Contacts.ResumeImport)
}

func (s *server) cancelImport() operation {
	return moveImport("cancel-import", "Cancel an import", "What was taken in stays, and can be undone.", s.Contacts.CancelImport)
}

func (s *server) undoImport() operation {
	return moveImport("undo-import", "Undo an import",
		"Deletes what it created and puts back what it changed, but for contacts that somebody has changed since.", s.Contacts.UndoImport)
}

func moveImport(id, summary, about string, verb func(context.Context, uuid.UUID, int64) (contact.Import, error)) operation {
	return op(id, summary, about, func(ctx context.Context, in *moveImportInput) (*importOutput, error) {
		version, err := in.version()
		if err != nil {
			return nil, err
		}
		i, err := verb(ctx, in.Import, version)
		return wiredImport(i), err
	}, once(inTenant), fails(http.StatusConflict, http.StatusPreconditionFailed))
}

func (b ImportSettings) settings() contact.ImportSettings {
	out := contact.ImportSettings{
		Fields: b.Fields, Match: b.Match, OnMatch: b.OnMatch, Tags: b.Tags, Source: b.Source, DateOrder: b.DateOrder, Decimal: b.Decimal, Currency: b.Currency,
	}
	if b.Consent != nil {
		out.Consent = (*contact.Statement)(b.Consent)
	}
	return out
}

func wiredImport(i contact.Import) *importOutput {
	return &importOutput{ETag: etag(i.Version), Body: wireImport(i)}
}

func wireImport(i contact.Import) Import {
	settings := ImportSettings{
		Fields: append([]string{}, i.Settings.Fields...), Match: append([]string{}, i.Settings.Match...), OnMatch: i.Settings.OnMatch,
		Tags: i.Settings.Tags, Source: i.Settings.Source, Consent: (*ImportConsent)(i.Settings.Consent),
		DateOrder: i.Settings.DateOrder, Decimal: i.Settings.Decimal, Currency: i.Settings.Currency,
	}
	return Import{
		ID: i.ID, Name: i.Name, State: i.State, Encoding: i.Encoding, EncodingCertain: i.EncodingCertain, Delimiter: i.Delimiter, Headed: i.Headed,
		Columns: append([]string{}, i.Columns...), Settings: settings, Total: i.Total, Done: i.Done, Created: i.Created,
		Changed: i.Changed, Unchanged: i.Unchanged, Failed: i.Failed, Undone: i.Undone, Kept: i.Kept, Problem: i.Problem, UndoUntil: i.UndoUntil(), Author: wireActor(i.Author),
		CreatedAt: i.CreatedAt, UpdatedAt: i.UpdatedAt, Version: i.Version,
	}
}
