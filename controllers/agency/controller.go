// Package agency reconciles Agencies: the namespace with its rights, quota and network policy, the database by
// isolation, the directory's entry with branding and hosts, the owner's invitation and the carrier's credentials.
package agency

import (
	"context"

	"github.com/google/uuid"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/invitation"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Directory is what this controller tells the data plane; modules/directory does it.
type Directory interface {
	UpsertAgency(ctx context.Context, in directory.AgencyInput) (directory.Agency, error)
	AgencyOf(ctx context.Context, name, uid string) (directory.Agency, error)
	Agency(ctx context.Context, id uuid.UUID) (directory.Agency, error)
	DatabaseByID(ctx context.Context, id uuid.UUID) (directory.Database, error)
	SetHosts(ctx context.Context, agency uuid.UUID, hosts []string) error
	SetAgencyTelephony(ctx context.Context, agency uuid.UUID, t *directory.Telephony) error
	SetAgencyStatus(ctx context.Context, agency uuid.UUID, status tenancy.Status) error
	RetainAgency(ctx context.Context, agency uuid.UUID) error
	RemoveAgency(ctx context.Context, agency uuid.UUID) error
}

// Reconciler reconciles Agencies.
type Reconciler struct {
	Client      client.Client
	Recorder    events.EventRecorder
	Clock       phase.Clock
	Directory   Directory
	Invitations *invitation.Keeper
}

// +kubebuilder:rbac:groups=omnicrm.io,resources=agencies,verbs=list;watch;patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=agencies/status,verbs=patch
// +kubebuilder:rbac:groups=omnicrm.io,resources=tenantdatabases,verbs=list;watch;create;patch;delete
// +kubebuilder:rbac:groups=omnicrm.io,resources=databaseservers;subaccounts,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups="",resources=resourcequotas,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=networking.k8s.io,resources=networkpolicies,verbs=get;list;watch;create;patch
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=rolebindings,verbs=get;list;watch;create;patch;delete
// +kubebuilder:rbac:groups=rbac.authorization.k8s.io,resources=clusterroles,resourceNames=omnicrm-agency,verbs=bind

// SetupWithManager registers the controller and what wakes it. Agencies are worked on one at a time, so that two of
// them don't take the last place in the same Shared database.
func (r *Reconciler) SetupWithManager(mgr ctrl.Manager) error {
	loop, byNamespace := r.loop(), handler.EnqueueRequestsFromMapFunc(r.agencyOfNamespace)
	return phase.Controller(mgr, loop, 1).
		Watches(&corev1.Namespace{}, byNamespace, builder.OnlyMetadata, builder.WithPredicates(phase.Touched())).
		Watches(&corev1.ResourceQuota{}, byNamespace, builder.OnlyMetadata, builder.WithPredicates(phase.Touched())).
		Watches(&rbacv1.RoleBinding{}, byNamespace, builder.OnlyMetadata, builder.WithPredicates(phase.Touched())).
		Watches(&networkingv1.NetworkPolicy{}, byNamespace, builder.OnlyMetadata, builder.WithPredicates(phase.Touched())).
		Watches(&v1alpha1.TenantDatabase{}, handler.EnqueueRequestsFromMapFunc(r.agenciesOfDatabase), builder.WithPredicates(phase.ReadyChanged())).
		Watches(&v1alpha1.SubAccount{}, handler.EnqueueRequestsFromMapFunc(agencyOfSubAccount), builder.WithPredicates(phase.CameOrWent())).
		Watches(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(r.agenciesOfSecret), builder.OnlyMetadata).
		Complete(loop)
}

func (r *Reconciler) loop() *phase.Loop[*v1alpha1.Agency] {
	type agency = *v1alpha1.Agency
	return &phase.Loop[agency]{
		Client: r.Client, Recorder: r.Recorder, Clock: r.Clock,
		New: func() agency { return &v1alpha1.Agency{} },
		Phases: []phase.Phase[agency]{
			{Condition: v1alpha1.ConditionNamespace, Run: r.namespace, Undo: r.deleteNamespace},
			{Condition: v1alpha1.ConditionAccess, Run: r.access},
			{Condition: v1alpha1.ConditionLimits, Run: r.limits},
			{Condition: v1alpha1.ConditionNetwork, Run: r.network},
			{Condition: v1alpha1.ConditionTenantDatabase, Run: r.database, Undo: r.deleteDatabase},
			{Condition: v1alpha1.ConditionDirectory, Run: r.directory, Undo: r.withdraw},
			{Condition: v1alpha1.ConditionHosts, Run: r.hosts},
			{Condition: v1alpha1.ConditionInvitation, Run: r.invitation, Undo: r.revoke},
			{Condition: v1alpha1.ConditionTelephony, Run: r.telephony},
		},
		Farewell: r.farewell,
	}
}

// Reconcile brings one agency a pass further; the tests and the manager call it.
func (r *Reconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	return r.loop().Reconcile(ctx, req)
}

// NamespaceOf is the namespace of an agency.
func NamespaceOf(a *v1alpha1.Agency) string {
	if a.Spec.Namespace != "" {
		return a.Spec.Namespace
	}
	return "agency-" + a.Name
}

func (r *Reconciler) agenciesWhere(ctx context.Context, fits func(*v1alpha1.Agency) bool) []reconcile.Request {
	var all v1alpha1.AgencyList
	if err := r.Client.List(ctx, &all); err != nil {
		return nil
	}
	var out []reconcile.Request
	for i := range all.Items {
		if fits(&all.Items[i]) {
			out = append(out, reconcile.Request{NamespacedName: types.NamespacedName{Name: all.Items[i].Name}})
		}
	}
	return out
}

func (r *Reconciler) agenciesOfDatabase(ctx context.Context, t client.Object) []reconcile.Request {
	return r.agenciesWhere(ctx, func(a *v1alpha1.Agency) bool {
		return a.Status.TenantDatabase == t.GetName() || t.GetLabels()[v1alpha1.LabelAgency] == a.Name
	})
}

func (r *Reconciler) agenciesOfSecret(ctx context.Context, secret client.Object) []reconcile.Request {
	return r.agenciesWhere(ctx, func(a *v1alpha1.Agency) bool {
		return NamespaceOf(a) == secret.GetNamespace() && (secret.GetName() == secretInvitation ||
			(a.Spec.Telephony != nil && a.Spec.Telephony.CredentialsSecretRef.Name == secret.GetName()))
	})
}

// agencyOfNamespace wakes the agency whose namespace, or something in it, was touched.
func (r *Reconciler) agencyOfNamespace(ctx context.Context, kept client.Object) []reconcile.Request {
	namespace := kept.GetNamespace()
	if namespace == "" {
		namespace = kept.GetName()
	}
	return r.agenciesWhere(ctx, func(a *v1alpha1.Agency) bool { return NamespaceOf(a) == namespace })
}

func agencyOfSubAccount(_ context.Context, obj client.Object) []reconcile.Request {
	sub, ok := obj.(*v1alpha1.SubAccount)
	if !ok || sub.Status.Agency == "" {
		return nil
	}
	return []reconcile.Request{{NamespacedName: types.NamespacedName{Name: sub.Status.Agency}}}
}
