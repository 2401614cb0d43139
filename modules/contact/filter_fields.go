package contact

import (
	"strings"

	"github.com/omnicrm/omnicrm/platform/filter"
)

// searchedTexts are the texts that the search looks through.
var searchedTexts = filter.Searched{
	Table: "contact_search", SubAccount: "contact_search.sub_account_id", Owner: "contact_search.contact_id", Text: "contact_search.text",
	Definer: "contact_with_text",
}

// column is a column of contact, whose texts the search looks through too if
// searched.
func column(name string, searched bool) filter.Plain {
	c := filter.Plain{Expression: "contact." + name}
	if searched {
		c.Searched = searchedTexts
	}
	return c
}

// opening is a column with whose text the name begins in the order of a list.
func opening(name string) filter.Plain {
	c := column(name, true)
	c.Opens = "contact.sort_name"
	return c
}

// addresses are all of a kind, the primary one and the others.
func addresses(kind string) filter.Rows {
	return filter.Rows{
		Table: "contact_address", SubAccount: "contact_address.sub_account_id", Owner: "contact_address.contact_id", Value: "contact_address.value",
		Only: "not contact_address.released", Match: map[string]any{"contact_address.kind": kind},
		Searched: searchedTexts,
	}
}

func channels() (out []filter.Option) {
	for _, c := range Channels() {
		out = append(out, filter.Option{Value: c, Label: c})
	}
	return out
}

// touches are the marks of what brought somebody here, first and last.
func touches() (out []filter.Field) {
	for _, touch := range []struct{ column, label string }{{"first_touch", "first"}, {"last_touch", "last"}} {
		for _, m := range (&Touch{}).marks() {
			out = append(out, filter.Field{
				Name: touch.column + "." + m.name, Label: touch.label + " " + strings.ReplaceAll(m.name, "_", " "), Kind: filter.Text,
				Column: filter.Document{Expression: "contact." + touch.column, Key: m.name},
			})
		}
	}
	return out
}

// fixed are the fields that every sub-account has, in the order in which a
// person looks for them.
var fixed = []filter.Field{
	{Name: "name", Label: "name", Kind: filter.Text, Clean: fold, Column: opening("sort_name")},
	{Name: "first_name", Label: "first name", Kind: filter.Text, Column: opening("first_name")},
	{Name: "last_name", Label: "last name", Kind: filter.Text, Column: column("last_name", true)},
	{Name: "email", Label: "e-mail address", Kind: filter.Texts, Clean: cleanEmail, Column: addresses(KindEmail)},
	{Name: "phone", Label: "phone number", Kind: filter.Texts, Clean: cleanNumber, Column: addresses(KindPhone)},
	{Name: "tags", Label: "tags", Kind: filter.Tags, Clean: cleanTag, Column: filter.List{Expression: "contact.tags", Definer: "contact_with_tags"}},
	{Name: "owner_id", Label: "owner", Kind: filter.Reference, People: true, Column: column("owner_id", false)},
	{Name: "followers", Label: "followers", Kind: filter.References, People: true, Column: filter.List{Expression: "contact.followers"}},
	{Name: "source", Label: "source", Kind: filter.Text, Column: column("source", false)},
	{Name: "company_id", Label: "company", Kind: filter.Reference, Column: column("company_id", false)},
	{Name: "job_title", Label: "job title", Kind: filter.Text, Column: column("job_title", false)},
	{Name: "street", Label: "street", Kind: filter.Text, Column: column("street", false)},
	{Name: "city", Label: "city", Kind: filter.Text, Column: column("city", false)},
	{Name: "region", Label: "region", Kind: filter.Text, Column: column("region", false)},
	{Name: "postal_code", Label: "postal code", Kind: filter.Text, Column: column("postal_code", false)},
	{Name: "country", Label: "country", Kind: filter.Select, Clean: strings.ToUpper, Column: column("country", false)},
	{Name: "timezone", Label: "time zone", Kind: filter.Select, Column: column("timezone", false)},
	{Name: "birthday", Label: "birthday", Kind: filter.Date, Column: column("birthday", false)},
	{Name: "score", Label: "score", Kind: filter.Number, Column: column("score", false)},
	{Name: "dnd", Label: "do not disturb", Kind: filter.MultiSelect, Options: channels(), Column: filter.List{Expression: "contact.dnd"}},
	{Name: "created_at", Label: "creation", Kind: filter.DateTime, Column: column("created_at", false)},
	{Name: "updated_at", Label: "last change", Kind: filter.DateTime, Column: column("updated_at", false)},
}

// relations are the records that belong to a contact.
var relations = map[string]filter.Relation{
	"notes": {
		Name: "notes", One: "note", Many: "notes", At: "created_at",
		Table: "note", SubAccount: "note.sub_account_id", Owner: "note.contact_id", Only: "note.deleted_at is null and note.contact_id is not null",
		Fields: fieldsOf("note",
			filter.Field{Name: "body", Label: "text", Kind: filter.LongText},
			filter.Field{Name: "pinned", Label: "pinned", Kind: filter.Checkbox},
			filter.Field{Name: "created_at", Label: "creation", Kind: filter.DateTime},
		),
	},
	"tasks": {
		Name: "tasks", One: "task", Many: "tasks", At: "created_at",
		Table: "task", SubAccount: "task.sub_account_id", Owner: "task.contact_id", Only: "task.deleted_at is null and task.contact_id is not null",
		Fields: fieldsOf("task",
			filter.Field{Name: "title", Label: "title", Kind: filter.Text},
			filter.Field{Name: "assignee_id", Label: "assignee", Kind: filter.Reference, People: true},
			filter.Field{Name: "due_at", Label: "due time", Kind: filter.DateTime},
			filter.Field{Name: "completed_at", Label: "completion", Kind: filter.DateTime},
			filter.Field{Name: "created_at", Label: "creation", Kind: filter.DateTime},
		),
	},
}

// fieldsOf are fields that are columns of their own names.
func fieldsOf(table string, fields ...filter.Field) filter.Fields {
	out := filter.Fields{}
	for _, f := range fields {
		f.Column = filter.Plain{Expression: table + "." + f.Name}
		out[f.Name] = f
	}
	return out
}

func cleanEmail(s string) string { return strings.ToLower(tidy(s)) }

func cleanTag(s string) string { return strings.ToLower(tidy(s)) }

// cleanNumber takes out what people put between digits.
func cleanNumber(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -().", r) {
			return -1
		}
		return r
	}, tidy(s))
}
