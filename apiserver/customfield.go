package apiserver

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

type FieldPath struct {
	InSub
	Field uuid.UUID `path:"field" format:"uuid" doc:"The field's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000c"`
}

type fieldOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body CustomField
}

type fieldsOutput struct{ Body List[CustomField] }

type listFieldsInput struct {
	InSub
	Object   string `query:"object" enum:"contact,company" default:"contact" doc:"Whose fields." example:"contact"`
	Archived bool   `query:"archived" doc:"The archived ones too." example:"true"`
}

type createFieldInput struct {
	InSub
	Body NewCustomField
}

type patchFieldInput struct {
	FieldPath
	Precondition
	Body CustomFieldInput
}

type archiveFieldInput struct {
	FieldPath
	Precondition
}

func fieldOut(f contact.Field, err error) (*fieldOutput, error) {
	if err != nil {
		return nil, err
	}
	return &fieldOutput{ETag: etag(f.Version), Body: wireField(f)}, nil
}

func (s *server) listFields() operation {
	return op("list-custom-fields", "List custom fields", "All of them, in their order: at most 500 and the archived ones.",
		func(ctx context.Context, in *listFieldsInput) (*fieldsOutput, error) {
			list, err := s.Contacts.Fields(ctx, in.Object, in.Archived)
			return &fieldsOutput{Body: listOf(list, "", wireField)}, err
		})
}

func (s *server) createField() operation {
	return op("create-custom-field", "Make a custom field",
		"The key is made of the name, unless it is given; it and the kind never change, and no other field ever gets the key. "+
			"409 field.key_taken, field.too_many (500 of an object) or field.too_many_indexed (20 unique or indexed ones).",
		func(ctx context.Context, in *createFieldInput) (*fieldOutput, error) {
			change := in.Body.change()
			change.Object, change.Key, change.Kind = in.Body.Object, in.Body.Key, contact.FieldKind(in.Body.Kind)
			return fieldOut(s.Contacts.CreateField(ctx, change))
		}, created, once(inTenant), fails(http.StatusConflict), rehearsed)
}

func (s *server) getField() operation {
	return op("get-custom-field", "Read a custom field", "The field, archived or not, with its version as ETag.",
		func(ctx context.Context, in *FieldPath) (*fieldOutput, error) {
			return fieldOut(s.Contacts.GetField(ctx, in.Field))
		})
}

func (s *server) patchField() operation {
	return op("patch-custom-field", "Change a custom field",
		"Changes what is present. Values that contacts have stay as they are, also where a new rule would refuse them. Options that are "+
			"left out are archived: who has them keeps them. 409 field.not_unique where contacts share a value of a field that is to be unique.",
		func(ctx context.Context, in *patchFieldInput) (*fieldOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return fieldOut(s.Contacts.UpdateField(ctx, in.Field, version, in.Body.change()))
		}, fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (s *server) archiveField() operation {
	return op("archive-custom-field", "Archive a custom field",
		"It leaves every form. Its values stay with the contacts and its key stays taken; restoring it brings it back.",
		func(ctx context.Context, in *archiveFieldInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.ArchiveField(ctx, in.Field, version)
		}, fails(http.StatusPreconditionFailed))
}

func (s *server) restoreField() operation {
	return op("restore-custom-field", "Restore an archived field", "409 as on creation, or field.not_unique.",
		func(ctx context.Context, in *FieldPath) (*fieldOutput, error) {
			return fieldOut(s.Contacts.RestoreField(ctx, in.Field))
		}, once(inTenant), fails(http.StatusConflict))
}
