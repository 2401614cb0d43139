package contact

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// The categories of a timeline.
const (
	AboutContact      = "contact"
	AboutNote         = "note"
	AboutTask         = "task"
	AboutFile         = "file"
	AboutMessage      = "message"
	AboutConversation = "conversation"
	AboutConsent      = "consent"
)

// Categories lists them, as a filter names them.
var Categories = []string{AboutContact, AboutNote, AboutTask, AboutFile, AboutMessage, AboutConversation, AboutConsent}

const excerptLength = 280 // characters of a text in a timeline

// Entry is something that happened to a contact.
type Entry struct {
	ID         uuid.UUID
	ContactID  uuid.UUID
	Category   string
	Kind       string // of the event
	RecordID   uuid.NullUUID
	Detail     map[string]any // what a person needs to read it, by category
	Actor      tenancy.Actor
	OccurredAt time.Time
}

// heard is what an entry is made of, in the shapes of all who publish about
// contacts. What a payload does not have stays empty.
type heard struct {
	Before map[string]any `json:"before"`
	After  map[string]any `json:"after"`
	// of optout.changed
	ContactID uuid.NullUUID `json:"contact_id"`
	Channel   string        `json:"channel"`
	Address   string        `json:"address"`
	OptedOut  bool          `json:"opted_out"`
}

// latest is the record after the event, or what is known of one that is gone.
func (h heard) latest() map[string]any {
	if h.After != nil {
		return h.After
	}
	return h.Before
}

// entryOf makes an entry of an event; false where it tells nothing of a contact.
func entryOf(e events.Event) (Entry, bool, error) {
	var h heard
	if err := json.Unmarshal(e.Payload, &h); err != nil {
		return Entry{}, false, err
	}
	e.Actor.IP = ""
	out := Entry{ID: e.ID, Kind: e.Kind, Actor: e.Actor, OccurredAt: e.OccurredAt, Detail: map[string]any{}}
	noun, _, _ := strings.Cut(e.Kind, ".")
	switch {
	case e.Kind == EventMentioned, e.Kind == EventToldApart, e.Kind == EventTakenBack, e.Kind == EventMerged && h.After == nil: // the survivor's tells of it
		return Entry{}, false, nil
	case noun == AboutMessage:
		return messageEntry(out, h)
	case noun == AboutConversation:
		return threadEntry(out, h)
	case e.Kind == "optout.changed":
		out.Category, out.ContactID = AboutConsent, h.ContactID.UUID
		out.Detail = map[string]any{"channel": h.Channel, "address": h.Address, "opted_out": h.OptedOut}
		return out, h.ContactID.Valid, nil
	case e.SubjectKind != Subject:
		return Entry{}, false, nil
	}
	out.ContactID = e.SubjectID
	switch noun {
	case AboutNote, AboutTask, AboutFile:
		out.Category = noun
		record, _ := h.latest()[noun].(map[string]any)
		out.RecordID = idIn(record, "id")
		out.Detail = pick(record, "body", "pinned", "title", "due_at", "all_day", "assignee_id", "name", "content_type", "size")
	default:
		out.Category = AboutContact
		if changes := changesBetween(h.Before, h.After); len(changes) > 0 {
			out.Detail["changes"] = changes
		}
	}
	return out, true, nil
}

// messageEntry is one for all events of a message: the last tells how far it
// has come.
func messageEntry(out Entry, h heard) (Entry, bool, error) {
	m := h.latest()
	out.Category, out.Kind = AboutMessage, "message.created"
	out.RecordID, out.ContactID = idIn(m, "id"), idIn(m, "contact_id").UUID
	out.ID = out.RecordID.UUID
	out.Detail = pick(m, "channel", "direction", "body", "status", "conversation_id", "error_code")
	return out, out.RecordID.Valid && out.ContactID != uuid.Nil, nil
}

// threadEntry tells of a thread that was resolved or reopened; that a message
// came is the message's to tell.
func threadEntry(out Entry, h heard) (Entry, bool, error) {
	if h.Before == nil || h.After == nil || h.Before["status"] == h.After["status"] {
		return Entry{}, false, nil
	}
	with, _ := h.After["contact"].(map[string]any)
	out.Category, out.ContactID, out.RecordID = AboutConversation, idIn(with, "id").UUID, idIn(h.After, "id")
	out.Detail = pick(h.After, "channel", "status")
	return out, out.ContactID != uuid.Nil, nil
}

// derived fields of a contact change with others.
var derived = []string{"id", "version", "updated_at", "created_at", "name"}

// Change is a field before and after.
type fieldChange struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// changesBetween names the fields that differ, in the order of their names; none
// where one side is missing.
func changesBetween(before, after map[string]any) []fieldChange {
	if before == nil || after == nil {
		return nil
	}
	var out []fieldChange
	for _, field := range slices.Sorted(maps.Keys(after)) {
		if !slices.Contains(derived, field) && !reflect.DeepEqual(before[field], after[field]) {
			out = append(out, fieldChange{field, excerpt(before[field]), excerpt(after[field])})
		}
	}
	return out
}

func pick(record map[string]any, fields ...string) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		if v, ok := record[f]; ok && v != nil && v != "" {
			out[f] = excerpt(v)
		}
	}
	return out
}

func excerpt(v any) any {
	s, ok := v.(string)
	if !ok || utf8.RuneCountInString(s) <= excerptLength {
		return v
	}
	return string([]rune(s)[:excerptLength-1]) + "…"
}

func idIn(record map[string]any, field string) uuid.NullUUID {
	s, _ := record[field].(string)
	id, err := uuid.Parse(s)
	return uuid.NullUUID{UUID: id, Valid: err == nil && id != uuid.Nil}
}
