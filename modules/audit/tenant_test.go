package audit_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var (
	start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	ada   = tenancy.Actor{Kind: tenancy.Person, ID: "1", Name: "Ada", IP: "192.0.2.1"}
)

// mute stands for the stream of the browsers, which nobody watches here.
type mute struct{}

func (mute) Announce(context.Context, uuid.UUID, []events.Event) {}

// journal is a tenant database with two sub-accounts, a bus and a consumer that
// runs the audit.
type journal struct {
	t        *testing.T
	dsns     parts.TenantDSNs
	clock    *clock.Fake
	tenants  *db.Tenants
	bus      *events.Bus
	consumer *events.Consumer
	service  *audit.Service
	one, two tenancy.Tenant
}

func newJournal(t *testing.T) *journal {
	t.Helper()
	j := &journal{t: t, dsns: parts.TenantDB(t), clock: clock.NewFake(start)}
	database, agency := tenancy.Database{ID: uuid.New(), DSN: j.dsns.App}, uuid.New()
	j.one = tenancy.Tenant{SubAccount: uuid.New(), Agency: agency}
	j.two = tenancy.Tenant{SubAccount: uuid.New(), Agency: agency}
	places := tenancy.Static{
		{Tenant: j.one, Database: database, Status: tenancy.Active},
		{Tenant: j.two, Database: database, Status: tenancy.Active},
	}
	j.tenants = db.NewTenants(places, db.TenantsOptions{Clock: j.clock})
	t.Cleanup(j.tenants.Close)
	ring := queue.NewLocalRing()
	j.bus = events.NewBus(ring, j.clock)
	j.consumer = events.NewConsumer(events.ConsumerOptions{
		Tenants: j.tenants, Locator: places, Ring: ring, Subscribers: []events.Subscriber{audit.Subscriber{}},
		Announcer: mute{}, Clock: j.clock, Log: slog.New(slog.DiscardHandler),
	})
	j.service = audit.New(audit.Options{Tenants: j.tenants, Clock: j.clock})
	return j
}

func (j *journal) as(tenant tenancy.Tenant) context.Context {
	return tenancy.WithActor(tenancy.WithTenant(j.t.Context(), tenant), ada)
}

func (j *journal) publish(tenant tenancy.Tenant, e events.New) {
	j.t.Helper()
	ctx := j.as(tenant)
	if err := j.tenants.InTenant(ctx, func(tx pgx.Tx) error { return j.bus.Publish(ctx, tx, e) }); err != nil {
		j.t.Fatal(err)
	}
	if _, err := j.consumer.Once(j.t.Context(), tenant.SubAccount); err != nil {
		j.t.Fatal(err)
	}
}

func (j *journal) list(tenant tenancy.Tenant, q audit.Query) audit.Page[audit.Entry] {
	j.t.Helper()
	page, err := j.service.List(j.as(tenant), q)
	if err != nil {
		j.t.Fatal(err)
	}
	return page
}

func TestEveryEventLeavesAnEntry(t *testing.T) {
	t.Parallel()
	subject := uuid.New()
	tests := map[string]struct {
		payload any
		want    audit.Entry
	}{
		"a change has what was before and after": {
			events.Change{Before: map[string]string{"name": "A"}, After: map[string]string{"name": "B"}},
			audit.Entry{Before: json.RawMessage(`{"name": "A"}`), After: json.RawMessage(`{"name": "B"}`), Paths: []string{"name"}},
		},
		"a creation has an after alone": {
			events.Change{After: map[string]string{"name": "B"}},
			audit.Entry{After: json.RawMessage(`{"name": "B"}`), Paths: []string{"name"}},
		},
		"a deletion has a before alone": {
			events.Change{Before: map[string]string{"name": "A"}},
			audit.Entry{Before: json.RawMessage(`{"name": "A"}`), Paths: []string{"name"}},
		},
		"another payload is what is known after": {
			map[string]int{"unread": 2},
			audit.Entry{After: json.RawMessage(`{"unread": 2}`), Paths: []string{"unread"}},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := newJournal(t)
			j.publish(j.one, events.New{Kind: "contact.changed", SubjectKind: "contact", SubjectID: subject, Payload: tc.payload})
			got := j.list(j.one, audit.Query{}).Items
			if len(got) != 1 {
				t.Fatalf("got %d entries", len(got))
			}
			tc.want.ID, tc.want.Kind, tc.want.SubjectKind, tc.want.SubjectID = got[0].ID, "contact.changed", "contact", subject
			tc.want.Actor, tc.want.OccurredAt, tc.want.Seq, tc.want.Hash = ada, start, 1, got[0].Hash
			if diff := cmp.Diff(tc.want, got[0]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnEventThatIsProcessedAgainWritesNothingNew(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	event := events.Event{ID: uuid.New(), Kind: "x", SubjectKind: "x", SubjectID: uuid.New(), Payload: json.RawMessage(`{}`), OccurredAt: start}
	for range 2 {
		err := j.tenants.InTenant(j.as(j.one), func(tx pgx.Tx) error { return audit.Subscriber{}.Handle(j.as(j.one), tx, event) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := len(j.list(j.one, audit.Query{}).Items); got != 1 {
		t.Errorf("got %d entries, want 1", got)
	}
}

func TestListPagesThroughEverythingOnce(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	subject := uuid.New()
	for i := range 7 {
		j.clock.Advance(time.Duration(i%2) * time.Second) // some at the same instant
		of := uuid.New()
		if i%2 == 0 {
			of = subject
		}
		j.publish(j.one, events.New{Kind: "n", SubjectKind: "x", SubjectID: of, Payload: i})
	}
	j.publish(j.two, events.New{Kind: "foreign", SubjectKind: "x", SubjectID: subject, Payload: 1})
	for name, tc := range map[string]struct {
		subject uuid.UUID
		want    int
	}{
		"of everything":   {uuid.Nil, 7},
		"of one record":   {subject, 4},
		"of none at all ": {uuid.New(), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen, q := map[uuid.UUID]bool{}, audit.Query{Subject: tc.subject, Limit: 2}
			last := start.Add(time.Hour)
			for {
				page := j.list(j.one, q)
				for _, e := range page.Items {
					if seen[e.ID] || e.OccurredAt.After(last) || e.Kind != "n" {
						t.Errorf("twice, out of order or foreign: %+v", e)
					}
					seen[e.ID], last = true, e.OccurredAt
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					break
				}
			}
			if len(seen) != tc.want {
				t.Errorf("got %d entries, want %d", len(seen), tc.want)
			}
		})
	}
}

func TestListRefusesWhatItCannotServe(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	for range 2 {
		j.publish(j.one, events.New{Kind: "n", SubjectKind: "x", SubjectID: uuid.New(), Payload: 1})
		j.publish(j.two, events.New{Kind: "n", SubjectKind: "x", SubjectID: uuid.New(), Payload: 1})
	}
	foreign := j.list(j.two, audit.Query{Limit: 1}).Next
	for name, tc := range map[string]struct {
		ctx  context.Context
		q    audit.Query
		code fault.Code
	}{
		"no tenant":                        {t.Context(), audit.Query{}, fault.Denied},
		"a limit above a hundred":          {j.as(j.one), audit.Query{Limit: 101}, fault.Invalid},
		"a limit below zero":               {j.as(j.one), audit.Query{Limit: -1}, fault.Invalid},
		"a cursor that is none":            {j.as(j.one), audit.Query{Cursor: "x"}, fault.Invalid},
		"a cursor of another sub-account":  {j.as(j.one), audit.Query{Cursor: foreign}, fault.Invalid},
		"a cursor of a list by the record": {j.as(j.two), audit.Query{Cursor: foreign, Subject: uuid.New()}, fault.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := j.service.List(tc.ctx, tc.q); !fault.Is(err, tc.code) {
				t.Errorf("got %v, want %s", err, tc.code)
			}
		})
	}
}

func TestEntriesCannotBeChanged(t *testing.T) {
	t.Parallel()
	j := newJournal(t)
	j.publish(j.one, events.New{Kind: "n", SubjectKind: "x", SubjectID: uuid.New(), Payload: 1})
	for name, tc := range map[string]struct {
		dsn, sql string
		refused  bool
	}{
		"the application can't update":      {j.dsns.App, `update audit_entry set kind = 'y'`, true},
		"the application can't delete":      {j.dsns.App, `delete from audit_entry`, true},
		"the application can't truncate":    {j.dsns.App, `truncate audit_entry`, true},
		"the owner can't truncate":          {j.dsns.Migrator, `truncate audit_entry`, true},
		"a superuser is stopped on updates": {j.dsns.Super, `update audit_entry set kind = 'y'`, true},
		"a superuser is stopped on deletes": {j.dsns.Super, `delete from audit_entry`, true},
		"a move can't update":               {j.dsns.Mover, `update audit_entry set kind = 'y'`, true},
		"a purge deletes":                   {j.dsns.Mover, `delete from audit_entry`, false},
	} {
		t.Run(name, func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), tc.dsn)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
			if tc.dsn == j.dsns.App {
				if _, err := conn.Exec(t.Context(), `select set_config('omnicrm.sub_account', $1, false)`, j.one.SubAccount.String()); err != nil {
					t.Fatal(err)
				}
			}
			tx, err := conn.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, err = tx.Exec(t.Context(), tc.sql)
			_ = tx.Rollback(t.Context())
			if (err != nil) != tc.refused {
				t.Errorf("got %v", err)
			}
			if tc.refused && err != nil && !strings.Contains(err.Error(), "42501") {
				t.Errorf("refused for another reason: %v", err)
			}
		})
	}
}
