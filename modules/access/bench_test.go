package access_test

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/outbound"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

const (
	email    = "ann@bright.example"
	password = "velvet tractor ninety"
	home     = "192.0.2.1"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// notes is an Auditor that remembers the actions.
type notes struct {
	mu      sync.Mutex
	actions []string
	actors  []string
}

func (n *notes) Record(ctx context.Context, _ pgx.Tx, _ tenancy.Tenant, action string, _ uuid.UUID, _ map[string]any) error {
	actor, _ := tenancy.ActorFrom(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.actions = append(n.actions, action)
	n.actors = append(n.actors, actor.Name)
	return nil
}

func (n *notes) ErasePerson(ctx context.Context, tx pgx.Tx, agency, person uuid.UUID, _ string) error {
	return n.Record(ctx, tx, tenancy.Tenant{Agency: agency}, "person.erased", person, nil)
}

// town is the Directory, from memory; its rows are in the database too, as
// people refer to them.
type town struct {
	mu       sync.Mutex
	agencies map[uuid.UUID]access.AgencyInfo
	accounts []access.Account
}

var errNone = fault.New(fault.NotFound, "none", "none")

func (d *town) Agency(_ context.Context, id uuid.UUID) (access.AgencyInfo, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if info, ok := d.agencies[id]; ok {
		return info, nil
	}
	return access.AgencyInfo{}, errNone
}

func (d *town) Account(_ context.Context, id uuid.UUID) (access.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.accounts {
		if a.ID == id {
			return a, nil
		}
	}
	return access.Account{}, errNone
}

func (d *town) Accounts(_ context.Context, agency uuid.UUID) (out []access.Account, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.accounts {
		if a.Agency == agency && a.Status != tenancy.Retained {
			out = append(out, a)
		}
	}
	return out, nil
}

// bench is the service on a database of its own with two agencies: acme with
// the sub-accounts one and two, beta with foreign.
type bench struct {
	*access.Service
	t                *testing.T
	clock            *clock.Fake
	town             *town
	notes            *notes
	control          *db.Control
	hasher           *auth.Hasher
	acme, beta       uuid.UUID
	one, two, abroad uuid.UUID
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return benchOn(t, open(t))
}

// open makes a database. The rows of a table test share one: each has agencies
// of its own.
func open(t *testing.T) *db.Control {
	t.Helper()
	control, err := db.NewControl(t.Context(), parts.ControlDB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(control.Close)
	return control
}

func benchOn(t *testing.T, control *db.Control) *bench {
	t.Helper()
	b := &bench{
		t: t, control: control, clock: clock.NewFake(start), notes: &notes{}, town: &town{agencies: map[uuid.UUID]access.AgencyInfo{}},
		hasher: auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, 1024),
	}
	b.Service = b.service(b.hasher)
	b.acme, b.beta = b.addAgency("acme"), b.addAgency("beta")
	b.one, b.two, b.abroad = b.addAccount(b.acme, "one"), b.addAccount(b.acme, "two"), b.addAccount(b.beta, "foreign")
	return b
}

// keyset is one for all tests of a run.
var keyset = sync.OnceValues(secrets.GenerateKeyset)

func (b *bench) service(hasher *auth.Hasher) *access.Service {
	b.t.Helper()
	encoded, err := keyset()
	b.ok(err)
	box, err := secrets.NewBox(encoded)
	b.ok(err)
	return access.New(access.Options{
		Control: b.control, Box: box, Hasher: hasher, Limiter: limit.New(nil, b.clock), Clock: b.clock,
		Directory: b.town, Auditor: b.notes,
		Caller: outbound.New(outbound.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}),
	})
}

func (b *bench) addAgency(name string) uuid.UUID {
	b.t.Helper()
	id := uuid.New()
	b.exec(`insert into agency (id, name, namespace, uid, display_name, isolation, status, created_at, updated_at)
		values ($1, $2, $2, $2, $2, 'Agency', 'active', now(), now())`, id, name+"-"+id.String())
	b.town.agencies[id] = access.AgencyInfo{ID: id, Name: "The " + name, Status: tenancy.Active}
	return id
}

func (b *bench) addAccount(agency uuid.UUID, name string) uuid.UUID {
	b.t.Helper()
	id, database := uuid.New(), uuid.New()
	b.exec(`insert into tenant_database (id, name, server, host, port, dbname, sslmode, app_user, app_password, isolation, status, created_at, updated_at)
		values ($1, $2, 's', 'h', 1, 'd', 'disable', 'u', '', 'Agency', 'active', now(), now())`, database, name+"-"+id.String())
	b.exec(`insert into sub_account (id, agency_id, namespace, name, uid, display_name, timezone, country, currency, owner_email, database_id, status, created_at, updated_at)
		values ($1::uuid, $2, 'n-' || $1::uuid, $3, $3, $3, 'UTC', 'US', 'USD', 'o@x.example', $4, 'active', now(), now())`, id, agency, name, database)
	b.town.accounts = append(b.town.accounts, access.Account{ID: id, Agency: agency, Name: "The " + name, Status: tenancy.Active, Timezone: "UTC"})
	return id
}

func (b *bench) setAccount(id uuid.UUID, status tenancy.Status) {
	b.town.mu.Lock()
	defer b.town.mu.Unlock()
	for i := range b.town.accounts {
		if b.town.accounts[i].ID == id {
			b.town.accounts[i].Status = status
		}
	}
}

func (b *bench) setAgency(id uuid.UUID, status tenancy.Status) {
	b.town.mu.Lock()
	defer b.town.mu.Unlock()
	info := b.town.agencies[id]
	info.Status = status
	b.town.agencies[id] = info
}

func (b *bench) exec(sql string, args ...any) {
	b.t.Helper()
	b.ok(b.control.InTx(b.t.Context(), func(tx pgx.Tx) error {
		_, err := tx.Exec(b.t.Context(), sql, args...)
		return err
	}))
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// refused checks that err is the fault of this slug.
func (b *bench) refused(err error, slug string) {
	b.t.Helper()
	_ = b.refusal(err, slug)
}

// refusal is refused for those who look closer.
func (b *bench) refusal(err error, slug string) *fault.Error {
	b.t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Slug != slug {
		b.t.Fatalf("got %v, want %s", err, slug)
	}
	return f
}

func (b *bench) invite(agency, subAccount uuid.UUID, address string, role access.Role) string {
	b.t.Helper()
	_, token, err := b.Invite(b.t.Context(), access.InviteInput{Agency: agency, SubAccount: subAccount, Email: address, Role: role})
	b.ok(err)
	return token
}

func acceptInput(agency uuid.UUID, token string) access.AcceptInput {
	return access.AcceptInput{Agency: agency, Token: token, Name: "Ann Lindqvist", Password: password, IP: home, UserAgent: "test"}
}

// join makes a person by an invitation and gives their session.
func (b *bench) join(agency, subAccount uuid.UUID, address string, role access.Role) access.SignedIn {
	b.t.Helper()
	in, err := b.Accept(b.t.Context(), acceptInput(agency, b.invite(agency, subAccount, address, role)))
	b.ok(err)
	return in
}

func (b *bench) signIn(change func(*access.SignInInput)) (access.SignedIn, error) {
	in := access.SignInInput{Agency: b.acme, Email: email, Password: password, IP: home, UserAgent: "test"}
	if change != nil {
		change(&in)
	}
	return b.SignIn(b.t.Context(), in)
}

func (b *bench) authenticate(token string) access.Principal {
	b.t.Helper()
	p, err := b.Authenticate(b.t.Context(), token)
	b.ok(err)
	return p
}
