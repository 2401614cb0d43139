package queue_test

import (
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/platform/queue"
)

// A Redis that takes a call and never answers holds nobody up who rings, and
// what it did not hear is heard in the process, once for each sub-account.
func TestARedisThatHangsHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	called := make(chan struct{}, 100)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			defer func() { _ = conn.Close() }()
			called <- struct{}{}
		}
	}()
	client := redis.NewClient(&redis.Options{Addr: listener.Addr().String(), ReadTimeout: time.Hour, MaxRetries: -1})
	ring := queue.NewHybridRing(client, slog.New(slog.DiscardHandler))
	ids := []uuid.UUID{uuid.New(), uuid.New(), uuid.New()}
	for range 100 {
		for _, id := range ids {
			ring.Ring(t.Context(), "hung", id) // would take an hour, each
		}
	}
	<-called // the call is under way
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if err := client.Close(); err != nil { // and now it fails
		t.Fatal(err)
	}
	heard := map[uuid.UUID]int{}
	for wait := patience; ; {
		id, ok := ring.Pop(t.Context(), "hung", wait)
		if !ok {
			break
		}
		if heard[id]++; len(heard) == len(ids) {
			wait = time.Second // all were heard: what is left comes at once, if anything does
		}
	}
	for _, id := range ids {
		if heard[id] == 0 || heard[id] > 2 { // once with the call that failed, once with all that waited behind it
			t.Errorf("%s was heard %d times", id, heard[id])
		}
	}
}
