package agency

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

// secretInvitation holds the link by which an agency's owner joins.
const secretInvitation = "owner-invitation"

func (r *Reconciler) invitation(ctx context.Context, a *v1alpha1.Agency) (phase.Outcome, error) {
	return r.Invitations.Ensure(ctx, desiredInvitation(a), &a.Status.Invitation)
}

func desiredInvitation(a *v1alpha1.Agency) invitation.Wish {
	return invitation.Wish{
		Scope: tenancy.Tenant{Agency: uuid.MustParse(a.Status.ID)},
		Owner: a.Spec.Owner, Role: access.AgencyOwner, Host: a.Spec.Hosts[0],
		Secret: client.ObjectKey{Namespace: NamespaceOf(a), Name: secretInvitation},
		Labels: desiredLabels(a),
	}
}

// revoke ends open invitations and removes the link.
func (r *Reconciler) revoke(ctx context.Context, a *v1alpha1.Agency) error {
	if id, err := uuid.Parse(a.Status.ID); err == nil {
		if err := r.Invitations.Access.RevokeInvitations(ctx, tenancy.Tenant{Agency: id}); err != nil {
			return err
		}
	}
	return r.Invitations.Forget(ctx, client.ObjectKey{Namespace: NamespaceOf(a), Name: secretInvitation})
}
