package subaccount

import (
	"context"
	"fmt"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// settle is how long after a creation whose answer was lost the carrier's list is taken for the truth: longer than a
// request may be under way.
const settle = time.Minute

const friendlyPrefix = "omnicrm:"

// FriendlyName is the name, made from the sub-account's id, by which its account is found again at the carrier.
func FriendlyName(id string) string { return friendlyPrefix + id }

// ownAccount gives the account our name, by which it is found again: one that a person named in the annotation, to be
// imported, and one that somebody renamed. Another sub-account's is refused.
func (r *Reconciler) ownAccount(ctx context.Context, sub *v1alpha1.SubAccount, parent sms.Parent, account sms.Account) (mended string, err error) {
	name := FriendlyName(sub.Status.ID)
	switch {
	case account.FriendlyName == name:
		return "", nil
	case strings.HasPrefix(account.FriendlyName, friendlyPrefix):
		return "", phase.Stalled(ReasonAccountTaken, "The carrier account %s is another sub-account's: mend or remove the annotation %s.",
			account.SID, v1alpha1.AnnotationExternalName)
	}
	if _, err := r.Carrier.RenameAccount(ctx, parent, account.SID, name); err != nil {
		return "", err
	}
	if sub.Status.CarrierAccount != account.SID {
		return "", nil // imported
	}
	return fmt.Sprintf("The carrier account %s had been renamed to %q and has its name again.", account.SID, account.FriendlyName), nil
}

// createAccount makes the account exactly once. The mark before the call tells a successor that one may have been made;
// it then waits until the carrier's list can be trusted, and adopts by the deterministic name what is there. Several of
// the name are for a person to sort out: the carrier's Conflict is Stalled.
func (r *Reconciler) createAccount(ctx context.Context, sub *v1alpha1.SubAccount, parent sms.Parent) (sms.Account, error) {
	now := r.Clock.Now()
	if wait := settling(sub, now); wait > 0 {
		return sms.Account{}, phase.Waiting(wait, ReasonSettling, "The creation of the carrier account was interrupted; its list is "+
			"looked at in %s, so that no second one is made.", wait.Round(time.Second))
	}
	err := phase.PatchMeta(ctx, r.Client, sub, func(o client.Object) {
		annotate(o, map[string]string{v1alpha1.AnnotationCreatePending: now.UTC().Format(time.RFC3339Nano)})
	})
	if err != nil {
		return sms.Account{}, err
	}
	account, err := r.Carrier.EnsureAccount(ctx, parent, FriendlyName(sub.Status.ID))
	if err != nil {
		return sms.Account{}, r.notCreated(ctx, sub, err)
	}
	return account, phase.PatchMeta(ctx, r.Client, sub, func(o client.Object) {
		annotate(o, map[string]string{
			v1alpha1.AnnotationExternalName:    account.SID,
			v1alpha1.AnnotationCreateSucceeded: r.Clock.Now().UTC().Format(time.RFC3339Nano),
		})
	})
}

// notCreated takes the mark back when the carrier has said no; after anything else it stays, as one may have been made.
func (r *Reconciler) notCreated(ctx context.Context, sub *v1alpha1.SubAccount, cause error) error {
	if !fault.Is(cause, fault.Conflict) && !fault.Is(cause, fault.Invalid) && !fault.Is(cause, fault.Denied) {
		return cause
	}
	err := phase.PatchMeta(ctx, r.Client, sub, func(o client.Object) {
		annotations := o.GetAnnotations()
		delete(annotations, v1alpha1.AnnotationCreatePending)
		o.SetAnnotations(annotations)
	})
	if err != nil {
		return err
	}
	return cause
}

// settling is how long to wait for the outcome of a creation that was interrupted; zero if there is none to wait for.
func settling(sub *v1alpha1.SubAccount, now time.Time) time.Duration {
	begun, err := time.Parse(time.RFC3339Nano, sub.Annotations[v1alpha1.AnnotationCreatePending])
	if err != nil {
		return 0
	}
	return max(0, begun.Add(settle).Sub(now))
}
