package agency

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// Reasons of the condition Namespace.
const (
	ReasonNamespaceReady       = "NamespaceReady"
	ReasonNamespaceTaken       = "NamespaceTaken"
	ReasonNamespaceTerminating = "NamespaceTerminating"
)

const soon = 2 * time.Second

// namespace creates the agency's namespace. One that exists is taken only if it carries the agency's label: whoever
// may set that consents.
func (r *Reconciler) namespace(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	name := NamespaceOf(a)
	var have corev1.Namespace
	err := r.Client.Get(ctx, client.ObjectKey{Name: name}, &have)
	switch {
	case apierrors.IsNotFound(err):
	case err != nil:
		return phase.Outcome{}, err
	case have.Labels[v1alpha1.LabelAgency] != a.Name:
		return phase.Outcome{}, phase.Stalled(ReasonNamespaceTaken, "The namespace %s exists and is not this agency's; it was left alone. "+
			"Choose another spec.namespace in a new Agency, or hand it over: kubectl label namespace %s %s=%s", name, name, v1alpha1.LabelAgency, a.Name)
	case !have.DeletionTimestamp.IsZero():
		return phase.Outcome{}, phase.Waiting(soon, ReasonNamespaceTerminating, "The namespace %s is still being deleted.", name)
	}
	out, err := r.keep(ctx, a, desiredNamespace(a), &corev1.Namespace{})
	if err != nil {
		return phase.Outcome{}, err
	}
	a.Status.Namespace = name
	out.Reason, out.Message = ReasonNamespaceReady, "The namespace "+name+" is the agency's."
	return out, nil
}

// keep applies what the agency has in the cluster, and says what somebody had changed there.
func (r *Reconciler) keep(ctx context.Context, a *v1alpha1.Agency, desired runtime.ApplyConfiguration, live client.Object, absent ...string) (phase.Outcome, error) {
	was, err := phase.Keep(ctx, r.Client, desired, live, absent...)
	if !phase.Settled(a) {
		was = "" // made or changed as the spec asks
	}
	return phase.Outcome{Mended: was}, err
}

func desiredNamespace(a *v1alpha1.Agency) *corev1ac.NamespaceApplyConfiguration {
	return corev1ac.Namespace(NamespaceOf(a)).
		WithLabels(desiredLabels(a)).
		WithLabels(map[string]string{
			"pod-security.kubernetes.io/enforce": "restricted", // nothing runs here; should it ever, then so
		}).
		WithAnnotations(map[string]string{"omnicrm.io/display-name": a.Spec.DisplayName})
}

func desiredLabels(a *v1alpha1.Agency) map[string]string {
	return map[string]string{v1alpha1.LabelAgency: a.Name, v1alpha1.LabelManagedBy: v1alpha1.FieldOwner}
}

// deleteNamespace deletes the namespace, if it is ours, and waits until it is gone.
func (r *Reconciler) deleteNamespace(ctx context.Context, a *v1alpha1.Agency) error {
	name := NamespaceOf(a)
	var have corev1.Namespace
	err := r.Client.Get(ctx, client.ObjectKey{Name: name}, &have)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if have.Labels[v1alpha1.LabelAgency] != a.Name {
		return nil // never ours
	}
	if have.DeletionTimestamp.IsZero() {
		own := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}
		if err := r.Client.Delete(ctx, own, client.Preconditions{UID: &have.UID}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	return phase.Waiting(soon, ReasonNamespaceTerminating, "Kubernetes is deleting the namespace %s.", name)
}
