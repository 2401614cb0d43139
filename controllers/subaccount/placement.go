package subaccount

import (
	"cmp"
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

// placement chooses the database once and for all. A sub-account that has its place keeps it, and is worked on also
// while its database is away: a suspension must not wait for that.
func (r *Reconciler) placement(ctx context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	a, err := r.agencyOf(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	entry, err := r.entry(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	if entry.ID != uuid.Nil {
		return r.placed(ctx, sub, entry)
	}
	if sub.Status.ID != "" && sub.Status.TenantDatabase != "" {
		return r.stay(ctx, sub)
	}
	isolation := cmp.Or(sub.Spec.Isolation, a.Spec.Isolation, v1alpha1.IsolationAgency)
	t, err := r.choose(ctx, a, sub, isolation)
	if err != nil {
		return phase.Outcome{}, err
	}
	sub.Status.Isolation, sub.Status.TenantDatabase = isolation, t.Name
	if err := placement.Ready(t); err != nil {
		return phase.Outcome{}, err
	}
	return phase.Done(placement.ReasonPlaced, fmt.Sprintf("The data is in the TenantDatabase %s.", t.Name))
}

// stay keeps a sub-account whose entry was removed by hand in the database that has its data.
func (r *Reconciler) stay(ctx context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	var t v1alpha1.TenantDatabase
	err := r.Client.Get(ctx, client.ObjectKey{Name: sub.Status.TenantDatabase}, &t)
	if apierrors.IsNotFound(err) {
		return phase.Outcome{}, phase.Stalled(placement.ReasonDatabaseMissing, "The data is in the TenantDatabase %s, which is gone: create it again.",
			sub.Status.TenantDatabase)
	}
	if err != nil {
		return phase.Outcome{}, err
	}
	if err := placement.Ready(&t); err != nil {
		return phase.Outcome{}, err
	}
	return phase.Done(placement.ReasonPlaced, fmt.Sprintf("The data is in the TenantDatabase %s.", t.Name))
}

// choose finds or makes the database for a new sub-account.
func (r *Reconciler) choose(ctx context.Context, a *v1alpha1.Agency, sub *v1alpha1.SubAccount, isolation v1alpha1.Isolation) (*v1alpha1.TenantDatabase, error) {
	if isolation == v1alpha1.IsolationDedicated {
		return placement.OfSubAccount(ctx, r.Client, a, sub)
	}
	if isolation == a.Spec.Isolation && a.Status.TenantDatabase != "" {
		var t v1alpha1.TenantDatabase
		return &t, r.Client.Get(ctx, client.ObjectKey{Name: a.Status.TenantDatabase}, &t)
	}
	if isolation == v1alpha1.IsolationShared {
		return placement.Shared(ctx, r.Client, a)
	}
	return placement.OfAgency(ctx, r.Client, a)
}

// placed tells of the place that the directory knows.
func (r *Reconciler) placed(ctx context.Context, sub *v1alpha1.SubAccount, entry directory.SubAccount) (phase.Outcome, error) {
	known, err := r.Directory.DatabaseByID(ctx, entry.Database)
	if err != nil {
		return phase.Outcome{}, err
	}
	if err := placement.Unmoved(sub, entry.ID, sub.Status.ID, sub.Status.TenantDatabase, known.Name); err != nil {
		return phase.Outcome{}, err
	}
	sub.Status.Isolation, sub.Status.TenantDatabase = v1alpha1.Isolation(known.Isolation), known.Name
	var t v1alpha1.TenantDatabase
	err = r.Client.Get(ctx, client.ObjectKey{Name: known.Name}, &t)
	switch {
	case apierrors.IsNotFound(err):
		return phase.Outcome{Reason: placement.ReasonDatabaseMissing, Fault: true, Message: fmt.Sprintf(
			"The data is in the database %s on the DatabaseServer %s; the TenantDatabase %s that stands for it is gone and should be created again.",
			known.DBName, known.Server, known.Name)}, nil
	case err != nil:
		return phase.Outcome{}, err
	}
	if err := r.takeOver(ctx, sub, &t); err != nil {
		return phase.Outcome{}, err
	}
	if err := placement.Ready(&t); err != nil {
		return phase.Outcome{Reason: placement.ReasonDatabaseNotReady, Message: err.Error(), Fault: true, Again: retry}, nil
	}
	return phase.Done(placement.ReasonPlaced, fmt.Sprintf("The data is in the TenantDatabase %s.", known.Name))
}

// takeOver makes the Dedicated database of an adopted sub-account this resource's, which then decides its fate.
func (r *Reconciler) takeOver(ctx context.Context, sub *v1alpha1.SubAccount, t *v1alpha1.TenantDatabase) error {
	adopted := sub.Annotations[v1alpha1.AnnotationAdopt]
	if t.Spec.Isolation != v1alpha1.IsolationDedicated || adopted == "" || t.Annotations[placement.AnnotationRetained] != adopted {
		return nil
	}
	return phase.PatchMeta(ctx, r.Client, t, func(o client.Object) {
		annotations, labels := o.GetAnnotations(), o.GetLabels()
		delete(annotations, placement.AnnotationRetained)
		labels[v1alpha1.LabelSubAccount], labels[placement.LabelUID] = sub.Name, string(sub.UID)
		o.SetAnnotations(annotations)
		o.SetLabels(labels)
	})
}

// entry is the directory's entry of this sub-account, or of the one that it adopts; the zero SubAccount if there is none.
func (r *Reconciler) entry(ctx context.Context, sub *v1alpha1.SubAccount) (directory.SubAccount, error) {
	id, err := phase.AdoptID(sub, "sub-account")
	if err != nil {
		return directory.SubAccount{}, err
	}
	if id != uuid.Nil {
		return r.adopted(ctx, sub, id)
	}
	return r.own(ctx, sub)
}

// adopted is the entry that the annotation names. Another agency's reads as one that is not there, so that the
// annotation tells nobody of it.
func (r *Reconciler) adopted(ctx context.Context, sub *v1alpha1.SubAccount, id uuid.UUID) (directory.SubAccount, error) {
	a, err := r.agencyOf(ctx, sub)
	if err != nil {
		return directory.SubAccount{}, err
	}
	agency, err := agencyID(a)
	if err != nil {
		return directory.SubAccount{}, err
	}
	entry, err := r.Directory.SubAccount(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return directory.SubAccount{}, err
	}
	if err != nil || entry.Agency != agency {
		return directory.SubAccount{}, phase.Stalled(phase.ReasonAdoptInvalid, "The Agency %s has no retained sub-account %s: mend or remove "+
			"the annotation %s.", a.Name, id, v1alpha1.AnnotationAdopt)
	}
	return entry, nil
}
