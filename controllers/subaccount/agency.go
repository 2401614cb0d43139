package subaccount

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// Reasons of the condition Agency.
const (
	ReasonAgencyFound    = "AgencyFound"
	ReasonNoAgency       = "NoAgency"
	ReasonAgencyNotReady = "AgencyNotReady"
	ReasonAgencyLeaving  = "AgencyLeaving"
)

const (
	retry = 20 * time.Second
	soon  = 5 * time.Second
)

// agency finds the agency that the namespace belongs to, and waits until the directory lists it. Whatever else the
// agency still lacks is no reason to keep its customers waiting.
func (r *Reconciler) agency(ctx context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	a, err := r.agencyOf(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	sub.Status.Agency = a.Name
	switch {
	// What was retained has to be taken over to be deleted, also from an agency that is on its way out.
	case !a.DeletionTimestamp.IsZero() && sub.Annotations[v1alpha1.AnnotationAdopt] == "":
		return phase.Outcome{}, phase.Stalled(ReasonAgencyLeaving, "The Agency %s is being deleted: delete this SubAccount too, or "+
			"take the deletion's reason up with whoever runs the platform.", a.Name)
	case a.Status.ID == "":
		return phase.Outcome{}, phase.Waiting(soon, ReasonAgencyNotReady, "The Agency %s is not in the directory yet: kubectl describe agency %s tells why.", a.Name, a.Name)
	}
	return phase.Done(ReasonAgencyFound, fmt.Sprintf("The namespace is the Agency %s's.", a.Name))
}

// agencyOf finds the Agency whose namespace this is. The Agency's own word counts, not the namespace's label, which
// others may be allowed to set.
func (r *Reconciler) agencyOf(ctx context.Context, sub *v1alpha1.SubAccount) (*v1alpha1.Agency, error) {
	if sub.Status.Agency != "" {
		var a v1alpha1.Agency
		err := r.Client.Get(ctx, client.ObjectKey{Name: sub.Status.Agency}, &a)
		if err == nil && a.Status.Namespace == sub.Namespace {
			return &a, nil
		}
		if client.IgnoreNotFound(err) != nil {
			return nil, err
		}
	}
	var all v1alpha1.AgencyList
	if err := r.Client.List(ctx, &all); err != nil {
		return nil, err
	}
	for i := range all.Items {
		if all.Items[i].Status.Namespace == sub.Namespace {
			return &all.Items[i], nil
		}
	}
	return nil, phase.Waiting(retry, ReasonNoAgency, "The namespace %s belongs to no Agency: create the SubAccount in an agency's "+
		"namespace (kubectl get agencies shows them).", sub.Namespace)
}

func agencyID(a *v1alpha1.Agency) (uuid.UUID, error) {
	id, err := uuid.Parse(a.Status.ID)
	if err != nil {
		return uuid.Nil, phase.Waiting(soon, ReasonAgencyNotReady, "The Agency %s is not in the directory yet.", a.Name)
	}
	return id, nil
}
