package directory

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

var resourceName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)

func toResource(sub *v1alpha1.SubAccount) Resource {
	r := Resource{
		Name: sub.Name, DisplayName: sub.Spec.DisplayName, OwnerEmail: sub.Spec.Owner.Email, Timezone: sub.Spec.Timezone,
		Country: sub.Spec.Country, Currency: sub.Spec.Currency, Suspended: sub.Spec.Suspended,
		Isolation:   Isolation(cmp.Or(sub.Status.Isolation, sub.Spec.Isolation)),
		PhoneNumber: sub.Status.PhoneNumber, CreatedAt: sub.CreationTimestamp.Time, Version: versionOf(sub),
	}
	// An id that isn't one is as good as none: the operator writes it anew.
	r.ID, _ = uuid.Parse(sub.Status.ID)
	for _, c := range sub.Status.Conditions {
		r.Conditions = append(r.Conditions, Condition{
			Type: c.Type, Status: string(c.Status), Reason: c.Reason, Message: c.Message, LastTransition: c.LastTransitionTime.Time,
		})
	}
	r.State, r.Reason, r.Message = stateOf(sub)
	return r
}

func versionOf(sub *v1alpha1.SubAccount) string {
	return fmt.Sprintf("%s.%d", sub.UID, sub.Generation)
}

// stateOf reads the conditions as kstatus does: a verdict on an older
// generation of the spec is no verdict.
func stateOf(sub *v1alpha1.SubAccount) (State, string, string) {
	find := func(kind string) *metav1.Condition {
		for i, c := range sub.Status.Conditions {
			if c.Type == kind {
				return &sub.Status.Conditions[i]
			}
		}
		return &metav1.Condition{Type: kind, Status: metav1.ConditionUnknown}
	}
	ready, stalled, suspended := find("Ready"), find("Stalled"), find(v1alpha1.ConditionSuspended)
	current := sub.Status.ObservedGeneration == sub.Generation
	switch {
	case !sub.DeletionTimestamp.IsZero():
		cleanup := find(v1alpha1.ConditionCleanup)
		return StateDeleting, cmp.Or(cleanup.Reason, "Deleting"), cmp.Or(cleanup.Message, "Being deleted.")
	case stalled.Status == metav1.ConditionTrue && current:
		return StateStalled, stalled.Reason, stalled.Message
	case sub.Spec.Suspended && suspended.Status == metav1.ConditionTrue:
		return StateSuspended, suspended.Reason, suspended.Message
	case ready.Status == metav1.ConditionTrue && current:
		return StateReady, ready.Reason, ready.Message
	}
	return StateProvisioning, cmp.Or(ready.Reason, "Progressing"), cmp.Or(ready.Message, "Being set up.")
}

func sortResources(all []Resource) {
	slices.SortFunc(all, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.DisplayName), strings.ToLower(b.DisplayName)), cmp.Compare(a.Name, b.Name))
	})
}
