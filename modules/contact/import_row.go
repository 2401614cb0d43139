package contact

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// candidate is a row as a contact: what it says, and who agreed to what.
type candidate struct {
	place    int
	cells    []string
	in       CreateInput
	read     Addresses // its numbers that can be called
	id       uuid.UUID // of the contact, where a column says so
	company  string    // by its name
	website  string    // of the company
	consents []Consent
	fault    string // why there is none
}

// reading is how the rows of a file are read.
type reading struct {
	settings ImportSettings
	by       *catalogue
	width    int    // columns
	country  string // reads numbers and days that don't say how they are written
	zone     *time.Location
	owners   map[string]uuid.UUID // by how a file may name them; Nil for several
	now      time.Time
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

// candidate reads a row and names all that is wrong with it. Cells that it leaves
// out at its end are empty, as spreadsheets and HighLevel have it.
func (r reading) candidate(place int, row fileRow) candidate {
	c := candidate{place: place, cells: row.cells, fault: row.fault}
	row.cells = withoutSurplus(row.cells, r.width)
	if c.fault == "" && len(row.cells) > r.width {
		c.fault = fmt.Sprintf("This row has %d columns, the file has %d.", len(row.cells), r.width)
	}
	if c.fault != "" {
		return c
	}
	said := claim{}
	if r.settings.Consent != nil {
		said.Statement, said.agreed = *r.settings.Consent, true
	}
	var f fault.Checks
	for i, cell := range row.cells {
		if cell = unmarked(strings.ToValidUTF8(cell, "?")); cell == "" || r.settings.Fields[i] == "" {
			continue
		}
		if key, custom := strings.CutPrefix(r.settings.Fields[i], "custom."); custom {
			r.custom(&c, &f, key, cell)
		} else if cell = tidy(cell); !said.reads(r.settings.Fields[i], cell) {
			r.reads(&c, &f, r.settings.Fields[i], cell)
		}
	}
	f.Check(c.website == "" || c.company != "", importWebsite, "It is kept with the company, and this row names none.")
	c.in.Tags = append(c.in.Tags, r.settings.Tags...)
	values := c.in.Custom
	c.in.Custom = nil
	c.in, c.read = c.in.cleanAll(r.country)
	c.in.Custom = values
	bad := c.in
	if c.id != uuid.Nil && bad.FirstName == "" {
		bad.FirstName = "." // a contact that there is has its name
	}
	f.Merge("", bad.validate(c.read))
	f.Check(c.in.Birthday <= r.now.AddDate(0, 0, 1).Format(time.DateOnly) || !anyDate(c.in.Birthday), "birthday", "This day is still to come.")
	if bad, ok := fault.As(f.Err("import.row")); ok {
		c.fault = rowWords(bad)
		return c
	}
	if said.agreed {
		r.agree(&c, said)
	}
	return c
}

func (r reading) custom(c *candidate, f *fault.Checks, key, cell string) {
	field := r.by.fields[key]
	raw, mend := r.value(field, cell)
	var value any
	if mend == "" {
		value, mend = field.encode(raw, nil, r.country)
	}
	f.Check(mend == "", "custom."+key, mend)
	if mend == "" && value != nil {
		if c.in.Custom == nil {
			c.in.Custom = map[string]any{}
		}
		c.in.Custom[key] = value
	}
}

// unmarked takes off the mark by which a spreadsheet, or our table of errors,
// keeps a cell a text.
func unmarked(cell string) string {
	cell = strings.TrimSpace(cell)
	if rest, marked := strings.CutPrefix(cell, "'"); marked && spreadsheetSafe(rest) != rest {
		return rest
	}
	return cell
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
		s.agreed, _ = yesNo(cell)
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
func (r reading) reads(c *candidate, f *fault.Checks, field, cell string) {
	in := &c.in
	switch field {
	case importID:
		id, err := uuid.Parse(cell)
		f.Check(err == nil, "id", "This is no id of a contact here.")
		c.id = id
	case importName:
		in.FirstName, in.LastName = splitName(cell)
	case importEmail:
		in.Emails = append(in.Emails, split(cell)...)
	case importPhone:
		in.Phones = append(in.Phones, split(cell)...)
	case importTags:
		in.Tags = append(in.Tags, strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' })...)
	case importCompany:
		text(f, "company", cell, MaxCompanyName)
		c.company = cell
	case importWebsite:
		c.website = CompanyInput{Website: &cell}.on(Company{}, r.country).Website
		f.Check(validWebsite(c.website), importWebsite, "Write it like https://www.example.com.")
	case importOwner:
		in.OwnerID = known(r.owners[ownerKey(cell)])
		f.Check(in.OwnerID.Valid, importOwner, "Nobody with this e-mail address or name works here, or several do. Write the address.")
	case "country":
		in.Country = parseCountry(cell)
	case "birthday":
		in.Birthday, _ = r.day(cell)
	case importDND:
		if agreed, _ := yesNo(cell); agreed {
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
func (r reading) agree(c *candidate, said claim) {
	if said.when != "" {
		at, ok := r.moment(said.when)
		if !ok {
			c.fault = "consent_at: Write it like 2026-01-31 or 2026-01-31T12:00:00Z."
			return
		}
		said.At = at
	}
	if said.At.IsZero() || said.Source == "" || said.Text == "" || said.At.After(r.now) {
		c.fault = "consent: It needs its time (not to come), its source and its text, in columns or for the whole file."
		return
	}
	var f fault.Checks
	text(&f, "consent_source", said.Source, MaxSource)
	longText(&f, "consent_text", said.Text, maxConsentText)
	if bad, ok := fault.As(f.Err("import.row")); ok {
		c.fault = rowWords(bad)
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

// rowWords are words by the names that an import has for columns: who mends a
// file knows no "phones[0].number".
func rowWords(f *fault.Error) string {
	named := *f
	named.Fields = slices.Clone(f.Fields)
	for i := range named.Fields {
		path := &named.Fields[i].Path
		switch noun, _, _ := strings.Cut(*path, "["); noun {
		case "emails":
			*path = importEmail
		case "phones":
			*path = importPhone
		default:
			*path = strings.TrimPrefix(noun, "address.")
		}
	}
	return words(&named)
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
