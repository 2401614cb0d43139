package contact

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/rawjson"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// The categories of a timeline.
const (
	AboutContact      = "contact"
	AboutCompany      = "company"
	AboutNote         = "note"
	AboutTask         = "task"
	AboutFile         = "file"
	AboutMessage      = "message"
	AboutConversation = "conversation"
	AboutConsent      = "consent"
)

// Categories lists them, as a filter names them.
var Categories = []string{AboutContact, AboutCompany, AboutNote, AboutTask, AboutFile, AboutMessage, AboutConversation, AboutConsent}

const excerptLength = 280 // characters of a text in a timeline

// Entry is something that happened to a contact, or to a company itself.
type Entry struct {
	ID         uuid.UUID
	ContactID  uuid.NullUUID // none: it happened to the company
	CompanyID  uuid.NullUUID // that of the contact when it was heard of or by the change itself, or the company
	LeftID     uuid.NullUUID // the company that the contact left for CompanyID
	Category   string
	Kind       string // of the event
	RecordID   uuid.NullUUID
	Detail     map[string]any // what a person needs to read it, by category
	Actor      tenancy.Actor
	OccurredAt time.Time
}

// heard is what an entry is made of, in the shapes of all who publish about
// contacts.
type heard struct {
	before, after json.RawMessage // nil if there is none
}

func hear(e events.Event) (h heard) {
	h.before, h.after = e.Change()
	for _, side := range []*json.RawMessage{&h.before, &h.after} {
		if !rawjson.IsObject(*side) {
			*side = nil
		}
	}
	return h
}

// latest is the record after the event, or what is known of one that is gone.
func (h heard) latest() (record map[string]any, err error) {
	side := h.after
	if side == nil {
		side = h.before
	}
	if side != nil {
		err = json.Unmarshal(side, &record)
	}
	return record, err
}

// entryOf makes an entry of an event; false where it tells nothing of a contact or a company.
func entryOf(e events.Event) (Entry, bool, error) {
	e.Actor.IP = ""
	out := Entry{ID: e.ID, Kind: e.Kind, Actor: e.Actor, OccurredAt: e.OccurredAt, Detail: map[string]any{}}
	noun, _, _ := strings.Cut(e.Kind, ".")
	h := hear(e)
	switch {
	case e.Kind == EventMentioned, e.Kind == EventToldApart, e.Kind == EventTakenBack, e.Kind == EventErased, e.Kind == EventMerged && h.after == nil: // the survivor's tells of it
		return Entry{}, false, nil
	case noun == AboutMessage:
		return messageEntry(out, h)
	case noun == AboutConversation:
		return threadEntry(out, h)
	case e.Kind == "optout.changed":
		return consentEntry(out, e.Payload)
	case e.SubjectKind == Subject:
		out.ContactID = uuid.NullUUID{UUID: e.SubjectID, Valid: true}
	case e.SubjectKind == SubjectCompany:
		out.CompanyID = uuid.NullUUID{UUID: e.SubjectID, Valid: true}
	default:
		return Entry{}, false, nil
	}
	switch noun {
	case AboutNote, AboutTask, AboutFile:
		out.Category = noun
		all, err := h.latest()
		record, _ := all[noun].(map[string]any)
		out.RecordID = idIn(record, "id")
		out.Detail = pick(record, "body", "pinned", "title", "due_at", "all_day", "assignee_id", "name", "content_type", "size")
		return out, true, err
	}
	skip := derived
	if out.Category = AboutContact; out.CompanyID.Valid {
		out.Category, skip = AboutCompany, bookkeeping
	}
	changes, err := changesBetween(h.before, h.after, skip)
	if len(changes) > 0 {
		out.Detail["changes"] = changes
	}
	if out.ContactID.Valid {
		out.CompanyID, out.LeftID = companiesOfMove(changes)
	}
	return out, true, err
}

// companiesOfMove are the companies that have to hear of a change: that to which the
// contact came, and that which it left for it. Who left for none is told where they
// were. None: the contact stayed.
func companiesOfMove(changes []fieldChange) (told, left uuid.NullUUID) {
	for _, c := range changes {
		if c.Field == "company_id" {
			left, told = idOf(c.Before), idOf(c.After)
		}
	}
	if !told.Valid {
		return left, told
	}
	return told, left
}

// companies are those that the contact left and came to, by the kept detail.
func (e Entry) companies() (out []uuid.UUID) {
	changes, _ := e.Detail["changes"].([]any)
	for _, c := range changes {
		change, _ := c.(map[string]any)
		if change["field"] != "company_id" || !e.ContactID.Valid {
			continue
		}
		for _, side := range []string{"before", "after"} {
			if id := idIn(change, side); id.Valid {
				out = append(out, id.UUID)
			}
		}
	}
	return out
}

func consentEntry(out Entry, payload json.RawMessage) (Entry, bool, error) {
	var told struct {
		ContactID uuid.NullUUID `json:"contact_id"`
		Channel   string        `json:"channel"`
		Address   string        `json:"address"`
		OptedOut  bool          `json:"opted_out"`
	}
	err := json.Unmarshal(payload, &told)
	out.Category, out.ContactID = AboutConsent, told.ContactID
	out.Detail = map[string]any{"channel": told.Channel, "address": told.Address, "opted_out": told.OptedOut}
	return out, told.ContactID.Valid, err
}

// messageEntry is one for all events of a message: the last tells how far it
// has come.
func messageEntry(out Entry, h heard) (Entry, bool, error) {
	m, err := h.latest()
	out.Category, out.Kind = AboutMessage, "message.created"
	out.RecordID, out.ContactID = idIn(m, "id"), idIn(m, "contact_id")
	out.ID = out.RecordID.UUID
	out.Detail = pick(m, "channel", "direction", "body", "status", "conversation_id", "error_code")
	return out, out.RecordID.Valid && out.ContactID.Valid, err
}

// threadEntry tells of a thread that was resolved or reopened; that a message
// came is the message's to tell.
func threadEntry(out Entry, h heard) (Entry, bool, error) {
	was, before := rawjson.Members(h.before)
	is, after := rawjson.Members(h.after)
	if !before || !after || bytes.Equal(rawjson.Find(was, []byte("status"), 0), rawjson.Find(is, []byte("status"), 0)) {
		return Entry{}, false, nil
	}
	record, err := h.latest()
	if err != nil {
		return Entry{}, false, err
	}
	with, _ := record["contact"].(map[string]any)
	out.Category, out.ContactID, out.RecordID = AboutConversation, idIn(with, "id"), idIn(record, "id")
	out.Detail = pick(record, "channel", "status")
	return out, out.ContactID.Valid, nil
}

// What changes by itself: with every change, and with other fields of a contact.
var (
	bookkeeping = []string{"id", "version", "updated_at", "created_at"}
	derived     = append([]string{"name"}, bookkeeping...)
)

// Change is a field before and after.
type fieldChange struct {
	Field  string `json:"field"`
	Before any    `json:"before"`
	After  any    `json:"after"`
}

// changesBetween names the fields that differ, in the order of their names; none
// where one side is missing. What is the same byte by byte is not looked into.
func changesBetween(before, after json.RawMessage, skip []string) (out []fieldChange, err error) {
	old, both := rawjson.Members(before)
	fresh, too := rawjson.Members(after)
	if !both || !too {
		return nil, nil
	}
	for i, m := range fresh {
		was := rawjson.Find(old, m.Name, i)
		if bytes.Equal(was, m.Value) || slices.Contains(skip, string(m.Name)) {
			continue
		}
		c := fieldChange{Field: string(m.Name)}
		if was != nil {
			err = json.Unmarshal(was, &c.Before)
		}
		if err = errors.Join(err, json.Unmarshal(m.Value, &c.After)); err != nil {
			return nil, err
		}
		if !reflect.DeepEqual(c.Before, c.After) {
			c.Before, c.After = excerpt(c.Before), excerpt(c.After)
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b fieldChange) int { return strings.Compare(a.Field, b.Field) })
	return out, nil
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

func idIn(record map[string]any, field string) uuid.NullUUID { return idOf(record[field]) }

func idOf(v any) uuid.NullUUID {
	s, _ := v.(string)
	id, err := uuid.Parse(s)
	return uuid.NullUUID{UUID: id, Valid: err == nil && id != uuid.Nil}
}
