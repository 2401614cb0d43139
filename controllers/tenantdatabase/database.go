package tenantdatabase

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

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
	ReasonLost       = "DatabaseLost"
	ReasonForeign    = "NotAdoptable"
)

// database creates the physical database, unless one with our mark is there. One that held data and is gone is never
// made anew unasked.
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
	_, exists, err := r.Postgres.FindMark(ctx, server, name)
	if err != nil {
		return phase.Outcome{}, trouble(err, s, server)
	}
	out := phase.Outcome{Reason: ReasonCreated, Message: fmt.Sprintf("The database %s exists on the DatabaseServer %s and is ours.", name, s.Name)}
	template := ""
	if !exists {
		if out.Mended, err = r.anew(ctx, t, entry, s); err != nil {
			return phase.Outcome{}, err
		}
		if template, err = r.prepare(ctx, s, server); err != nil {
			return phase.Outcome{}, err
		}
	}
	if err := r.ensure(ctx, t, s, server, template, adopt, exists); err != nil {
		return phase.Outcome{}, err
	}
	t.Status.DatabaseName = name
	// The consent was for this once.
	return out, phase.PatchMeta(ctx, r.Client, t, func(o client.Object) { delete(o.GetAnnotations(), v1alpha1.AnnotationRecreate) })
}

// ensure makes the database, or takes over the one that the annotation for adoption names.
func (r *Reconciler) ensure(
	ctx context.Context, t *v1alpha1.TenantDatabase, s *v1alpha1.DatabaseServer, server db.Server, template string, adopt, exists bool,
) error {
	name := PhysicalName(t)
	imported := t.Annotations[v1alpha1.AnnotationAdopt] == name
	var err error
	switch {
	case imported:
		err = r.Postgres.ImportDatabase(ctx, server, name, markOf(t))
	case exists:
		err = r.Postgres.ClaimDatabase(ctx, server, name, markOf(t), adopt)
	default:
		var created bool
		if created, err = r.Postgres.EnsureDatabase(ctx, server, name, template, markOf(t), adopt); created && err == nil {
			r.copied.Store(t.UID, template)
		}
	}
	switch {
	case errors.Is(err, db.ErrDatabaseTaken):
		return phase.Stalled(ReasonNameTaken, "On the DatabaseServer %s there is a database %s that this resource did not make; it was left "+
			"alone. Choose another databaseName in a new TenantDatabase, or rename the other database. If it was restored from a backup, "+
			"and carries no other resource's comment, take it over with the annotation %s: %q.", s.Name, name, v1alpha1.AnnotationAdopt, name)
	case errors.Is(err, db.ErrDatabaseForeign):
		return phase.Stalled(ReasonForeign, "The database %s on the DatabaseServer %s holds tables of something else; it was left alone. "+
			"Only an empty one, or one with this schema, can be taken over.", name, s.Name)
	case imported && errors.Is(err, db.ErrDatabaseMissing):
		return phase.Stalled(ReasonForeign, "The annotation %s asks to take over the database %s, and the DatabaseServer %s has none: create "+
			"or restore it, or remove the annotation.", v1alpha1.AnnotationAdopt, name, s.Name)
	case err != nil:
		return trouble(err, s, server)
	}
	return nil
}

// anew decides whether a database that is not on its server may be made: a new one, one that nobody's data was in, or
// one whose loss somebody has accepted by the annotation. Everything else is for a person with a backup.
func (r *Reconciler) anew(ctx context.Context, t *v1alpha1.TenantDatabase, entry directory.Database, s *v1alpha1.DatabaseServer) (mended string, err error) {
	if entry.ID == uuid.Nil || t.Annotations[v1alpha1.AnnotationAdopt] == PhysicalName(t) {
		return "", nil
	}
	occupants, err := r.Directory.Occupants(ctx, entry.ID)
	if err != nil {
		return "", err
	}
	switch {
	case occupants == 0:
		return fmt.Sprintf("The database %s was gone from the server. It held no sub-account and was made anew.", PhysicalName(t)), nil
	case t.Annotations[v1alpha1.AnnotationRecreate] == entry.ID.String():
		return fmt.Sprintf("The database %s was gone from the server with the data of %d sub-accounts. It was made anew, empty, "+
			"as the annotation %s asked.", PhysicalName(t), occupants, v1alpha1.AnnotationRecreate), nil
	}
	return "", phase.Stalled(ReasonLost, "The database %s is gone from the DatabaseServer %s, with the data of %d sub-accounts; nothing was made in "+
		"its place. Look whether the DatabaseServer points at the right server. Restore the database from a backup under this name; if it comes "+
		"without its comment, take it over with the annotation %s: %q. To accept the loss and begin empty, set the annotation %s: %q.",
		PhysicalName(t), s.Name, occupants, v1alpha1.AnnotationAdopt, PhysicalName(t), v1alpha1.AnnotationRecreate, entry.ID)
}

// claim decides whether the directory's entry of this name is ours: it is made by us, or retained and named by the
// annotation for adoption. It is pure.
func claim(t *v1alpha1.TenantDatabase, entry directory.Database) (adopt bool, err error) {
	id, wish := entry.ID.String(), t.Annotations[v1alpha1.AnnotationAdopt]
	switch {
	case entry.Name == "" && wish != "" && wish != PhysicalName(t) && wish != t.Status.ID:
		return false, phase.Stalled(phase.ReasonAdoptInvalid, "No database %s was retained under the name of this resource, so none was made either. "+
			"The annotation %s takes the id of one that was, or the name %s of one that is on the server.", wish, v1alpha1.AnnotationAdopt, PhysicalName(t))
	case entry.Name == "":
		return false, nil
	case wish == id && entry.Server == t.Spec.ServerRef.Name && entry.DBName == PhysicalName(t):
		return true, nil
	case entry.Status == tenancy.Retained && t.Status.ID != id:
		return false, phase.Stalled(ReasonRetained, "A database of this name was retained, with the data in %s on the DatabaseServer %s. "+
			"To take it over, create the TenantDatabase with that serverRef and databaseName and the annotation %s: %q; "+
			"otherwise choose another name.", entry.DBName, entry.Server, v1alpha1.AnnotationAdopt, id)
	case t.Status.ID == id:
		return false, nil // ours, whatever somebody wrote into it
	case entry.Server != t.Spec.ServerRef.Name || entry.DBName != PhysicalName(t):
		return false, phase.Stalled(ReasonNameTaken, "The directory has a database of this name already, %s on the DatabaseServer %s: "+
			"choose another name.", entry.DBName, entry.Server)
	}
	return false, nil
}

// prepare refuses to create on a full server, and gives the template that a new database is copied from.
func (r *Reconciler) prepare(ctx context.Context, s *v1alpha1.DatabaseServer, server db.Server) (string, error) {
	bounded := s.Spec.Capacity.Size != nil
	info, err := r.Postgres.Inspect(ctx, server, bounded)
	if err != nil {
		return "", trouble(err, s, server)
	}
	now := s.DeepCopy()
	now.Status.Databases = int32(info.Databases) //nolint:gosec // a server holds thousands at most
	if bounded {
		now.Status.Size = databaseserver.Size(info.Size)
	}
	if full := databaseserver.Full(now); full != "" {
		return "", phase.Waiting(retry, ReasonServerFull, "%s", full)
	}
	passwords, err := databaseserver.Passwords(ctx, r.Client, s, r.Namespace)
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
