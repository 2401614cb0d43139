package agency

import (
	"context"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"
	rbacv1ac "k8s.io/client-go/applyconfigurations/rbac/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// ReasonGranted is the reason of the condition Access.
const ReasonGranted = "Granted"

// ClusterRoleAgency is what a reseller's group may do in the agency's namespace; config/rbac holds it.
const ClusterRoleAgency = "omnicrm-agency"

// access lets the reseller's groups manage the namespaced kinds.
func (r *Reconciler) access(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	desired, live := desiredRoleBinding(a), &rbacv1.RoleBinding{}
	err := r.Client.Get(ctx, client.ObjectKey{Namespace: NamespaceOf(a), Name: ClusterRoleAgency}, live)
	if client.IgnoreNotFound(err) != nil {
		return phase.Outcome{}, err
	}
	if err == nil && live.RoleRef.Name != ClusterRoleAgency {
		// A binding's role can't be changed, only the binding made anew.
		if err := r.Client.Delete(ctx, live, client.Preconditions{UID: &live.UID}); client.IgnoreNotFound(err) != nil {
			return phase.Outcome{}, err
		}
	}
	out, err := r.keep(ctx, a, desired, live)
	out.Reason, out.Message = ReasonGranted, "These groups manage SubAccounts in the namespace: "+strings.Join(groupsOf(a), ", ")+"."
	return out, err
}

func groupsOf(a *v1alpha1.Agency) []string {
	if len(a.Spec.Groups) > 0 {
		return a.Spec.Groups
	}
	return []string{"omnicrm:agency:" + a.Name}
}

func desiredRoleBinding(a *v1alpha1.Agency) *rbacv1ac.RoleBindingApplyConfiguration {
	binding := rbacv1ac.RoleBinding(ClusterRoleAgency, NamespaceOf(a)).
		WithLabels(desiredLabels(a)).
		WithRoleRef(rbacv1ac.RoleRef().WithAPIGroup(rbacv1.GroupName).WithKind("ClusterRole").WithName(ClusterRoleAgency))
	for _, group := range groupsOf(a) {
		binding.WithSubjects(rbacv1ac.Subject().WithAPIGroup(rbacv1.GroupName).WithKind(rbacv1.GroupKind).WithName(group))
	}
	return binding
}
