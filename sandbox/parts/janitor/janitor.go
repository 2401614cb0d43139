// Package janitor ends deleted namespaces. A Kubernetes API alone leaves them
// Terminating for ever: in a cluster the controller manager empties them and
// takes their finalizer away, and on one machine there is none.
package janitor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// interval is how often it looks.
const interval = time.Second

// Run looks for deleted namespaces until ctx ends, which is no error. Troubles
// are written to log, once while they last, and tried again.
func Run(ctx context.Context, config *rest.Config, log io.Writer) error {
	config = rest.CopyConfig(config)
	config.WarningHandler = rest.NoWarnings{} // it reads every kind, the deprecated ones too
	core, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	objects, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	j := janitor{core: core, objects: objects}
	var last string
	for {
		says := ""
		if err := j.sweep(ctx); err != nil && ctx.Err() == nil {
			says = err.Error()
		}
		if says != "" && says != last {
			_, _ = fmt.Fprintln(log, says)
		}
		last = says
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(interval):
		}
	}
}

type janitor struct {
	core    kubernetes.Interface
	objects dynamic.Interface
}

func (j janitor) sweep(ctx context.Context) error {
	all, err := j.core.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("list namespaces: %w", err)
	}
	var troubles []error
	for i := range all.Items {
		ns := &all.Items[i]
		if ns.DeletionTimestamp == nil || !slices.Contains(ns.Spec.Finalizers, corev1.FinalizerKubernetes) {
			continue
		}
		if err := j.end(ctx, ns); err != nil {
			troubles = append(troubles, fmt.Errorf("end namespace %s: %w", ns.Name, err))
		}
	}
	return errors.Join(troubles...)
}

// end deletes what is in the namespace and, once that is gone, lets it go.
func (j janitor) end(ctx context.Context, ns *corev1.Namespace) error {
	resources, err := deletable(j.core.Discovery())
	if err != nil {
		return err
	}
	left := 0
	for _, resource := range resources {
		n, err := j.empty(ctx, resource, ns.Name)
		if err != nil {
			return err
		}
		left += n
	}
	if left > 0 {
		return nil // finalizers run; the next look finds out
	}
	ns.Spec.Finalizers = slices.DeleteFunc(ns.Spec.Finalizers, func(f corev1.FinalizerName) bool {
		return f == corev1.FinalizerKubernetes
	})
	_, err = j.core.CoreV1().Namespaces().Finalize(ctx, ns, metav1.UpdateOptions{})
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}

// empty deletes the objects of one resource and tells how many there were.
func (j janitor) empty(ctx context.Context, resource schema.GroupVersionResource, namespace string) (int, error) {
	objects := j.objects.Resource(resource).Namespace(namespace)
	list, err := objects.List(ctx, metav1.ListOptions{})
	if err != nil {
		return 0, fmt.Errorf("list %s: %w", resource.Resource, err)
	}
	for _, o := range list.Items {
		if o.GetDeletionTimestamp() != nil {
			continue
		}
		if err := objects.Delete(ctx, o.GetName(), metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return 0, fmt.Errorf("delete %s %s: %w", resource.Resource, o.GetName(), err)
		}
	}
	return len(list.Items), nil
}

// deletable are the namespaced resources that can be listed and deleted.
func deletable(api discovery.DiscoveryInterface) ([]schema.GroupVersionResource, error) {
	lists, err := discovery.ServerPreferredNamespacedResources(api)
	if err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	found, err := discovery.GroupVersionResources(discovery.FilteredBy(
		discovery.SupportsAllVerbs{Verbs: []string{"list", "delete"}}, lists))
	if err != nil {
		return nil, fmt.Errorf("list resources: %w", err)
	}
	out := make([]schema.GroupVersionResource, 0, len(found))
	for resource := range found {
		out = append(out, resource)
	}
	return out, nil
}
