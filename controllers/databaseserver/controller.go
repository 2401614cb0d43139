// Package databaseserver reconciles DatabaseServers: it looks whether the operator can reach a PostgreSQL server and
// what it may do there, and makes the four roles. It never drops anything on a server.
package databaseserver

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
)

// Postgres is what this controller asks of a server; platform/db's Provisioner does it.
type Postgres interface {
	Inspect(ctx context.Context, s db.Server, measure bool) (db.ServerInfo, error)
	EnsureRoles(ctx context.Context, s db.Server, passwords db.RolePasswords) error
}

// Reconciler reconciles DatabaseServers.
type Reconciler struct {
	Client    client.Client
	Recorder  events.EventRecorder
	Clock     phase.Clock
	Postgres  Postgres
	Namespace string // the operator's own: credentials and role passwords lie there
}

// parallel is how many servers are worked on at once: one that doesn't answer takes a connection's timeout.
const parallel = 8

// +kubebuilder:rbac:groups=omnicrm.io,resources=databaseservers,verbs=list;watch;patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=databaseservers/status,verbs=patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=tenantdatabases,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// SetupWithManager registers the controller and what wakes it.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	loop := r.loop()
	return phase.Controller(mgr, loop, parallel).
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.serversOfSecret), builder.OnlyMetadata).
		Watches(&v1alpha1.TenantDatabase{}, countLater(), builder.WithPredicates(phase.ReadyChanged())).
		Complete(loop)
}

func (r *Reconciler) loop() *phase.Loop[*v1alpha1.DatabaseServer] {
	type server = *v1alpha1.DatabaseServer
	return &phase.Loop[server]{
		Client: r.Client, Recorder: r.Recorder, Clock: r.Clock,
		New: func() server { return &v1alpha1.DatabaseServer{} },
		Phases: []phase.Phase[server]{
			{Condition: v1alpha1.ConditionCredentials, Run: r.credentials},
			{Condition: v1alpha1.ConditionConnection, Run: r.connection},
			{Condition: v1alpha1.ConditionRoles, Run: r.roles, Undo: r.forgetRoles},
			{Condition: v1alpha1.ConditionCapacity, Run: r.capacity},
		},
		Farewell: r.vacated,
	}
}

// Reconcile brings one server a pass further; the tests and the manager call it.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return r.loop().Reconcile(ctx, req)
}

// serversOfSecret finds the servers that a Secret belongs to.
func (r *Reconciler) serversOfSecret(ctx context.Context, secret client.Object) []reconcile.Request {
	var all v1alpha1.DatabaseServerList
	if err := r.Client.List(ctx, &all); err != nil {
		return nil
	}
	var out []reconcile.Request
	for i := range all.Items {
		s := &all.Items[i]
		key := client.ObjectKeyFromObject(secret)
		if key == credentialsKey(s, r.Namespace) || key == RolesKey(s.Name, r.Namespace) {
			out = append(out, reconcile.Request{NamespacedName: types.NamespacedName{Name: s.Name}})
		}
	}
	return out
}

// settle is how long after a change of its databases a server is counted anew: once for many, and not while they need it.
const settle = 2 * time.Second

func countLater() handler.EventHandler {
	type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]
	later := func(obj client.Object, q queue) {
		if t, ok := obj.(*v1alpha1.TenantDatabase); ok {
			q.AddAfter(reconcile.Request{NamespacedName: types.NamespacedName{Name: t.Spec.ServerRef.Name}}, settle)
		}
	}
	return handler.Funcs{
		CreateFunc: func(_ context.Context, e event.CreateEvent, q queue) { later(e.Object, q) },
		UpdateFunc: func(_ context.Context, e event.UpdateEvent, q queue) { later(e.ObjectNew, q) },
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, q queue) { later(e.Object, q) },
	}
}
