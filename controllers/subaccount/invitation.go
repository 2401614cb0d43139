package subaccount

import (
	"context"

	"github.com/google/uuid"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/invitation"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// ReasonNotWhileSuspended is the reason of an invitation that waits for the suspension's end.
const ReasonNotWhileSuspended = "NotWhileSuspended"

// InvitationSecret is the name of the Secret with the link for a sub-account's owner.
func InvitationSecret(sub string) string { return sub + "-owner-invitation" }

func (r *Reconciler) invitation(ctx context.Context, sub *v1alpha1.SubAccount) (phase.Outcome, error) {
	if sub.Spec.Suspended {
		return phase.Done(ReasonNotWhileSuspended, "Nobody is invited while the sub-account is suspended.")
	}
	a, err := r.agencyOf(ctx, sub)
	if err != nil {
		return phase.Outcome{}, err
	}
	agency, err := agencyID(a)
	if err != nil {
		return phase.Outcome{}, err
	}
	return r.Invitations.Ensure(ctx, desiredInvitation(a, agency, sub), &sub.Status.Invitation)
}

func desiredInvitation(a *v1alpha1.Agency, agency uuid.UUID, sub *v1alpha1.SubAccount) invitation.Wish {
	return invitation.Wish{
		Scope: tenancy.Tenant{Agency: agency, SubAccount: uuid.MustParse(sub.Status.ID)},
		Owner: sub.Spec.Owner, Role: access.AccountAdmin, Host: a.Spec.Hosts[0],
		Secret: client.ObjectKey{Namespace: sub.Namespace, Name: InvitationSecret(sub.Name)},
		Labels: map[string]string{v1alpha1.LabelAgency: a.Name, v1alpha1.LabelSubAccount: sub.Name},
	}
}

// revoke ends open invitations and removes the link.
func (r *Reconciler) revoke(ctx context.Context, sub *v1alpha1.SubAccount) error {
	entry, err := r.own(ctx, sub)
	if err != nil {
		return err
	}
	if entry.ID != uuid.Nil {
		scope := tenancy.Tenant{Agency: entry.Agency, SubAccount: entry.ID}
		if err := r.Invitations.Access.RevokeInvitations(ctx, scope); err != nil {
			return err
		}
	}
	return r.Invitations.Forget(ctx, client.ObjectKey{Namespace: sub.Namespace, Name: InvitationSecret(sub.Name)})
}
