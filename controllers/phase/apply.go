package phase

import (
	"context"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// Apply brings an object to what is desired, by server-side apply under our one field owner. Fields that others own
// and we don't name stay theirs; those that we name are ours again.
func Apply(ctx context.Context, c client.Client, desired runtime.ApplyConfiguration) error {
	return c.Apply(ctx, desired, client.FieldOwner(v1alpha1.FieldOwner), client.ForceOwnership)
}

// ApplyResource applies a custom resource of ours: its metadata and its spec, never its status.
func ApplyResource(ctx context.Context, c client.Client, desired client.Object) error {
	gvk, err := apiutil.GVKForObject(desired, c.Scheme())
	if err != nil {
		return err
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(desired)
	if err != nil {
		return err
	}
	u := &unstructured.Unstructured{Object: content}
	u.SetGroupVersionKind(gvk)
	unstructured.RemoveNestedField(u.Object, "status")
	unstructured.RemoveNestedField(u.Object, "metadata", "creationTimestamp")
	return Apply(ctx, c, client.ApplyConfigurationFromUnstructured(u))
}
