package agency

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/placement"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// database finds or makes the database for the agency's sub-accounts, by isolation.
func (r *Reconciler) database(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	if a.Spec.Isolation == v1alpha1.IsolationDedicated {
		return phase.Done(placement.ReasonNotNeeded, "Every sub-account gets a database of its own.")
	}
	t, err := r.place(ctx, a)
	if err != nil {
		return phase.Outcome{}, err
	}
	a.Status.TenantDatabase = t.Name
	if err := placement.Ready(t); err != nil {
		return phase.Outcome{}, err
	}
	return phase.Done(placement.ReasonPlaced, fmt.Sprintf("Sub-accounts live in the TenantDatabase %s.", t.Name))
}

// place keeps an agency where the directory says that it is, which outlives this resource's status, and places a new
// one.
func (r *Reconciler) place(ctx context.Context, a *v1alpha1.Agency) (*v1alpha1.TenantDatabase, error) {
	entry, err := r.entry(ctx, a)
	if err != nil {
		return nil, err
	}
	if entry.Database == uuid.Nil {
		if a.Spec.Isolation == v1alpha1.IsolationShared {
			return placement.Shared(ctx, r.Client, a)
		}
		return placement.OfAgency(ctx, r.Client, a)
	}
	known, err := r.Directory.DatabaseByID(ctx, entry.Database)
	if err != nil {
		return nil, err
	}
	if err := placement.Unmoved(a, entry.ID, a.Status.ID, a.Status.TenantDatabase, known.Name); err != nil {
		return nil, err
	}
	var t v1alpha1.TenantDatabase
	err = r.Client.Get(ctx, client.ObjectKey{Name: known.Name}, &t)
	if apierrors.IsNotFound(err) {
		return nil, phase.Stalled(placement.ReasonDatabaseMissing, "The agency's data is in the database %s on the DatabaseServer %s, and "+
			"the TenantDatabase %s that stands for it is gone: create it again with serverRef %s, databaseName %s and the annotation %s: %q.",
			known.DBName, known.Server, known.Name, known.Server, known.DBName, v1alpha1.AnnotationAdopt, known.ID)
	}
	return &t, err
}

// entry is the directory's entry of this agency or of the one that it adopts; the zero Agency if there is none.
func (r *Reconciler) entry(ctx context.Context, a *v1alpha1.Agency) (directory.Agency, error) {
	id, err := phase.AdoptID(a, "agency")
	if err != nil {
		return directory.Agency{}, err
	}
	var entry directory.Agency
	if id != uuid.Nil {
		entry, err = r.Directory.Agency(ctx, id)
	} else {
		entry, err = r.Directory.AgencyOf(ctx, a.Name, string(a.UID))
	}
	if fault.Is(err, fault.NotFound) && id == uuid.Nil {
		return directory.Agency{}, nil
	}
	if id == uuid.Nil && entry.UID != string(a.UID) {
		return directory.Agency{}, err // another resource's; the phase Directory says so
	}
	return entry, err
}

// deleteDatabase deletes the agency's own database if the policy says so, and waits until it is gone. What Retain
// keeps, and what is shared with others, stays as it is.
func (r *Reconciler) deleteDatabase(ctx context.Context, a *v1alpha1.Agency) error {
	if a.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		return nil
	}
	var t v1alpha1.TenantDatabase
	err := r.Client.Get(ctx, client.ObjectKey{Name: placement.AgencyName(a.Name)}, &t)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if t.Labels[v1alpha1.LabelAgency] != a.Name || t.Spec.Isolation != v1alpha1.IsolationAgency {
		return nil // never ours
	}
	return placement.Destroy(ctx, r.Client, &t)
}
