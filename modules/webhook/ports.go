package webhook

import (
	"context"
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

// Jobs enqueues in the transaction of a change; queue.Queue does.
type Jobs interface {
	Enqueue(ctx context.Context, tx pgx.Tx, p queue.Payload, opts ...queue.Option) (uuid.UUID, error)
}
