package subaccount

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/fault"
)

// Reasons of the condition Telephony, beside those of the carrier's own refusals.
const (
	ReasonNotAsked               = "NotAsked"
	ReasonConnected              = "Connected"
	ReasonNoNumber               = "NoNumber"
	ReasonAgencyTelephonyMissing = "AgencyTelephonyMissing"
	ReasonSettling               = "Settling"
	ReasonAccountClosed          = "AccountClosed"
	ReasonAccountSuspended       = "AccountSuspended"
)

// settle is how long after a creation whose answer was lost the carrier's list is taken for the truth: longer than a
// request may be under way.
const settle = time.Minute

// FriendlyName is the name, made from the sub-account's id, by which its account is found again at the carrier.
func FriendlyName(id string) string { return "omnicrm:" + id }

// telephony gives the sub-account an account at the carrier, exactly once, and its number.
func (r *Reconciler) telephony(ctx context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	id := uuid.MustParse(sub.Status.ID)
	if sub.Spec.Telephony == nil {
		return r.disconnect(ctx, sub, id)
	}
	if known, err := r.settled(ctx, sub, id); err != nil || known.SID != "" {
		if err != nil {
			return phase.Outcome{}, err
		}
		return told(sub, known)
	}
	parent, err := r.parent(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	account, err := r.account(ctx, sub, parent)
	if err != nil {
		return phase.Outcome{}, err
	}
	sub.Status.CarrierAccount = account.SID
	if err := r.number(ctx, sub, id, parent, account); err != nil {
		return phase.Outcome{}, err
	}
	return told(sub, account)
}

// disconnect stops sends, then gives the number back to the agency; the account stays, for the day that telephony is
// asked for again.
func (r *Reconciler) disconnect(ctx context.Context, sub *v1alpha1.SubAccount, id uuid.UUID) (phase.Outcome, error) {
	if err := r.Directory.ClearTelephony(ctx, id); err != nil {
		return phase.Outcome{}, err
	}
	if sid := sub.Annotations[v1alpha1.AnnotationExternalName]; sid != "" && sub.Status.PhoneNumber != "" {
		parent, err := r.parent(ctx, sub)
		if err != nil {
			return phase.Outcome{}, err
		}
		if err := r.Carrier.ReturnNumber(ctx, parent, sid, sub.Status.PhoneNumber); err != nil {
			return phase.Outcome{}, err
		}
	}
	sub.Status.PhoneNumber = ""
	return phase.Done(ReasonNotAsked, "The spec asks for no telephony, so texts can't be sent.")
}

func told(sub *v1alpha1.SubAccount, account sms.Account) (phase.Outcome, error) {
	switch {
	case account.Status == "suspended":
		return phase.Outcome{Reason: ReasonAccountSuspended, Fault: true, Message: "The carrier account " + account.SID +
			" is suspended at the carrier: nothing is sent until it is active there."}, nil
	case sub.Status.PhoneNumber == "":
		return phase.Outcome{Reason: ReasonNoNumber, Fault: true, Message: "The carrier account is there; set telephony.phoneNumber to a number " +
			"that the agency's account owns to send texts."}, nil
	}
	return phase.Done(ReasonConnected, fmt.Sprintf("Texts go from %s by the carrier account %s.", sub.Status.PhoneNumber, account.SID))
}

func (r *Reconciler) parent(ctx context.Context, sub *v1alpha1.SubAccount) (sms.Parent, error) {
	a, err := r.agencyOf(ctx, sub)
	if err != nil {
		return sms.Parent{}, err
	}
	id, err := agencyID(a)
	if err != nil {
		return sms.Parent{}, err
	}
	t, err := r.Directory.AgencyTelephony(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return sms.Parent{}, phase.Waiting(retry, ReasonAgencyTelephonyMissing, "The Agency %s has no carrier account: set "+
			"spec.telephony there. What this SubAccount has at the carrier can't be reached without it.", a.Name)
	}
	return sms.Parent{AccountSID: t.AccountSID, AuthToken: t.AuthToken}, err
}

// account gives the sub-account's account at the carrier: the one it has, or a new one.
func (r *Reconciler) account(ctx context.Context, sub *v1alpha1.SubAccount, parent sms.Parent) (sms.Account, error) {
	sid := sub.Annotations[v1alpha1.AnnotationExternalName]
	if sid == "" {
		return r.createAccount(ctx, sub, parent)
	}
	account, err := r.Carrier.FetchAccount(ctx, parent, sid)
	if err == nil && account.Status == "closed" {
		return sms.Account{}, phase.Stalled(ReasonAccountClosed, "The carrier account %s was closed at the carrier, for good. To have a new "+
			"one, remove the annotations %s, %s and %s.", sid, v1alpha1.AnnotationExternalName,
			v1alpha1.AnnotationCreatePending, v1alpha1.AnnotationCreateSucceeded)
	}
	return account, err
}

// settled gives the account when all is as the spec says by our own books, and the looks for drift at the carrier, which
// are spread over all sub-accounts, have no turn for this one.
func (r *Reconciler) settled(ctx context.Context, sub *v1alpha1.SubAccount, id uuid.UUID) (sms.Account, error) {
	sid := sub.Annotations[v1alpha1.AnnotationExternalName]
	if sid == "" || sub.Status.CarrierAccount != sid || sub.Status.ObservedGeneration != sub.Generation ||
		sub.Status.PhoneNumber != sub.Spec.Telephony.PhoneNumber || r.CarrierLimit == nil || r.CarrierLimit.AllowN(r.Clock.Now(), 1) {
		return sms.Account{}, nil
	}
	known, err := r.Directory.Telephony(ctx, id)
	if fault.Is(err, fault.NotFound) || (err == nil && known.AccountSID != sid) {
		return sms.Account{}, nil
	}
	return sms.Account{SID: sid, AuthToken: known.AuthToken}, err
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

func annotate(o client.Object, add map[string]string) {
	annotations := o.GetAnnotations()
	if annotations == nil {
		annotations = map[string]string{}
	}
	for k, v := range add {
		annotations[k] = v
	}
	o.SetAnnotations(annotations)
}

// number brings the number of the spec into the account, gives a former one back and tells the directory.
func (r *Reconciler) number(ctx context.Context, sub *v1alpha1.SubAccount, id uuid.UUID, parent sms.Parent, account sms.Account) error {
	want := sub.Spec.Telephony.PhoneNumber
	if want != "" {
		if _, err := r.Carrier.EnsureNumber(ctx, parent, account.SID, want, r.WebhookURL(id)); err != nil {
			return err
		}
	}
	credentials := directory.Telephony{AccountSID: account.SID, AuthToken: account.AuthToken}
	if err := r.Directory.SetTelephony(ctx, id, credentials, want); err != nil {
		return err
	}
	if old := sub.Status.PhoneNumber; old != "" && old != want {
		if err := r.Carrier.ReturnNumber(ctx, parent, account.SID, old); err != nil {
			return err
		}
	}
	sub.Status.PhoneNumber = want
	return nil
}
