package tenantdatabase

import (
	"context"
	"fmt"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Reasons of the condition Schema.
const (
	ReasonMigrated             = "Migrated"
	ReasonMigrationFailed      = "MigrationFailed"
	ReasonMigrationInterrupted = "MigrationInterrupted"
)

// schema runs the migrations as the role that owns the tables, when it is the database's turn.
func (r *Reconciler) schema(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	passwords, err := databaseserver.Passwords(ctx, r.Client, s, r.Namespace)
	if err != nil {
		return phase.Outcome{}, err
	}
	if err := r.begin(ctx, t); err != nil {
		return phase.Outcome{}, err
	}
	t.Status.SchemaTarget = r.Newest
	version := r.Newest
	if version == 0 || r.copyOf(t) == "" {
		version, err = r.Migrate(ctx, server.DSN(PhysicalName(t), db.RoleMigrator, passwords.Migrator))
	}
	r.end(t, version, err)
	if err != nil && interrupted(err) {
		return phase.Outcome{}, phase.Failed(err, ReasonMigrationInterrupted, "The server went away during the migrations, or a lock "+
			"was held too long; they are tried again. The database has the schema that it had.")
	}
	if err != nil {
		return phase.Outcome{}, phase.Failed(err, ReasonMigrationFailed, "The migrations stopped and are tried again; "+
			"the database works on with the schema it has, and no other database begins. If it stays so, tell whoever wrote the migration.")
	}
	t.Status.SchemaVersion = version
	return phase.Done(ReasonMigrated, fmt.Sprintf("The schema is at version %d.", version))
}
