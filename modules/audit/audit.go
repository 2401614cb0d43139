package audit

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/page"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Entry is one change of a sub-account's record.
type Entry struct {
	ID          uuid.UUID // of the event
	Kind        string    // "contact.updated"
	SubjectKind string
	SubjectID   uuid.UUID
	Actor       tenancy.Actor
	Before      json.RawMessage // in the shape of the API; nil if there was nothing
	After       json.RawMessage // nil if nothing is left
	OccurredAt  time.Time
}

// ControlEntry is one change of the administration.
type ControlEntry struct {
	ID         uuid.UUID
	Agency     uuid.UUID // Nil: the platform's own
	SubAccount uuid.UUID // Nil: not about a sub-account
	Action     string    // "api_key.created"
	Subject    uuid.UUID // Nil if it has no id
	Actor      tenancy.Actor
	Detail     json.RawMessage // an object
	OccurredAt time.Time
}

// Query asks for a page, the newest first.
type Query struct {
	Subject uuid.UUID // Nil: of everything; the tenant side alone
	Cursor  string    // of the page before; empty is the first
	Limit   int       // 1 to 100; 0 is 50
}

// Page is a part of the list. Next is empty on the last page.
type Page[T any] struct {
	Items []T
	Next  string
}

// position is where a page ended.
type position struct {
	At time.Time `json:"at"`
	ID uuid.UUID `json:"id"`
}

func (q Query) read(scope string) (after *position, limit int, err error) {
	var checks fault.Checks
	limit = page.Limit(&checks, q.Limit)
	if err := checks.Err("audit.invalid"); err != nil {
		return nil, 0, err
	}
	var p position
	ok, err := page.Decode(q.Cursor, scope, &p)
	if err != nil || !ok {
		return nil, limit, err
	}
	return &p, limit, nil
}

// cut makes a page of up to limit+1 rows: the one too many tells that there is
// more.
func cut[T any](rows []T, limit int, scope string, at func(T) position) (Page[T], error) {
	out := Page[T]{Items: rows}
	if len(rows) <= limit {
		return out, nil
	}
	out.Items = rows[:limit]
	next, err := page.Encode(scope, at(out.Items[limit-1]))
	out.Next = next
	return out, err
}

// toEntry takes before and after from the payload; a payload that holds
// neither is what is known after.
func toEntry(e events.Event) Entry {
	out := Entry{
		ID: e.ID, Kind: e.Kind, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, Actor: e.Actor, OccurredAt: e.OccurredAt,
	}
	var change struct{ Before, After json.RawMessage }
	if err := json.Unmarshal(e.Payload, &change); err != nil || (change.Before == nil && change.After == nil) {
		out.After = e.Payload
		return out
	}
	out.Before, out.After = change.Before, change.After
	return out
}
