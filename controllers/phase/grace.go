package phase

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// DefaultGrace is how long a deletion waits before it destroys data when the spec doesn't say.
const DefaultGrace = 30 * 24 * time.Hour

// PurgeAt is when the grace period of a deletion is over.
func PurgeAt(obj client.Object, grace *metav1.Duration) time.Time {
	d := DefaultGrace
	if grace != nil {
		d = grace.Duration
	}
	return obj.GetDeletionTimestamp().Add(d).UTC()
}

// Grace waits until the grace period of a deletion is over, and says until when and how to keep the data after all.
func Grace(obj client.Object, grace *metav1.Duration, now time.Time, reason string) error {
	at := PurgeAt(obj, grace)
	if !now.Before(at) {
		return nil
	}
	return Until(at.Sub(now), reason, "The data is destroyed at %s. To keep it, set deletionPolicy: Retain before then, or the "+
		"annotation %s: \"true\" to let go of everything as it is.", at.Format(time.RFC3339), v1alpha1.AnnotationOrphan)
}
