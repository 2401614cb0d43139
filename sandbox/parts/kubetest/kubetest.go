// Package kubetest gives the tests of the controllers a real Kubernetes API
// with the product's custom resource definitions.
package kubetest

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// CRDs is where `make generate` writes the definitions, below the work tree.
const CRDs = "config/crd/bases"

var api struct {
	sync.Mutex
	config *rest.Config
}

// Start returns the administrator's configuration for a Kubernetes API that
// serves the CRDs of config/crd. There is one per test process, and it is gone
// with it: tests keep apart by namespaces and names. etcd and kube-apiserver
// run without controllers: a deleted namespace stays Terminating and nothing
// collects dependants (package janitor does the former).
func Start(t testing.TB) *rest.Config {
	t.Helper()
	api.Lock()
	defer api.Unlock()
	if api.config == nil {
		config, _, err := start(t)
		if err != nil {
			t.Fatalf("a Kubernetes API for tests: %v", err)
		}
		api.config = config
	}
	return rest.CopyConfig(api.config)
}

// Own is [Start] with an API of the caller's own, and its administrator's
// kubeconfig, for processes: an operator takes everything that an API holds for its.
func Own(t testing.TB) (config *rest.Config, kubeconfig string) {
	t.Helper()
	config, kubeconfig, err := start(t)
	if err != nil {
		t.Fatalf("a Kubernetes API for the test: %v", err)
	}
	return config, kubeconfig
}

func start(t testing.TB) (*rest.Config, string, error) {
	ctx := t.Context()
	assets, err := parts.KubeAssets(ctx, os.Stderr)
	if err != nil {
		return nil, "", err
	}
	dir, err := parts.ScratchDir("test-kube")
	if err != nil {
		return nil, "", err
	}
	// Not stopped by hand: the keepers do when this process ends.
	server, err := parts.StartKube(ctx, parts.KubeOptions{Assets: assets, Dir: dir})
	if err != nil {
		return nil, "", err
	}
	config, err := clientcmd.BuildConfigFromFlags("", server.Kubeconfig)
	if err != nil {
		return nil, "", err
	}
	config.QPS, config.Burst = -1, -1 // the limit is for clusters that others use too
	tree, err := parts.Tree()
	if err != nil {
		return nil, "", err
	}
	_, err = envtest.InstallCRDs(config, envtest.CRDInstallOptions{
		Paths: []string{filepath.Join(tree, CRDs)}, ErrorIfPathMissing: true,
		MaxTime: 4 * time.Minute, // until it serves them, on a machine that has little time for it
	})
	if err != nil {
		return nil, "", fmt.Errorf("install the CRDs: %w", err)
	}
	return config, server.Kubeconfig, nil
}
