package phase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// Apply brings an object to what is desired, by server-side apply under our one field owner. Fields that others own
// and we don't name stay theirs; those that we name are ours again.
func Apply(ctx context.Context, c client.Client, desired runtime.ApplyConfiguration) error {
	return c.Apply(ctx, desired, client.FieldOwner(v1alpha1.FieldOwner), client.ForceOwnership)
}

// Keep applies, and tells in words what was otherwise before: the object was gone, another manager had taken fields of
// ours, or something in it was changed. live is an empty object of the kind, for reading. Fields below spec that are
// named in absent must not be there at all, whoever set them: leaving a field out of what is applied leaves it to
// others.
func Keep(ctx context.Context, c client.Client, desired runtime.ApplyConfiguration, live client.Object, absent ...string) (was string, err error) {
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(desired)
	if err != nil {
		return "", err
	}
	u := &unstructured.Unstructured{Object: content}
	what := fmt.Sprintf("The %s %s", u.GetKind(), u.GetName())
	err = c.Get(ctx, client.ObjectKeyFromObject(u), live)
	if client.IgnoreNotFound(err) != nil {
		return "", err
	}
	gone, before := err != nil, live.GetResourceVersion()
	taken, err := apply(ctx, c, u)
	if err != nil {
		return "", err
	}
	if err := remove(ctx, c, u, absent); err != nil {
		return "", err
	}
	switch {
	case gone:
		return what + " was gone and was made again.", nil
	case taken != "":
		return what + " is as it should be again. Another manager had taken fields that the operator keeps, and is to let go of them: " + taken + ".", nil
	case u.GetResourceVersion() != before:
		return what + " had been changed and is as it should be again.", nil
	}
	return "", nil
}

// apply applies without force first, so that a conflict tells who has taken what.
func apply(ctx context.Context, c client.Client, u *unstructured.Unstructured) (taken string, err error) {
	want := u.DeepCopy()
	err = c.Apply(ctx, client.ApplyConfigurationFromUnstructured(u), client.FieldOwner(v1alpha1.FieldOwner))
	if !apierrors.IsConflict(err) {
		return "", err
	}
	taken = conflicts(err)
	u.Object = want.Object
	return taken, Apply(ctx, c, client.ApplyConfigurationFromUnstructured(u))
}

// conflicts reads from the refusal who owns which field: `conflict with "argocd-controller" on .metadata.labels.team`.
func conflicts(err error) string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return err.Error()
	}
	var out []string
	for _, cause := range status.Status().Details.Causes {
		if cause.Type == metav1.CauseTypeFieldManagerConflict {
			out = append(out, cause.Message+" on "+cause.Field)
		}
	}
	return strings.Join(out, ", ")
}

func remove(ctx context.Context, c client.Client, u *unstructured.Unstructured, absent []string) error {
	spec := map[string]any{}
	for _, field := range absent {
		if _, there, _ := unstructured.NestedFieldNoCopy(u.Object, "spec", field); there {
			spec[field] = nil
		}
	}
	if len(spec) == 0 {
		return nil
	}
	patch, err := json.Marshal(map[string]any{"spec": spec})
	if err != nil {
		return err
	}
	return c.Patch(ctx, u, client.RawPatch(types.MergePatchType, patch), client.FieldOwner(v1alpha1.FieldOwner))
}
