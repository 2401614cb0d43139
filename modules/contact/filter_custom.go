package contact

import (
	"cmp"
	"encoding/json"
	"math/big"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/filter"
)

// customPrefix opens the name of a custom field in a filter.
const customPrefix = "custom."

// inOrder is the fields that may be asked for: an archived one is gone.
func inOrder(fields map[string]Field) (out []Field) {
	for _, key := range sortedKeys(fields) {
		if f := fields[key]; f.ArchivedAt == nil {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(a, b Field) int { return cmp.Compare(a.Position, b.Position) })
	return out
}

var filterKinds = map[FieldKind]filter.Kind{
	FieldText: filter.Text, FieldPhone: filter.Text, FieldEmail: filter.Text, FieldURL: filter.Text,
	FieldLongText: filter.LongText, FieldNumber: filter.Number, FieldMoney: filter.Amount, FieldDate: filter.Date,
	FieldDateTime: filter.DateTime, FieldSelect: filter.Select, FieldMultiSelect: filter.MultiSelect,
	FieldCheckbox: filter.Checkbox, FieldFile: filter.File, FieldReference: filter.Reference,
}

// filterable is a custom field as filters ask about it.
func (f Field) filterable() filter.Field {
	out := filter.Field{Name: customPrefix + f.Key, Label: f.Name, Kind: filterKinds[f.Kind]}
	switch f.Kind {
	case FieldPhone:
		out.Clean = cleanNumber
	case FieldEmail:
		out.Clean = cleanEmail
	}
	for _, o := range f.Options {
		out.Options = append(out.Options, filter.Option{Value: o.Key, Label: o.Label})
	}
	doc := filter.Document{Expression: "contact.custom", Exact: "contact.custom_exact", Key: f.Key, Also: "contact.custom_exact <> '{}'", Definer: "contact_with_custom"}
	out.Column = doc
	column := map[FieldKind]string{FieldNumber: "number", FieldDate: "time", FieldDateTime: "time"}[f.Kind]
	if f.kept() && column != "" {
		out.Column = filter.Indexed{Document: doc, Rows: filter.Rows{
			Table: "contact_value", SubAccount: "contact_value.sub_account_id", Owner: "contact_value.contact_id",
			Value: "contact_value." + column, Match: map[string]any{"contact_value.field_id": f.ID},
		}}
	}
	return out
}

// customValue is a stored value as a filter's predicate takes it.
func customValue(kind filter.Kind, v any) any {
	switch v := v.(type) {
	case json.Number:
		n, _ := new(big.Rat).SetString(v.String())
		return n
	case map[string]any:
		amount, _ := v["amount"].(json.Number)
		n, _ := amount.Int64()
		currency, _ := v["currency"].(string)
		return filter.Money{Amount: n, Currency: currency}
	case []any:
		var out []string
		for _, item := range v {
			s, _ := item.(string)
			out = append(out, s)
		}
		return out
	case string:
		return customText(kind, v)
	}
	return v
}

func customText(kind filter.Kind, s string) any {
	switch kind {
	case filter.Date, filter.DateTime:
		layout := time.DateOnly
		if kind == filter.DateTime {
			layout = time.RFC3339Nano
		}
		if at, err := time.Parse(layout, s); err == nil {
			return at
		}
		return nil
	case filter.Reference, filter.File:
		id, err := uuid.Parse(s)
		if err != nil {
			return nil
		}
		return id
	}
	return s
}
