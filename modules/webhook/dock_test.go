package webhook_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/webhook"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var (
	start    = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	ada      = tenancy.Actor{Kind: tenancy.Person, ID: "1", Name: "Ada", IP: "192.0.2.1"}
	loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	keyset   = sync.OnceValues(secrets.GenerateKeyset)
)

type italy struct{}

func (italy) Country(context.Context) (string, error) { return "IT", nil }

type mute struct{}

func (mute) Announce(context.Context, uuid.UUID, []events.Event) {}

// got is a call that a target took.
type got struct {
	header http.Header
	body   string
	seq    float64 // of the event's data
}

// mailbox is a target: it notes what comes and answers as it is told to.
type mailbox struct {
	*httptest.Server
	mu     sync.Mutex
	calls  []got
	answer func(n int, g got, w http.ResponseWriter)
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	m := &mailbox{}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var said struct {
			Data struct{ After struct{ N float64 } }
		}
		_ = json.Unmarshal(raw, &said)
		m.mu.Lock()
		g := got{r.Header.Clone(), string(raw), said.Data.After.N}
		m.calls = append(m.calls, g)
		n, answer := len(m.calls), m.answer
		m.mu.Unlock()
		if answer != nil {
			answer(n, g, w)
		}
	}))
	t.Cleanup(m.Close)
	return m
}

func (m *mailbox) answers(fn func(n int, g got, w http.ResponseWriter)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = fn
}

func (m *mailbox) status(code int) {
	m.answers(func(_ int, _ got, w http.ResponseWriter) { w.WriteHeader(code) })
}

func (m *mailbox) taken() []got {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]got(nil), m.calls...)
}

func (m *mailbox) numbers() (out []float64) {
	for _, g := range m.taken() {
		out = append(out, g.seq)
	}
	return out
}

// dock is the module on real stores, with two sub-accounts; what a worker would
// do is done by work.
type dock struct {
	t        *testing.T
	dsns     parts.TenantDSNs
	clock    *clock.Fake
	tenants  *db.Tenants
	bus      *events.Bus
	consumer *events.Consumer
	contacts *contact.Service
	service  *webhook.Service
	one, two tenancy.Tenant
}

// newDock changes the parts before the service is made.
func newDock(t *testing.T, change ...func(*webhook.Parts)) *dock {
	t.Helper()
	d := &dock{t: t, dsns: parts.TenantDB(t), clock: clock.NewFake(start)}
	database, agency := tenancy.Database{ID: uuid.New(), DSN: d.dsns.App}, uuid.New()
	d.one = tenancy.Tenant{SubAccount: uuid.New(), Agency: agency}
	d.two = tenancy.Tenant{SubAccount: uuid.New(), Agency: agency}
	places := tenancy.Static{
		{Tenant: d.one, Database: database, Status: tenancy.Active}, {Tenant: d.two, Database: database, Status: tenancy.Active},
	}
	d.tenants = db.NewTenants(places, db.TenantsOptions{Clock: d.clock})
	t.Cleanup(d.tenants.Close)
	keys, err := keyset()
	if err != nil {
		t.Fatal(err)
	}
	box, err := secrets.NewBox(keys)
	if err != nil {
		t.Fatal(err)
	}
	ring := queue.NewLocalRing()
	d.bus = events.NewBus(ring, d.clock) // what others publish, in whatever shape
	d.contacts = contact.New(contact.Parts{Tenants: d.tenants, Events: d.bus, Jobs: queue.New(ring, d.clock), Clock: d.clock, Regions: italy{}})
	p := webhook.Parts{
		Tenants: d.tenants, Events: events.NewBus(ring, d.clock).Knowing(exact), Kinds: exact.Kinds,
		Records: d.contacts, Jobs: queue.New(ring, d.clock), Clock: d.clock, Box: box,
		Caller: outbound.New(outbound.Options{Allow: loopback, Timeout: 2 * time.Second}),
	}
	for _, fn := range change {
		fn(&p)
	}
	d.service = webhook.New(p)
	d.consumer = events.NewConsumer(events.ConsumerOptions{
		Tenants: d.tenants, Locator: places, Ring: ring, Subscribers: []events.Subscriber{d.service.Subscriber()},
		Announcer: mute{}, Clock: d.clock, Log: slog.New(slog.DiscardHandler),
	})
	return d
}

func (d *dock) ctx(of tenancy.Tenant) context.Context {
	return tenancy.WithActor(tenancy.WithTenant(d.t.Context(), of), ada)
}

func (d *dock) ok(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *dock) subscribe(url string, kinds ...string) (webhook.Subscription, string) {
	d.t.Helper()
	s, secret, err := d.service.Create(d.ctx(d.one), webhook.Input{URL: url, Kinds: kinds})
	d.ok(err)
	return s, secret
}

// happens publishes an event and has it processed.
func (d *dock) happens(in tenancy.Tenant, kind string, subject uuid.UUID, n int) {
	d.t.Helper()
	ctx := d.ctx(in)
	d.ok(d.tenants.InTenant(ctx, func(tx pgx.Tx) error {
		return d.bus.Publish(ctx, tx, events.New{
			Kind: kind, SubjectKind: "contact", SubjectID: subject, Payload: events.Change{After: map[string]int{"n": n}},
		})
	}))
	d.process(in)
}

func (d *dock) process(in tenancy.Tenant) {
	d.t.Helper()
	for more := true; more; {
		var err error
		more, err = d.consumer.Once(d.t.Context(), in.SubAccount)
		d.ok(err)
	}
}

// take takes one due job out of the ledger; false if there is none.
func (d *dock) take() (kind string, payload []byte, ok bool) {
	d.t.Helper()
	d.ok(d.tenants.InTenant(d.ctx(d.one), func(tx pgx.Tx) error {
		rows, err := tx.Query(d.t.Context(), `
			delete from job where id = (select id from job where run_at <= $1 order by run_at, id limit 1) returning kind, payload`, d.clock.Now())
		if err != nil {
			return err
		}
		_, err = pgx.ForEachRow(rows, []any{&kind, &payload}, func() error { ok = true; return nil })
		return err
	}))
	return kind, payload, ok
}

func (d *dock) run(ctx context.Context, kind string, payload []byte) error {
	d.t.Helper()
	switch kind {
	case webhook.PumpJob{}.Kind():
		var j webhook.PumpJob
		d.ok(json.Unmarshal(payload, &j))
		return d.service.Pump(ctx, j)
	case webhook.RetryJob{}.Kind():
		var j webhook.RetryJob
		d.ok(json.Unmarshal(payload, &j))
		return d.service.Retry(ctx, j)
	}
	d.t.Fatalf("a job of kind %s", kind)
	return nil
}

// work does every job that is due.
func (d *dock) work() {
	d.t.Helper()
	for {
		kind, payload, ok := d.take()
		if !ok {
			return
		}
		d.ok(d.run(d.ctx(d.one), kind, payload))
	}
}

// pass lets the time go by in steps, working at each.
func (d *dock) pass(total, step time.Duration) {
	d.t.Helper()
	for ; total > 0; total -= step {
		d.clock.Advance(min(step, total))
		d.work()
	}
}

func (d *dock) log(of webhook.Subscription, state webhook.State) []webhook.Delivery {
	d.t.Helper()
	page, err := d.service.Deliveries(d.ctx(d.one), webhook.Log{Subscription: of.ID, State: state, Limit: 100})
	d.ok(err)
	return page.Items
}

func (d *dock) get(id uuid.UUID) webhook.Subscription {
	d.t.Helper()
	s, err := d.service.Get(d.ctx(d.one), id)
	d.ok(err)
	return s
}
