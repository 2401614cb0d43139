package agency

import (
	"context"
	"strings"

	"github.com/google/uuid"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/directory"
)

// Reasons of the condition Telephony.
const (
	ReasonNotAsked         = "NotAsked"
	ReasonCredentialsKept  = "CredentialsKept"
	ReasonSecretMissing    = "SecretMissing"
	ReasonSecretIncomplete = "SecretIncomplete"
)

// telephony keeps the agency's carrier credentials, sealed, for its sub-accounts. The Secret is watched: a rotated
// token is used from then on.
func (r *Reconciler) telephony(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	id := uuid.MustParse(a.Status.ID)
	if a.Spec.Telephony == nil {
		if err := r.Directory.SetAgencyTelephony(ctx, id, nil); err != nil {
			return phase.Outcome{}, err
		}
		a.Status.TelephonySecretVersion = ""
		return phase.Done(ReasonNotAsked, "The spec names no carrier account, so sub-accounts can't send texts.")
	}
	key := client.ObjectKey{Namespace: NamespaceOf(a), Name: a.Spec.Telephony.CredentialsSecretRef.Name}
	var secret corev1.Secret
	err := r.Client.Get(ctx, key, &secret)
	if apierrors.IsNotFound(err) {
		return phase.Outcome{}, phase.Stalled(ReasonSecretMissing, "Create the Secret %s in the namespace %s with the keys accountSid and authToken.", key.Name, key.Namespace)
	}
	if err != nil {
		return phase.Outcome{}, err
	}
	account, err := credentialsOf(&secret)
	if err != nil {
		return phase.Outcome{}, err
	}
	if err := r.Directory.SetAgencyTelephony(ctx, id, &account); err != nil {
		return phase.Outcome{}, err
	}
	a.Status.TelephonySecretVersion = secret.ResourceVersion
	return phase.Done(ReasonCredentialsKept, "The carrier account "+account.AccountSID+" is used.")
}

func credentialsOf(secret *corev1.Secret) (directory.Telephony, error) {
	t := directory.Telephony{
		AccountSID: strings.TrimSpace(string(secret.Data["accountSid"])),
		AuthToken:  strings.TrimSpace(string(secret.Data["authToken"])),
	}
	switch {
	case t.AccountSID == "":
		return t, phase.Stalled(ReasonSecretIncomplete, "Add the key accountSid to the Secret %s in the namespace %s.", secret.Name, secret.Namespace)
	case t.AuthToken == "":
		return t, phase.Stalled(ReasonSecretIncomplete, "Add the key authToken to the Secret %s in the namespace %s.", secret.Name, secret.Namespace)
	}
	return t, nil
}
