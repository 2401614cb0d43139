package apiserver

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/filter"
)

// filterTree is a filter as platform/filter reads it.
type filterTree json.RawMessage

// UnmarshalJSON and MarshalJSON keep it as it is.
func (f *filterTree) UnmarshalJSON(raw []byte) error { *f = slices.Clone(raw); return nil }

func (f filterTree) MarshalJSON() ([]byte, error) {
	if len(f) == 0 {
		return []byte("null"), nil
	}
	return f, nil
}

// IsZero lets omitzero leave it out.
func (f filterTree) IsZero() bool { return len(f) == 0 }

// Schema leaves the tree to its own parser, which names everything at fault.
func (filterTree) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Nullable: true, AdditionalProperties: true}
}

// sparse is an item with the fields that were asked for.
type sparse[T any] struct {
	item   T
	fields []string // none is all
}

// MarshalJSON gives the fields asked for, in the order of the item.
func (s sparse[T]) MarshalJSON() ([]byte, error) {
	raw, err := json.Marshal(s.item)
	if err != nil || len(s.fields) == 0 {
		return raw, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	some := make(map[string]json.RawMessage, len(s.fields))
	for _, name := range s.fields {
		some[name] = all[name]
	}
	return json.Marshal(some)
}

// Schema is the item's, of which everything may be missing.
func (sparse[T]) Schema(r huma.Registry) *huma.Schema {
	whole := *r.SchemaFromRef(r.Schema(reflect.TypeFor[T](), true, "").Ref)
	whole.Required = nil
	name := "Some" + reflect.TypeFor[T]().Name()
	r.Map()[name] = &whole
	return &huma.Schema{Ref: "#/components/schemas/" + name}
}

// sparsely cuts items down. Invalid "request.invalid" names the fields that
// there aren't.
func sparsely[T any](items []T, fields []string) ([]sparse[T], error) {
	known := jsonNames(reflect.TypeFor[T]())
	var f fault.Checks
	for i, name := range fields {
		f.Check(slices.Contains(known, name), fmt.Sprintf("fields[%d]", i), "There is no such field; it may be "+strings.Join(known, ", ")+".")
	}
	if err := f.Err("request.invalid"); err != nil {
		return nil, err
	}
	out := make([]sparse[T], len(items))
	for i, item := range items {
		out[i] = sparse[T]{item, fields}
	}
	return out, nil
}

func jsonNames(t reflect.Type) (out []string) {
	for i := range t.NumField() {
		if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name != "" && name != "-" {
			out = append(out, name)
		}
	}
	return out
}

// ContactQuery asks for contacts.
type ContactQuery struct {
	Filter filterTree `json:"filter,omitzero" doc:"Which contacts, in the filter language; null or nothing is all of them." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Query  string     `json:"q,omitempty" maxLength:"200" doc:"Parts of a name, an e-mail address or a phone number; all must match." example:"maria ros"`
	Sort   string     `json:"sort,omitempty" enum:"name,-name,created_at,-created_at,updated_at,-updated_at" doc:"The order; a minus turns it round. By name unless it is given." example:"-created_at"`
	Fields []string   `json:"fields,omitempty" maxItems:"50" doc:"The members of each contact that are wanted; all of them unless it is given." example:"[\"id\",\"name\"]"`
	Expand []string   `json:"expand,omitempty" enum:"company" maxItems:"1" doc:"company: give each contact's company with it." example:"[\"company\"]"`
	Cursor string     `json:"cursor,omitempty" maxLength:"1024" doc:"next_cursor of the page before; it belongs to its filter, its search and its order." example:""`
	Limit  int        `json:"limit,omitempty" minimum:"1" maximum:"100" doc:"How many at most; 50 unless it is given." example:"50"`
	AtRow  int        `json:"at_row,omitempty" minimum:"0" maximum:"10000000" doc:"Begin at this row of the whole list, the first is 0: for a table that is scrolled into the middle. Not with a cursor." example:"0"`
}

// ContactCountQuery asks how many there are.
type ContactCountQuery struct {
	Filter filterTree `json:"filter,omitzero" doc:"Which contacts, in the filter language; null or nothing is all of them." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Query  string     `json:"q,omitempty" maxLength:"200" doc:"Parts of a name, an e-mail address or a phone number; all must match." example:"maria ros"`
}

// ContactCount is how many there are.
type ContactCount struct {
	Count int64  `json:"count" doc:"How many contacts there are." example:"1280"`
	Exact bool   `json:"exact" doc:"False when counting would have taken longer than three seconds: count is then an estimate." example:"true"`
	Words string `json:"words" doc:"The filter in plain English; empty for none." example:"first name starts with “Mar”"`
}

type queryContactsInput struct {
	InSub
	Body ContactQuery
}

type queryContactsOutput struct{ Body List[sparse[Contact]] }

type countContactsInput struct {
	InSub
	Body ContactCountQuery
}

type countContactsOutput struct{ Body ContactCount }

func (s *server) queryContacts() operation {
	return op("query-contacts", "Find contacts by a filter",
		"A page of the contacts that a filter lets in. It changes nothing: it is a POST since filters outgrow addresses. "+
			"A filter that names a field which isn't there, or is no longer, is refused with its place in errors.",
		func(ctx context.Context, in *queryContactsInput) (*queryContactsOutput, error) {
			b := in.Body
			list := contact.ListInput{
				Query: b.Query, Filter: b.Filter, Sort: b.Sort, Cursor: b.Cursor, Limit: b.Limit, Row: b.AtRow,
			}
			if _, err := sparsely[Contact](nil, b.Fields); err != nil {
				_, again := s.Contacts.List(db.Rehearse(ctx), list)
				return nil, withRefusals(err, again)
			}
			page, err := s.Contacts.List(ctx, list)
			if err != nil {
				return nil, err
			}
			items, err := s.expanded(ctx, page.Items, b.Expand)
			if err != nil {
				return nil, err
			}
			rows, err := sparsely(items, b.Fields)
			return &queryContactsOutput{Body: List[sparse[Contact]]{Items: rows, NextCursor: page.Next}}, err
		}, reads, rehearsed)
}

func (s *server) countContacts() operation {
	return op("count-contacts", "Count contacts by a filter",
		"How many contacts a filter lets in, for a person who builds it. What would take longer than three seconds to count is estimated.",
		func(ctx context.Context, in *countContactsInput) (*countContactsOutput, error) {
			n, err := s.Contacts.Count(ctx, contact.CountInput{Query: in.Body.Query, Filter: in.Body.Filter})
			if err != nil {
				return nil, err
			}
			words, err := s.Contacts.Words(ctx, in.Body.Filter)
			return &countContactsOutput{Body: ContactCount{Count: n.N, Exact: n.Exact, Words: words}}, err
		}, reads, rehearsed)
}

// FilterField is something that a filter may ask about.
type FilterField struct {
	Field   string         `json:"field" doc:"Its name in a filter." example:"first_name"`
	Label   string         `json:"label" doc:"Its name for people." example:"first name"`
	Kind    string         `json:"kind" doc:"What it holds." example:"text"`
	Ops     []string       `json:"ops" doc:"The operators that a filter may use with it." example:"[\"is\",\"contains\"]"`
	People  bool           `json:"people" doc:"Whether it is a member, who may be written as me." example:"false"`
	Options []FilterOption `json:"options,omitempty" doc:"What may be chosen, of a select."`
}

// FilterOption is a choice of a select.
type FilterOption struct {
	Value string `json:"value" doc:"In a filter." example:"gold"`
	Label string `json:"label" doc:"For people." example:"Gold"`
}

// FilterRelation is records that belong to a contact, or what happened to it.
type FilterRelation struct {
	Name   string        `json:"name" doc:"Its name in a filter, as related or event." example:"notes"`
	Event  bool          `json:"event" doc:"Whether it is an event rather than related records." example:"false"`
	One    string        `json:"one" doc:"One of them, for people." example:"note"`
	Many   string        `json:"many" doc:"Several of them, for people." example:"notes"`
	Within bool          `json:"within" doc:"Whether within may be asked." example:"true"`
	Fields []FilterField `json:"fields" doc:"What where may ask of them."`
}

// FilterFields is what a filter may ask.
type FilterFields struct {
	Fields    []FilterField    `json:"fields" doc:"Of the contact itself, in the order in which people look for them."`
	Relations []FilterRelation `json:"relations" doc:"Of what belongs to the contact and what happened to it."`
}

type filterFieldsOutput struct{ Body FilterFields }

func (s *server) listFilterFields() operation {
	return op("list-contact-filter-fields", "List what a filter may ask", "The fields, related records and events that a filter of contacts may name here, for whoever builds one.",
		func(ctx context.Context, _ *InSub) (*filterFieldsOutput, error) {
			c, err := s.Contacts.Filterable(ctx)
			if err != nil {
				return nil, err
			}
			out := FilterFields{Fields: []FilterField{}, Relations: []FilterRelation{}}
			for _, name := range c.Order {
				out.Fields = append(out.Fields, filterField(c.Fields[name]))
			}
			for _, r := range sortedValues(c.Relations) {
				out.Relations = append(out.Relations, filterRelation(r, false))
			}
			for _, r := range sortedValues(c.Events) {
				out.Relations = append(out.Relations, filterRelation(r, true))
			}
			return &filterFieldsOutput{Body: out}, nil
		})
}

func filterField(f filter.Field) FilterField {
	out := FilterField{Field: f.Name, Label: f.Label, Kind: string(f.Kind), People: f.People}
	for _, op := range f.Kind.Ops() {
		out.Ops = append(out.Ops, string(op))
	}
	for _, o := range f.Options {
		out.Options = append(out.Options, FilterOption{Value: o.Value, Label: o.Label})
	}
	return out
}

func filterRelation(r filter.Relation, event bool) FilterRelation {
	out := FilterRelation{Name: r.Name, Event: event, One: r.One, Many: r.Many, Within: r.At != "", Fields: []FilterField{}}
	for _, f := range sortedValues(r.Fields) {
		out.Fields = append(out.Fields, filterField(f))
	}
	return out
}
