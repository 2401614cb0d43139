package tenantdatabase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Reasons of the condition Database.
const (
	ReasonCreated    = "Created"
	ReasonNameTaken  = "NameTaken"
	ReasonRetained   = "Retained"
	ReasonServerFull = "ServerFull"
)

// database creates the physical database, unless one with our mark is there.
func (r *Reconciler) database(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	entry, err := r.Directory.DatabaseByName(ctx, t.Name)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return phase.Outcome{}, err
	}
	adopt, err := claim(t, entry)
	if err != nil {
		return phase.Outcome{}, err
	}
	name := PhysicalName(t)
	template, err := r.prepare(ctx, t, s, server)
	if err != nil {
		return phase.Outcome{}, err
	}
	_, err = r.Postgres.EnsureDatabase(ctx, server, name, template, markOf(t), adopt)
	if errors.Is(err, db.ErrDatabaseTaken) {
		return phase.Outcome{}, phase.Stalled(ReasonNameTaken, "On the DatabaseServer %s there is a database %s that this resource "+
			"did not make; it was left alone. Choose another databaseName in a new TenantDatabase, or rename the other database.", s.Name, name)
	}
	if err != nil {
		return phase.Outcome{}, trouble(err, s, server)
	}
	t.Status.DatabaseName = name
	return phase.Done(ReasonCreated, fmt.Sprintf("The database %s exists on the DatabaseServer %s and is ours.", name, s.Name))
}

// claim decides whether the directory's entry of this name is ours: it is made by us, or retained and named by the
// annotation for adoption. It is pure.
func claim(t *v1alpha1.TenantDatabase, entry directory.Database) (adopt bool, err error) {
	id := entry.ID.String()
	switch {
	case entry.Name == "":
		return false, nil
	case t.Annotations[v1alpha1.AnnotationAdopt] == id && entry.Server == t.Spec.ServerRef.Name && entry.DBName == PhysicalName(t):
		return true, nil
	case entry.Status == tenancy.Retained:
		return false, phase.Stalled(ReasonRetained, "A database of this name was retained, with the data in %s on the DatabaseServer %s. "+
			"To take it over, create the TenantDatabase with that serverRef and databaseName and the annotation %s: %q; "+
			"otherwise choose another name.", entry.DBName, entry.Server, v1alpha1.AnnotationAdopt, id)
	case entry.Server != t.Spec.ServerRef.Name || entry.DBName != PhysicalName(t):
		return false, phase.Stalled(ReasonNameTaken, "The directory has a database of this name already, %s on the DatabaseServer %s: "+
			"choose another name.", entry.DBName, entry.Server)
	}
	return false, nil
}

// prepare gives the template that a new database is copied from, and refuses to create on a full server. What exists
// already needs neither.
func (r *Reconciler) prepare(ctx context.Context, t *v1alpha1.TenantDatabase, s *v1alpha1.DatabaseServer, server db.Server) (string, error) {
	_, exists, err := r.Postgres.FindMark(ctx, server, PhysicalName(t))
	if err != nil {
		return "", trouble(err, s, server)
	}
	if exists {
		return "", nil
	}
	info, err := r.Postgres.Inspect(ctx, server)
	if err != nil {
		return "", trouble(err, s, server)
	}
	now := s.DeepCopy()
	now.Status.Databases = int32(info.Databases) //nolint:gosec // a server holds thousands at most
	now.Status.Size = databaseserver.Size(info.Size)
	if full := databaseserver.Full(now); full != "" {
		return "", phase.Waiting(retry, ReasonServerFull, "%s", full)
	}
	passwords, err := databaseserver.Passwords(ctx, r.Client, s.Name, r.Namespace)
	if err != nil {
		return "", err
	}
	template, err := r.Postgres.EnsureTemplate(ctx, server, passwords.Migrator)
	if err != nil {
		return "", trouble(err, s, server)
	}
	return template, nil
}

func markOf(t *v1alpha1.TenantDatabase) db.Mark { return db.Mark{Name: t.Name, UID: string(t.UID)} }

// PhysicalName is the name of the database on its server: what the spec says, or one made from the resource's name.
func PhysicalName(t *v1alpha1.TenantDatabase) string {
	if t.Spec.DatabaseName != "" {
		return t.Spec.DatabaseName
	}
	name := "omnicrm_" + strings.NewReplacer("-", "_", ".", "_").Replace(t.Name)
	const most = 63 // PostgreSQL cuts longer names without a word
	if len(name) <= most && !strings.Contains(t.Name, ".") {
		return name
	}
	// "a-b.c" and "a.b-c" are two names; what tells them apart is cut or lost above.
	sum := sha256.Sum256([]byte(t.Name))
	return name[:min(len(name), most-9)] + "_" + hex.EncodeToString(sum[:4])
}
