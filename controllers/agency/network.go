package agency

import (
	"context"

	networkingv1 "k8s.io/api/networking/v1"
	metav1ac "k8s.io/client-go/applyconfigurations/meta/v1"
	networkingv1ac "k8s.io/client-go/applyconfigurations/networking/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// ReasonDenied is the reason of the condition Network.
const ReasonDenied = "DeniedByDefault"

func (r *Reconciler) network(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	out, err := r.keep(ctx, a, desiredNetworkPolicy(a), &networkingv1.NetworkPolicy{}, "ingress", "egress")
	out.Reason, out.Message = ReasonDenied, "Network traffic to and from the namespace is denied."
	return out, err
}

// desiredNetworkPolicy selects every pod and allows it nothing.
func desiredNetworkPolicy(a *v1alpha1.Agency) *networkingv1ac.NetworkPolicyApplyConfiguration {
	return networkingv1ac.NetworkPolicy("omnicrm-default-deny", NamespaceOf(a)).
		WithLabels(desiredLabels(a)).
		WithSpec(networkingv1ac.NetworkPolicySpec().
			WithPodSelector(metav1ac.LabelSelector()).
			WithPolicyTypes(networkingv1.PolicyTypeIngress, networkingv1.PolicyTypeEgress))
}
