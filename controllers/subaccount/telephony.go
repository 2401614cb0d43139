package subaccount

import (
	"context"
	"fmt"
	"strings"

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
	ReasonAccountTaken           = "AccountTaken"
)

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
	renamed, err := r.ownAccount(ctx, sub, parent, account)
	if err != nil {
		return phase.Outcome{}, err
	}
	sub.Status.CarrierAccount = account.SID
	repointed, err := r.number(ctx, sub, id, parent, account)
	if err != nil {
		return phase.Outcome{}, err
	}
	out, err := told(sub, account)
	out.Mended = strings.TrimSpace(renamed + " " + repointed)
	return out, err
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
	if sid == parent.AccountSID {
		return sms.Account{}, phase.Stalled(ReasonAccountTaken, "The carrier account %s is the agency's own, and no sub-account's: mend or "+
			"remove the annotation %s.", sid, v1alpha1.AnnotationExternalName)
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

// number brings the number of the spec into the account, gives a former one back and tells the directory. It says what
// somebody had changed at the carrier.
func (r *Reconciler) number(ctx context.Context, sub *v1alpha1.SubAccount, id uuid.UUID, parent sms.Parent, account sms.Account) (mended string, err error) {
	want := sub.Spec.Telephony.PhoneNumber
	if want != "" {
		n, err := r.Carrier.EnsureNumber(ctx, parent, account.SID, want, r.WebhookURL(id))
		if err != nil {
			return "", err
		}
		if n.Changed && phase.Settled(sub) && sub.Status.PhoneNumber == want {
			mended = "The number " + want + " had left the account at the carrier, or its texts went elsewhere; it is right again."
		}
	}
	credentials := directory.Telephony{AccountSID: account.SID, AuthToken: account.AuthToken}
	if err := r.Directory.SetTelephony(ctx, id, credentials, want); err != nil {
		return "", err
	}
	if old := sub.Status.PhoneNumber; old != "" && old != want {
		if err := r.Carrier.ReturnNumber(ctx, parent, account.SID, old); err != nil {
			return "", err
		}
	}
	sub.Status.PhoneNumber = want
	return mended, nil
}
