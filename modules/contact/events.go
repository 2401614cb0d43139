package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
)

// The events of this module. Their subject is the contact, their payload Changed.
const (
	Subject      = "contact"
	EventCreated = "contact.created"
	EventUpdated = "contact.updated"
	EventDeleted = "contact.deleted"
)

// Changed is a contact before and after a change.
type Changed struct {
	Before *Snapshot `json:"before,omitempty"`
	After  *Snapshot `json:"after,omitempty"`
}

// Snapshot is a contact in an event. Events outlive releases: fields are added,
// never renamed.
type Snapshot struct {
	ID        uuid.UUID     `json:"id"`
	FirstName string        `json:"first_name"`
	LastName  string        `json:"last_name"`
	Name      string        `json:"name"`
	Email     string        `json:"email"`
	Phone     string        `json:"phone"`
	Tags      []string      `json:"tags"`
	OwnerID   uuid.NullUUID `json:"owner_id"`
	Source    string        `json:"source"`
	CreatedAt time.Time     `json:"created_at"`
	UpdatedAt time.Time     `json:"updated_at"`
	Version   int64         `json:"version"`
}

func snapshot(c Contact) *Snapshot {
	return &Snapshot{
		ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, Name: c.Name(), Email: c.Email, Phone: c.Phone,
		Tags: c.Tags, OwnerID: c.OwnerID, Source: c.Source,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
}

func (s *Service) publish(ctx context.Context, tx pgx.Tx, kind string, id uuid.UUID, p Changed) error {
	return s.Events.Publish(ctx, tx, events.New{Kind: kind, SubjectKind: Subject, SubjectID: id, Payload: p})
}
