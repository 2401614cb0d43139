package contact

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
)

// FieldKind is what a custom field holds; it never changes.
type FieldKind string

// The kinds of custom fields, with the JSON of their values.
const (
	FieldText        FieldKind = "text"         // "a line"
	FieldLongText    FieldKind = "long_text"    // "lines"
	FieldNumber      FieldKind = "number"       // 12.5: at most 15 digits count
	FieldMoney       FieldKind = "money"        // {"amount": 1250, "currency": "USD"}: minor units
	FieldDate        FieldKind = "date"         // "2026-01-31"
	FieldDateTime    FieldKind = "date_time"    // "2026-01-31T12:00:00Z"
	FieldPhone       FieldKind = "phone"        // E.164
	FieldEmail       FieldKind = "email"        // in lower case
	FieldURL         FieldKind = "url"          // http or https
	FieldSelect      FieldKind = "select"       // an option's key
	FieldMultiSelect FieldKind = "multi_select" // options' keys, in the order of the options
	FieldCheckbox    FieldKind = "checkbox"     // true or false
	FieldFile        FieldKind = "file"         // a file's id
	FieldReference   FieldKind = "reference"    // another record's id
)

// The objects that have custom fields.
const (
	ObjectContact = "contact"
	ObjectCompany = "company"
)

// Limits of custom fields.
const (
	MaxFields      = 500 // of an object, the archived ones apart
	MaxIndexed     = 20  // of those, unique or indexed
	MaxOptions     = 500
	MaxText        = 1000
	MaxLongText    = 20_000
	MaxIndexedText = 500 // characters that an index keeps
	MaxKey         = 60
	MaxFolders     = 100
)

// FieldKinds are all of them.
func FieldKinds() []FieldKind {
	return []FieldKind{
		FieldText, FieldLongText, FieldNumber, FieldMoney, FieldDate, FieldDateTime, FieldPhone, FieldEmail, FieldURL,
		FieldSelect, FieldMultiSelect, FieldCheckbox, FieldFile, FieldReference,
	}
}

// Option is a choice of a select field. One that is taken from the list is
// archived: what has it keeps it.
type Option struct {
	Key      string `json:"key"`
	Label    string `json:"label"`
	Archived bool   `json:"archived,omitempty"`
}

// FieldRules are what a value must be beyond its kind; nil and "" ask nothing.
// They are kept as JSON.
type FieldRules struct {
	Min        *float64 `json:"min,omitempty"` // of a number, or of money in minor units
	Max        *float64 `json:"max,omitempty"`
	MinLength  *int     `json:"min_length,omitempty"` // in characters
	MaxLength  *int     `json:"max_length,omitempty"`
	Pattern    string   `json:"pattern,omitempty"` // RE2; all of the text must match
	Earliest   string   `json:"earliest,omitempty"`
	Latest     string   `json:"latest,omitempty"`     // of a date, or of a time: days like 2026-01-31
	Currencies []string `json:"currencies,omitempty"` // of money; none is any
	Target     string   `json:"target,omitempty"`     // of a reference: contact or company
}

// Field is a custom field.
type Field struct {
	ID         uuid.UUID
	Object     string
	Key        string // made of the first name; never changes and is never given again
	Name       string
	Kind       FieldKind
	FolderID   uuid.NullUUID
	Options    []Option
	Required   bool
	Unique     bool `db:"is_unique"`
	Indexed    bool
	Rules      FieldRules
	Position   int32
	Version    int64
	ArchivedAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// FieldInput is a custom field as somebody gives it: what is nil stays. Object,
// Key and Kind are for a new one.
type FieldInput struct {
	Object   string
	Key      string // "" makes one of the name
	Kind     FieldKind
	Name     *string
	FolderID *uuid.NullUUID
	Options  *[]Option
	Required *bool
	Unique   *bool
	Indexed  *bool
	Rules    *FieldRules
	Position *int32
}

// kept tells whether values stand in contact_value.
func (f Field) kept() bool { return f.ArchivedAt == nil && (f.Unique || f.Indexed) }

// exact tells whether filters ask for values exactly as they are stored, and so
// look them up in contact.custom_exact: others are compared folded, in part or by
// range. A kind never changes, and what it says here is what its contacts were
// written by: to add a kind takes a migration.
func (f Field) exact() bool {
	switch f.Kind {
	case FieldText, FieldLongText, FieldURL, FieldDate, FieldDateTime:
		return false
	}
	return true
}

var fieldKey = regexp.MustCompile(`^[a-z][a-z0-9_]{0,59}$`)

// slug makes a key of a name.
func slug(name string) string {
	out := strings.Trim(strings.Join(strings.FieldsFunc(fold(name), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "_"), "_")
	switch {
	case out == "":
		return "field"
	case out[0] >= '0' && out[0] <= '9':
		out = "f_" + out
	}
	if len(out) > MaxKey-4 { // room for a number behind it
		out = strings.Trim(out[:MaxKey-4], "_")
	}
	return out
}

// on writes the input onto a field.
func (in FieldInput) on(f Field) Field {
	if in.Name != nil {
		f.Name = tidy(*in.Name)
	}
	set(&f.FolderID, in.FolderID)
	set(&f.Required, in.Required)
	set(&f.Unique, in.Unique)
	set(&f.Indexed, in.Indexed)
	set(&f.Rules, in.Rules)
	set(&f.Position, in.Position)
	if in.Options != nil {
		f.Options = f.withOptions(*in.Options)
	}
	if f.Options == nil {
		f.Options = []Option{}
	}
	return f
}

// withOptions takes a new list; what is not in it any more stays, archived.
func (f Field) withOptions(list []Option) []Option {
	out, taken := []Option{}, map[string]bool{}
	for _, o := range f.Options {
		taken[o.Key] = true
	}
	for _, o := range list {
		o.Label = tidy(o.Label)
		if o.Key == "" {
			o.Key = slug(o.Label)
			for n := 2; taken[o.Key]; n++ {
				o.Key = fmt.Sprintf("%s_%d", slug(o.Label), n)
			}
		}
		taken[o.Key] = true
		out = append(out, o)
	}
	for _, o := range f.Options {
		if !slices.ContainsFunc(out, func(n Option) bool { return n.Key == o.Key }) {
			o.Archived = true
			out = append(out, o)
		}
	}
	return out
}

func (f Field) validate() error {
	var c fault.Checks
	c.Check(f.Object == ObjectContact || f.Object == ObjectCompany, "object", "It is contact or company.")
	c.Check(slices.Contains(FieldKinds(), f.Kind), "kind", "There is no such kind of field.")
	c.Check(f.Key == "" || fieldKey.MatchString(f.Key), "key", "Use lower-case letters, digits and _, beginning with a letter, at most 60.")
	c.Check(f.Name != "", "name", "A field has a name.")
	text(&c, "name", f.Name, MaxName)
	choice := f.Kind == FieldSelect || f.Kind == FieldMultiSelect
	c.CheckBeside(choice || len(f.Options) == 0, "options", "Only a select field has options.", "kind")
	c.Check(!choice || len(f.Options) > 0, "options", "A select field has at least one option.")
	c.Check(len(f.Options) <= MaxOptions, "options", fmt.Sprintf("Use at most %d options, the archived ones included.", MaxOptions))
	seen := map[string]bool{}
	for i, o := range f.Options {
		at := fmt.Sprintf("options[%d].", i)
		c.Check(fieldKey.MatchString(o.Key) && !seen[o.Key], at+"key", "Use lower-case letters, digits and _, each key once.")
		c.Check(o.Label != "", at+"label", "An option has a label.")
		text(&c, at+"label", o.Label, MaxName)
		seen[o.Key] = true
	}
	small := f.Kind != FieldLongText && f.Kind != FieldMultiSelect && f.Kind != FieldCheckbox && f.Kind != FieldFile
	c.Check(!f.Unique || small, "unique", "A field of this kind can't be unique.")
	c.Check(!f.Indexed || small, "indexed", "A field of this kind has no index.")
	c.CheckBeside(!f.Indexed || f.Object == ObjectContact, "indexed", "Only fields of contacts can be indexed: companies are few.", "object")
	f.Rules.check(&c, f.Kind)
	return c.Err("field.invalid")
}

func (r FieldRules) check(c *fault.Checks, kind FieldKind) {
	numeric, worded := kind == FieldNumber || kind == FieldMoney, kind == FieldText || kind == FieldLongText
	dated := kind == FieldDate || kind == FieldDateTime
	c.CheckBeside(numeric || r.Min == nil && r.Max == nil, "rules.min", "Only numbers and money have a least and a most.", "kind")
	c.Check(r.Min == nil || r.Max == nil || *r.Min <= *r.Max, "rules.max", "The most is below the least.")
	c.CheckBeside(worded || r.MinLength == nil && r.MaxLength == nil, "rules.min_length", "Only texts have a length.", "kind")
	c.Check(r.MinLength == nil || *r.MinLength >= 0 && *r.MinLength <= MaxLongText, "rules.min_length", "It is a number of characters.")
	c.Check(r.MaxLength == nil || *r.MaxLength >= 1 && *r.MaxLength <= MaxLongText, "rules.max_length", "It is a number of characters.")
	c.Check(r.MinLength == nil || r.MaxLength == nil || *r.MinLength <= *r.MaxLength, "rules.max_length", "The most is below the least.")
	c.CheckBeside(worded || r.Pattern == "", "rules.pattern", "Only texts have a pattern.", "kind")
	_, err := regexp.Compile(r.Pattern)
	c.Check(err == nil && len(r.Pattern) <= 500, "rules.pattern", "This is no regular expression (RE2) of at most 500 characters.")
	c.CheckBeside(dated || r.Earliest == "" && r.Latest == "", "rules.earliest", "Only dates and times have an earliest and a latest day.", "kind")
	c.Check(r.Earliest == "" || anyDate(r.Earliest), "rules.earliest", "Write it like 2026-01-31.")
	c.Check(r.Latest == "" || anyDate(r.Latest), "rules.latest", "Write it like 2026-01-31.")
	c.Check(r.Earliest == "" || r.Latest == "" || r.Earliest <= r.Latest, "rules.latest", "The latest day is before the earliest.")
	c.CheckBeside(kind == FieldMoney || len(r.Currencies) == 0, "rules.currencies", "Only money has a currency.", "kind")
	for i, code := range r.Currencies {
		c.Check(validCurrency(code), fmt.Sprintf("rules.currencies[%d]", i), "Use the three letters of ISO 4217, like USD.")
	}
	c.CheckBeside(kind == FieldReference || r.Target == "", "rules.target", "Only a reference has a target.", "kind")
	c.Check(r.Target == "" || r.Target == ObjectContact || r.Target == ObjectCompany, "rules.target", "It is contact or company.")
}
