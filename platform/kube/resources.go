package kube

import (
	"context"
	"errors"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/platform/fault"
)

var (
	errUnknown     = fault.New(fault.NotFound, "sub_account.unknown", "There is no such sub-account.")
	errTaken       = fault.New(fault.Conflict, "sub_account.name_taken", "A sub-account of this name exists already. Choose another name.")
	errRace        = fault.New(fault.Conflict, "sub_account.changed", "Somebody else is changing this sub-account just now. Try again.")
	errRefused     = fault.New(fault.Invalid, "sub_account.invalid", "Some fields need mending.")
	errQuota       = fault.New(fault.Denied, "sub_account.limit", "The agency has as many sub-accounts as its limit allows. Ask whoever runs the platform to raise it.")
	errDenied      = fault.New(fault.Denied, "kubernetes.denied", "The platform may not do this here.")
	errUnavailable = fault.New(fault.Unavailable, "kubernetes.unavailable", "Sub-accounts can't be listed or changed just now; everything else works. Try again shortly.")
)

// Resources lists and changes SubAccounts for an agency's console. Its errors are faults: NotFound, Conflict (the name
// is taken, or a lost race), Invalid with the fields that admission refused, Denied (a quota), Unavailable.
type Resources struct{ client client.Client }

// NewResources works through a client without a cache, so that a list shows what was created a moment ago.
func NewResources(c client.Client) *Resources { return &Resources{client: c} }

// ListSubAccounts of a namespace, in any order.
func (r *Resources) ListSubAccounts(ctx context.Context, namespace string) ([]v1alpha1.SubAccount, error) {
	var list v1alpha1.SubAccountList
	if err := r.client.List(ctx, &list, client.InNamespace(namespace)); err != nil {
		return nil, translate(err)
	}
	return list.Items, nil
}

// GetSubAccount gives one SubAccount.
func (r *Resources) GetSubAccount(ctx context.Context, namespace, name string) (*v1alpha1.SubAccount, error) {
	var sub v1alpha1.SubAccount
	if err := r.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &sub); err != nil {
		return nil, translate(err)
	}
	return &sub, nil
}

// CreateSubAccount uses the namespace, the name and the spec, and gives what the API server stored.
func (r *Resources) CreateSubAccount(ctx context.Context, sub *v1alpha1.SubAccount) (*v1alpha1.SubAccount, error) {
	made := &v1alpha1.SubAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: sub.Namespace, Name: sub.Name, Labels: sub.Labels, Annotations: sub.Annotations},
		Spec:       sub.Spec,
	}
	if err := r.client.Create(ctx, made, client.FieldOwner("omnicrm-console")); err != nil {
		return nil, translate(err)
	}
	return made, nil
}

// PatchSubAccount reads the resource, applies change to it and writes it, again if it was changed meanwhile. What change
// refuses with is the answer, and nothing is written.
func (r *Resources) PatchSubAccount(ctx context.Context, namespace, name string, change func(*v1alpha1.SubAccount) error) (*v1alpha1.SubAccount, error) {
	var out *v1alpha1.SubAccount
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		var sub v1alpha1.SubAccount
		if err := r.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &sub); err != nil {
			return err
		}
		before := sub.DeepCopy()
		if err := change(&sub); err != nil {
			return err
		}
		patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
		out = &sub
		return r.client.Patch(ctx, &sub, patch, client.FieldOwner("omnicrm-console"))
	})
	if err != nil {
		return nil, translate(err)
	}
	return out, nil
}

// DeleteSubAccount reads the resource, hands it to check and deletes it as it was read, again if it was changed
// meanwhile; its deletion policy says what becomes of the data. What check refuses with is the answer, and nothing is
// deleted.
func (r *Resources) DeleteSubAccount(ctx context.Context, namespace, name string, check func(*v1alpha1.SubAccount) error) error {
	err := retry.RetryOnConflict(retry.DefaultRetry, func() error {
		var sub v1alpha1.SubAccount
		if err := r.client.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &sub); err != nil {
			return err
		}
		if err := check(&sub); err != nil {
			return err
		}
		return r.client.Delete(ctx, &sub, client.Preconditions{UID: &sub.UID, ResourceVersion: &sub.ResourceVersion})
	})
	if err != nil {
		return translate(err)
	}
	return nil
}

// translate turns what the API server answers into a fault; a fault stays what it is.
func translate(err error) error {
	if _, ok := fault.As(err); ok {
		return err
	}
	switch {
	case apierrors.IsNotFound(err):
		return errUnknown.Wrap(err)
	case apierrors.IsAlreadyExists(err):
		return errTaken.Wrap(err)
	case apierrors.IsConflict(err):
		return errRace.Wrap(err)
	case apierrors.IsInvalid(err):
		return refused(err)
	case apierrors.IsForbidden(err) && strings.Contains(err.Error(), "exceeded quota"):
		return errQuota.Wrap(err)
	case apierrors.IsForbidden(err), apierrors.IsUnauthorized(err):
		return errDenied.Wrap(err)
	case errors.Is(err, context.Canceled):
		return err
	}
	return errUnavailable.Wrap(err)
}

// refused takes over the fields that admission refused, in the words of the API: spec.displayName is display_name.
func refused(err error) error {
	out := errRefused
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Details != nil {
		for _, c := range status.Status().Details.Causes {
			if c.Field == "" || c.Field == "<nil>" {
				continue // that some rules were not looked at, as others were broken
			}
			out = out.At(snake(strings.TrimPrefix(c.Field, "spec.")), words(c.Message))
		}
	}
	return out.Wrap(err)
}

// words takes the quoted value from a message such as `Invalid value: "x": must be …`: the person knows what they wrote.
func words(message string) string {
	if !strings.HasPrefix(message, "Invalid value: ") {
		return message
	}
	if i := strings.LastIndex(message, "\": "); i >= 0 {
		return message[i+3:]
	}
	return message
}

func snake(path string) string {
	var b strings.Builder
	for _, c := range path {
		if c >= 'A' && c <= 'Z' {
			b.WriteByte('_')
			c += 'a' - 'A'
		}
		b.WriteRune(c)
	}
	return strings.ReplaceAll(b.String(), "owner.email", "owner_email")
}
