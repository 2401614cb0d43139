package compliance

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Accounts tells the state of the context's sub-account. modules/directory
// implements it.
type Accounts interface {
	AccountState(ctx context.Context) (tenancy.Status, error)
}

// Contacts tells what somebody decided by hand about a contact. modules/contact
// implements it.
type Contacts interface {
	// DoNotDisturb names the channels over which nothing is sent to the contact.
	DoNotDisturb(ctx context.Context, tx pgx.Tx, contact uuid.UUID) ([]string, error)
}

// Publisher is platform/events.
type Publisher interface {
	Publish(ctx context.Context, tx pgx.Tx, e events.New) error
}
