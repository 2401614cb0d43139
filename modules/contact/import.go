package contact

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// MaxImport is the size of a file to import, in bytes.
const MaxImport = 256 << 20

const maxConsentText = 2000 // characters

// The states of an import.
const (
	ImportReady     = "ready" // read, and waiting for somebody to say what its columns mean
	ImportRunning   = "running"
	ImportPaused    = "paused"
	ImportCancelled = "cancelled"
	ImportDone      = "done"
	ImportUndoing   = "undoing"
	ImportUndone    = "undone"
)

// ImportDays is how long an import that moves no more keeps its file, its table
// of errors and what an undo needs.
const ImportDays = 30

// What is done with a row whose contact there is already.
const (
	OnMatchUpdate = "update" // what the row holds wins
	OnMatchFill   = "fill"   // what the contact holds wins
	OnMatchSkip   = "skip"
)

// Import is contacts from a file.
type Import struct {
	ID              uuid.UUID
	FileID          uuid.UUID
	Name            string
	State           string
	Encoding        string
	Delimiter       string
	Headed          bool
	Columns         []string
	Fingerprint     string
	Settings        ImportSettings
	Total           int
	Done            int
	Created         int
	Changed         int
	Unchanged       int
	Failed          int
	Undone          int
	Kept            int
	Problem         string     // why it paused by itself; "" if it did not
	EncodingCertain bool       // false: only a look at the sample tells whether the encoding is right
	UndoneTo        int        // rows before which an undo is over
	PurgedAt        *time.Time // when file, errors and way back were deleted; nil while they are kept
	Author          tenancy.Actor
	Version         int64
	CreatedAt       time.Time
	UpdatedAt       time.Time
}

// UndoUntil is when the way back is deleted; nil where there is none now.
func (i Import) UndoUntil() *time.Time {
	if i.PurgedAt != nil || i.State != ImportDone && i.State != ImportCancelled {
		return nil
	}
	until := i.UpdatedAt.AddDate(0, 0, ImportDays)
	return &until
}

// ImportSettings say what the columns mean and what to do with their rows.
type ImportSettings struct {
	Fields    []string   `json:"fields"`               // one of ImportFields, custom.<key>, or "", for each column
	Match     []string   `json:"match"`                // the rules of an upsert, the strongest first
	OnMatch   string     `json:"on_match"`             // OnMatchUpdate, OnMatchFill or OnMatchSkip
	Tags      []string   `json:"tags"`                 // for everybody in the file
	Source    string     `json:"source"`               // for those who have none
	Consent   *Statement `json:"consent,omitempty"`    // of everybody in the file
	DateOrder string     `json:"date_order,omitempty"` // dmy, mdy or ymd; "" is as people in the sub-account's country write
	Decimal   string     `json:"decimal,omitempty"`    // "." or ","; "" is as each number, or the country, has it
	Currency  string     `json:"currency,omitempty"`   // ISO 4217, of money that names none
}

// Statement is how the people of a file agreed to be written to.
type Statement struct {
	Source string    `json:"source"` // where: a form, a fair
	Text   string    `json:"text"`   // what they agreed to
	At     time.Time `json:"at"`
}

func (in ImportSettings) validate(columns int, by *catalogue) error {
	var f fault.Checks
	f.Check(len(in.Fields) == columns, "fields", fmt.Sprintf("Say for each of the %d columns what it means, or nothing.", columns))
	for i, field := range in.Fields {
		path := fmt.Sprintf("fields[%d]", i)
		f.Check(field == "" || by.importable(field), path,
			"Use one of: "+strings.Join(ImportFields, ", ")+"; custom. with the key of a field that is not archived; or nothing.")
		f.Check(field == "" || !once(field) || slices.Index(in.Fields, field) == i, path, "Another column means this already.")
	}
	f.Check(slices.ContainsFunc(in.Fields, func(s string) bool {
		return slices.Contains([]string{importID, importFirstName, importLastName, importName, importEmail, importPhone}, s)
	}), "fields", "One column has to be a name, an e-mail address, a phone number or a contact's id.")
	if i := slices.Index(in.Fields, importWebsite); i >= 0 && !slices.Contains(in.Fields, importCompany) {
		f.Check(false, fmt.Sprintf("fields[%d]", i), "It is kept with the company: another column has to be its name.")
	}
	checkMatch(&f, in.Match, by)
	for i, rule := range in.Match {
		f.CheckBeside(slices.Contains(in.Fields, rule) || !by.importable(rule), fmt.Sprintf("match[%d]", i), "No column means this.", "fields")
	}
	f.Check(slices.Contains([]string{"", "dmy", "mdy", "ymd"}, in.DateOrder), "date_order", "Say dmy, mdy or ymd.")
	f.Check(slices.Contains([]string{"", ".", ","}, in.Decimal), "decimal", "It is a point or a comma.")
	f.Check(in.Currency == "" || validCurrency(in.Currency), "currency", "Use the three letters of ISO 4217, like USD.")
	f.Check(slices.Contains([]string{OnMatchUpdate, OnMatchFill, OnMatchSkip}, in.OnMatch), "on_match", "Say update, fill or skip.")
	text(&f, "source", in.Source, MaxSource)
	f.Check(len(in.Tags) <= MaxTags, "tags", fmt.Sprintf("A contact has at most %d tags.", MaxTags))
	for i, t := range in.Tags {
		path := fmt.Sprintf("tags[%d]", i)
		f.Check(tidy(t) != "", path, "A tag has at least one letter.")
		text(&f, path, t, MaxTag)
	}
	if in.Consent != nil {
		f.Check(tidy(in.Consent.Source) != "", "consent.source", "Say where they agreed.")
		f.Check(tidy(in.Consent.Text) != "", "consent.text", "Say to what they agreed.")
		f.Check(!in.Consent.At.IsZero(), "consent.at", "Say when they agreed.")
		longText(&f, "consent.text", in.Consent.Text, maxConsentText)
		text(&f, "consent.source", in.Consent.Source, MaxSource)
	}
	return f.Err("import.invalid")
}

// importable tells whether a column may mean this.
func (c *catalogue) importable(field string) bool {
	key, custom := strings.CutPrefix(field, "custom.")
	f, known := c.fields[key]
	return slices.Contains(ImportFields, field) || custom && known && f.ArchivedAt == nil
}

// problem says why rows can't be taken in as the settings ask, since the fields
// have changed; "" if they can.
func (in ImportSettings) problem(by *catalogue) string {
	for _, field := range append(slices.Clone(in.Fields), in.Match...) {
		key, custom := strings.CutPrefix(field, "custom.")
		if f := by.fields[key]; custom && f.ArchivedAt != nil {
			return "The field " + f.Name + " was archived meanwhile. Restore it and resume, or cancel."
		}
	}
	if bad, ok := fault.As(in.validate(len(in.Fields), by)); ok {
		return words(bad)
	}
	return ""
}
