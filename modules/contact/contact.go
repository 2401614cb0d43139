package contact

import (
	"strings"
	"time"

	"github.com/google/uuid"
)

// Contact is a person whom a sub-account knows.
type Contact struct {
	ID        uuid.UUID
	FirstName string
	LastName  string
	Email     string   // lower case; "" for none
	Phone     string   // E.164, or the short code that texted; "" for none
	Tags      []string // lower case, each once, in the order given
	OwnerID   uuid.NullUUID
	Source    string // where it came from: "web", "sms", "import", ...
	Version   int64  // one more with every change
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Name is what a person reads in a list: the name, or else whatever tells the
// contact from others.
func (c Contact) Name() string {
	if n := strings.TrimSpace(c.FirstName + " " + c.LastName); n != "" {
		return n
	}
	if c.Email != "" {
		return c.Email
	}
	return c.Phone
}

// CreateInput is a new contact as somebody typed it. Phone may be written as
// people in the sub-account's country write it.
type CreateInput struct {
	FirstName string
	LastName  string
	Email     string
	Phone     string
	Tags      []string
	OwnerID   uuid.NullUUID
	Source    string
}

// UpdateInput changes what is not nil. Version is the version the caller saw;
// zero takes whatever is there.
type UpdateInput struct {
	ID        uuid.UUID
	Version   int64
	FirstName *string
	LastName  *string
	Email     *string
	Phone     *string
	Tags      *[]string
	OwnerID   *uuid.NullUUID
	Source    *string
}

// DeleteInput names a contact to delete. Version is as in UpdateInput.
type DeleteInput struct {
	ID      uuid.UUID
	Version int64
}

// apply gives the input that the contact and its changes amount to.
func (in UpdateInput) apply(c Contact) CreateInput {
	out := CreateInput{
		FirstName: c.FirstName, LastName: c.LastName, Email: c.Email, Phone: c.Phone,
		Tags: c.Tags, OwnerID: c.OwnerID, Source: c.Source,
	}
	set(&out.FirstName, in.FirstName)
	set(&out.LastName, in.LastName)
	set(&out.Email, in.Email)
	set(&out.Phone, in.Phone)
	set(&out.Source, in.Source)
	set(&out.Tags, in.Tags)
	set(&out.OwnerID, in.OwnerID)
	return out
}

// on writes the input's values onto a contact.
func (in CreateInput) on(c Contact) Contact {
	c.FirstName, c.LastName, c.Email, c.Phone = in.FirstName, in.LastName, in.Email, in.Phone
	c.Tags, c.OwnerID, c.Source = in.Tags, in.OwnerID, in.Source
	return c
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}
