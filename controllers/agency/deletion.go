package agency

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Reasons why a deletion waits.
const (
	ReasonSubAccountsLeft = "SubAccountsLeft"
	ReasonGracePeriod     = "GracePeriod"
)

const retry = 20 * time.Second

// farewell waits for the SubAccounts, each of which follows its own policy, and, when data is to be destroyed, for the
// grace period, during which nobody signs in.
func (r *Reconciler) farewell(ctx context.Context, a *v1alpha1.Agency) error {
	var subs v1alpha1.SubAccountList
	if a.Status.Namespace != "" {
		if err := r.Client.List(ctx, &subs, client.InNamespace(a.Status.Namespace)); err != nil {
			return err
		}
	}
	if err := left(subs.Items); err != nil {
		return err
	}
	if a.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		return nil
	}
	if id, err := uuid.Parse(a.Status.ID); err == nil {
		if err := r.Directory.SetAgencyStatus(ctx, id, tenancy.Deleting); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	return phase.Grace(a, a.Spec.DeletionGracePeriod, r.Clock.Now(), ReasonGracePeriod)
}

func left(subs []v1alpha1.SubAccount) error {
	if len(subs) == 0 {
		return nil
	}
	names := make([]string, 0, len(subs))
	for i := range subs {
		names = append(names, subs[i].Name)
	}
	slices.Sort(names)
	return phase.Waiting(retry, ReasonSubAccountsLeft, "%d SubAccounts are left in the namespace %s: delete them, each does what its "+
		"deletionPolicy says (%s).", len(subs), subs[0].Namespace, strings.Join(names[:min(len(names), 10)], ", "))
}

// withdraw takes the agency out of the directory: retained for adoption, or for good.
func (r *Reconciler) withdraw(ctx context.Context, a *v1alpha1.Agency) error {
	entry, err := r.Directory.AgencyOf(ctx, a.Name, string(a.UID))
	if fault.Is(err, fault.NotFound) || (err == nil && entry.UID != string(a.UID)) {
		return nil // gone already, or never ours
	}
	if err != nil {
		return err
	}
	if a.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		return r.Directory.RetainAgency(ctx, entry.ID)
	}
	err = r.Directory.RemoveAgency(ctx, entry.ID)
	if fault.Is(err, fault.Conflict) {
		return phase.Waiting(retry, ReasonSubAccountsLeft, "Sub-accounts of this agency were retained, and deletionPolicy is Delete: "+
			"adopt and delete them, or set deletionPolicy: Retain.")
	}
	return err
}
