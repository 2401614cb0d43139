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
	ReasonMigrated        = "Migrated"
	ReasonMigrationFailed = "MigrationFailed"
)

// schema runs the migrations as the role that owns the tables.
func (r *Reconciler) schema(ctx context.Context, t *v1alpha1.TenantDatabase) (phase.Outcome, error) {
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return phase.Outcome{}, err
	}
	passwords, err := databaseserver.Passwords(ctx, r.Client, s, r.Namespace)
	if err != nil {
		return phase.Outcome{}, err
	}
	version, err := r.Migrate(ctx, server.DSN(PhysicalName(t), db.RoleMigrator, passwords.Migrator))
	if err != nil {
		return phase.Outcome{}, phase.Failed(err, ReasonMigrationFailed, "The migrations stopped and are tried again; "+
			"the database works on with the schema it has. If it stays so, tell whoever wrote the migration.")
	}
	t.Status.SchemaVersion = version
	return phase.Done(ReasonMigrated, fmt.Sprintf("The schema is at version %d.", version))
}
