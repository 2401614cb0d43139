package apiserver

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// BulkAction is what is done to each contact.
type BulkAction struct {
	Kind     string      `json:"kind" enum:"tag.add,tag.remove,assign,follower.add,follower.remove,dnd.add,dnd.remove,field.set,delete" doc:"What is done." example:"tag.add"`
	Tags     []string    `json:"tags,omitempty" maxItems:"50" doc:"Of tag.add and tag.remove." example:"[\"vip\"]"`
	OwnerID  *uuid.UUID  `json:"owner_id,omitempty" format:"uuid" doc:"Of assign: the new owner; null or nothing is nobody." example:"01920e5c-7f3a-7c1e-9d59-0242ac120003"`
	People   []uuid.UUID `json:"people,omitempty" maxItems:"50" format:"uuid" doc:"Of follower.add and follower.remove." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120003\"]"`
	Channels []string    `json:"channels,omitempty" maxItems:"4" doc:"Of dnd.add and dnd.remove: sms, email, voice, chat." example:"[\"sms\"]"`
	Field    string      `json:"field,omitempty" maxLength:"100" doc:"Of field.set: custom. and a key (no unique field), or source, job_title, street, city, region, postal_code, country, timezone, birthday, score or company_id." example:"custom.plan"`
	Value    bulkValue   `json:"value,omitzero" doc:"Of field.set: as in a contact; null or nothing empties." example:"\"gold\""`
}

// bulkValue is the value of a field, of whatever kind.
type bulkValue json.RawMessage

// UnmarshalJSON and MarshalJSON keep it as it is.
func (v *bulkValue) UnmarshalJSON(raw []byte) error { *v = append((*v)[:0], raw...); return nil }

func (v bulkValue) MarshalJSON() ([]byte, error) {
	if len(v) == 0 {
		return []byte("null"), nil
	}
	return v, nil
}

// IsZero lets omitzero leave it out.
func (v bulkValue) IsZero() bool { return len(v) == 0 }

// Schema leaves the value to the field's own rules.
func (bulkValue) Schema(huma.Registry) *huma.Schema { return &huma.Schema{} }

// NewBulk asks for a bulk action.
type NewBulk struct {
	Filter filterTree  `json:"filter,omitzero" doc:"To which contacts, in the filter language; null is all of them. Either this or ids has to be there." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Query  string      `json:"q,omitempty" maxLength:"200" doc:"Beside the filter: parts of a name, an e-mail address or a phone number; all must match." example:"maria"`
	IDs    []uuid.UUID `json:"ids,omitempty" maxItems:"10000" format:"uuid" doc:"Instead of a filter: these." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120005\"]"`
	Except []uuid.UUID `json:"except,omitempty" maxItems:"10000" format:"uuid" doc:"But not these." example:"[\"01920e5c-7f3a-7c1e-9d59-0242ac120006\"]"`
	Action BulkAction  `json:"action" doc:"What is done to each."`
}

// Bulk is an action on many contacts.
type Bulk struct {
	ID        uuid.UUID      `json:"id" format:"uuid" doc:"The bulk action's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120012"`
	Action    BulkAction     `json:"action" doc:"What is done to each contact."`
	Filter    filterTree     `json:"filter" doc:"To which contacts; null for all of them, or where ids were given." example:"{\"field\":\"first_name\",\"op\":\"starts_with\",\"value\":\"Mar\"}"`
	Query     string         `json:"q" doc:"The search beside the filter; empty for none." example:"maria"`
	State     string         `json:"state" enum:"running,paused,cancelled,failed,done,undoing,undone" doc:"A failed one can't go on: error says why. What it has done stays, and can be undone." example:"running"`
	Total     int            `json:"total" doc:"How many contacts there are to do; 0 until they are gathered." example:"100000"`
	Gathered  bool           `json:"gathered" doc:"Whether total is known." example:"true"`
	Done      int            `json:"done" doc:"Contacts that are over: changed, skipped and failed together." example:"42000"`
	Changed   int            `json:"changed" doc:"Contacts that changed." example:"41000"`
	Skipped   int            `json:"skipped" doc:"Contacts that had it already, were deleted meanwhile, or left the reach." example:"990"`
	Failed    int            `json:"failed" doc:"Contacts that a rule spared; reasons says which." example:"10"`
	Reasons   map[string]int `json:"reasons" doc:"Why contacts failed, and how many; at most ten different ones." example:"{\"A contact has at most 50 tags.\":10}"`
	Undone    int            `json:"undone" doc:"Contacts that an undo put back." example:"0"`
	Kept      int            `json:"kept" doc:"Contacts that an undo left alone, as somebody has changed the same since." example:"0"`
	Error     string         `json:"error" doc:"Why it failed as a whole; empty else." example:""`
	Author    Actor          `json:"author" doc:"Who started it."`
	UndoUntil time.Time      `json:"undo_until" doc:"Until when it can be undone." example:"2026-03-03T12:00:00Z"`
	CreatedAt time.Time      `json:"created_at" doc:"When it was asked for." example:"2026-02-01T12:00:00Z"`
	UpdatedAt time.Time      `json:"updated_at" doc:"When it last moved." example:"2026-02-01T12:00:05Z"`
	Version   int64          `json:"version" doc:"One more with every change of its state; the ETag holds it." example:"2"`
}

// BulkPath names a bulk action.
type BulkPath struct {
	InSub
	Bulk uuid.UUID `path:"bulk" format:"uuid" doc:"The bulk action's id." example:"01920e5c-7f3a-7c1e-9d59-0242ac120012"`
}

type bulkOutput struct {
	ETag string `header:"ETag" doc:"The version, for If-Match." example:"\"3\""`
	Body Bulk
}

type bulksOutput struct{ Body List[Bulk] }

type listBulksInput struct {
	InSub
	Paging
}

type startBulkInput struct {
	InSub
	Body NewBulk
}

type moveBulkInput struct {
	BulkPath
	Precondition
}

func (s *server) listBulks() operation {
	return op("list-bulk-actions", "List bulk actions", "The newest first; a caller who doesn't reach every contact sees their own.",
		func(ctx context.Context, in *listBulksInput) (*bulksOutput, error) {
			page, err := s.Contacts.Bulks(ctx, in.Cursor, in.Limit)
			return &bulksOutput{Body: listOf(page.Items, page.Next, wireBulk)}, err
		})
}

func (s *server) startBulk() operation {
	return op("start-bulk-action", "Do something to many contacts",
		"A job that goes through the contacts in the caller's reach that the filter lets in. Which ones these are is found out once, at its "+
			"start. Look at it for its progress; it can be paused, cancelled, and undone for 30 days.",
		func(ctx context.Context, in *startBulkInput) (*bulkOutput, error) {
			input, err := in.Body.input()
			if err != nil {
				return nil, err
			}
			b, err := s.Contacts.StartBulk(ctx, input)
			return wiredBulk(b), err
		}, accepted, once(inTenant), rehearsed)
}

func (s *server) getBulk() operation {
	return op("get-bulk-action", "Read a bulk action", "How far it is.", func(ctx context.Context, in *BulkPath) (*bulkOutput, error) {
		b, err := s.Contacts.GetBulk(ctx, in.Bulk)
		return wiredBulk(b), err
	})
}

func (s *server) pauseBulk() operation {
	return moveBulk("pause-bulk-action", "Pause a bulk action", "It stops after the contacts in hand, a thousand at most.", s.Contacts.PauseBulk)
}

func (s *server) resumeBulk() operation {
	return moveBulk("resume-bulk-action", "Resume a bulk action", "It goes on where it was paused.", s.Contacts.ResumeBulk)
}

func (s *server) cancelBulk() operation {
	return moveBulk("cancel-bulk-action", "Cancel a bulk action", "What is done stays, and can be undone.", s.Contacts.CancelBulk)
}

func (s *server) undoBulk() operation {
	return moveBulk("undo-bulk-action", "Undo a bulk action",
		"Takes back what was done, in what the action changed alone; where somebody has changed the same since, it stays, and kept counts it. "+
			"Deleted contacts come back unless another has their address by now. Of actions that are done, cancelled or failed.", s.Contacts.UndoBulk)
}

func moveBulk(id, summary, about string, verb func(context.Context, uuid.UUID, int64) (contact.Bulk, error)) operation {
	return op(id, summary, about, func(ctx context.Context, in *moveBulkInput) (*bulkOutput, error) {
		version, err := in.version()
		if err != nil {
			return nil, err
		}
		b, err := verb(ctx, in.Bulk, version)
		return wiredBulk(b), err
	}, once(inTenant), fails(http.StatusConflict, http.StatusPreconditionFailed))
}

func (b NewBulk) input() (contact.BulkInput, error) {
	a := b.Action
	out := contact.BulkInput{
		BulkSelection: contact.BulkSelection{Filter: json.RawMessage(b.Filter), Query: b.Query, IDs: b.IDs, Except: b.Except},
		Action:        contact.BulkAction{Kind: a.Kind, Tags: a.Tags, People: a.People, Channels: a.Channels, Field: a.Field},
	}
	if a.OwnerID != nil {
		out.Action.OwnerID = uuid.NullUUID{UUID: *a.OwnerID, Valid: true}
	}
	if len(a.Value) > 0 {
		if err := json.Unmarshal(a.Value, &out.Action.Value); err != nil {
			return out, fault.New(fault.Invalid, "bulk.invalid", invalidMessage).At("action.value", "This is no JSON that can be read.")
		}
	}
	return out, nil
}

func wiredBulk(b contact.Bulk) *bulkOutput {
	return &bulkOutput{ETag: etag(b.Version), Body: wireBulk(b)}
}

func wireBulk(b contact.Bulk) Bulk {
	a := b.Action
	out := Bulk{
		ID: b.ID, Action: BulkAction{Kind: a.Kind, Tags: a.Tags, OwnerID: idPointer(a.OwnerID), People: a.People, Channels: a.Channels, Field: a.Field},
		Filter: filterTree(b.Selection.Filter), Query: b.Selection.Query, State: b.State, Total: b.Total, Gathered: b.Gathered,
		Done: b.Done, Changed: b.Changed, Skipped: b.Skipped, Failed: b.Failed, Reasons: b.Reasons, Undone: b.Undone, Kept: b.Kept,
		Error: b.Error, Author: wireActor(b.Author), UndoUntil: b.UndoUntil, CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt, Version: b.Version,
	}
	if out.Reasons == nil {
		out.Reasons = map[string]int{}
	}
	if a.Value != nil {
		out.Action.Value, _ = json.Marshal(a.Value) //nolint:errchkjson // it came as JSON
	}
	return out
}
