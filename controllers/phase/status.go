package phase

import (
	"context"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// patchStatus writes what changed, if anything, and tells of transitions.
func (l *Loop[T]) patchStatus(ctx context.Context, before, obj T) error {
	finalizing := !obj.GetDeletionTimestamp().IsZero() && !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer)
	if finalizing || reflect.DeepEqual(statusOf(before), statusOf(obj)) {
		return nil
	}
	// The metadata may have been patched meanwhile; only the status is compared here.
	base := obj.DeepCopyObject().(T) //nolint:forcetypeassert // DeepCopyObject keeps the type
	reflect.ValueOf(base).Elem().FieldByName("Status").Set(reflect.ValueOf(before).Elem().FieldByName("Status"))
	was := before.Common().Conditions
	is := append([]metav1.Condition(nil), obj.Common().Conditions...)
	if err := l.Client.Status().Patch(ctx, obj, client.MergeFrom(base), client.FieldOwner(v1alpha1.FieldOwner)); err != nil {
		return client.IgnoreNotFound(err)
	}
	l.tell(obj, was, is)
	return nil
}

func statusOf(obj Object) any { return reflect.ValueOf(obj).Elem().FieldByName("Status").Interface() }

// tell makes an event of each transition: of Ready always, of a phase only into trouble.
func (l *Loop[T]) tell(obj T, was, is []metav1.Condition) {
	stuck := meta.IsStatusConditionTrue(is, Stuck)
	for _, c := range is {
		old := meta.FindStatusCondition(was, c.Type)
		if old != nil && old.Status == c.Status && old.Reason == c.Reason {
			continue
		}
		switch {
		case c.Type == Reconciling || c.Type == Stuck, c.Status == metav1.ConditionUnknown:
			continue
		case c.Status == metav1.ConditionFalse && (stuck || c.Reason == ReasonFailed):
			l.event(obj, corev1.EventTypeWarning, c)
		case c.Type == Ready || c.Type == v1alpha1.ConditionCleanup || c.Type == Paused:
			l.event(obj, corev1.EventTypeNormal, c)
		}
	}
}

func (l *Loop[T]) event(obj T, kind string, c metav1.Condition) {
	if l.Recorder != nil {
		l.Recorder.Eventf(obj, nil, kind, c.Reason, c.Type, "%s", c.Message)
	}
}

func boolStatus(b bool) metav1.ConditionStatus {
	if b {
		return metav1.ConditionTrue
	}
	return metav1.ConditionFalse
}

// PatchMeta changes metadata under an optimistic lock, and leaves the rest of obj, the status above all, as it stands
// in memory. A lost race is a Conflict, and the loop comes again.
func PatchMeta(ctx context.Context, c client.Client, obj client.Object, change func(client.Object)) error {
	changed := obj.DeepCopyObject().(client.Object) //nolint:forcetypeassert // DeepCopyObject keeps the type
	change(changed)
	if reflect.DeepEqual(obj.GetFinalizers(), changed.GetFinalizers()) &&
		reflect.DeepEqual(obj.GetAnnotations(), changed.GetAnnotations()) && reflect.DeepEqual(obj.GetLabels(), changed.GetLabels()) {
		return nil
	}
	base := obj.DeepCopyObject().(client.Object) //nolint:forcetypeassert // DeepCopyObject keeps the type
	patch := client.MergeFromWithOptions(base, client.MergeFromWithOptimisticLock{})
	if err := c.Patch(ctx, changed, patch, client.FieldOwner(v1alpha1.FieldOwner)); err != nil {
		return err
	}
	obj.SetResourceVersion(changed.GetResourceVersion())
	obj.SetFinalizers(changed.GetFinalizers())
	obj.SetAnnotations(changed.GetAnnotations())
	obj.SetLabels(changed.GetLabels())
	return nil
}

// afterLost comes again soon after a lost race, and not at all for an object that is gone.
func afterLost(err error) (ctrl.Result, error) {
	if Lost(err) {
		return later(afterRace), nil
	}
	return ctrl.Result{}, client.IgnoreNotFound(err)
}

// Lost tells whether err is a lost race for an object, which another pass mends.
func Lost(err error) bool { return apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) }

// IsReady tells whether all phases are done for the present generation.
func IsReady(obj Object) bool {
	s := obj.Common()
	return s.ObservedGeneration == obj.GetGeneration() && meta.IsStatusConditionTrue(s.Conditions, Ready)
}
