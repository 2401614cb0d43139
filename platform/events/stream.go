package events

import (
	"context"
	"encoding/json"
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

func channel(sub uuid.UUID) string { return "omnicrm:stream:" + sub.String() }

// RedisAnnouncer tells every API server that a sub-account's stream has grown.
// It carries the newest seq alone: streams read the table, in batches, once a
// process and sub-account, so nothing is lost with a lost message.
type RedisAnnouncer struct {
	client *redis.Client
	log    *slog.Logger
}

// NewRedisAnnouncer makes an announcer.
func NewRedisAnnouncer(client *redis.Client, log *slog.Logger) *RedisAnnouncer {
	return &RedisAnnouncer{client: client, log: log}
}

// Announce publishes the newest seq; a failure costs the latency of a poll.
func (a *RedisAnnouncer) Announce(ctx context.Context, sub uuid.UUID, events []Event) {
	seq, err := json.Marshal(events[len(events)-1].Seq)
	if err == nil {
		err = a.client.Publish(ctx, channel(sub), seq).Err()
	}
	if err != nil {
		a.log.WarnContext(ctx, "streams were not told; they poll", "sub_account", sub, "error", err)
	}
}

const (
	pollEvery  = 2 * time.Second // when Redis says nothing, or is gone
	fillBatch  = 200
	streamRoom = 64 // events that a slow reader may lag before it is cut off
)

// Stream feeds the open event streams of one process: one reader per
// sub-account, whatever the number of browsers.
type Stream struct {
	tenants *db.Tenants
	client  *redis.Client
	clock   clock.Clock
	log     *slog.Logger

	mu   sync.Mutex
	hubs map[uuid.UUID]*hub
}

type hub struct {
	cancel  context.CancelFunc
	ready   chan struct{} // closed once the pump knows where it starts
	readers map[chan Event]struct{}
}

// NewStream makes a stream.
func NewStream(tenants *db.Tenants, client *redis.Client, c clock.Clock, log *slog.Logger) *Stream {
	return &Stream{tenants: tenants, client: client, clock: c, log: log, hubs: map[uuid.UUID]*hub{}}
}

// Subscribe gives the events of the context's sub-account after seq: first the
// missed ones from the table, then the new ones, each once and in order. A
// negative seq starts at now. The channel closes when ctx ends, or when its
// reader falls too far behind and does best to come back with its last seq.
func (s *Stream) Subscribe(ctx context.Context, after int64) (<-chan Event, error) {
	tenant, err := tenancy.From(ctx)
	if err != nil {
		return nil, err
	}
	live, ready := s.join(ctx, tenant)
	// Whoever fills a gap before the pump has its starting point would miss
	// what is committed in between.
	select {
	case <-ready:
	case <-ctx.Done():
		s.leave(tenant.SubAccount, live)
		return nil, ctx.Err()
	}
	if after < 0 {
		if after, err = s.last(ctx, tenant.SubAccount); err != nil {
			s.leave(tenant.SubAccount, live)
			return nil, err
		}
	}
	out := make(chan Event)
	go func() {
		defer close(out)
		defer s.leave(tenant.SubAccount, live)
		s.feed(ctx, tenant.SubAccount, after, live, out)
	}()
	return out, nil
}

// feed fills the gap up to what is live, then passes on what is newer.
func (s *Stream) feed(ctx context.Context, sub uuid.UUID, after int64, live <-chan Event, out chan<- Event) {
	send := func(e Event) bool {
		select {
		case out <- e:
			after = e.Seq
			return true
		case <-ctx.Done():
			return false
		}
	}
	fill := func() bool {
		for {
			missed, err := s.since(ctx, sub, after)
			if err != nil {
				return false
			}
			for _, e := range missed {
				if !send(e) {
					return false
				}
			}
			if len(missed) < fillBatch {
				return true
			}
		}
	}
	if !fill() {
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-live:
			switch {
			case !open:
				return
			case e.Seq <= after:
			case e.Seq == after+1:
				if !send(e) {
					return
				}
			default:
				if !fill() {
					return
				}
			}
		}
	}
}

func (s *Stream) join(ctx context.Context, tenant tenancy.Tenant) (live chan Event, ready <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hubs[tenant.SubAccount]
	if !ok {
		// The hub outlives the browser that opened it.
		hctx, cancel := context.WithCancel(tenancy.WithTenant(context.WithoutCancel(ctx), tenant))
		h = &hub{cancel: cancel, ready: make(chan struct{}), readers: map[chan Event]struct{}{}}
		s.hubs[tenant.SubAccount] = h
		go s.pump(hctx, tenant.SubAccount, h)
	}
	live = make(chan Event, streamRoom)
	h.readers[live] = struct{}{}
	return live, h.ready
}

func (s *Stream) leave(sub uuid.UUID, live chan Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h, ok := s.hubs[sub]
	if !ok {
		return
	}
	delete(h.readers, live)
	if len(h.readers) == 0 {
		h.cancel()
		delete(s.hubs, sub)
	}
}

// pump reads the table whenever Redis says that it has grown, and now and then
// in case Redis said nothing, and hands the news to every reader.
func (s *Stream) pump(ctx context.Context, sub uuid.UUID, h *hub) {
	pubsub := s.client.Subscribe(ctx, channel(sub))
	defer func() { _ = pubsub.Close() }()
	news := pubsub.Channel()
	seq, err := s.last(ctx, sub)
	for err != nil {
		select {
		case <-ctx.Done():
			return
		case <-s.clock.After(pollEvery):
		}
		seq, err = s.last(ctx, sub)
	}
	close(h.ready)
	for {
		select {
		case <-ctx.Done():
			return
		case <-news:
		case <-s.clock.After(pollEvery):
		}
		seq = s.spread(ctx, sub, h, seq)
	}
}

// spread hands what came after seq to the readers and answers the new seq.
func (s *Stream) spread(ctx context.Context, sub uuid.UUID, h *hub, seq int64) int64 {
	for {
		batch, err := s.since(ctx, sub, seq)
		if err != nil {
			if ctx.Err() == nil {
				s.log.WarnContext(ctx, "a stream could not be read; it polls again", "sub_account", sub, "error", err)
			}
			return seq
		}
		s.mu.Lock()
		for _, e := range batch {
			seq = e.Seq
			for live := range h.readers {
				select {
				case live <- e:
				default: // too slow: it comes back and fills the gap
					delete(h.readers, live)
					close(live)
				}
			}
		}
		s.mu.Unlock()
		if len(batch) < fillBatch {
			return seq
		}
	}
}

func (s *Stream) since(ctx context.Context, sub uuid.UUID, seq int64) (list []Event, err error) {
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		list, err = since(ctx, tx, sub, seq, fillBatch)
		return err
	})
	return list, err
}

func (s *Stream) last(ctx context.Context, sub uuid.UUID) (seq int64, err error) {
	err = s.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		seq, err = lastSeq(ctx, tx, sub)
		return err
	})
	return seq, err
}
