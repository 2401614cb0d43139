package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Note is what a member wrote down about a contact or a company.
type Note struct {
	ID        uuid.UUID   `json:"id" format:"uuid" doc:"The note's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000c"`
	ContactID *uuid.UUID  `json:"contact_id" format:"uuid" doc:"The contact it is about; null for a company's." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	CompanyID *uuid.UUID  `json:"company_id" format:"uuid" doc:"The company it is about; null for a contact's." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000b"`
	Body      string      `json:"body" doc:"Markdown." example:"Prefers **mornings**."`
	Mentions  []uuid.UUID `json:"mentions" format:"uuid" doc:"The members whom it mentions." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
	Pinned    bool        `json:"pinned" doc:"Whether it stands above the others." example:"false"`
	Author    Actor       `json:"author" doc:"Who wrote it."`
	CreatedAt time.Time   `json:"created_at" doc:"When it was written." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time   `json:"updated_at" doc:"When it last changed." example:"2026-02-02T08:15:00Z"`
	Version   int64       `json:"version" doc:"One more with every change; the ETag holds it." example:"3"`
}

// NoteInput is a note as somebody gives it. On a change, what is absent stays.
type NoteInput struct {
	Body     *string      `json:"body,omitempty" maxLength:"20000" doc:"Markdown. A note says something." example:"Prefers **mornings**."`
	Mentions *[]uuid.UUID `json:"mentions,omitempty" maxItems:"50" format:"uuid" doc:"All members whom it mentions; each who is new is told." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
	Pinned   *bool        `json:"pinned,omitempty" doc:"Whether it stands above the others." example:"true"`
}

// NotePath names a note.
type NotePath struct {
	InSub
	Note uuid.UUID `path:"note" format:"uuid" doc:"The note's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000c"`
}

type noteOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Note
}

type notesOutput struct{ Body List[Note] }

type listContactNotesInput struct {
	ContactPath
	Paging
}

type listCompanyNotesInput struct {
	CompanyPath
	Paging
}

type createContactNoteInput struct {
	ContactPath
	Body NoteInput
}

type createCompanyNoteInput struct {
	CompanyPath
	Body NoteInput
}

type patchNoteInput struct {
	NotePath
	Precondition
	Body NoteInput
}

type deleteNoteInput struct {
	NotePath
	Precondition
}

const aboutNotes = "The pinned ones first, then the newest."

func (s *server) listContactNotes() operation {
	return op("list-contact-notes", "List a contact's notes", aboutNotes,
		func(ctx context.Context, in *listContactNotesInput) (*notesOutput, error) {
			return s.notes(ctx, contact.OfContact(in.Contact), in.Paging)
		})
}

func (s *server) listCompanyNotes() operation {
	return op("list-company-notes", "List a company's notes", aboutNotes,
		func(ctx context.Context, in *listCompanyNotesInput) (*notesOutput, error) {
			return s.notes(ctx, contact.OfCompany(in.Company), in.Paging)
		})
}

func (s *server) notes(ctx context.Context, of contact.Target, p Paging) (*notesOutput, error) {
	page, err := s.Contacts.Notes(ctx, of, p.Cursor, p.Limit)
	return &notesOutput{Body: listOf(page.Items, page.Next, wireNote)}, err
}

func (s *server) createContactNote() operation {
	return op("create-contact-note", "Write a note about a contact", "Each member whom it mentions is told by the event person.mentioned.",
		func(ctx context.Context, in *createContactNoteInput) (*noteOutput, error) {
			n, err := s.Contacts.CreateNote(ctx, contact.OfContact(in.Contact), contact.NoteInput(in.Body))
			return wiredNote(n), err
		}, created, once(inTenant), rehearsed)
}

func (s *server) createCompanyNote() operation {
	return op("create-company-note", "Write a note about a company", "Each member whom it mentions is told by the event person.mentioned.",
		func(ctx context.Context, in *createCompanyNoteInput) (*noteOutput, error) {
			n, err := s.Contacts.CreateNote(ctx, contact.OfCompany(in.Company), contact.NoteInput(in.Body))
			return wiredNote(n), err
		}, created, once(inTenant), rehearsed)
}

func (s *server) getNote() operation {
	return op("get-note", "Read a note", "The note, with its version as ETag.",
		func(ctx context.Context, in *NotePath) (*noteOutput, error) {
			n, err := s.Contacts.GetNote(ctx, in.Note)
			return wiredNote(n), err
		})
}

func (s *server) patchNote() operation {
	return op("patch-note", "Change a note", "Changes what is present; null leaves as it is.",
		func(ctx context.Context, in *patchNoteInput) (*noteOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			n, err := s.Contacts.UpdateNote(ctx, in.Note, version, contact.NoteInput(in.Body))
			return wiredNote(n), err
		}, fails(http.StatusPreconditionFailed), rehearsed)
}

func (s *server) deleteNote() operation {
	return op("delete-note", "Delete a note", "The note leaves every list.",
		func(ctx context.Context, in *deleteNoteInput) (*struct{}, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			return nil, s.Contacts.DeleteNote(ctx, in.Note, version)
		}, fails(http.StatusPreconditionFailed))
}

func wiredNote(n contact.Note) *noteOutput {
	return &noteOutput{ETag: etag(n.Version), Body: wireNote(n)}
}

func wireNote(n contact.Note) Note {
	return Note{
		ID: n.ID, ContactID: idPointer(n.ContactID), CompanyID: idPointer(n.CompanyID), Body: n.Body,
		Mentions: append([]uuid.UUID{}, n.Mentions...), Pinned: n.Pinned, Author: wireActor(n.Author),
		CreatedAt: n.CreatedAt, UpdatedAt: n.UpdatedAt, Version: n.Version,
	}
}

func wireActor(a tenancy.Actor) Actor {
	out := Actor{Kind: string(a.Kind), ID: a.ID, Name: a.Name}
	if a.ImpersonatorID != "" {
		out.Impersonator = &Impersonator{ID: a.ImpersonatorID, Name: a.ImpersonatorName}
	}
	if a.AppID != "" {
		out.App = &ActingApp{ID: a.AppID, Name: a.AppName}
	}
	return out
}
