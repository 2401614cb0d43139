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

// What is done with a row whose contact there is already.
const (
	OnMatchUpdate = "update" // what the row holds wins
	OnMatchFill   = "fill"   // what the contact holds wins
	OnMatchSkip   = "skip"
)

// Import is contacts from a file.
type Import struct {
	ID          uuid.UUID
	FileID      uuid.UUID
	Name        string
	State       string
	Encoding    string
	Delimiter   string
	Headed      bool
	Columns     []string
	Fingerprint string
	Settings    ImportSettings
	Total       int
	Done        int
	Created     int
	Changed     int
	Unchanged   int
	Failed      int
	Undone      int
	Kept        int
	Author      tenancy.Actor
	Version     int64
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// ImportSettings say what the columns mean and what to do with their rows.
type ImportSettings struct {
	Fields  []string   `json:"fields"`            // one of ImportFields, or "", for each column
	Match   []string   `json:"match"`             // KindEmail, KindPhone, in the order in which they are tried
	OnMatch string     `json:"on_match"`          // OnMatchUpdate, OnMatchFill or OnMatchSkip
	Tags    []string   `json:"tags"`              // for everybody in the file
	Source  string     `json:"source"`            // for those who have none
	Consent *Statement `json:"consent,omitempty"` // of everybody in the file
}

// Statement is how the people of a file agreed to be written to.
type Statement struct {
	Source string    `json:"source"` // where: a form, a fair
	Text   string    `json:"text"`   // what they agreed to
	At     time.Time `json:"at"`
}

func (in ImportSettings) validate(columns int) error {
	var f fault.Checks
	f.Check(len(in.Fields) == columns, "fields", fmt.Sprintf("Say for each of the %d columns what it means, or nothing.", columns))
	for i, field := range in.Fields {
		path := fmt.Sprintf("fields[%d]", i)
		f.Check(field == "" || slices.Contains(ImportFields, field), path, "Use one of: "+strings.Join(ImportFields, ", ")+"; or nothing.")
		f.Check(field == "" || !once(field) || slices.Index(in.Fields, field) == i, path, "Another column means this already.")
	}
	f.Check(slices.ContainsFunc(in.Fields, func(s string) bool {
		return slices.Contains([]string{importFirstName, importLastName, importName, importEmail, importPhone}, s)
	}), "fields", "One column has to be a name, an e-mail address or a phone number.")
	for i, key := range in.Match {
		f.Check((key == KindEmail || key == KindPhone) && slices.Index(in.Match, key) == i, fmt.Sprintf("match[%d]", i), "Say email or phone, each once.")
	}
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
		longText(&f, "consent.text", in.Consent.Text, 2000)
		text(&f, "consent.source", in.Consent.Source, MaxSource)
	}
	return f.Err("import.invalid")
}

// Candidate is a row as a contact: what it says, and who agreed to what.
type candidate struct {
	place    int
	cells    []string
	in       CreateInput
	consents []Consent
	fault    string // why there is none
}

// Consent is evidence that somebody agreed to be written to.
type Consent struct {
	ContactID uuid.UUID
	Channel   string
	Address   string
	Source    string
	Text      string
	At        time.Time
}

// candidate reads a row. country reads numbers and days.
func (in ImportSettings) candidate(place int, r fileRow, width int, country string, now time.Time) candidate {
	c := candidate{place: place, cells: r.cells, fault: r.fault}
	if c.fault == "" && len(r.cells) != width {
		c.fault = fmt.Sprintf("This row has %d columns, the file has %d.", len(r.cells), width)
	}
	if c.fault != "" {
		return c
	}
	said := claim{}
	if in.Consent != nil {
		said.Statement, said.agreed = *in.Consent, true
	}
	for i, cell := range r.cells {
		if cell = tidy(strings.ToValidUTF8(cell, "?")); cell != "" && !said.reads(in.Fields[i], cell) {
			c.in.reads(in.Fields[i], cell, country)
		}
	}
	x := &c.in
	x.Tags = append(x.Tags, in.Tags...)
	if x.Source == "" {
		x.Source = in.Source
	}
	c.in = x.Clean(country)
	if f, ok := fault.As(c.in.Validate()); ok {
		c.fault = words(f)
		return c
	}
	if c.in.Birthday > now.AddDate(0, 0, 1).Format(time.DateOnly) {
		c.fault = "birthday: This day is still to come."
		return c
	}
	if said.agreed {
		c.agree(said.Statement, said.when, country, now)
	}
	return c
}

// claim is what a row says of consent.
type claim struct {
	Statement
	agreed bool
	when   string
}

// reads tells whether the field is one of consent's.
func (s *claim) reads(field, cell string) bool {
	switch field {
	case importConsent:
		s.agreed = yes(cell)
	case importConsentAt:
		s.when = cell
	case importConsentSrc:
		s.Source = cell
	case importConsentTxt:
		s.Text = cell
	default:
		return false
	}
	return true
}

// reads takes a cell of a file for the field that it means.
func (in *CreateInput) reads(field, cell, country string) {
	switch field {
	case importName:
		in.FirstName, in.LastName = splitName(cell)
	case importEmail:
		in.Emails = append(in.Emails, split(cell)...)
	case importPhone:
		in.Phones = append(in.Phones, split(cell)...)
	case importTags:
		in.Tags = append(in.Tags, strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' })...)
	case "country":
		in.Country = parseCountry(cell)
	case "birthday":
		in.Birthday, _ = parseDay(cell, country)
	case importDND:
		if yes(cell) {
			in.DND = Channels()
		}
	default:
		plain := map[string]*string{
			importFirstName: &in.FirstName, importLastName: &in.LastName, "source": &in.Source, "job_title": &in.JobTitle,
			"street": &in.Street, "city": &in.City, "region": &in.Region, "postal_code": &in.PostalCode, "timezone": &in.Timezone,
		}
		if to := plain[field]; to != nil {
			*to = cell
		}
	}
}

// agree notes the evidence; a row that says that somebody agreed and not when,
// where or to what is no evidence.
func (c *candidate) agree(said Statement, when, country string, now time.Time) {
	if when != "" {
		day, ok := parseDay(when, country)
		at, err := time.Parse(time.DateOnly, day)
		if exact, precise := time.Parse(time.RFC3339, when); precise == nil {
			at, err, ok = exact.UTC(), nil, true
		}
		if !ok || err != nil {
			c.fault = "consent_at: Write it like 2026-01-31 or 2026-01-31T12:00:00Z."
			return
		}
		said.At = at
	}
	if said.At.IsZero() || said.Source == "" || said.Text == "" || said.At.After(now) {
		c.fault = "consent: It needs its time (not to come), its source and its text, in columns or for the whole file."
		return
	}
	for _, p := range c.in.Phones {
		c.consents = append(c.consents, Consent{Channel: "sms", Address: p.Value, Source: said.Source, Text: said.Text, At: said.At})
	}
	for _, e := range c.in.Emails {
		c.consents = append(c.consents, Consent{Channel: "email", Address: e.Value, Source: said.Source, Text: said.Text, At: said.At})
	}
}

// words are a fault's fields as one line for a table.
func words(f *fault.Error) string {
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Path+": "+field.Message)
	}
	return strings.Join(out, " ")
}

func split(cell string) (out []AddressInput) {
	for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ',' || r == ';' }) {
		if part = strings.TrimSpace(strings.TrimPrefix(part, "'")); part != "" { // a spreadsheet's mark of text
			out = append(out, AddressInput{Value: part})
		}
	}
	return out
}

// splitName puts the last word, or what stands before a comma, last.
func splitName(s string) (first, last string) {
	if last, first, ok := strings.Cut(s, ","); ok {
		return strings.TrimSpace(first), strings.TrimSpace(last)
	}
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+1:]
}

func yes(s string) bool {
	return slices.Contains([]string{"yes", "y", "true", "1", "x", "ja", "si", "on", "all"}, fold(s))
}

// EventImportDone and its like tell how far an import is; the subject is the
// import.
const (
	EventImportStarted   = "import.started"
	EventImportPaused    = "import.paused"
	EventImportCancelled = "import.cancelled"
	EventImportDone      = "import.done"
	EventImportUndone    = "import.undone"
)

// ImportSnapshot is an import in an event. Fields are added, never renamed.
type ImportSnapshot struct {
	ID      uuid.UUID `json:"id"`
	Name    string    `json:"name"`
	State   string    `json:"state"`
	Total   int       `json:"total"`
	Done    int       `json:"done"`
	Created int       `json:"created"`
	Changed int       `json:"changed"`
	Failed  int       `json:"failed"`
	Undone  int       `json:"undone"`
	Version int64     `json:"version"`
}

func snapshotImport(i Import) ImportSnapshot {
	return ImportSnapshot{
		ID: i.ID, Name: i.Name, State: i.State, Total: i.Total, Done: i.Done, Created: i.Created, Changed: i.Changed,
		Failed: i.Failed, Undone: i.Undone, Version: i.Version,
	}
}

// ImportJob works on an import, a slice of its rows at a time.
type ImportJob struct {
	ImportID uuid.UUID `json:"import_id"`
}

// Kind names the job for ever.
func (ImportJob) Kind() string { return "contact.import" }
