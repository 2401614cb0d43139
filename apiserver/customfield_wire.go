package apiserver

import (
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// CustomField is a field that a sub-account made.
type CustomField struct {
	ID         uuid.UUID        `json:"id" format:"uuid" doc:"The field's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000c"`
	Object     string           `json:"object" enum:"contact,company" doc:"Whose field it is." example:"contact"`
	Key        string           `json:"key" doc:"Names the field in custom; it never changes and is never given again." example:"plan"`
	Name       string           `json:"name" doc:"What people read." example:"Plan"`
	Kind       string           `json:"kind" enum:"text,long_text,number,money,date,date_time,phone,email,url,select,multi_select,checkbox,file,reference" doc:"What it holds; it never changes." example:"select"`
	FolderID   *uuid.UUID       `json:"folder_id" format:"uuid" doc:"The folder; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000d"`
	Options    []FieldOption    `json:"options" doc:"The choices of a select field, the archived ones too."`
	Required   bool             `json:"required" doc:"Whether a new contact needs a value." example:"false"`
	Unique     bool             `json:"unique" doc:"Whether no two contacts, or companies, have the same value." example:"false"`
	Indexed    bool             `json:"indexed" doc:"Whether ranges of it are found by an index." example:"false"`
	Rules      CustomFieldRules `json:"rules" doc:"What a value must be beyond its kind."`
	Position   int32            `json:"position" doc:"Its place in the order." example:"10"`
	ArchivedAt *time.Time       `json:"archived_at" doc:"When it was archived; null while it is in use." example:"2026-02-03T12:00:00Z"`
	CreatedAt  time.Time        `json:"created_at" doc:"When it was made." example:"2026-02-01T12:00:00Z"`
	UpdatedAt  time.Time        `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version    int64            `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// FieldOption is a choice of a select field.
type FieldOption struct {
	Key      string `json:"key,omitempty" maxLength:"60" doc:"What the value holds; made of the label if absent." example:"gold"`
	Label    string `json:"label" maxLength:"100" doc:"What people read." example:"Gold"`
	Archived bool   `json:"archived,omitempty" doc:"Whether nobody can choose it any more." example:"false"`
}

// CustomFieldRules are what a value must be; what is absent asks nothing.
type CustomFieldRules struct {
	Min        *float64 `json:"min,omitempty" doc:"The least number, or amount of money in minor units." example:"0"`
	Max        *float64 `json:"max,omitempty" doc:"The most." example:"100"`
	MinLength  *int     `json:"min_length,omitempty" minimum:"0" doc:"The least number of characters of a text." example:"2"`
	MaxLength  *int     `json:"max_length,omitempty" minimum:"1" doc:"The most." example:"40"`
	Pattern    string   `json:"pattern,omitempty" maxLength:"500" doc:"A regular expression (RE2) that all of a text must match." example:"[A-Z]{2}[0-9]+"`
	Earliest   string   `json:"earliest,omitempty" maxLength:"10" doc:"The earliest day of a date or a time." example:"2020-01-01"`
	Latest     string   `json:"latest,omitempty" maxLength:"10" doc:"The latest day." example:"2030-12-31"`
	Currencies []string `json:"currencies,omitempty" maxItems:"50" doc:"The currencies of money (ISO 4217); absent, any." example:"[\"USD\"]"`
	Target     string   `json:"target,omitempty" enum:"contact,company" doc:"What a reference names." example:"contact"`
}

// CustomFieldInput is a field as somebody changes it.
type CustomFieldInput struct {
	Name     optional[string]           `json:"name,omitzero" maxLength:"100" doc:"What people read." example:"Plan"`
	FolderID optional[uuid.UUID]        `json:"folder_id,omitzero" format:"uuid" doc:"A folder of the same object; null for none." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000d"`
	Options  optional[[]FieldOption]    `json:"options,omitzero" maxItems:"500" doc:"All choices of a select field; one that is left out is archived."`
	Required optional[bool]             `json:"required,omitzero" doc:"Whether a new contact needs a value." example:"false"`
	Unique   optional[bool]             `json:"unique,omitzero" doc:"Whether no two contacts, or companies, have the same value." example:"false"`
	Indexed  optional[bool]             `json:"indexed,omitzero" doc:"Whether ranges of it are found by an index." example:"false"`
	Rules    optional[CustomFieldRules] `json:"rules,omitzero" doc:"What a value must be, all of it; null asks nothing." example:"{}"`
	Position optional[int32]            `json:"position,omitzero" doc:"Its place in the order." example:"10"`
}

// NewCustomField is a field as somebody makes it.
type NewCustomField struct {
	Object string `json:"object" enum:"contact,company" doc:"Whose field it is." example:"contact"`
	Key    string `json:"key,omitempty" maxLength:"60" doc:"Names the field in custom; made of the name if absent." example:"plan"`
	Kind   string `json:"kind" enum:"text,long_text,number,money,date,date_time,phone,email,url,select,multi_select,checkbox,file,reference" doc:"What it holds; it never changes." example:"text"`
	CustomFieldInput
}

func (in CustomFieldInput) change() contact.FieldInput {
	out := contact.FieldInput{
		Name: in.Name.pointer(), Required: in.Required.pointer(), Unique: in.Unique.pointer(), Indexed: in.Indexed.pointer(),
		Position: in.Position.pointer(),
		Options:  whole(in.Options, func(o FieldOption) contact.Option { return contact.Option(o) }),
	}
	if in.FolderID.Set {
		folder := nullable(in.FolderID)
		out.FolderID = &folder
	}
	if in.Rules.Set {
		rules := contact.FieldRules(in.Rules.Value)
		out.Rules = &rules
	}
	return out
}

func wireField(f contact.Field) CustomField {
	out := CustomField{
		ID: f.ID, Object: f.Object, Key: f.Key, Name: f.Name, Kind: string(f.Kind), FolderID: idPointer(f.FolderID),
		Options: []FieldOption{}, Required: f.Required, Unique: f.Unique, Indexed: f.Indexed, Rules: CustomFieldRules(f.Rules),
		Position: f.Position, ArchivedAt: f.ArchivedAt, CreatedAt: f.CreatedAt, UpdatedAt: f.UpdatedAt, Version: f.Version,
	}
	for _, o := range f.Options {
		out.Options = append(out.Options, FieldOption(o))
	}
	return out
}
