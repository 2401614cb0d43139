package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/sandbox/parts/janitor"
)

// fieldOwner is under which name the stack applies objects.
const fieldOwner = "omnicrm-devstack"

// cluster is the Kubernetes API of the stack, as its administrator.
type cluster struct {
	config     *rest.Config
	client     client.Client
	kubeconfig string
}

func kubeService(s state, k *kept, assets string) service {
	return service{name: "kubernetes", start: func(ctx context.Context, log *os.File) (server, error) {
		return parts.StartKube(ctx, parts.KubeOptions{
			Assets: assets, Dir: s.path("kube"), Port: k.Ports["kube"], EtcdPort: k.Ports["etcd"], Durable: true, Log: log,
		})
	}}
}

// openCluster connects, installs the CRDs and makes the operator's namespace.
func openCluster(ctx context.Context, s state) (*cluster, error) {
	c := &cluster{kubeconfig: s.path("kube", "kubeconfig")}
	var err error
	if c.config, err = kube.Config(c.kubeconfig); err != nil {
		return nil, err
	}
	c.config.QPS, c.config.Burst = -1, -1 // the limit is for clusters that others use too
	_, err = envtest.InstallCRDs(c.config, envtest.CRDInstallOptions{
		Paths: []string{filepath.Join(s.tree, "config", "crd", "bases")}, ErrorIfPathMissing: true,
		MaxTime: time.Minute,
	})
	if err != nil {
		return nil, fmt.Errorf("install the CRDs: %w", err)
	}
	if c.client, err = client.New(c.config, client.Options{Scheme: kube.Scheme()}); err != nil {
		return nil, err
	}
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: kube.DefaultNamespace}}
	if err := c.client.Create(ctx, namespace); err != nil && !apierrors.IsAlreadyExists(err) {
		return nil, err
	}
	return c, nil
}

// secret makes a Secret or brings it to what is given.
func (c *cluster) secret(ctx context.Context, namespace, name string, data map[string]string) error {
	want := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, StringData: data}
	err := c.client.Create(ctx, want, client.FieldOwner(fieldOwner))
	if !apierrors.IsAlreadyExists(err) {
		return err
	}
	var have corev1.Secret
	if err := c.client.Get(ctx, client.ObjectKeyFromObject(want), &have); err != nil {
		return err
	}
	patch := client.MergeFrom(have.DeepCopy())
	if have.Data == nil {
		have.Data = map[string][]byte{}
	}
	for key, value := range data {
		have.Data[key] = []byte(value)
	}
	return c.client.Patch(ctx, &have, patch, client.FieldOwner(fieldOwner))
}

// janitorService ends deleted namespaces: the API server runs without the
// controllers that do so in a cluster.
func janitorService(c *cluster) service {
	return service{name: "namespaces", start: func(ctx context.Context, log *os.File) (server, error) {
		return inProcess(ctx, func(ctx context.Context) error { return janitor.Run(ctx, c.config, log) }), nil
	}}
}
