// Package invitation keeps the owner of an agency or a sub-account invited until they have joined: a link in a Secret
// of the agency's namespace, issued anew when it has expired, and gone once it was used.
package invitation

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1ac "k8s.io/client-go/applyconfigurations/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/fault"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// Reasons of the condition Invitation.
const (
	ReasonInvited  = "Invited"
	ReasonAccepted = "Accepted"
)

// KeyLink is the key of the Secret whose value opens the invitation in a browser.
const KeyLink = "link"

// annotationInvitation names the invitation whose link a Secret holds.
const annotationInvitation = "omnicrm.io/invitation"

// Access is what this package asks of modules/access.
type Access interface {
	// Standing tells how far a person's joining has come.
	Standing(ctx context.Context, scope tenancy.Tenant, email string) (access.Standing, error)
	// Invite issues an invitation, revokes a former open one, and gives the token once.
	Invite(ctx context.Context, in access.InviteInput) (access.Invitation, string, error)
	// RevokeInvitations ends every open invitation to a place.
	RevokeInvitations(ctx context.Context, scope tenancy.Tenant) error
}

// Keeper keeps invitations.
type Keeper struct {
	Client client.Client
	Access Access
	Clock  phase.Clock
	// Link makes the address that opens an invitation at a host of the agency.
	Link func(host, token string) string
}

// Wish is who shall be invited to what, and where the link goes.
type Wish struct {
	Scope  tenancy.Tenant // SubAccount Nil: the agency itself
	Owner  v1alpha1.Owner
	Role   access.Role
	Host   string
	Secret client.ObjectKey
	Labels map[string]string
}

// Ensure brings the invitation and its Secret to where they should be and tells it in status. A Secret that somebody
// deleted means a new link: tokens are stored as hashes alone and can't be shown twice.
func (k *Keeper) Ensure(ctx context.Context, w Wish, status *v1alpha1.Invitation) (phase.Outcome, error) {
	standing, err := k.Access.Standing(ctx, w.Scope, w.Owner.Email)
	if err != nil {
		return phase.Outcome{}, err
	}
	if standing.Member {
		return k.accepted(ctx, w, status)
	}
	open := standing.Invitation
	if open == nil || !open.Open(k.Clock.Now()) || !k.holds(ctx, w.Secret, open.ID) {
		if open, err = k.issue(ctx, w); err != nil {
			return phase.Outcome{}, err
		}
		if open == nil {
			return k.accepted(ctx, w, status)
		}
	}
	expires := metav1.NewTime(open.ExpiresAt)
	*status = v1alpha1.Invitation{Email: w.Owner.Email, SecretName: w.Secret.Name, ExpiresAt: &expires}
	return phase.Outcome{
		Reason: ReasonInvited,
		Message: fmt.Sprintf("%s is invited: the link is in the Secret %s in the namespace %s and works until %s.",
			w.Owner.Email, w.Secret.Name, w.Secret.Namespace, open.ExpiresAt.UTC().Format(time.RFC3339)),
		Again: open.ExpiresAt.Sub(k.Clock.Now()) + time.Second,
	}, nil
}

func (k *Keeper) accepted(ctx context.Context, w Wish, status *v1alpha1.Invitation) (phase.Outcome, error) {
	*status = v1alpha1.Invitation{Email: w.Owner.Email, Accepted: true}
	if err := k.Forget(ctx, w.Secret); err != nil {
		return phase.Outcome{}, err
	}
	return phase.Done(ReasonAccepted, w.Owner.Email+" has joined.")
}

// issue makes an invitation and writes its link. It gives nil when the person has joined meanwhile.
func (k *Keeper) issue(ctx context.Context, w Wish) (*access.Invitation, error) {
	made, token, err := k.Access.Invite(ctx, access.InviteInput{
		Agency: w.Scope.Agency, SubAccount: w.Scope.SubAccount, Email: w.Owner.Email, Name: w.Owner.Name, Role: w.Role,
	})
	if fault.Is(err, fault.Conflict) {
		return nil, nil //nolint:nilnil // the documented third answer
	}
	if err != nil {
		return nil, err
	}
	return &made, phase.Apply(ctx, k.Client, desiredSecret(w, made, k.Link(w.Host, token)))
}

func desiredSecret(w Wish, made access.Invitation, link string) *corev1ac.SecretApplyConfiguration {
	return corev1ac.Secret(w.Secret.Name, w.Secret.Namespace).
		WithLabels(w.Labels).
		WithLabels(map[string]string{v1alpha1.LabelManagedBy: v1alpha1.FieldOwner}).
		WithAnnotations(map[string]string{annotationInvitation: made.ID.String()}).
		WithType(corev1.SecretTypeOpaque).
		WithData(map[string][]byte{
			KeyLink: []byte(link), "email": []byte(made.Email), "expiresAt": []byte(made.ExpiresAt.UTC().Format(time.RFC3339)),
		})
}

// holds tells whether the Secret has the link of that invitation.
func (k *Keeper) holds(ctx context.Context, key client.ObjectKey, id uuid.UUID) bool {
	var secret corev1.Secret
	if err := k.Client.Get(ctx, key, &secret); err != nil {
		// Not to be read means not to be relied on; should the API be away, writing fails next.
		return !apierrors.IsNotFound(err)
	}
	return secret.Annotations[annotationInvitation] == id.String() && len(secret.Data[KeyLink]) > 0
}

// Forget deletes the Secret, if it is one of ours.
func (k *Keeper) Forget(ctx context.Context, key client.ObjectKey) error {
	var secret corev1.Secret
	if err := k.Client.Get(ctx, key, &secret); err != nil {
		return client.IgnoreNotFound(err)
	}
	if secret.Annotations[annotationInvitation] == "" {
		return nil
	}
	return client.IgnoreNotFound(k.Client.Delete(ctx, &secret))
}
