package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// TimelineEntry is something that happened to a contact or a company.
type TimelineEntry struct {
	ID         uuid.UUID      `json:"id" format:"uuid" doc:"The entry's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000f"`
	Category   string         `json:"category" doc:"What it is about." enum:"contact,company,note,task,file,message,conversation,consent" example:"note"`
	Kind       string         `json:"kind" doc:"What happened." example:"note.created"`
	RecordID   *uuid.UUID     `json:"record_id" format:"uuid" doc:"The note, task, file, message or thread; null for the contact or the company itself." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000c"`
	Contact    *NamedRecord   `json:"contact,omitempty" doc:"In a company's timeline the contact to whom it happened; absent where it happened to the company itself, and in a contact's own timeline."`
	Companies  []NamedRecord  `json:"companies,omitempty" doc:"The companies that the contact left and came to, in this order, where the change is such a move; without those that were deleted."`
	Detail     map[string]any `json:"detail" doc:"What a person needs to read it: changes (field, before, after) of a contact or a company, else the record's own words, long ones cut." example:"{\"body\":\"Prefers mornings.\"}"`
	Actor      Actor          `json:"actor" doc:"Who did it."`
	OccurredAt time.Time      `json:"occurred_at" doc:"When." example:"2026-02-02T08:15:00Z"`
}

// NamedRecord is a record by its name.
type NamedRecord struct {
	ID   uuid.UUID `json:"id" format:"uuid" doc:"Its id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	Name string    `json:"name" doc:"What to show." example:"Maria Rossi"`
}

type companyTimelineInput struct {
	CompanyPath
	Paging
	Kind string `query:"kind" enum:"contact,company,note,task,file,message,conversation,consent" doc:"Only what is about these." example:"company"`
}

type timelineInput struct {
	ContactPath
	Paging
	Kind string `query:"kind" enum:"contact,note,task,file,message,conversation,consent" doc:"Only what is about these." example:"note"`
}

type timelineOutput struct{ Body List[TimelineEntry] }

func (s *server) getTimeline() operation {
	return op("list-contact-timeline", "Read a contact's timeline",
		"Everything that happened to the contact, the newest first: a moment after it happened, and for as long as the contact is kept.",
		func(ctx context.Context, in *timelineInput) (*timelineOutput, error) {
			page, err := s.Contacts.TimelineOf(ctx, contact.TimelineQuery{
				Of: contact.OfContact(in.Contact), Category: in.Kind, Cursor: in.Cursor, Limit: in.Limit,
			})
			return &timelineOutput{Body: listOf(page.Items, page.Next, wireTimeline)}, err
		})
}

func (s *server) getCompanyTimeline() operation {
	return op("list-company-timeline", "Read a company's timeline",
		"What happened to the company, its notes, tasks and files, and to its contacts in reach while they belonged to it, the newest first: "+
			"a moment after it happened. That a contact went from one company to another is told in both.",
		func(ctx context.Context, in *companyTimelineInput) (*timelineOutput, error) {
			page, err := s.Contacts.TimelineOf(ctx, contact.TimelineQuery{
				Of: contact.OfCompany(in.Company), Category: in.Kind, Cursor: in.Cursor, Limit: in.Limit,
			})
			return &timelineOutput{Body: listOf(page.Items, page.Next, wireTimeline)}, err
		})
}

func wireTimeline(e contact.Happened) TimelineEntry {
	out := TimelineEntry{
		ID: e.ID, Category: e.Category, Kind: e.Kind, RecordID: idPointer(e.RecordID), Detail: e.Detail,
		Actor: wireActor(e.Actor), OccurredAt: e.OccurredAt,
	}
	if e.Contact != nil {
		out.Contact = &NamedRecord{ID: e.Contact.ID, Name: e.Contact.Name}
	}
	for _, c := range e.Companies {
		out.Companies = append(out.Companies, NamedRecord{ID: c.ID, Name: c.Name})
	}
	return out
}
