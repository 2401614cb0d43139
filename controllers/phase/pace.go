package phase

import (
	"math/rand/v2"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// DefaultResync is how often a resource is looked at when nothing happens, to correct drift outside of the cluster.
const DefaultResync = 10 * time.Minute

// How an error is tried again: per resource the wait doubles from the first to the longest; over all resources of a
// kind there is a bound on retries, so that a thousand that fail together are a trickle for whatever is failing.
const (
	firstRetry       = 500 * time.Millisecond
	longestRetry     = 5 * time.Minute
	retriesPerSecond = 20
	retryBurst       = 100
)

// later asks for another pass after d; zero leaves the time to the rate limiter. Whatever comes again by itself goes
// behind what a person has just asked for.
func later(d time.Duration) ctrl.Result {
	behind := handler.LowPriority
	return ctrl.Result{RequeueAfter: d, Priority: &behind}
}

// patience is how long to leave a resource that waits for somebody else. The watches wake it when that one moves, so
// the looks in between get rarer the longer it has waited already: a thousand that wait for one server don't hammer.
func (l *Loop[T]) patience(obj T, condition string, e *intended) time.Duration {
	switch {
	case e.exact:
		return e.after
	case e.after == 0:
		return l.resync()
	}
	d := e.after
	if c := meta.FindStatusCondition(obj.Common().Conditions, condition); c != nil && c.Status == metav1.ConditionFalse {
		d = max(d, l.Clock.Now().Sub(c.LastTransitionTime.Time)/2)
	}
	return jitter(min(d, l.interval()))
}

func (l *Loop[T]) resync() time.Duration { return jitter(l.interval()) }

func (l *Loop[T]) interval() time.Duration {
	if l.Resync == 0 {
		return DefaultResync
	}
	return l.Resync
}

// jitter moves d by up to a tenth either way, so that a fleet doesn't march in step.
func jitter(d time.Duration) time.Duration {
	return d - d/10 + rand.N(d/5+1) //nolint:gosec // jitter, not a secret
}

// retries is the rate limiter of a controller's queue.
func retries() workqueue.TypedRateLimiter[reconcile.Request] {
	return workqueue.NewTypedMaxOfRateLimiter[reconcile.Request](
		jittered{workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstRetry, longestRetry)},
		&workqueue.TypedBucketRateLimiter[reconcile.Request]{Limiter: rate.NewLimiter(retriesPerSecond, retryBurst)},
	)
}

type jittered struct {
	workqueue.TypedRateLimiter[reconcile.Request]
}

// When says how long to wait before the item is tried again.
func (j jittered) When(item reconcile.Request) time.Duration {
	return jitter(j.TypedRateLimiter.When(item))
}
