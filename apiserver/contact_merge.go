package apiserver

import (
	"context"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// ContactMerge merges contacts into the one of the path.
type ContactMerge struct {
	From     []uuid.UUID          `json:"from" minItems:"1" maxItems:"9" format:"uuid" doc:"The contacts that become part of this one." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120006\"]"`
	Fields   map[string]uuid.UUID `json:"fields,omitempty" doc:"By which contact's value a field goes, by its name: email and phone (the primary ones), first_name, last_name, owner_id, source, company_id, job_title, address, timezone, birthday, or custom. with a field's key. Absent: this contact's, or where that is empty the value of the one that was changed last." example:"{\"first_name\": \"01920e5c-7f3a-7c1e-9d59-0242ac120006\"}"`
	Versions map[string]int64     `json:"versions,omitempty" doc:"The versions of the contacts in from that you saw, by id: another one is refused with 412, as If-Match does for this contact." example:"{\"01920e5c-7f3a-7c1e-9d59-0242ac120006\": 3}"`
}

// Merge is several contacts that became one.
type Merge struct {
	ID        uuid.UUID   `json:"id" format:"uuid" doc:"The merge's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120020"`
	ContactID uuid.UUID   `json:"contact_id" format:"uuid" doc:"The contact that they became." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
	From      []uuid.UUID `json:"from" format:"uuid" doc:"The contacts that became part of it." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120006\"]"`
	State     string      `json:"state" enum:"done,undone,expired" doc:"A done one can be undone." example:"done"`
	Author    Actor       `json:"author" doc:"Who merged them."`
	CreatedAt time.Time   `json:"created_at" doc:"When." example:"2026-02-01T12:00:00Z"`
	UndoUntil time.Time   `json:"undo_until" doc:"Until when it can be undone." example:"2026-03-03T12:00:00Z"`
	UndoneAt  *time.Time  `json:"undone_at" doc:"When it was undone; null if it was not." example:"2026-02-02T12:00:00Z"`
}

// MergeAnswer is what contacts became.
type MergeAnswer struct {
	Contact Contact `json:"contact" doc:"The contact with all that the others had."`
	Merge   Merge   `json:"merge" doc:"What an undo names."`
}

// UnmergeAnswer are contacts that are several again.
type UnmergeAnswer struct {
	Contact  Contact   `json:"contact" doc:"The contact that they had become."`
	Contacts []Contact `json:"contacts" doc:"Those that are back, in the order in which they were merged."`
	Merge    Merge     `json:"merge" doc:"The merge."`
}

// MergePath names a merge.
type MergePath struct {
	InSub
	Merge uuid.UUID `path:"merge" format:"uuid" doc:"The merge's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120020"`
}

type mergeContactsInput struct {
	ContactPath
	Precondition
	Body ContactMerge
}

type mergeContactsOutput struct {
	ETag string `header:"ETag" doc:"The contact's version, for If-Match." example:"\"3\""`
	Body MergeAnswer
}

type undoMergeOutput struct {
	ETag string `header:"ETag" doc:"The contact's version, for If-Match." example:"\"4\""`
	Body UnmergeAnswer
}

type listMergesInput struct {
	InSub
	Paging
	Contact uuid.UUID `query:"contact" format:"uuid" doc:"Only what became part of this contact." example:"01920e5c-7f3a-7c1e-9d59-0242ac120005"`
}

type mergesOutput struct{ Body List[Merge] }

func (s *server) mergeContacts() operation {
	return op("merge-contacts", "Merge contacts into this one",
		"The contact keeps all that the others had: addresses, tags, followers, values, notes, tasks, files, timeline, threads and messages. "+
			"Do-not-disturb is united. The others answer 404 contact.not_found with the member merged_into from then on. For 30 days the merge can be undone.",
		func(ctx context.Context, in *mergeContactsInput) (*mergeContactsOutput, error) {
			version, err := in.version()
			if err != nil {
				return nil, err
			}
			input, err := in.Body.input(in.Contact, version)
			if err != nil {
				return nil, err
			}
			c, m, err := s.Contacts.Merge(ctx, input)
			if err != nil {
				return nil, err
			}
			items, err := s.wireContacts(ctx, []contact.Contact{c})
			if err != nil {
				return nil, err
			}
			return &mergeContactsOutput{ETag: etag(c.Version), Body: MergeAnswer{Contact: items[0], Merge: wireMerge(m)}}, nil
		}, once(inTenant), fails(http.StatusConflict, http.StatusPreconditionFailed), rehearsed)
}

func (b ContactMerge) input(id uuid.UUID, version int64) (contact.MergeInput, error) {
	out := contact.MergeInput{ID: id, Version: version, From: b.From, Fields: b.Fields, Versions: map[uuid.UUID]int64{}}
	for raw, v := range b.Versions {
		one, err := uuid.Parse(raw)
		if err != nil {
			return out, fault.New(fault.Invalid, "merge.invalid", invalidMessage).At("versions", "Name them by the contact's id.")
		}
		out.Versions[one] = v
	}
	return out, nil
}

func (s *server) undoMerge() operation {
	return op("undo-merge", "Undo a merge",
		"The contacts are several again, with the records that each had; what was added since stays with the one. 409 merge.expired after 30 days, "+
			"merge.newer with the member merge when another merge has to be undone first, merge.contact_deleted, and merge.address_taken with the "+
			"members field and contact when somebody else has by now what would come back.",
		func(ctx context.Context, in *MergePath) (*undoMergeOutput, error) {
			done, err := s.Contacts.UndoMerge(ctx, in.Merge)
			if err != nil {
				return nil, err
			}
			items, err := s.wireContacts(ctx, append([]contact.Contact{done.Survivor}, done.Restored...))
			if err != nil {
				return nil, err
			}
			return &undoMergeOutput{
				ETag: etag(done.Survivor.Version), Body: UnmergeAnswer{Contact: items[0], Contacts: items[1:], Merge: wireMerge(done.Merge)},
			}, nil
		}, once(inTenant), fails(http.StatusConflict))
}

func (s *server) listMerges() operation {
	return op("list-merges", "List merges", "Of contacts in reach, the newest first.",
		func(ctx context.Context, in *listMergesInput) (*mergesOutput, error) {
			page, err := s.Contacts.Merges(ctx, uuid.NullUUID{UUID: in.Contact, Valid: in.Contact != uuid.Nil}, in.Cursor, in.Limit)
			return &mergesOutput{Body: listOf(page.Items, page.Next, wireMerge)}, err
		})
}

func wireMerge(m contact.Merge) Merge {
	return Merge{
		ID: m.ID, ContactID: m.SurvivorID, From: m.FromIDs, State: m.State, Author: wireActor(m.Author), CreatedAt: m.CreatedAt,
		UndoUntil: m.UndoUntil, UndoneAt: m.UndoneAt,
	}
}
