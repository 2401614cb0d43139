package filter

// Field is something that a filter may ask about.
type Field struct {
	Name    string // in JSON: "first_name", "custom.plan"
	Label   string // in a sentence: "first name"
	Kind    Kind
	Options []Option // of a select or a multi select; none takes any
	// People makes a reference one to a person, who may be written as "me".
	People bool
	// Clean gives a text, tag or option in the form in which it is stored; the
	// values are then compared as they are. Without it, both sides of a text are
	// folded: neither case nor accents count.
	Clean func(string) string
	// Column is how SQL reads it.
	Column Column
}

// Option is a choice of a select.
type Option struct{ Value, Label string }

func (f Field) option(value string) (Option, bool) {
	for _, o := range f.Options {
		if o.Value == value {
			return o, true
		}
	}
	return Option{Value: value, Label: value}, len(f.Options) == 0
}

// folds tells whether the field's texts are compared folded.
func (f Field) folds() bool {
	return f.Clean == nil && (f.Kind == Text || f.Kind == LongText || f.Kind == Texts)
}

// normal is a value of a condition as it is compared.
func (f Field) normal(s string) string {
	switch {
	case f.Clean != nil:
		return f.Clean(s)
	case f.folds():
		return Fold(s)
	}
	return s
}

// Fields are the fields of something, by name.
type Fields map[string]Field

// Relation is records that belong to the one that is asked about: its notes, or
// what happened to it.
type Relation struct {
	Name      string // in JSON
	One, Many string // in a sentence: "open task", "open tasks"
	Fields    Fields // what where may ask
	At        string // the date-time field that within asks; "" has no within
	// SQL reads the records as `from Table where …`, so it may be a join.
	Table      string
	SubAccount string // the column of the tenant: "note.sub_account_id"
	Owner      string // the column with the id of the one they belong to; never null in what Only leaves
	Only       string // a further condition, without values of anybody's; "" for none
}

// Catalogue is what can be asked about one noun. The module that has the noun
// gives it.
type Catalogue interface {
	// Field finds a field by its name in JSON.
	Field(name string) (Field, bool)
	// Relation finds related records: {"related": name}.
	Relation(name string) (Relation, bool)
	// Event finds behaviour: {"event": name}.
	Event(name string) (Relation, bool)
}

// Book is a Catalogue made of maps.
type Book struct {
	Fields    Fields
	Relations map[string]Relation
	Events    map[string]Relation
}

// Field, Relation and Event are Catalogue.
func (b Book) Field(name string) (Field, bool)       { f, ok := b.Fields[name]; return f, ok }
func (b Book) Relation(name string) (Relation, bool) { r, ok := b.Relations[name]; return r, ok }
func (b Book) Event(name string) (Relation, bool)    { r, ok := b.Events[name]; return r, ok }
