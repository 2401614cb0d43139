package tenantdatabase

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// ReasonOccupied is why a deletion waits.
const ReasonOccupied = "Occupied"

// withdraw takes the database out of the directory: retained for adoption, or for good.
func (r *Reconciler) withdraw(ctx context.Context, t *v1alpha1.TenantDatabase) error {
	entry, err := r.Directory.DatabaseByName(ctx, t.Name)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !ours(t, entry) {
		return nil // an entry of the same name that we never took over
	}
	if t.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		return r.Directory.RetainDatabase(ctx, t.Name)
	}
	occupants, err := r.Directory.Occupants(ctx, entry.ID)
	if err != nil {
		return err
	}
	if occupants > 0 {
		return phase.Waiting(retry, ReasonOccupied, "The database holds the data of %d sub-accounts, retained ones included, and "+
			"deletionPolicy is Delete: adopt and delete them, or set deletionPolicy: Retain.", occupants)
	}
	err = r.Directory.RemoveDatabase(ctx, t.Name)
	if fault.Is(err, fault.Conflict) {
		return phase.Waiting(retry, ReasonOccupied, "An Agency still uses the database: delete the Agency, or set deletionPolicy: Retain.")
	}
	return err
}

func ours(t *v1alpha1.TenantDatabase, entry directory.Database) bool {
	if t.Status.ID != "" {
		return t.Status.ID == entry.ID.String()
	}
	_, err := claim(t, entry)
	return err == nil
}

// vacated holds the deletion while resources live in the database, whatever the policy.
func (r *Reconciler) vacated(ctx context.Context, t *v1alpha1.TenantDatabase) error {
	var subs v1alpha1.SubAccountList
	if err := r.Client.List(ctx, &subs); err != nil {
		return err
	}
	var names []string
	for i := range subs.Items {
		// A dedicated database is deleted by its own SubAccount, which is on its way out.
		if sub := &subs.Items[i]; sub.Status.TenantDatabase == t.Name && !dedicatedTo(t, sub) {
			names = append(names, sub.Namespace+"/"+sub.Name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	return phase.Waiting(retry, ReasonOccupied, "%d SubAccounts live in this database: delete them first (%s).",
		len(names), strings.Join(names[:min(len(names), 10)], ", "))
}

func dedicatedTo(t *v1alpha1.TenantDatabase, sub *v1alpha1.SubAccount) bool {
	return t.Spec.Isolation == v1alpha1.IsolationDedicated && !sub.DeletionTimestamp.IsZero() &&
		t.Labels[v1alpha1.LabelSubAccount] == sub.Name && t.Labels[v1alpha1.LabelAgency] == sub.Status.Agency
}

// drop destroys the physical database if the policy says so and the mark is ours; with Retain it stays as it is.
func (r *Reconciler) drop(ctx context.Context, t *v1alpha1.TenantDatabase) error {
	if t.Spec.DeletionPolicy != v1alpha1.DeletionDelete {
		return nil
	}
	s, server, err := r.connect(ctx, t)
	if err != nil {
		return err
	}
	err = r.Postgres.Drop(ctx, server, PhysicalName(t), markOf(t))
	if errors.Is(err, db.ErrDatabaseTaken) {
		return nil // never ours
	}
	if err != nil {
		return trouble(err, s, server)
	}
	return nil
}
