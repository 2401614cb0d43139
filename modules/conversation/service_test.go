package conversation_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/contact"
	"github.com/omnicrm/omnicrm/modules/conversation"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/events"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/queue"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// room is a sub-account with threads, a gate that a test opens and shuts, and a
// channel that only notes what it is given.
type room struct {
	*conversation.Service
	t        *testing.T
	tenants  *db.Tenants
	contacts *contact.Service
	clock    *clock.Fake
	ctx      context.Context
	foreign  context.Context
	shut     bool
	given    []string
	super    string // the database, past row level security
}

func (r *room) Country(context.Context) (string, error)           { return "US", nil }
func (r *room) IsMember(context.Context, uuid.UUID) (bool, error) { return true, nil }

func (r *room) Colleagues(context.Context) ([]contact.Colleague, error) { return nil, nil }

func (r *room) Closed(context.Context, pgx.Tx, []string) (map[string][]string, error) {
	return nil, nil
}

func (r *room) Decide(context.Context, pgx.Tx, conversation.Outgoing) (conversation.Decision, error) {
	if r.shut {
		return conversation.Decision{Rule: "opt_out", Reason: "Shut.", Checked: []string{"opt_out"}, DecidedAt: r.clock.Now()}, nil
	}
	return conversation.Decision{Allowed: true, Checked: []string{"opt_out"}, DecidedAt: r.clock.Now()}, nil
}

func (r *room) Address(c contact.Contact) string       { return c.Phone }
func (r *room) Sender(context.Context) (string, error) { return "+14155550100", nil }
func (r *room) Check(string) error                     { return nil }
func (r *room) Enqueue(_ context.Context, _ pgx.Tx, _ uuid.UUID, attempt int, urgent bool) error {
	r.given = append(r.given, fmt.Sprint(attempt, urgent))
	return nil
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, clock: clock.NewFake(time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC))}
	dsns := parts.TenantDB(t)
	r.super = dsns.Super
	database := tenancy.Database{ID: uuid.New(), DSN: dsns.App}
	var places tenancy.Static
	for range 2 {
		places = append(places, tenancy.Placement{
			Tenant: tenancy.Tenant{SubAccount: uuid.New(), Agency: uuid.New()}, Database: database, Status: tenancy.Active,
		})
	}
	r.tenants = db.NewTenants(places, db.TenantsOptions{})
	t.Cleanup(r.tenants.Close)
	ring := queue.NewLocalRing()
	bus := events.NewBus(ring, r.clock).Knowing(exact)
	r.contacts = contact.New(contact.Parts{
		Tenants: r.tenants, Events: bus, Jobs: queue.New(ring, r.clock), Clock: r.clock, Regions: r, Members: r,
	})
	r.contacts.OptOuts = r
	r.Service = conversation.New(conversation.Parts{
		Tenants: r.tenants, Events: bus, Clock: r.clock, Contacts: r.contacts, Gate: r,
		Channels: map[string]conversation.Channel{"sms": r},
	})
	r.contacts.Attachments = []contact.Attachment{r.Service}
	ada := tenancy.Actor{Kind: tenancy.Person, ID: "ada", Name: "Ada"}
	r.ctx = tenancy.WithActor(tenancy.WithTenant(t.Context(), places[0].Tenant), ada)
	r.foreign = tenancy.WithActor(tenancy.WithTenant(t.Context(), places[1].Tenant), ada)
	return r
}

func (r *room) contact(phone string) contact.Contact {
	r.t.Helper()
	c, err := r.contacts.Create(r.ctx, contact.CreateInput{FirstName: "C" + phone, Phone: phone})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

func (r *room) receive(from, body string) (m conversation.Message) {
	r.t.Helper()
	r.clock.Advance(time.Second)
	err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) (err error) {
		m, _, err = r.Receive(r.ctx, tx, conversation.Inbound{
			Channel: "sms", From: from, To: "+14155550100", Body: body, ProviderID: uuid.NewString(),
		})
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func (r *room) advance(id uuid.UUID, c conversation.Change) (m conversation.Message) {
	r.t.Helper()
	err := r.tenants.InTenant(r.ctx, func(tx pgx.Tx) (err error) {
		m, _, err = r.Advance(r.ctx, tx, id, c)
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func ptr[T any](v T) *T { return &v }

func TestHeldMessageGoesOutWhenTheGateOpens(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	c := r.contact("+14155550123")
	r.shut = true
	held, err := r.Send(r.ctx, conversation.SendInput{ContactID: c.ID, Channel: "sms", Body: "Hi"})
	if err != nil || held.Status != conversation.Held || held.ReasonMessage != "Shut." || len(r.given) != 0 {
		t.Fatalf("%+v, %v, %v", held, r.given, err)
	}
	read, err := r.Message(r.ctx, held.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(held, read); diff != "" {
		t.Fatal("what is read is not what was made:", diff)
	}
	r.shut = false
	again, err := r.Retry(r.ctx, held.ID)
	if err != nil || again.Status != conversation.Queued || again.Attempt != 2 || again.ReasonRule != "" || !again.Decision.Allowed {
		t.Fatalf("%+v, %v", again, err)
	}
	if diff := cmp.Diff([]string{"2 true"}, r.given); diff != "" {
		t.Fatal(diff)
	}
	if _, err := r.Retry(r.ctx, held.ID); !fault.Is(err, fault.Conflict) {
		t.Fatalf("a queued message: %v", err)
	}
}

func TestGateIsAskedAgainBeforeTheCall(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	m, err := r.Send(r.ctx, conversation.SendInput{ContactID: r.contact("+14155550123").ID, Channel: "sms", Body: "Hi"})
	if err != nil {
		t.Fatal(err)
	}
	r.shut = true
	var due bool
	err = r.tenants.InTenant(r.ctx, func(tx pgx.Tx) (err error) {
		m, due, err = r.Begin(r.ctx, tx, m.ID, 1)
		return err
	})
	if err != nil || due || m.Status != conversation.Held {
		t.Fatalf("%+v, %v, %v", m, due, err)
	}
}

func TestSameKeyIsTheSameMessage(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	in := conversation.SendInput{ContactID: r.contact("+14155550123").ID, Channel: "sms", Body: "Hi", Key: "k1"}
	first, err := r.Send(r.ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Send(r.ctx, in)
	if err != nil || second.ID != first.ID || len(r.given) != 1 {
		t.Fatalf("%v, %v, given %v", second.ID, err, r.given)
	}
	in.Body = "Ho"
	if _, err := r.Send(r.ctx, in); !fault.Is(err, fault.Conflict) {
		t.Fatalf("another message under the key: %v", err)
	}
}

func TestBadSendIsRefusedWithItsField(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	c := r.contact("+14155550123")
	silent, err := r.contacts.Create(r.ctx, contact.CreateInput{Email: "maria@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		in   conversation.SendInput
		path string
	}{
		"nothing to say":          {conversation.SendInput{ContactID: c.ID, Channel: "sms", Body: " \n"}, "body"},
		"a zero byte":             {conversation.SendInput{ContactID: c.ID, Channel: "sms", Body: "a\x00"}, "body"},
		"to nobody":               {conversation.SendInput{Channel: "sms", Body: "Hi"}, "contact_id"},
		"no such channel":         {conversation.SendInput{ContactID: c.ID, Channel: "fax", Body: "Hi"}, "channel"},
		"no such purpose":         {conversation.SendInput{ContactID: c.ID, Channel: "sms", Body: "Hi", Purpose: "help"}, "purpose"},
		"a contact without phone": {conversation.SendInput{ContactID: silent.ID, Channel: "sms", Body: "Hi"}, "contact_id"},
	} {
		_, err := r.Send(r.ctx, tc.in)
		if f, ok := fault.As(err); !ok || f.Code != fault.Invalid || f.Fields[0].Path != tc.path {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.Send(r.foreign, conversation.SendInput{ContactID: c.ID, Channel: "sms", Body: "Hi"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another tenant's contact: %v", err)
	}
	if inbox, err := r.List(r.ctx, conversation.ListInput{Status: "all"}); err != nil || len(inbox.Items) != 0 {
		t.Errorf("left behind: %+v, %v", inbox, err)
	}
}

func TestEveryStepIsToldOnce(t *testing.T) {
	t.Parallel()
	r := newRoom(t)
	m, err := r.Send(r.ctx, conversation.SendInput{ContactID: r.contact("+14155550123").ID, Channel: "sms", Body: "Hi"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []conversation.Status{conversation.Sending, conversation.Sent, conversation.Delivered, conversation.Sent, conversation.Delivered} {
		r.advance(m.ID, conversation.Change{Attempt: 1, Status: s, Acknowledged: true})
	}
	var told []string
	err = r.tenants.InTenant(r.ctx, func(tx pgx.Tx) error {
		rows, err := tx.Query(r.ctx, `select kind || ' ' || (payload->'after'->>'status') from event where subject_id = $1 order by written`, m.ID)
		if err != nil {
			return err
		}
		told, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "message.created queued, message.updated sending, message.updated sent, message.updated delivered"
	if got := strings.Join(told, ", "); got != want {
		t.Fatalf("told %s", got)
	}
}
