package events

import (
	"context"
	"log/slog"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// channel is one for all sub-accounts, so that a process needs one connection
// to hear of them all.
const channel = "omnicrm:streams"

// RedisAnnouncer tells every API server that a sub-account's stream has grown.
// It carries the sub-account alone: streams read the table, in batches, once a
// process and sub-account, so nothing is lost with a lost message.
type RedisAnnouncer struct {
	client *redis.Client
	log    *slog.Logger
}

// NewRedisAnnouncer makes an announcer.
func NewRedisAnnouncer(client *redis.Client, log *slog.Logger) *RedisAnnouncer {
	return &RedisAnnouncer{client: client, log: log}
}

// Announce tells of the sub-account; a failure costs the latency of a poll.
func (a *RedisAnnouncer) Announce(ctx context.Context, sub uuid.UUID, _ []Event) {
	if err := a.client.Publish(ctx, channel, sub.String()).Err(); err != nil {
		a.log.WarnContext(ctx, "streams were not told; they poll", "sub_account", sub, "error", err)
	}
}

// listen wakes the hubs of the sub-accounts that it hears of. When Redis has
// come (back), it wakes all: what was announced meanwhile is not repeated.
func (s *Stream) listen(ctx context.Context) {
	pubsub := s.client.Subscribe(ctx, channel)
	defer func() { _ = pubsub.Close() }()
	news := pubsub.ChannelWithSubscriptions()
	for {
		select {
		case <-ctx.Done():
			return
		case note := <-news:
			switch note := note.(type) {
			case *redis.Subscription:
				s.wakeAll()
			case *redis.Message:
				if sub, err := uuid.Parse(note.Payload); err == nil {
					s.wake(sub)
				}
			}
		}
	}
}

func (s *Stream) wake(sub uuid.UUID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h, ok := s.hubs[sub]; ok {
		h.wake()
	}
}

func (s *Stream) wakeAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range s.hubs {
		h.wake()
	}
}
