package agency

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// ReasonQuotaSet is the reason of the condition Limits.
const ReasonQuotaSet = "QuotaSet"

const defaultSubAccounts = 100

// quotaSubAccounts counts the SubAccounts of a namespace.
const quotaSubAccounts corev1.ResourceName = "count/subaccounts.omnicrm.io"

func (r *Reconciler) limits(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	// A scope would make the quota count a part only.
	out, err := r.keep(ctx, a, desiredQuota(a), &corev1.ResourceQuota{}, "scopes", "scopeSelector")
	out.Reason, out.Message = ReasonQuotaSet, fmt.Sprintf("The namespace may hold %d SubAccounts.", subAccountLimit(a))
	return out, err
}

func subAccountLimit(a *v1alpha1.Agency) int64 {
	if n := a.Spec.Limits.SubAccounts; n != nil {
		return int64(*n)
	}
	return defaultSubAccounts
}

// desiredQuota allows SubAccounts, the Secrets that they need, and nothing that runs.
func desiredQuota(a *v1alpha1.Agency) *corev1ac.ResourceQuotaApplyConfiguration {
	subs := subAccountLimit(a)
	return corev1ac.ResourceQuota("omnicrm", NamespaceOf(a)).
		WithLabels(desiredLabels(a)).
		WithSpec(corev1ac.ResourceQuotaSpec().WithHard(corev1.ResourceList{
			quotaSubAccounts:         *resource.NewQuantity(subs, resource.DecimalSI),
			corev1.ResourcePods:      *resource.NewQuantity(0, resource.DecimalSI),
			corev1.ResourceServices:  *resource.NewQuantity(0, resource.DecimalSI),
			"count/secrets":          *resource.NewQuantity(2*subs+20, resource.DecimalSI),
			"count/configmaps":       *resource.NewQuantity(20, resource.DecimalSI),
			"persistentvolumeclaims": *resource.NewQuantity(0, resource.DecimalSI),
			"count/serviceaccounts":  *resource.NewQuantity(20, resource.DecimalSI),
		}))
}
