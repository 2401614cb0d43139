package contact

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Regions tells where the context's sub-account is, so that a number typed
// without its country is read as people there write it. modules/directory
// implements it.
type Regions interface {
	// Country is ISO 3166-1 alpha-2.
	Country(ctx context.Context) (string, error)
}

// Zones tells in which time zone the context's sub-account lives.
// modules/directory implements it.
type Zones interface {
	// Timezone is an IANA name.
	Timezone(ctx context.Context) (string, error)
}

// Members tells who works in the context's sub-account. modules/access
// implements it.
type Members interface {
	IsMember(ctx context.Context, person uuid.UUID) (bool, error)
	// Colleagues are all of them, for whoever finds one by name or address.
	Colleagues(ctx context.Context) ([]Colleague, error)
}

// Colleague is somebody who works in a sub-account.
type Colleague struct {
	ID    uuid.UUID
	Name  string
	Email string
}

// Consents keeps evidence that people agreed to be written to.
// modules/compliance implements it.
type Consents interface {
	KeepConsents(ctx context.Context, tx pgx.Tx, list []Consent) error
}

// OptOuts knows who asked to be left alone. modules/compliance implements it.
type OptOuts interface {
	// Closed names, by address, the channels over which the gate lets nothing out
	// since somebody there opted out; addresses without any are left out.
	Closed(ctx context.Context, tx pgx.Tx, addresses []string) (map[string][]string, error)
}

// Attachment is what another module keeps of contacts, and what becomes of it
// when they are merged. All verbs act in the caller's transaction, which holds
// the locks of the contacts. modules/conversation implements it.
type Attachment interface {
	// Rehome gives all that is of the contacts in from to another one.
	Rehome(ctx context.Context, tx pgx.Tx, merge, to uuid.UUID, from []uuid.UUID) error
	// PutBack undoes the Rehome of a merge; what came since stays.
	PutBack(ctx context.Context, tx pgx.Tx, merge, survivor uuid.UUID) error
	// LetGo forgets what PutBack needs, of the merges into contacts that happened
	// at a time or before.
	LetGo(ctx context.Context, tx pgx.Tx, survivors []uuid.UUID, at time.Time) error
}

// Publisher is platform/events.
type Publisher interface {
	Publish(ctx context.Context, tx pgx.Tx, e events.New) error
	PublishMany(ctx context.Context, tx pgx.Tx, list []events.New) error
}

// Jobs is platform/queue.
type Jobs interface {
	Enqueue(ctx context.Context, tx pgx.Tx, p queue.Payload, opts ...queue.Option) (uuid.UUID, error)
	EnqueueMany(ctx context.Context, tx pgx.Tx, list []queue.Payload, opts ...queue.Option) ([]uuid.UUID, error)
}
