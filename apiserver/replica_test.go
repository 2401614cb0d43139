package apiserver_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/apiserver"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// replica is another API server on the same stores, with a stream of its own.
func (b *bench) replica() (*httptest.Server, func()) {
	b.t.Helper()
	address, err := redis.ParseURL(b.redis.URL)
	b.ok(err)
	client := redis.NewClient(address)
	b.t.Cleanup(func() { _ = client.Close() })
	stopping := make(chan struct{})
	o := b.options
	o.Stopping, o.Stream = stopping, events.NewStream(o.Tenants, client, o.Clock, slog.New(slog.DiscardHandler))
	handler, err := apiserver.New(o)
	b.ok(err)
	server, stop := httptest.NewServer(handler), sync.OnceFunc(func() { close(stopping) })
	b.t.Cleanup(func() {
		stop()
		server.Close()
	})
	return server, stop
}

// inTable is what the stream holds: ids and kinds, in order.
func (b *bench) inTable() (out []string) {
	b.t.Helper()
	ctx := tenancy.WithTenant(context.WithoutCancel(b.t.Context()), b.one.Tenant())
	b.ok(b.options.Tenants.InTenant(ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select seq || ' ' || kind from event where seq is not null order by seq`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return out
}

// write makes contacts and has their events processed, until there are enough.
func (b *bench) write(contacts int) {
	ctx := tenancy.WithActor(tenancy.WithTenant(b.t.Context(), b.one.Tenant()), tenancy.Actor{Kind: tenancy.System})
	for i := range contacts {
		if _, err := b.options.Contacts.Create(ctx, contact.CreateInput{FirstName: "C" + strconv.Itoa(i)}); err != nil {
			b.t.Error(err)
		}
		if _, err := b.consumer.Once(ctx, b.one.ID); err != nil {
			b.t.Error(err)
		}
	}
}

// A reader that comes back to one server or the other, at any moment, while
// events are written, Redis is emptied, dies and comes back, and one of the
// servers is stopped, sees what the table holds: each once, in order.
func TestAReaderMissesNothingWhicheverServerItComesBackTo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	token := b.token(b.acme, b.one.ID, access.AccountUser)
	first := b.server
	second, stopSecond := b.replica()
	const contacts = 160
	happens := map[int]func(){
		40:  func() { b.flushRedis() },
		70:  b.redis.Stop,
		85:  func() { b.ok(b.redis.Restart(t.Context())) },
		120: stopSecond, // its streams end; it is asked again below, and says so again
		140: second.Close,
	}
	var writing sync.WaitGroup
	writing.Go(func() { b.write(contacts) })
	servers, seen, last := []*httptest.Server{first, second}, []string(nil), "0"
	for len(seen) < contacts {
		b.server = servers[rand.IntN(len(servers))]
		stream := b.listen(token, last)
		for range min(rand.IntN(15)+1, contacts-len(seen)) {
			id, kind, _ := stream.next()
			if id == "" || kind == "" {
				break // the server stops; come back
			}
			seen, last = append(seen, id+" "+kind), id
			if do, ok := happens[len(seen)]; ok {
				if len(seen) == 140 {
					servers = servers[:1]
					_ = stream.res.Body.Close()
				}
				do()
			}
		}
		_ = stream.res.Body.Close()
	}
	writing.Wait()
	b.server = first
	if table := b.inTable(); !slices.Equal(seen, table) {
		t.Errorf("the reader saw\n%v\nthe table holds\n%v", seen, table)
	}
}

func (b *bench) flushRedis() {
	b.t.Helper()
	address, err := redis.ParseURL(b.redis.URL)
	b.ok(err)
	client := redis.NewClient(address)
	defer func() { _ = client.Close() }()
	b.ok(client.FlushAll(b.t.Context()).Err())
}
