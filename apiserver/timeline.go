package apiserver

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
)

// TimelineEntry is something that happened to a contact.
type TimelineEntry struct {
	ID         uuid.UUID      `json:"id" format:"uuid" doc:"The entry's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000f"`
	Category   string         `json:"category" doc:"What it is about." enum:"contact,note,task,file,message,conversation,consent" example:"note"`
	Kind       string         `json:"kind" doc:"What happened." example:"note.created"`
	RecordID   *uuid.UUID     `json:"record_id" format:"uuid" doc:"The note, task, file, message or thread; null for the contact itself." example:"01920e5c-7f3a-7c1e-9d59-0242ac12000c"`
	Detail     map[string]any `json:"detail" doc:"What a person needs to read it: changes (field, before, after) of a contact, else the record's own words, long ones cut." example:"{\"body\":\"Prefers mornings.\"}"`
	Actor      Actor          `json:"actor" doc:"Who did it."`
	OccurredAt time.Time      `json:"occurred_at" doc:"When." example:"2026-02-02T08:15:00Z"`
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
				ContactID: in.Contact, Category: in.Kind, Cursor: in.Cursor, Limit: in.Limit,
			})
			return &timelineOutput{Body: listOf(page.Items, page.Next, wireTimeline)}, err
		})
}

func wireTimeline(e contact.Entry) TimelineEntry {
	return TimelineEntry{
		ID: e.ID, Category: e.Category, Kind: e.Kind, RecordID: idPointer(e.RecordID), Detail: e.Detail,
		Actor: wireActor(e.Actor), OccurredAt: e.OccurredAt,
	}
}
