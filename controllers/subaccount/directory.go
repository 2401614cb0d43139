package subaccount

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/placement"
	"github.com/omnicrm/omnicrm/modules/directory"
)

// Reasons of the conditions Directory and Suspended.
const (
	ReasonListed       = "Listed"
	ReasonSuspended    = "Suspended"
	ReasonNotSuspended = "NotSuspended"
)

// directory enters the sub-account, active or suspended; the data plane acts on it within two seconds.
func (r *Reconciler) directory(ctx context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	a, err := r.agencyOf(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	id, err := agencyID(a)
	if err != nil {
		return phase.Outcome{}, err
	}
	adopt, err := phase.AdoptID(sub, "sub-account")
	if err != nil {
		return phase.Outcome{}, err
	}
	before, err := r.entry(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	database, err := r.databaseID(ctx, sub, before)
	if err != nil {
		return phase.Outcome{}, err
	}
	entry, err := r.Directory.UpsertSubAccount(ctx, desiredEntry(sub, id, database, adopt))
	if err != nil {
		return phase.Outcome{}, err
	}
	sub.Status.ID = entry.ID.String()
	out := phase.Outcome{Reason: ReasonListed, Message: fmt.Sprintf("The directory lists the sub-account as %s.", entry.ID)}
	if phase.Settled(sub) && !entry.UpdatedAt.Equal(before.UpdatedAt) {
		out.Mended = "The directory's entry had been changed or removed and is as it should be again."
	}
	return out, nil
}

// databaseID is the database of the directory's entry, or of the TenantDatabase that was chosen.
func (r *Reconciler) databaseID(ctx context.Context, sub *v1alpha1.SubAccount, entry directory.SubAccount) (uuid.UUID, error) {
	if entry.ID != uuid.Nil {
		return entry.Database, nil
	}
	var t v1alpha1.TenantDatabase
	if err := r.Client.Get(ctx, client.ObjectKey{Name: sub.Status.TenantDatabase}, &t); err != nil {
		return uuid.Nil, err
	}
	id, err := uuid.Parse(t.Status.ID)
	if err != nil {
		return uuid.Nil, phase.Waiting(soon, placement.ReasonDatabaseNotReady, "The TenantDatabase %s is not in the directory yet.", t.Name)
	}
	return id, nil
}

func desiredEntry(sub *v1alpha1.SubAccount, agency, database, adopt uuid.UUID) directory.SubAccountInput {
	return directory.SubAccountInput{
		Agency: agency, Namespace: sub.Namespace, Name: sub.Name, UID: string(sub.UID),
		DisplayName: sub.Spec.DisplayName, Timezone: sub.Spec.Timezone, Country: sub.Spec.Country, Currency: sub.Spec.Currency,
		OwnerEmail: sub.Spec.Owner.Email, Database: database, Suspended: sub.Spec.Suspended,
		Adopt: adopt, Lost: phase.FormerID(sub.Status.ID),
	}
}

// suspended tells what the phase before has done. False is the good state, and no fault of readiness.
func (r *Reconciler) suspended(_ context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	if sub.Spec.Suspended {
		return phase.Done(ReasonSuspended, "Nobody signs in and nothing is sent; all data stays. Set spec.suspended: false to resume.")
	}
	return phase.Outcome{Reason: ReasonNotSuspended, Message: "People can sign in and send.", Fault: true}, nil
}
