package contact

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// What may be done to many contacts at once.
const (
	BulkAddTags         = "tag.add"
	BulkRemoveTags      = "tag.remove"
	BulkAssign          = "assign"
	BulkAddFollowers    = "follower.add"
	BulkRemoveFollowers = "follower.remove"
	BulkAddDND          = "dnd.add"
	BulkRemoveDND       = "dnd.remove"
	BulkSetField        = "field.set"
	BulkDelete          = "delete"
)

// BulkKinds lists them, as a person looks for them.
var BulkKinds = []string{
	BulkAddTags, BulkRemoveTags, BulkAssign, BulkAddFollowers, BulkRemoveFollowers, BulkAddDND, BulkRemoveDND, BulkSetField, BulkDelete,
}

// The states of a bulk action.
const (
	BulkRunning   = "running"
	BulkPaused    = "paused"
	BulkCancelled = "cancelled"
	BulkFailed    = "failed" // it can't go on; what is done stays, and can be undone
	BulkDone      = "done"
	BulkUndoing   = "undoing"
	BulkUndone    = "undone"
)

const (
	// BulkUndoDays is how long a bulk action can be undone.
	BulkUndoDays = 30
	// MaxBulkIDs is how many contacts a bulk action takes by their ids.
	MaxBulkIDs = 10_000

	bulkBatch   = 1000 // contacts a transaction
	bulkReasons = 10   // different ones that are told
)

// BulkAction is what is done to each contact.
type BulkAction struct {
	Kind     string        `json:"kind"`
	Tags     []string      `json:"tags,omitempty"`     // of tag.add and tag.remove
	OwnerID  uuid.NullUUID `json:"owner_id,omitzero"`  // of assign; nobody for null
	People   []uuid.UUID   `json:"people,omitempty"`   // of follower.add and follower.remove
	Channels []string      `json:"channels,omitempty"` // of dnd.add and dnd.remove
	Field    string        `json:"field,omitempty"`    // of field.set: a name as filters have it
	Value    any           `json:"value,omitempty"`    // of field.set; nil empties
}

// BulkSelection is whose turn it is: those that a filter and a search let in, or
// some by their ids.
type BulkSelection struct {
	Filter json.RawMessage `json:"filter,omitempty"` // in the language of platform/filter; JSON's null is everybody
	Query  string          `json:"q,omitempty"`      // as in ListInput
	IDs    []uuid.UUID     `json:"ids,omitempty"`
	Except []uuid.UUID     `json:"except,omitempty"`
}

// BulkInput asks for a bulk action.
type BulkInput struct {
	BulkSelection
	Action BulkAction
}

// Bulk is an action on many contacts.
type Bulk struct {
	ID        uuid.UUID
	Action    BulkAction
	Selection BulkSelection
	Reach     tenancy.Reach
	State     string
	Gathered  bool
	Part      int
	Total     int // 0 until the contacts are known
	Done      int
	Changed   int
	Skipped   int
	Failed    int
	Reasons   map[string]int
	Undone    int
	Kept      int
	Error     string
	Author    tenancy.Actor
	UndoUntil time.Time
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// bulkFields are those that field.set knows beside the custom ones.
var bulkFields = []string{
	"source", "job_title", "street", "city", "region", "postal_code", "country", "timezone", "birthday", "score", "company_id",
}

// clean gives the action as it is kept.
func (a BulkAction) clean() BulkAction {
	if a.Tags != nil {
		a.Tags = lowered(a.Tags)
	}
	if a.Channels != nil {
		a.Channels = lowered(a.Channels)
	}
	return a
}

// validate names what is wrong with the action; what it says has to fit its kind.
func (a BulkAction) validate(f *fault.Checks) {
	f.Check(slices.Contains(BulkKinds, a.Kind), "action.kind", "It is "+strings.Join(BulkKinds, ", ")+".")
	for _, part := range []struct {
		name  string
		given int
		most  int
		kinds []string
	}{
		{"tags", len(a.Tags), MaxTags, []string{BulkAddTags, BulkRemoveTags}},
		{"people", len(a.People), MaxFollowers, []string{BulkAddFollowers, BulkRemoveFollowers}},
		{"channels", len(a.Channels), len(Channels()), []string{BulkAddDND, BulkRemoveDND}},
	} {
		path := "action." + part.name
		if slices.Contains(part.kinds, a.Kind) {
			f.Check(part.given > 0 && part.given <= part.most, path, fmt.Sprintf("Give 1 to %d.", part.most))
		} else {
			f.CheckBeside(part.given == 0, path, "This kind of action doesn't take it.", "action.kind")
		}
	}
	f.CheckBeside(a.Kind == BulkAssign || !a.OwnerID.Valid, "action.owner_id", "This kind of action doesn't take it.", "action.kind")
	f.CheckBeside(a.Kind == BulkSetField || a.Field == "" && a.Value == nil, "action.field", "This kind of action doesn't take it.", "action.kind")
	for i, t := range a.Tags {
		path := fmt.Sprintf("action.tags[%d]", i)
		f.Check(t != "", path, "A tag has at least one letter.")
		text(f, path, t, MaxTag)
	}
	for i, c := range a.Channels {
		f.Check(slices.Contains(Channels(), c), fmt.Sprintf("action.channels[%d]", i), "It is sms, email, voice or chat.")
	}
}

func (in BulkSelection) validate(f *fault.Checks) {
	f.CheckBeside(in.Filter != nil || len(in.IDs) > 0, "filter", "Say which contacts: a filter, null for all of them, or ids.", "ids")
	f.Check(len(in.IDs) == 0 || in.Filter == nil && in.Query == "", "ids", "Give ids, or a filter and a search.")
	for _, list := range []struct {
		path string
		ids  []uuid.UUID
	}{{"ids", in.IDs}, {"except", in.Except}} {
		f.Check(len(list.ids) <= MaxBulkIDs, list.path, fmt.Sprintf("At most %d; use a filter for more.", MaxBulkIDs))
	}
	f.Check(clean(in.Query) && len(in.Query) <= maxQuery, "q", "Search for at most 200 visible characters.")
}

// EventBulkStarted and its like tell how far a bulk action is; the subject is the
// action. Each contact tells of its own change.
const (
	SubjectBulk        = "bulk"
	EventBulkStarted   = "bulk.started"
	EventBulkPaused    = "bulk.paused"
	EventBulkCancelled = "bulk.cancelled"
	EventBulkFailed    = "bulk.failed"
	EventBulkDone      = "bulk.done"
	EventBulkUndoing   = "bulk.undoing"
	EventBulkUndone    = "bulk.undone"
)

// BulkSnapshot is a bulk action in an event. Fields are added, never renamed.
type BulkSnapshot struct {
	ID      uuid.UUID  `json:"id"`
	Action  BulkAction `json:"action"`
	State   string     `json:"state"`
	Total   int        `json:"total"`
	Done    int        `json:"done"`
	Changed int        `json:"changed"`
	Skipped int        `json:"skipped"`
	Failed  int        `json:"failed"`
	Undone  int        `json:"undone"`
	Kept    int        `json:"kept"`
	Error   string     `json:"error,omitempty"`
	Version int64      `json:"version"`
}

func snapshotBulk(b Bulk) BulkSnapshot {
	return BulkSnapshot{
		ID: b.ID, Action: b.Action, State: b.State, Total: b.Total, Done: b.Done, Changed: b.Changed, Skipped: b.Skipped,
		Failed: b.Failed, Undone: b.Undone, Kept: b.Kept, Error: b.Error, Version: b.Version,
	}
}

// BulkJob works on a bulk action, a slice of its contacts at a time.
type BulkJob struct {
	BulkID uuid.UUID `json:"bulk_id"`
}

// Kind names the job for ever.
func (BulkJob) Kind() string { return "contact.bulk" }

// BulkTidyJob drops what an undo would need once it is too late for one.
type BulkTidyJob struct {
	BulkID uuid.UUID `json:"bulk_id"`
}

// Kind names the job for ever.
func (BulkTidyJob) Kind() string { return "contact.bulk_tidy" }
