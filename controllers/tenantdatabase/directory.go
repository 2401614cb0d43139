package tenantdatabase

import (
	"context"
	"fmt"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// ReasonListed is the reason of the condition Directory.
const ReasonListed = "Listed"

// directory tells the data plane where the database is and how to get in.
func (r *Reconciler) directory(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	r.copied.Delete(t.UID)
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	passwords, err := databaseserver.Passwords(ctx, r.Client, s, r.Namespace)
	if err != nil {
		return phase.Outcome{}, err
	}
	before, err := r.Directory.DatabaseByName(ctx, t.Name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return phase.Outcome{}, err
	}
	entry, err := r.Directory.UpsertDatabase(ctx, desiredEntry(t, s, server, passwords.App))
	if err != nil {
		return phase.Outcome{}, err
	}
	t.Status.ID = entry.ID.String()
	size, err := r.Postgres.Size(ctx, server, PhysicalName(t))
	if err != nil {
		return phase.Outcome{}, trouble(err, s, server)
	}
	occupants, err := r.Directory.Occupants(ctx, entry.ID)
	if err != nil {
		return phase.Outcome{}, err
	}
	t.Status.Size, t.Status.SubAccounts = databaseserver.Size(size), int32(occupants) //nolint:gosec // thousands at most
	out := phase.Outcome{Reason: ReasonListed, Message: fmt.Sprintf("The directory lists the database as %s.", entry.ID)}
	if phase.Settled(t) && changed(before, entry) {
		out.Mended = "The directory's entry was not as it should be, and is right again."
	}
	return out, nil
}

// changed compares what changes neither by a migration nor with the server's address.
func changed(a, b directory.Database) bool {
	a.SchemaVersion, a.UpdatedAt = b.SchemaVersion, b.UpdatedAt
	a.Host, a.Port, a.SSLMode, a.Pooled = b.Host, b.Port, b.SSLMode, b.Pooled
	return a != b
}

// desiredEntry is how the data plane reaches the database: through the server's pooler, where it has one.
func desiredEntry(t *v1alpha1.TenantDatabase, s *v1alpha1.DatabaseServer, server db.Server, password string) directory.DatabaseInput {
	entry := directory.DatabaseInput{
		Name: t.Name, Server: t.Spec.ServerRef.Name, Host: server.Host, Port: server.Port,
		DBName: PhysicalName(t), SSLMode: server.SSLMode, AppUser: db.RoleApp, AppPassword: password,
		Isolation: directory.Isolation(t.Spec.Isolation), SchemaVersion: t.Status.SchemaVersion,
	}
	if p := s.Spec.Pooler; p != nil {
		entry.Host, entry.Port, entry.SSLMode, entry.Pooled = p.Host, int(p.Port), p.SSLMode, true
	}
	return entry
}
