package controllers

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

// census counts the resources by kind and state, from the cache, whenever somebody looks.
type census struct {
	reader client.Reader
	desc   *prometheus.Desc
}

func newCensus(reader client.Reader) census {
	return census{reader, prometheus.NewDesc("omnicrm_resources",
		"Resources by kind and state: ready, suspended, reconciling, stalled, paused, deleting.", []string{"kind", "state"}, nil)}
}

// Describe names the one metric.
func (c census) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect counts. While the cache is not filled there is nothing to tell.
func (c census) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second) //nolint:forbidigo // prometheus gives none
	defer cancel()
	for kind, list := range map[string]client.ObjectList{
		"DatabaseServer": &v1alpha1.DatabaseServerList{}, "TenantDatabase": &v1alpha1.TenantDatabaseList{},
		"Agency": &v1alpha1.AgencyList{}, "SubAccount": &v1alpha1.SubAccountList{},
	} {
		// The objects are the cache's own: they are looked at and not touched.
		if err := c.reader.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
			continue
		}
		for state, n := range count(list) {
			ch <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(n), kind, state)
		}
	}
}

func count(list client.ObjectList) map[string]int {
	out := map[string]int{}
	switch l := list.(type) {
	case *v1alpha1.DatabaseServerList:
		for i := range l.Items {
			out[stateOf(&l.Items[i])]++
		}
	case *v1alpha1.TenantDatabaseList:
		for i := range l.Items {
			out[stateOf(&l.Items[i])]++
		}
	case *v1alpha1.AgencyList:
		for i := range l.Items {
			out[stateOf(&l.Items[i])]++
		}
	case *v1alpha1.SubAccountList:
		for i := range l.Items {
			out[stateOf(&l.Items[i])]++
		}
	}
	return out
}

func stateOf(o phase.Object) string {
	conditions := o.Common().Conditions
	switch {
	case !o.GetDeletionTimestamp().IsZero():
		return "deleting"
	case meta.IsStatusConditionTrue(conditions, phase.Paused):
		return "paused"
	case meta.IsStatusConditionTrue(conditions, phase.Stuck):
		return "stalled"
	case !phase.IsReady(o):
		return "reconciling"
	case meta.IsStatusConditionTrue(conditions, v1alpha1.ConditionSuspended):
		return "suspended"
	}
	return "ready"
}
