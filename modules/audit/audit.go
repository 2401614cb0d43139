package audit

import (
	"crypto/ed25519"
	"encoding/json"
	"time"

	"github.com/google/uuid"

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
	Seq         int64      // its place in the chain; 0 until it has one
	Hash        []byte     // nil until then
	Paths       []string   // the fields that changed
	ErasedAt    *time.Time // since when the values are gone
}

// Changes are the fields that differ between before and after. Of an entry whose
// values were erased the paths alone are left.
func (e Entry) Changes() []Change {
	if e.ErasedAt == nil {
		return changes(e.Before, e.After)
	}
	out := make([]Change, 0, len(e.Paths))
	for _, path := range e.Paths {
		out = append(out, Change{Path: path})
	}
	return out
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
	Seq        int64  // its place in the chain; 0 until it has one
	Hash       []byte // nil until then
	Erased     bool   // the detail, or all of the actor but the id, is gone
}

// Query asks for a page, the newest first.
type Query struct {
	Subject     uuid.UUID // Nil: of everything
	SubjectKind string    // the tenant side alone
	Action      string    // "contact.updated", or "contact.*"
	ActorID     string
	ActorKind   string
	Field       string    // a part of a changed field's path; the tenant side alone
	From        time.Time // inclusive; zero: from the beginning
	To          time.Time // exclusive; zero: to the end
	Cursor      string    // of the page before; empty is the first
	Limit       int       // 1 to 100; 0 is 50
}

// Trusted are public keys by id.
type Trusted = map[string]ed25519.PublicKey

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
