package subaccount

import (
	"cmp"
	"context"
	"time"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/placement"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ReasonGracePeriod is why a deletion waits.
const ReasonGracePeriod = "GracePeriod"

func destroys(sub *v1alpha1.SubAccount) bool {
	return sub.Spec.DeletionPolicy == v1alpha1.DeletionDelete
}

// own is the directory's living entry of this very resource; the zero SubAccount if there is none.
func (r *Reconciler) own(ctx context.Context, sub *v1alpha1.SubAccount) (directory.SubAccount, error) {
	entry, err := r.Directory.SubAccountOf(ctx, sub.Namespace, sub.Name, string(sub.UID))
	if fault.Is(err, fault.NotFound) || (err == nil && entry.UID != string(sub.UID)) {
		return directory.SubAccount{}, nil
	}
	return entry, err
}

// farewell stops sign-in and sends at once and, when data is to be destroyed, waits for the grace period.
func (r *Reconciler) farewell(ctx context.Context, sub *v1alpha1.SubAccount) error {
	sub.Status.PurgeAt = nil
	if !destroys(sub) {
		return nil
	}
	entry, err := r.own(ctx, sub)
	if err != nil {
		return err
	}
	if entry.ID == uuid.Nil {
		return nil // nothing was ever entered, or it is through already
	}
	if err := r.Directory.SetStatus(ctx, entry.ID, tenancy.Deleting); err != nil {
		return err
	}
	at := metav1.NewTime(phase.PurgeAt(sub, sub.Spec.DeletionGracePeriod))
	sub.Status.PurgeAt = &at
	return phase.Grace(sub, sub.Spec.DeletionGracePeriod, r.Clock.Now(), ReasonGracePeriod)
}

// hangUp gives the numbers back to the agency and closes the account at the carrier; Retain keeps both.
func (r *Reconciler) hangUp(ctx context.Context, sub *v1alpha1.SubAccount) error {
	if !destroys(sub) {
		return nil
	}
	sid := sub.Annotations[v1alpha1.AnnotationExternalName]
	if sid == "" && sub.Annotations[v1alpha1.AnnotationCreatePending] == "" {
		return nil // nothing was ever asked for
	}
	parent, err := r.parent(ctx, sub)
	if err != nil {
		return err
	}
	account, err := r.madeAccount(ctx, sub, parent, sid)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || account.Status == "closed" {
		return err
	}
	if err := r.Carrier.ReturnNumbers(ctx, parent, account.SID); err != nil {
		return err
	}
	_, err = r.Carrier.SetAccountStatus(ctx, parent, account.SID, "closed")
	return err
}

// madeAccount gives the account that was made, also where the answer to its creation was lost; NotFound if none was.
func (r *Reconciler) madeAccount(ctx context.Context, sub *v1alpha1.SubAccount, parent sms.Parent, sid string) (sms.Account, error) {
	if sid != "" {
		return r.Carrier.FetchAccount(ctx, parent, sid)
	}
	if wait := settling(sub, r.Clock.Now()); wait > 0 {
		return sms.Account{}, phase.Until(wait, ReasonSettling, "The creation of the carrier account was interrupted; its list is "+
			"looked at in %s, so that none is left behind.", wait.Round(time.Second))
	}
	// The status may never have been written; the entry was, before the account was asked for.
	entry, err := r.own(ctx, sub)
	if err != nil {
		return sms.Account{}, err
	}
	return r.Carrier.FindAccount(ctx, parent, FriendlyName(cmp.Or(sub.Status.ID, entry.ID.String())))
}

// withdraw retains the entry for adoption, or destroys the data and forgets it. The rows go before the entry that says
// where they are.
func (r *Reconciler) withdraw(ctx context.Context, sub *v1alpha1.SubAccount) error {
	entry, err := r.own(ctx, sub)
	if err != nil || entry.ID == uuid.Nil {
		return err
	}
	if !destroys(sub) {
		if err := r.keepDatabase(ctx, sub, entry); err != nil {
			return err
		}
		return r.Directory.Retain(ctx, entry.ID)
	}
	known, err := r.Directory.DatabaseByID(ctx, entry.Database)
	if err != nil {
		return err
	}
	if known.Isolation != directory.Dedicated {
		if err := r.purge(ctx, known, entry.ID); err != nil {
			return err
		}
	}
	return r.Directory.Remove(ctx, entry.ID)
}

// keepDatabase notes on a Dedicated database whose data it keeps, so that a later SubAccount of the same name is told.
func (r *Reconciler) keepDatabase(ctx context.Context, sub *v1alpha1.SubAccount, entry directory.SubAccount) error {
	t, err := r.dedicated(ctx, sub)
	if err != nil || t == nil {
		return err
	}
	return phase.PatchMeta(ctx, r.Client, t, func(o client.Object) {
		annotate(o, map[string]string{placement.AnnotationRetained: entry.ID.String()})
	})
}

// purge deletes the sub-account's rows from a database that others live in too.
func (r *Reconciler) purge(ctx context.Context, known directory.Database, id uuid.UUID) error {
	var s v1alpha1.DatabaseServer
	if err := r.Client.Get(ctx, client.ObjectKey{Name: known.Server}, &s); err != nil {
		return err
	}
	server, err := databaseserver.Connect(ctx, r.Client, &s, r.Namespace)
	if err != nil {
		return err
	}
	passwords, err := databaseserver.Passwords(ctx, r.Client, &s, r.Namespace)
	if err != nil {
		return err
	}
	if _, err := r.Postgres.Purge(ctx, server.DSN(known.DBName, db.RoleMover, passwords.Mover), id); err != nil {
		return databaseserver.Trouble(err, s.Name, s.Status.Address, db.RoleMover)
	}
	return nil
}

// deleteDatabase drops the Dedicated database, and waits until it is gone.
func (r *Reconciler) deleteDatabase(ctx context.Context, sub *v1alpha1.SubAccount) error {
	if !destroys(sub) {
		return nil
	}
	t, err := r.dedicated(ctx, sub)
	if err != nil || t == nil {
		return err
	}
	return placement.Destroy(ctx, r.Client, t)
}

// dedicated is the database that this sub-account has for itself; nil if it has none.
func (r *Reconciler) dedicated(ctx context.Context, sub *v1alpha1.SubAccount) (*v1alpha1.TenantDatabase, error) {
	name := sub.Status.TenantDatabase
	if name == "" { // the status may never have been written
		a, err := r.agencyOf(ctx, sub)
		if phase.IsWaiting(err) {
			return nil, nil //nolint:nilnil // no agency, and so no database: the documented answer
		}
		if err != nil {
			return nil, err
		}
		name = placement.DedicatedName(a.Name, sub.Name)
	}
	var t v1alpha1.TenantDatabase
	err := r.Client.Get(ctx, client.ObjectKey{Name: name}, &t)
	if apierrors.IsNotFound(err) {
		return nil, nil //nolint:nilnil // the documented answer
	}
	if err != nil {
		return nil, err
	}
	if t.Spec.Isolation != v1alpha1.IsolationDedicated || t.Labels[placement.LabelUID] != string(sub.UID) {
		return nil, nil //nolint:nilnil // shared with others, or a former resource's
	}
	return &t, nil
}
