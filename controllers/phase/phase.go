package phase

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// Conditions that every kind has, in the sense of kstatus.
const (
	Ready       = "Ready"       // all phases have done what the spec asks for
	Reconciling = "Reconciling" // the operator is at it and expects to get there
	Stuck       = "Stalled"     // it can't get there until something is changed
	Paused      = "Paused"      // somebody asked the operator to keep its hands off
)

// Reasons of the loop itself.
const (
	ReasonReady    = "Ready"
	ReasonDeleting = "Deleting"
	ReasonPaused   = "Paused"
	ReasonPending  = "Pending"
	ReasonProgress = "Progressing"
	ReasonRetrying = "Retrying"
	// ReasonDriftMended is the reason of an event, and of a condition for some minutes: somebody had changed what the
	// operator keeps, and it is right again.
	ReasonDriftMended = "DriftMended"
)

// Object is a custom resource whose status has the shared part. T in this package is a pointer to such a type.
type Object interface {
	client.Object
	Common() *v1alpha1.CommonStatus
}

// Outcome is what a phase has to tell when nothing was in its way.
type Outcome struct {
	Reason  string // CamelCase, from the kind's fixed list
	Message string // what is, or what to do

	// Fault leaves the resource ready but sets the condition to False: worth a look, nothing is broken.
	Fault bool
	// Mended says what somebody had changed behind the spec's back, and that it is right again. It becomes an event.
	Mended string
	// Again asks for another pass after that time; zero leaves it to the watches and the resync.
	Again time.Duration
}

// Phase is one step towards what the spec says.
type Phase[T Object] struct {
	// Condition is the type of its condition.
	Condition string
	// Run does the step. It may set its fields of the status; the loop writes them.
	Run func(ctx context.Context, obj T) (Outcome, error)
	// Undo takes the step back when the resource is deleted; nil if there is nothing to take back. It must find what
	// it did without the status, which may never have been written.
	Undo func(ctx context.Context, obj T) error
}

// Done is the outcome of a phase that did what it should.
func Done(reason, message string) (Outcome, error) {
	return Outcome{Reason: reason, Message: message}, nil
}

// Settled tells whether a former pass came to a verdict on the present spec: what is otherwise now was changed behind
// the operator's back.
func Settled(obj Object) bool { return obj.Common().ObservedGeneration == obj.GetGeneration() }

func conditionOf(obj Object, kind string, status metav1.ConditionStatus, reason, message string, now time.Time) metav1.Condition {
	return metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: shorten(message),
		ObservedGeneration: obj.GetGeneration(), LastTransitionTime: metav1.NewTime(now),
	}
}

// shorten keeps within what a condition may hold, and a person reads.
func shorten(message string) string {
	const most = 1000
	if len(message) <= most {
		return message
	}
	cut := most
	for cut > 0 && message[cut]&0xC0 == 0x80 { // not inside of a letter
		cut--
	}
	return message[:cut] + "…"
}
