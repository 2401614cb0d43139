package main

import (
	"slices"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/omnicrm/omnicrm/platform/obs"
)

func TestTheOperatorShowsItsMetricsOnce(t *testing.T) {
	t.Parallel()
	all, err := beside(obs.NewRegistry(), metrics.Registry).Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"process_resident_memory_bytes", "go_goroutines"} {
		if !slices.ContainsFunc(all, func(f *dto.MetricFamily) bool { return f.GetName() == name }) {
			t.Errorf("%s is missing", name)
		}
	}
}
