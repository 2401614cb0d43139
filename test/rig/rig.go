// Package rig runs the product's own processes, built from this tree, on
// PostgreSQL and Redis of a test's own, with an agency and its sub-accounts in
// the directory and an API key that may do everything: for what is measured or
// attacked from outside.
package rig

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"testing"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/cmd/omnicrm/plug"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/platform/tenancy"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// Host is where the rig's agency is served.
const Host = "app.acme.example"

// Rig is an agency with its sub-accounts, all in one tenant database.
type Rig struct {
	Control, Tenant parts.TenantDSNs
	RedisURL        string
	Keyset          string
	Agency          directory.Agency
	SubAccounts     []directory.SubAccount
	Key             string // of the agency, with every scope of an owner

	directory *directory.Service
	access    *access.Service
}

// New writes what the operator would have written, without starting a process.
func New(t testing.TB, subAccounts int) *Rig {
	t.Helper()
	keyset, err := secrets.GenerateKeyset()
	must(t, err)
	r := &Rig{Control: parts.ControlDSNs(t), Tenant: parts.TenantDB(t), RedisURL: parts.Redis(t), Keyset: keyset}
	r.open(t)
	database := r.database(t)
	r.Agency, err = r.directory.UpsertAgency(t.Context(), directory.AgencyInput{
		Name: "acme", Namespace: "agency-acme", UID: "uid-acme", DisplayName: "Acme", Isolation: directory.Shared,
	})
	must(t, err)
	must(t, r.directory.SetHosts(t.Context(), r.Agency.ID, []string{Host}))
	for i := range subAccounts {
		name := fmt.Sprintf("sub-%d", i)
		sub, err := r.directory.UpsertSubAccount(t.Context(), directory.SubAccountInput{
			Agency: r.Agency.ID, Namespace: r.Agency.Namespace, Name: name, UID: "uid-" + name, DisplayName: name,
			Timezone: "America/New_York", Country: "US", Currency: "USD", OwnerEmail: "owner@" + name + ".example", Database: database,
		})
		must(t, err)
		r.SubAccounts = append(r.SubAccounts, sub)
	}
	r.Key = r.key(t)
	return r
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (r *Rig) open(t testing.TB) {
	t.Helper()
	control, err := db.NewControl(t.Context(), r.Control.App)
	must(t, err)
	t.Cleanup(control.Close)
	box, err := secrets.NewBox(r.Keyset)
	must(t, err)
	audits := audit.New(audit.Options{Control: control, Clock: clock.System()})
	r.directory = directory.New(directory.Options{Control: control, Box: box, Clock: clock.System(), Auditor: audits})
	r.access = access.New(access.Options{
		Control: control, Box: box, Hasher: auth.NewHasher(auth.Params{MemoryKiB: 64, Passes: 1, Lanes: 1}, 1024),
		Limiter: limit.New(nil, clock.System()), Clock: clock.System(),
		Directory: plug.AccessDirectory{Directory: r.directory}, Auditor: audits,
	})
}

func (r *Rig) database(t testing.TB) uuid.UUID {
	t.Helper()
	dsn, err := url.Parse(r.Tenant.App)
	must(t, err)
	port, err := strconv.Atoi(dsn.Port())
	must(t, err)
	password, _ := dsn.User.Password()
	database, err := r.directory.UpsertDatabase(t.Context(), directory.DatabaseInput{
		Name: "acme", Server: "one", Host: dsn.Hostname(), Port: port, DBName: dsn.Path[1:], SSLMode: "disable",
		AppUser: dsn.User.Username(), AppPassword: password, Isolation: directory.Shared,
	})
	must(t, err)
	return database.ID
}

// key invites an owner, accepts as them and makes a key of all their scopes.
func (r *Rig) key(t testing.TB) string {
	t.Helper()
	ctx := tenancy.WithActor(context.WithoutCancel(t.Context()), tenancy.Actor{Kind: tenancy.Operator})
	_, token, err := r.access.Invite(ctx, access.InviteInput{
		Agency: r.Agency.ID, Email: "owner@acme.example", Name: "Ann", Role: access.AgencyOwner,
	})
	must(t, err)
	signed, err := r.access.Accept(ctx, access.AcceptInput{
		Agency: r.Agency.ID, Token: token, Name: "Ann", Password: "velvet tractor ninety", IP: "192.0.2.1",
	})
	must(t, err)
	who, err := r.access.Authenticate(ctx, signed.Token)
	must(t, err)
	_, key, err := r.access.CreateAPIKey(ctx, who, access.APIKeyInput{Name: "rig", Scopes: access.AgencyOwner.Permissions()})
	must(t, err)
	return key
}
