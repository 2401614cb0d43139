package apiserver

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// ContactUpsert makes a contact or changes the one that matches.
type ContactUpsert struct {
	ID          *uuid.UUID     `json:"id,omitempty" format:"uuid" doc:"For the rule id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Match       []string       `json:"match,omitempty" maxItems:"10" doc:"By which a contact is the same, the strongest rule first: id, email, phone, custom. with the key of a unique field. Absent: id, email, phone." example:"[\"email\", \"phone\"]"`
	OnAmbiguous string         `json:"on_ambiguous,omitempty" enum:"refuse,first" default:"refuse" doc:"When several contacts match: refuse with 409 contact.ambiguous, or take the first rule's: what belongs to the others stays theirs, and kept says so." example:"refuse"`
	Conflict    UpsertPolicies `json:"conflict,omitempty" doc:"What becomes of fields that the contact has already."`
	Contact     ContactInput   `json:"contact" doc:"What is known of the contact."`
}

// UpsertPolicies say what becomes of fields that the contact has already, by
// group. Addresses and numbers are always added; none is dropped.
type UpsertPolicies struct {
	Names       contact.Policy `json:"names,omitempty" enum:"overwrite,fill_empty,keep" doc:"first_name, last_name; absent: overwrite." example:"overwrite"`
	Profile     contact.Policy `json:"profile,omitempty" enum:"overwrite,fill_empty,keep" doc:"job_title, company_id, address, timezone, birthday, source; absent: overwrite." example:"fill_empty"`
	Owner       contact.Policy `json:"owner,omitempty" enum:"overwrite,fill_empty,keep" doc:"owner_id, followers; absent: overwrite." example:"keep"`
	Attribution contact.Policy `json:"attribution,omitempty" enum:"overwrite,fill_empty,keep" doc:"attribution; absent: the first fills what is empty, the last overwrites." example:"fill_empty"`
	Settings    contact.Policy `json:"settings,omitempty" enum:"overwrite,fill_empty,keep" doc:"dnd, score; absent: overwrite." example:"overwrite"`
	Custom      contact.Policy `json:"custom,omitempty" enum:"overwrite,fill_empty,keep" doc:"Each custom field by itself; absent: overwrite." example:"fill_empty"`
	Tags        string         `json:"tags,omitempty" enum:"add,replace" doc:"Whether tags are added to those there are, or take their place; absent: add." example:"add"`
}

// UpsertAnswer is what an upsert did.
type UpsertAnswer struct {
	Contact       Contact     `json:"contact" doc:"The contact as it is now."`
	Created       bool        `json:"created" doc:"Whether it was made." example:"false"`
	Changed       bool        `json:"changed" doc:"Whether anything changed." example:"true"`
	MatchedBy     string      `json:"matched_by,omitempty" doc:"The rule that found it; absent when it was made." example:"email"`
	ChangedFields []string    `json:"changed_fields" doc:"What changed." example:"[\"phones\", \"custom.plan\"]"`
	Kept          []KeptField `json:"kept" doc:"What was given and not written, and why."`
}

// KeptField is a field that was not written as it was given.
type KeptField struct {
	Field  string `json:"field" doc:"The field." example:"email"`
	Reason string `json:"reason" doc:"Why." example:"The primary one stays; what was given is one of the others."`
}

type upsertContactInput struct {
	InSub
	Body ContactUpsert
}

type upsertContactOutput struct {
	Status int
	ETag   string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body   UpsertAnswer
}

func (b ContactUpsert) input() contact.UpsertInput {
	out := contact.UpsertInput{
		Match: b.Match, First: b.OnAmbiguous == "first", Contact: b.Contact.change(),
		Policies: contact.Policies{
			Names: b.Conflict.Names, Profile: b.Conflict.Profile, Owner: b.Conflict.Owner, Attribution: b.Conflict.Attribution,
			Settings: b.Conflict.Settings, Custom: b.Conflict.Custom, ReplaceTags: b.Conflict.Tags == "replace",
		},
	}
	if b.ID != nil {
		out.Contact.ID = *b.ID
	}
	return out
}

func (s *server) upsertContact() operation {
	return op("upsert-contact", "Make a contact, or change the one that matches",
		"201 when it was made, 200 when one was found. Addresses and numbers are added and never dropped; the primary ones stay. "+
			"409 contact.ambiguous with the member candidates (id, name, matched_by) when several match, 409 contact.duplicate when an "+
			"address belongs to a contact that no rule finds. Two of the same new person at once make one.",
		func(ctx context.Context, in *upsertContactInput) (*upsertContactOutput, error) {
			done, err := s.upserted(ctx, in.Body)
			if err != nil {
				return nil, err
			}
			items, err := s.wireContacts(ctx, []contact.Contact{done.Contact})
			if err != nil {
				return nil, err
			}
			out := &upsertContactOutput{Status: http.StatusOK, ETag: etag(done.Contact.Version), Body: upsertAnswer(done, items[0])}
			if done.Created {
				out.Status = http.StatusCreated
			}
			return out, nil
		}, once(inTenant), fails(http.StatusConflict), rehearsed)
}

// upserted does an upsert; what is at fault in its contact is named as it stands in
// the request.
func (s *server) upserted(ctx context.Context, b ContactUpsert) (contact.UpsertResult, error) {
	done, err := s.Contacts.Upsert(ctx, b.input())
	f, ok := fault.As(err)
	if !ok || f.Slug != "contact.invalid" {
		return done, err
	}
	named := *f
	named.Fields = slices.Clone(f.Fields)
	for i, field := range named.Fields {
		if !strings.HasPrefix(field.Path, "match") && !strings.HasPrefix(field.Path, "conflict.") {
			named.Fields[i] = field.Below("contact")
		}
	}
	return done, &named
}

func upsertAnswer(done contact.UpsertResult, c Contact) UpsertAnswer {
	out := UpsertAnswer{
		Contact: c, Created: done.Created, Changed: len(done.Changed) > 0, MatchedBy: done.MatchedBy,
		ChangedFields: append([]string{}, done.Changed...), Kept: []KeptField{},
	}
	for _, k := range done.Kept {
		out.Kept = append(out.Kept, KeptField(k))
	}
	return out
}
