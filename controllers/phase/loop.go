package phase

import (
	"context"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Clock tells the time.
type Clock interface{ Now() time.Time }

// afterRace is when to come again after a lost race: the cache has caught up by then.
const afterRace = 500 * time.Millisecond

// Loop reconciles one kind by its phases. T is a pointer to the kind.
type Loop[T Object] struct {
	Client   client.Client
	Recorder events.EventRecorder
	Clock    Clock
	// New makes an empty T.
	New func() T
	// Phases in the order in which they run; deletion undoes them backwards.
	Phases []Phase[T]
	// Farewell is asked before a deletion takes anything back: who still depends on it, whether the grace period is
	// over. Nil asks nothing.
	Farewell func(ctx context.Context, obj T) error
	// Resync defaults to DefaultResync; each is jittered by a fifth, so that a fleet doesn't march in step.
	Resync time.Duration
	// Summary may say more than "Ready" when all phases are done; nil is fine.
	Summary func(obj T) (reason, message string)
}

// Reconcile brings one resource a pass further.
func (l *Loop[T]) Reconcile(ctx context.Context, req ctrl.Request) (result ctrl.Result, err error) {
	ctx = tenancy.WithActor(ctx, tenancy.Actor{Kind: tenancy.Operator, ID: v1alpha1.FieldOwner, Name: "Operator"})
	obj := l.New()
	if err := l.Client.Get(ctx, req.NamespacedName, obj); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	before := obj.DeepCopyObject().(T) //nolint:forcetypeassert // DeepCopyObject keeps the type
	defer func() {
		if patched := l.patchStatus(ctx, before, obj); patched != nil && err == nil {
			err = patched
		}
	}()
	switch {
	case obj.GetAnnotations()[v1alpha1.AnnotationPaused] == "true":
		l.set(obj, Paused, metav1.ConditionTrue, ReasonPaused,
			"The annotation "+v1alpha1.AnnotationPaused+" stops all work; remove it to go on.")
		return ctrl.Result{}, nil
	case !obj.GetDeletionTimestamp().IsZero():
		return l.finalize(ctx, obj)
	}
	meta.RemoveStatusCondition(&obj.Common().Conditions, Paused)
	if err := l.ensureFinalizer(ctx, obj); err != nil {
		return afterLost(err)
	}
	return l.run(ctx, obj)
}

func (l *Loop[T]) ensureFinalizer(ctx context.Context, obj T) error {
	if controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) {
		return nil
	}
	return PatchMeta(ctx, l.Client, obj, func(o client.Object) { controllerutil.AddFinalizer(o, v1alpha1.Finalizer) })
}

// run goes through the phases until one is in the way.
func (l *Loop[T]) run(ctx context.Context, obj T) (ctrl.Result, error) {
	again := l.resync()
	for i, p := range l.Phases {
		out, err := p.Run(ctx, obj)
		if Lost(err) {
			l.underWay(obj)
			return later(afterRace), nil
		}
		if err != nil {
			for _, later := range l.Phases[i+1:] {
				l.pending(obj, later.Condition, p.Condition)
			}
			return l.blocked(obj, p.Condition, intentOf(err), err)
		}
		l.done(obj, p.Condition, out)
		if out.Again > 0 {
			again = min(again, out.Again)
		}
	}
	reason, message := ReasonReady, "Everything is as the spec says."
	if l.Summary != nil {
		reason, message = l.Summary(obj)
	}
	l.set(obj, Ready, metav1.ConditionTrue, reason, message)
	l.set(obj, Reconciling, metav1.ConditionFalse, ReasonReady, "")
	l.set(obj, Stuck, metav1.ConditionFalse, ReasonReady, "")
	obj.Common().ObservedGeneration = obj.GetGeneration()
	return later(again), nil
}

// underWay says of a first pass that is cut short that more is to come: who reads the status sees no phase without it.
func (l *Loop[T]) underWay(obj T) {
	if is := obj.Common().Conditions; meta.FindStatusCondition(is, Ready) != nil {
		return // the verdict that stands
	}
	const message = "Somebody else changed the resource at the same time; it is looked at again at once."
	l.set(obj, Ready, metav1.ConditionFalse, ReasonProgress, message)
	l.set(obj, Reconciling, metav1.ConditionTrue, ReasonProgress, message)
	l.set(obj, Stuck, metav1.ConditionFalse, ReasonProgress, "")
}

// done notes what a phase found, and tells of drift that it put right.
func (l *Loop[T]) done(obj T, condition string, out Outcome) {
	// What the phase has never done for this spec can't have been undone by somebody.
	before := meta.FindStatusCondition(obj.Common().Conditions, condition)
	known := before != nil && before.Status != metav1.ConditionUnknown && before.ObservedGeneration == obj.GetGeneration()
	status := metav1.ConditionTrue
	if out.Fault {
		status = metav1.ConditionFalse
	}
	reason, message := out.Reason, out.Message
	switch {
	case known && out.Mended != "":
		reason, message = ReasonDriftMended, "At "+l.Clock.Now().UTC().Format(time.RFC3339)+": "+out.Mended+" "+message
		l.event(obj, corev1.EventTypeWarning, metav1.Condition{Type: condition, Reason: reason, Message: out.Mended})
	case known && !out.Fault && l.fresh(*before):
		return
	}
	l.set(obj, condition, status, reason, message)
}

// mendedShown is how long a condition tells of drift, so that whoever polls sees it.
const mendedShown = 5 * time.Minute

// fresh tells whether a condition tells of drift that was put right a moment ago.
func (l *Loop[T]) fresh(c metav1.Condition) bool {
	text, _, _ := strings.Cut(strings.TrimPrefix(c.Message, "At "), ": ")
	at, err := time.Parse(time.RFC3339, text)
	return c.Reason == ReasonDriftMended && err == nil && l.Clock.Now().Sub(at) < mendedShown
}

// pending marks a phase that has never run; one that has keeps what it found.
func (l *Loop[T]) pending(obj T, condition, behind string) {
	if meta.FindStatusCondition(obj.Common().Conditions, condition) == nil {
		l.set(obj, condition, metav1.ConditionUnknown, ReasonPending, "Waits for "+behind+".")
	}
}

// blocked sums up a pass that one phase ended.
func (l *Loop[T]) blocked(obj T, condition string, e *intended, err error) (ctrl.Result, error) {
	l.set(obj, condition, metav1.ConditionFalse, e.reason, e.text())
	l.set(obj, Ready, metav1.ConditionFalse, e.reason, e.text())
	switch e.intent {
	case stalled:
		l.set(obj, Reconciling, metav1.ConditionFalse, e.reason, "")
		l.set(obj, Stuck, metav1.ConditionTrue, e.reason, e.text())
		// The verdict on this generation is in; kstatus reads Stalled only then.
		obj.Common().ObservedGeneration = obj.GetGeneration()
		return later(l.resync()), nil
	case waiting:
		l.set(obj, Reconciling, metav1.ConditionTrue, e.reason, e.text())
		l.set(obj, Stuck, metav1.ConditionFalse, ReasonProgress, "")
		return later(l.patience(obj, condition, e)), nil
	default:
		l.set(obj, Reconciling, metav1.ConditionTrue, ReasonRetrying, e.text())
		l.set(obj, Stuck, metav1.ConditionFalse, ReasonRetrying, "")
		return later(0), err
	}
}

// finalize undoes the phases backwards and lets the resource go.
func (l *Loop[T]) finalize(ctx context.Context, obj T) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(obj, v1alpha1.Finalizer) {
		return ctrl.Result{}, nil
	}
	if obj.GetAnnotations()[v1alpha1.AnnotationOrphan] != "true" {
		err := l.undo(ctx, obj)
		if Lost(err) {
			return later(afterRace), nil
		}
		if err != nil {
			return l.undone(obj, intentOf(err), err)
		}
	}
	err := PatchMeta(ctx, l.Client, obj, func(o client.Object) { controllerutil.RemoveFinalizer(o, v1alpha1.Finalizer) })
	return afterLost(err)
}

func (l *Loop[T]) undo(ctx context.Context, obj T) error {
	if l.Farewell != nil {
		if err := l.Farewell(ctx, obj); err != nil {
			return err
		}
	}
	for _, p := range slices.Backward(l.Phases) {
		if p.Undo == nil {
			continue
		}
		if err := p.Undo(ctx, obj); err != nil {
			return err
		}
	}
	return nil
}

// undone sums up a deletion that isn't through.
func (l *Loop[T]) undone(obj T, e *intended, err error) (ctrl.Result, error) {
	l.set(obj, v1alpha1.ConditionCleanup, metav1.ConditionFalse, e.reason, e.text())
	l.set(obj, Ready, metav1.ConditionFalse, ReasonDeleting, e.text())
	l.set(obj, Reconciling, boolStatus(e.intent != stalled), ReasonDeleting, e.text())
	l.set(obj, Stuck, boolStatus(e.intent == stalled), e.reason, e.text())
	switch e.intent {
	case stalled:
		return later(l.resync()), nil
	case waiting:
		return later(l.patience(obj, v1alpha1.ConditionCleanup, e)), nil
	default:
		return later(0), err
	}
}

func (l *Loop[T]) set(obj T, kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(&obj.Common().Conditions, conditionOf(obj, kind, status, reason, message, l.Clock.Now()))
}
