package events_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// ear is a subscriber that remembers what it heard, once that is committed, and
// fails on demand.
type ear struct {
	name string
	fail map[string]error // by the event's word

	mu    sync.Mutex
	heard []string
}

func (e *ear) Name() string { return e.name }

func (e *ear) Handle(_ context.Context, tx pgx.Tx, ev events.Event) error {
	var word string
	if err := json.Unmarshal(ev.Payload, &word); err != nil {
		return err
	}
	if err := e.fail[word]; err != nil {
		return err
	}
	db.AfterCommit(tx, func(context.Context) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.heard = append(e.heard, word)
	})
	return nil
}

// words are what it has heard so far.
func (e *ear) words() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// crowd is an ear that takes several at once; it fails of all where it fails of
// one.
type crowd struct {
	ear
	sizes []int
}

func (c *crowd) HandleMany(ctx context.Context, tx pgx.Tx, list []events.Event) error {
	c.sizes = append(c.sizes, len(list))
	for _, e := range list {
		if err := c.Handle(ctx, tx, e); err != nil {
			return err
		}
	}
	return nil
}

type square struct {
	t       *testing.T
	bus     *events.Bus
	tenants *db.Tenants
	place   tenancy.Placement
	ring    *countedRing
	owner   string // the DSN of the database's owner
	server  *parts.RedisServer
	redis   *redis.Client
	ctx     context.Context
}

func newSquare(t *testing.T) *square {
	t.Helper()
	server := parts.RedisServerFor(t)
	address, err := redis.ParseURL(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	dsns := parts.TenantDB(t)
	s := &square{
		t: t, owner: dsns.Migrator, ring: &countedRing{LocalRing: queue.NewLocalRing()}, server: server, redis: redis.NewClient(address),
		place: tenancy.Placement{
			Tenant:   tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()},
			Database: tenancy.Database{ID: uuid.New(), DSN: dsns.App},
			Status:   tenancy.Active,
		},
	}
	t.Cleanup(func() { _ = s.redis.Close() })
	s.bus = events.NewBus(s.ring, clock.System())
	s.tenants = db.NewTenants(tenancy.Static{s.place}, db.TenantsOptions{})
	t.Cleanup(s.tenants.Close)
	s.ctx = tenancy.WithActor(tenancy.WithTenant(t.Context(), s.place.Tenant), tenancy.Actor{Kind: tenancy.Person, Name: "Ada"})
	return s
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (s *square) consumer(subs ...events.Subscriber) *events.Consumer {
	return events.NewConsumer(events.ConsumerOptions{
		Tenants: s.tenants, Locator: tenancy.Static{s.place}, Ring: s.ring, Subscribers: subs,
		Announcer: events.NewRedisAnnouncer(s.redis, quiet()), Clock: clock.System(), Log: quiet(), Batch: 3,
	})
}

func (s *square) say(subject uuid.UUID, words ...string) {
	s.t.Helper()
	for _, w := range words {
		err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
			return s.bus.Publish(s.ctx, tx, events.New{Kind: "word.said", SubjectKind: "word", SubjectID: subject, Payload: w})
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *square) drain(c *events.Consumer) {
	s.t.Helper()
	for more := true; more; {
		var err error
		if more, err = c.Once(s.ctx, s.place.SubAccount); err != nil {
			s.t.Fatal(err)
		}
	}
}

func TestSubscribersHearEachEventOnceAndInOrder(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	first, second := &ear{name: "first"}, &ear{name: "second"}
	c := s.consumer(first, second)
	s.say(uuid.New(), "a", "b", "c", "d", "e")
	s.drain(c)
	s.drain(c)
	want := []string{"a", "b", "c", "d", "e"}
	if diff := cmp.Diff([][]string{want, want}, [][]string{first.words(), second.words()}); diff != "" {
		t.Error(diff)
	}
}

func TestABatchThatFailsIsHeardOneByOne(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	many := &crowd{ear: ear{name: "many", fail: map[string]error{"e": errors.New("too loud")}}}
	c := s.consumer(many)
	for _, word := range []string{"a", "b", "c", "d", "e", "f"} {
		s.say(uuid.New(), word)
	}
	s.drain(c)
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "f"}, many.words()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{3, 3}, many.sizes); diff != "" {
		t.Error("the batches that it was given:", diff)
	}
	parked, err := c.Parked(s.ctx, events.ParkedInput{})
	if err != nil || len(parked.Items) != 1 {
		t.Fatalf("parked: %+v, %v", parked, err)
	}
}

func TestAnEventOfARolledBackChangeNeverWas(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	failed := errors.New("failed")
	err := s.tenants.InTenant(s.ctx, func(tx pgx.Tx) error {
		if err := s.bus.Publish(s.ctx, tx, events.New{Kind: "word.said", SubjectKind: "word", SubjectID: uuid.New(), Payload: "a"}); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	e := &ear{name: "ear"}
	s.drain(s.consumer(e))
	if heard := e.words(); len(heard) > 0 {
		t.Errorf("heard %v", heard)
	}
}

func TestAFailingSubscriberParksItsEventAndHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	s := newSquare(t)
	deaf := &ear{name: "deaf", fail: map[string]error{"b": errors.New("too loud")}}
	well := &ear{name: "well"}
	c := s.consumer(deaf, well)
	subject, other := uuid.New(), uuid.New()
	s.say(subject, "a", "b", "c")
	s.say(other, "x")
	s.drain(c)
	if diff := cmp.Diff([]string{"a", "b", "c", "x"}, well.words()); diff != "" {
		t.Error("the other subscriber:", diff)
	}
	if diff := cmp.Diff([]string{"a", "x"}, deaf.words()); diff != "" {
		t.Error("later events of the subject must wait behind the parked one:", diff)
	}
	parked, err := c.Parked(s.ctx, events.ParkedInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(parked.Items) != 2 || parked.Items[0].Reason != "too loud" || parked.Items[0].Subscriber != "deaf" {
		t.Fatalf("parked: %+v", parked)
	}

	deaf.fail = nil
	n, err := c.Replay(s.ctx, "deaf", subject)
	if err != nil || n != 2 {
		t.Fatalf("replayed %d, %v", n, err)
	}
	s.say(subject, "d")
	s.drain(c)
	if diff := cmp.Diff([]string{"a", "x", "b", "c", "d"}, deaf.words()); diff != "" {
		t.Error("after the mend:", diff)
	}
}
