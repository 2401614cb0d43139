package contact

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// What a note may hold.
const (
	MaxNote     = 20_000 // characters of Markdown
	MaxMentions = 50
)

// Note is what a member wrote down about a contact or a company.
type Note struct {
	ID uuid.UUID
	Target
	Body      string      // Markdown, as it was written
	Mentions  []uuid.UUID // members, each once
	Pinned    bool        // stands above the others
	Author    tenancy.Actor
	Version   int64
	CreatedAt time.Time
	UpdatedAt time.Time
}

// NoteInput is a note as somebody gives it: what is nil stays as it is.
type NoteInput struct {
	Body     *string
	Mentions *[]uuid.UUID
	Pinned   *bool
}

func (in NoteInput) on(n Note) Note {
	set(&n.Pinned, in.Pinned)
	if in.Body != nil {
		n.Body = strings.TrimSpace(norm.NFC.String(*in.Body))
	}
	if in.Mentions != nil {
		n.Mentions = each(*in.Mentions)
	}
	if n.Mentions == nil {
		n.Mentions = []uuid.UUID{}
	}
	return n
}

// each keeps the first of equals, in order.
func each(ids []uuid.UUID) []uuid.UUID {
	out, seen := make([]uuid.UUID, 0, len(ids)), map[uuid.UUID]bool{}
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

func (n Note) validate() error {
	var f fault.Checks
	f.Check(n.Body != "", "body", "Write something.")
	longText(&f, "body", n.Body, MaxNote)
	f.Check(len(n.Mentions) <= MaxMentions, "mentions", fmt.Sprintf("Mention at most %d people.", MaxMentions))
	return f.Err("note.invalid")
}

// longText is text with line breaks and tabs.
func longText(f *fault.Checks, path, s string, limit int) {
	f.Check(utf8.RuneCountInString(s) <= limit, path, fmt.Sprintf("Use at most %d characters.", limit))
	f.Check(utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t'
	}), path, "It holds characters that can't be shown.")
}

// without tells which of ids are not in known.
func without(ids, known []uuid.UUID) []uuid.UUID {
	seen := map[uuid.UUID]bool{}
	for _, id := range known {
		seen[id] = true
	}
	var out []uuid.UUID
	for _, id := range ids {
		if !seen[id] {
			out = append(out, id)
		}
	}
	return out
}

// The events of notes. Their subject is the contact or the company; before and
// after hold the note as "note". EventMentioned has the person as "person".
const (
	EventNoteCreated = "note.created"
	EventNoteUpdated = "note.updated"
	EventNoteDeleted = "note.deleted"
	EventMentioned   = "person.mentioned"
)

// NoteSnapshot is a note in an event. Fields are added, never renamed.
type NoteSnapshot struct {
	ID        uuid.UUID     `json:"id"`
	ContactID uuid.NullUUID `json:"contact_id"`
	CompanyID uuid.NullUUID `json:"company_id"`
	Body      string        `json:"body"`
	Mentions  []uuid.UUID   `json:"mentions"`
	Pinned    bool          `json:"pinned"`
	Author    tenancy.Actor `json:"author"`
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
	Version   int64         `json:"version"`
}

func snapshotNote(n Note) NoteSnapshot {
	n.Author.IP = ""
	return NoteSnapshot{
		ID: n.ID, ContactID: n.ContactID, CompanyID: n.CompanyID, Body: n.Body, Mentions: n.Mentions, Pinned: n.Pinned,
		Author: n.Author, CreatedAt: n.CreatedAt, UpdatedAt: n.UpdatedAt, Version: n.Version,
	}
}
