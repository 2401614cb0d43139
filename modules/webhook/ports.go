package webhook

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
)

// Caller calls addresses that people gave us; outbound.Client does. It follows no
// redirects.
type Caller interface {
	// Vet refuses an address that can't be right, with a reason to show.
	Vet(address string) error
	Do(r *http.Request) (*http.Response, error)
}

// Publisher writes events in the transaction of a change; events.Bus does.
type Publisher interface {
	Publish(ctx context.Context, tx pgx.Tx, e events.New) error
}

// Records reads what events are about; contact.Service does.
type Records interface {
	// Whole gives records as they are now, by their ids and in the shape of events;
	// those that are gone, or of another kind, are left out.
	Whole(ctx context.Context, tx pgx.Tx, subjectKind string, ids []uuid.UUID) (map[uuid.UUID]json.RawMessage, error)
}

// Jobs enqueues in the transaction of a change; queue.Queue does.
type Jobs interface {
	Enqueue(ctx context.Context, tx pgx.Tx, p queue.Payload, opts ...queue.Option) (uuid.UUID, error)
}
