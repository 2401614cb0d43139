package directory_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// notes is an Auditor that remembers the actions.
type notes struct {
	mu      sync.Mutex
	actions []string
}

func (n *notes) Record(_ context.Context, _ pgx.Tx, _ tenancy.Tenant, action string, _ uuid.UUID, _ map[string]any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.actions = append(n.actions, action)
	return nil
}

// take gives the actions since the last call.
func (n *notes) take() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := n.actions
	n.actions = nil
	return out
}

// bench is a directory on a database of its own. other is the directory of
// another process: it sees writes when its cache is out of date.
type bench struct {
	*directory.Service
	t       *testing.T
	other   *directory.Service
	clock   *clock.Fake
	notes   *notes
	kube    *cluster
	dsns    parts.TenantDSNs
	control *db.Control
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, clock: clock.NewFake(start), notes: &notes{}, kube: &cluster{}, dsns: parts.ControlDSNs(t)}
	var err error
	if b.control, err = db.NewControl(t.Context(), b.dsns.App); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.control.Close)
	keyset, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	box, err := secrets.NewBox(keyset)
	if err != nil {
		t.Fatal(err)
	}
	options := directory.Options{Control: b.control, Box: box, Clock: b.clock, Auditor: b.notes, Resources: b.kube}
	b.Service, b.other = directory.New(options), directory.New(options)
	return b
}

func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
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

// idOf is the id of the only row of a table.
func (b *bench) idOf(table string) (id uuid.UUID) {
	b.t.Helper()
	b.ok(b.control.InTx(b.t.Context(), func(tx pgx.Tx) error {
		return tx.QueryRow(b.t.Context(), `select id from `+table).Scan(&id)
	}))
	return id
}

func databaseInput(name string) directory.DatabaseInput {
	return directory.DatabaseInput{
		Name: name, Server: "eu-1", Host: "db.example", Port: 5432, DBName: "omnicrm_" + name, SSLMode: "verify-full",
		AppUser: "omnicrm_app", AppPassword: "p@ss/word", Isolation: directory.PerAgency, SchemaVersion: 40,
	}
}

func agencyInput(name string) directory.AgencyInput {
	return directory.AgencyInput{
		Name: name, Namespace: "agency-" + name, UID: "uid-" + name, DisplayName: "The " + name, Isolation: directory.PerAgency, Tier: "Premium",
		Branding: directory.Branding{PrimaryColor: "#0f6fde"},
	}
}

func (b *bench) database(name string) directory.Database {
	b.t.Helper()
	return must[directory.Database](b.t)(b.UpsertDatabase(b.t.Context(), databaseInput(name)))
}

func (b *bench) agency(name string) directory.Agency {
	b.t.Helper()
	return must[directory.Agency](b.t)(b.UpsertAgency(b.t.Context(), agencyInput(name)))
}

func subInput(a directory.Agency, d directory.Database, name string) directory.SubAccountInput {
	return directory.SubAccountInput{
		Agency: a.ID, Namespace: a.Namespace, Name: name, UID: "uid-" + name, DisplayName: "Bright " + name,
		Timezone: "America/New_York", Country: "US", Currency: "USD", OwnerEmail: "owner@bright.example", Database: d.ID,
	}
}

func (b *bench) sub(a directory.Agency, d directory.Database, name string) directory.SubAccount {
	b.t.Helper()
	return must[directory.SubAccount](b.t)(b.UpsertSubAccount(b.t.Context(), subInput(a, d, name)))
}
