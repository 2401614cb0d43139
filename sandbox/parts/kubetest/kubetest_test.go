package kubetest_test

import (
	"testing"

	"k8s.io/client-go/kubernetes"

	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

func TestTheAPIServesTheProductsKinds(t *testing.T) {
	t.Parallel()
	client, err := kubernetes.NewForConfig(kubetest.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	list, err := client.Discovery().ServerResourcesForGroupVersion("omnicrm.io/v1alpha1")
	if err != nil {
		t.Fatal(err)
	}
	if len(list.APIResources) == 0 {
		t.Fatal("no kinds")
	}
}
