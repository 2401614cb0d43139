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
	EventUpdated = "contact.updated" // what differs alone, as events.Differing has it
	EventDeleted = "contact.deleted"
	EventErased  = "contact.erased" // whatever holds its data drops it; no payload
	// These have MergeChanged. One tells of the survivor, one of each other contact.
	EventMerged   = "contact.merged"
	EventUnmerged = "contact.unmerged"
	// Somebody said of the contact and others that they are not one person, or took
	// it back: {"not_the_same": [ids]} as After, or Before.
	EventToldApart = "contact.told_apart"
	EventTakenBack = "contact.told_apart_taken_back"
)

// Changed is a contact before and after a change.
type Changed struct {
	Before *Snapshot `json:"before,omitempty"`
	After  *Snapshot `json:"after,omitempty"`
}

// Snapshot is a contact in an event, in the shape of the API. Events outlive
// releases: fields are added, never renamed.
type Snapshot struct {
	ID          uuid.UUID       `json:"id"`
	FirstName   string          `json:"first_name"`
	LastName    string          `json:"last_name"`
	Name        string          `json:"name"`
	Email       string          `json:"email"`
	Phone       string          `json:"phone"`
	Emails      []EmailSnapshot `json:"emails"`
	Phones      []PhoneSnapshot `json:"phones"`
	Tags        []string        `json:"tags"`
	OwnerID     uuid.NullUUID   `json:"owner_id"`
	Source      string          `json:"source"`
	CompanyID   uuid.NullUUID   `json:"company_id"`
	JobTitle    string          `json:"job_title"`
	Address     PlaceSnapshot   `json:"address"`
	Timezone    string          `json:"timezone"`
	Birthday    *string         `json:"birthday"`
	Attribution TouchSnapshot   `json:"attribution"`
	Followers   []uuid.UUID     `json:"followers"`
	DND         []string        `json:"dnd"`
	Score       int32           `json:"score"`
	Custom      Values          `json:"custom"`
	CreatedAt   time.Time       `json:"created_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
	Version     int64           `json:"version"`
}

// EmailSnapshot is an e-mail address in an event.
type EmailSnapshot struct {
	Address string `json:"address"`
	Label   string `json:"label"`
	Primary bool   `json:"primary"`
	State   string `json:"state"`
}

// PhoneSnapshot is a phone number in an event.
type PhoneSnapshot struct {
	Number  string `json:"number"`
	Label   string `json:"label"`
	Primary bool   `json:"primary"`
	State   string `json:"state"`
}

// PlaceSnapshot is a postal address in an event.
type PlaceSnapshot struct {
	Street     string `json:"street"`
	City       string `json:"city"`
	Region     string `json:"region"`
	PostalCode string `json:"postal_code"`
	Country    string `json:"country"`
}

// TouchSnapshot is the attribution in an event.
type TouchSnapshot struct {
	First *Touch `json:"first,omitempty"`
	Last  *Touch `json:"last,omitempty"`
}

func snapshot(c Contact) *Snapshot {
	out := &Snapshot{
		ID: c.ID, FirstName: c.FirstName, LastName: c.LastName, Name: c.Name(), Email: c.Email, Phone: c.Phone,
		Emails: []EmailSnapshot{}, Phones: []PhoneSnapshot{},
		Tags: c.Tags, OwnerID: c.OwnerID, Source: c.Source, CompanyID: c.CompanyID, JobTitle: c.JobTitle,
		Address:  PlaceSnapshot{Street: c.Street, City: c.City, Region: c.Region, PostalCode: c.PostalCode, Country: c.Country},
		Timezone: c.Timezone, Attribution: TouchSnapshot{First: c.FirstTouch, Last: c.LastTouch},
		Followers: c.Followers, DND: c.DND, Score: c.Score, Custom: c.Custom,
		CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt, Version: c.Version,
	}
	if c.Birthday != "" {
		out.Birthday = &c.Birthday
	}
	for _, a := range c.Addresses {
		if a.Kind == KindEmail {
			out.Emails = append(out.Emails, EmailSnapshot{Address: a.Value, Label: a.Label, Primary: a.Primary, State: a.State})
		} else {
			out.Phones = append(out.Phones, PhoneSnapshot{Number: a.Value, Label: a.Label, Primary: a.Primary, State: a.State})
		}
	}
	return out
}

// updated tells of a contact's change.
func updated(before, after Contact) (events.New, error) {
	payload, err := events.Differing(snapshot(before), snapshot(after))
	return events.New{Kind: EventUpdated, SubjectKind: Subject, SubjectID: after.ID, Payload: payload}, err
}

func (s *Service) publish(ctx context.Context, tx pgx.Tx, kind string, id uuid.UUID, p Changed) error {
	return s.Events.Publish(ctx, tx, events.New{Kind: kind, SubjectKind: Subject, SubjectID: id, Payload: p})
}

// forget empties what the contact's events tell, and says that its data has to go.
func (s *Service) forget(ctx context.Context, tx pgx.Tx, id uuid.UUID) error {
	if err := events.Forget(ctx, tx, id); err != nil {
		return err
	}
	return s.Events.Publish(ctx, tx, events.New{Kind: EventErased, SubjectKind: Subject, SubjectID: id, Payload: struct{}{}})
}
