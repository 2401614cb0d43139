// Package tenantdatabase reconciles TenantDatabases: it creates the physical database, sets its rights, prepares it for
// indexed searches under row-level security, runs the migrations and tells the directory. It touches no database that
// does not carry its resource's mark.
package tenantdatabase

import (
	"cmp"
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/google/uuid"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Postgres is what this controller asks of a server; platform/db's Provisioner does it.
type Postgres interface {
	Inspect(ctx context.Context, s db.Server, measure bool) (db.ServerInfo, error)
	FindMark(ctx context.Context, s db.Server, name string) (mark db.Mark, found bool, err error)
	EnsureTemplate(ctx context.Context, s db.Server, migratorPassword string) (name string, err error)
	EnsureDatabase(ctx context.Context, s db.Server, name, template string, mark db.Mark, adopt bool) (created bool, err error)
	ClaimDatabase(ctx context.Context, s db.Server, name string, mark db.Mark, adopt bool) error
	ImportDatabase(ctx context.Context, s db.Server, name string, mark db.Mark) error
	EnsureGrants(ctx context.Context, s db.Server, name string) (mended []string, err error)
	EnsureLeakproof(ctx context.Context, s db.Server, name string) (db.Leakproof, error)
	Size(ctx context.Context, s db.Server, name string) (bytes int64, err error)
	Drop(ctx context.Context, s db.Server, name string, mark db.Mark) error
}

// Directory is what this controller tells the data plane; modules/directory does it.
type Directory interface {
	UpsertDatabase(ctx context.Context, in directory.DatabaseInput) (directory.Database, error)
	DatabaseByName(ctx context.Context, name string) (directory.Database, error)
	RetainDatabase(ctx context.Context, name string) error
	RemoveDatabase(ctx context.Context, name string) error
	Occupants(ctx context.Context, database uuid.UUID) (int, error)
}

// Reconciler reconciles TenantDatabases.
type Reconciler struct {
	Client    client.Client
	Recorder  events.EventRecorder
	Clock     phase.Clock
	Postgres  Postgres
	Directory Directory
	// Migrate brings the database at the DSN, as omnicrm_migrator, to the newest version; db.MigrateTenant.
	Migrate func(ctx context.Context, dsn string) (version int64, err error)
	// Newest is the version that Migrate brings a database to; with it a new version goes through all databases in an
	// order: see mayMigrate. Zero keeps no order.
	Newest    int64
	Namespace string // the operator's own
	// Parallel is how many databases are worked on at once; default 4, as each is half a second of a server's work.
	Parallel int

	rollout rollout
	copied  sync.Map // of which template, by UID, in the pass that is under way
}

// copyOf is the template that this very pass has copied the database from, or "": it has every right within the database
// and the newest schema, and nobody can have changed the copy since.
func (r *Reconciler) copyOf(t *v1alpha1.TenantDatabase) string {
	template, _ := r.copied.Load(t.UID)
	name, _ := template.(string)
	return name
}

func (r *Reconciler) parallel() int { return cmp.Or(r.Parallel, 4) }

// +kubebuilder:rbac:groups=omnicrm.io,resources=tenantdatabases,verbs=list;watch;patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=tenantdatabases/status,verbs=patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=databaseservers;subaccounts,verbs=list;watch

// SetupWithManager registers the controller and what wakes it.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	loop := r.loop()
	return phase.Controller(mgr, loop, r.parallel()).
		Watches(&v1alpha1.DatabaseServer{}, handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, s client.Object) []reconcile.Request {
			return r.databasesOn(ctx, s.GetName())
		}), builder.WithPredicates(predicate.Or(phase.ReadyChanged(), predicate.GenerationChangedPredicate{}, phase.StatusChanged(rolesVersion)))).
		Complete(loop)
}

func (r *Reconciler) loop() *phase.Loop[*v1alpha1.TenantDatabase] {
	type database = *v1alpha1.TenantDatabase
	return &phase.Loop[database]{
		Client: r.Client, Recorder: r.Recorder, Clock: r.Clock,
		New: func() database { return &v1alpha1.TenantDatabase{} },
		Phases: []phase.Phase[database]{
			{Condition: v1alpha1.ConditionServer, Run: r.server},
			{Condition: v1alpha1.ConditionDatabase, Run: r.database, Undo: r.drop},
			{Condition: v1alpha1.ConditionGrants, Run: r.grants},
			{Condition: v1alpha1.ConditionSearch, Run: r.search},
			{Condition: v1alpha1.ConditionSchema, Run: r.schema},
			{Condition: v1alpha1.ConditionDirectory, Run: r.directory, Undo: r.withdraw},
		},
		Farewell: r.vacated,
	}
}

// Reconcile brings one database a pass further; the tests and the manager call it.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return r.loop().Reconcile(ctx, req)
}

func (r *Reconciler) databasesOn(ctx context.Context, server string) []reconcile.Request {
	var all v1alpha1.TenantDatabaseList
	if err := r.Client.List(ctx, &all); err != nil {
		return nil
	}
	var out []reconcile.Request
	for i := range all.Items {
		if all.Items[i].Spec.ServerRef.Name == server {
			out = append(out, reconcile.Request{NamespacedName: types.NamespacedName{Name: all.Items[i].Name}})
		}
	}
	return out
}

// rolesVersion changes when the server has taken rotated passwords, which the directory is then told.
func rolesVersion(s *v1alpha1.DatabaseServer) string { return s.Status.RolesSecretVersion }
