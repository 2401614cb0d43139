package kube

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/discovery"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
)

// DefaultNamespace is the operator's namespace where none is known.
const DefaultNamespace = "omnicrm-system"

// requestTimeout bounds a request of the console, so that a browser hears within its patience.
const requestTimeout = 10 * time.Second

// Scheme knows Kubernetes' kinds and ours.
func Scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(s))
	utilruntime.Must(v1alpha1.AddToScheme(s))
	return s
}

// Config finds the API server: the kubeconfig file if one is named, the pod's service account otherwise. The client sets
// itself no limit (client-go's own is 5 requests a second, on which 500 new sub-accounts wait for minutes): the API
// server's priority and fairness shares it out.
func Config(kubeconfig string) (cfg *rest.Config, err error) {
	if kubeconfig == "" {
		if cfg, err = rest.InClusterConfig(); err != nil {
			return nil, fmt.Errorf("kubernetes: set KUBECONFIG, or run in a cluster: %w", err)
		}
	} else if cfg, err = clientcmd.BuildConfigFromFlags("", kubeconfig); err != nil {
		return nil, fmt.Errorf("kubernetes: kubeconfig: %w", err)
	}
	cfg.QPS = -1
	return cfg, nil
}

// Namespace is the namespace that this process runs in: the pod's, or DefaultNamespace outside of a cluster.
func Namespace() string {
	text, err := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	if err != nil || len(text) == 0 {
		return DefaultNamespace
	}
	return string(text)
}

// NewClient makes a client without a cache, for the console.
func NewClient(cfg *rest.Config) (client.Client, error) {
	own := rest.CopyConfig(cfg)
	own.Timeout = requestTimeout
	return client.New(own, client.Options{Scheme: Scheme()})
}

// ManagerOptions are the settings of the operator's manager. Secrets are never cached, only watched by their metadata:
// a cluster's Secrets are many, and none of our business but the few that are named. What the operator keeps in an
// agency's namespace is watched likewise, as far as it carries the operator's label, so that a hand on it is noticed.
// Managed fields are dropped from the cache; with 10,000 SubAccounts they would be most of it.
func ManagerOptions() ctrl.Options {
	ours := cache.ByObject{Label: labels.SelectorFromSet(labels.Set{v1alpha1.LabelManagedBy: v1alpha1.FieldOwner})}
	kept := map[client.Object]cache.ByObject{
		&corev1.Namespace{}: ours, &corev1.ResourceQuota{}: ours, &rbacv1.RoleBinding{}: ours, &networkingv1.NetworkPolicy{}: ours,
	}
	return ctrl.Options{
		Scheme: Scheme(),
		Cache:  cache.Options{DefaultTransform: cache.TransformStripManagedFields(), ByObject: kept},
		Client: client.Options{Cache: &client.CacheOptions{
			DisableFor: append(slices.Collect(maps.Keys(kept)), &corev1.Secret{}),
		}},
	}
}

// Ready makes a check that asks the API server whether it is ready.
func Ready(cfg *rest.Config) (func(context.Context) error, error) {
	own := rest.CopyConfig(cfg)
	own.Timeout = requestTimeout
	client, err := discovery.NewDiscoveryClientForConfig(own)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := client.RESTClient().Get().AbsPath("/readyz").DoRaw(ctx)
		return err
	}, nil
}
