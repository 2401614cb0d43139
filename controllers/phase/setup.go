package phase

import (
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
)

// Controller begins the controller of a kind: woken by what people change, with retries that back off and new work
// before them. parallel is how many resources are worked on at once. The caller adds what else wakes it.
func Controller[T Object](mgr ctrl.Manager, l *Loop[T], parallel int) *builder.Builder {
	first := true
	return ctrl.NewControllerManagedBy(mgr).
		For(l.New(), builder.WithPredicates(Changed())).
		WithOptions(controller.Options{
			MaxConcurrentReconciles: parallel, RateLimiter: retries(), UsePriorityQueue: &first,
		})
}
