package main

import (
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

func TestTheSamplesPassAdmissionAndMayBeAppliedTwice(t *testing.T) {
	t.Parallel()
	config := kubetest.Start(t)
	cl, err := client.New(config, client.Options{Scheme: kube.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := parts.Tree()
	if err != nil {
		t.Fatal(err)
	}
	all, err := readSamples(state{tree: tree, dir: tree})
	if err != nil {
		t.Fatal(err)
	}
	if len(all.of("Agency")) < 1 || len(all.of("SubAccount")) < 2 || len(all.numbers()) == 0 {
		t.Fatalf("a reseller with two customers, one with a number, are the least; found %d objects", len(all))
	}
	if err := all.onThisMachine(&kept{Ports: map[string]int{"postgres": 1}}); err != nil {
		t.Fatal(err)
	}
	c := &cluster{config: config, client: cl}
	for _, o := range all.of("SubAccount") {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: o.GetNamespace()}}
		if err := cl.Create(t.Context(), ns); client.IgnoreAlreadyExists(err) != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		for _, o := range all {
			if mine, err := c.apply(t.Context(), o); err != nil || !mine {
				t.Errorf("%s: %v, %v", title(o), mine, err)
			}
		}
	}
}

func TestWhatAPersonChangedStaysTheirs(t *testing.T) {
	t.Parallel()
	config := kubetest.Start(t)
	cl, err := client.New(config, client.Options{Scheme: kube.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	all, err := readManifests([]byte(`
apiVersion: omnicrm.io/v1alpha1
kind: Agency
metadata: {name: theirs}
spec: {displayName: As applied, owner: {email: ada@acme.example}, hosts: [theirs.localhost]}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := &cluster{config: config, client: cl}
	if _, err := c.apply(t.Context(), all[0]); err != nil {
		t.Fatal(err)
	}
	edited := all[0].DeepCopy()
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"displayName":"As edited"}}`))
	if err := cl.Patch(t.Context(), edited, patch, client.FieldOwner("somebody")); err != nil {
		t.Fatal(err)
	}
	mine, err := c.apply(t.Context(), all[0])
	if err != nil || mine {
		t.Fatalf("%v, %v", mine, err)
	}
	fresh, err := c.look(t.Context(), all[0])
	if err != nil || field(fresh, "spec", "displayName") != "As edited" {
		t.Fatalf("%v, %v", fresh, err)
	}
}
