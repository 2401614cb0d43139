package events

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

const (
	pollEvery = 2 * time.Second // when Redis says nothing, or is gone
	fillBatch = 200
)

// Stream feeds the open event streams of one process. Each sub-account has one
// hub, which reads the table once for all its readers.
type Stream struct {
	tenants *db.Tenants
	client  *redis.Client
	clock   clock.Clock
	log     *slog.Logger

	mu   sync.Mutex
	hubs map[uuid.UUID]*hub
	deaf context.CancelFunc // ends the listening to Redis, which lasts while there are hubs
}

// NewStream makes a stream.
func NewStream(tenants *db.Tenants, client *redis.Client, c clock.Clock, log *slog.Logger) *Stream {
	return &Stream{tenants: tenants, client: client, clock: c, log: log, hubs: map[uuid.UUID]*hub{}}
}

// Reset says why a feed can't begin where it was asked to. What the reader has
// built from earlier events is to be read anew.
type Reset string

// The reasons for a reset.
const (
	Ahead   Reset = "ahead"   // the stream was never so far: a restored backup, another sub-account's number
	Expired Reset = "expired" // what came next is not kept any more
)

// ErrCleared ends a feed whose next event was cleared from the table before the
// reader came to it. Who subscribes again is told to reset.
var ErrCleared = errors.New("events: the next event is not kept any more")

// Feed is one reader's part of a stream. It serves one goroutine, and holds
// nothing but a position: a slow reader costs no memory.
type Feed struct {
	// Start is the seq behind which the feed begins: the one that was asked for,
	// unless Reset says otherwise. Whoever comes back without having seen an event
	// asks for it.
	Start int64
	Reset Reset

	stream *Stream
	sub    uuid.UUID
	hub    *hub
	seen   int64
	more   <-chan struct{}
}

// Subscribe gives the events of the context's sub-account after seq; a negative
// seq starts at now. Close the feed.
func (s *Stream) Subscribe(ctx context.Context, after int64) (*Feed, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	f := &Feed{stream: s, sub: tenant.SubAccount}
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		f.Start, f.Reset, err = position(ctx, tx, f.sub, after)
		return err
	})
	if err != nil {
		return nil, err
	}
	f.seen, f.hub = f.Start, s.join(ctx, tenant)
	select {
	case <-f.hub.ready:
		return f, nil
	case <-ctx.Done():
		f.Close()
		return nil, ctx.Err()
	}
}

// Position is a seq that the context's sub-account had come to by now, or one not
// long before it: whoever reads afterwards and then subscribes behind it misses
// nothing. It costs a round trip only where nobody listens in this process.
func (s *Stream) Position(ctx context.Context) (seq int64, err error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	h := s.hubs[tenant.SubAccount]
	s.mu.Unlock()
	if h != nil {
		select {
		case <-h.ready:
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.last, nil
		default: // it is about to find out itself
		}
	}
	err = s.tenants.Read(ctx, func(r db.Reader) error {
		return r.QueryRow(ctx, `select coalesce((select last_seq from event_cursor where sub_account_id = @sub_account), 0)`,
			pgx.StrictNamedArgs{"sub_account": tenant.SubAccount}).Scan(&seq)
	})
	return seq, err
}

// Close ends the feed.
func (f *Feed) Close() { f.stream.leave(f.sub, f.hub) }

// Take gives the events after those taken before: each once, in order, without a
// gap, a batch at most, none if there are none yet. They are shared by all
// readers. Errors: ErrCleared, and those of InTenant; come back with the last
// seq.
func (f *Feed) Take(ctx context.Context) ([]*Event, error) {
	batch, inMemory, more := f.hub.after(f.seen)
	f.more = more
	if !inMemory {
		var err error
		if batch, err = f.stream.since(ctx, f.sub, f.seen); err != nil {
			return nil, err
		}
		if len(batch) == 0 || batch[0].Seq != f.seen+1 {
			return nil, ErrCleared
		}
	}
	for i, e := range batch {
		if e.Seq != f.seen+1 {
			return batch[:i], nil // cleared between two; the next Take says so
		}
		f.seen = e.Seq
	}
	return batch, nil
}

// More is closed when there is more than the last Take gave.
func (f *Feed) More() <-chan struct{} { return f.more }

func (s *Stream) since(ctx context.Context, sub uuid.UUID, seq int64) (list []*Event, err error) {
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		list, err = since(ctx, tx, sub, seq, fillBatch)
		return err
	})
	return list, err
}
