package controllers_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/kube"
)

// watcher sees every version of every resource that the suite makes, and holds each against what kstatus demands: what
// Argo CD, Flux and kubectl wait read between any two writes.
type watcher struct {
	mu       sync.Mutex
	seen     int
	observed map[types.UID]int64
	broken   []string
}

func (w *watcher) run(ctx context.Context, cfg *rest.Config) error {
	c, err := client.NewWithWatch(cfg, client.Options{Scheme: kube.Scheme()})
	if err != nil {
		return err
	}
	w.observed = map[types.UID]int64{}
	group, ctx := errgroup.WithContext(ctx)
	for _, list := range []client.ObjectList{
		&v1alpha1.DatabaseServerList{}, &v1alpha1.TenantDatabaseList{}, &v1alpha1.AgencyList{}, &v1alpha1.SubAccountList{},
	} {
		group.Go(func() error {
			stream, err := c.Watch(ctx, list)
			if err != nil {
				return err
			}
			defer stream.Stop()
			for event := range stream.ResultChan() {
				if o, ok := event.Object.(phase.Object); ok && event.Type != watch.Deleted {
					w.look(o)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); ctx.Err() == nil {
		return err
	}
	return nil
}

func (w *watcher) look(o phase.Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen++
	s, generation := o.Common(), o.GetGeneration()
	is := func(kind string) bool { return meta.IsStatusConditionTrue(s.Conditions, kind) }
	of := func(kind string) int64 { return meta.FindStatusCondition(s.Conditions, kind).ObservedGeneration }
	rules := map[string]bool{
		"a verdict is on a spec that exists":         s.ObservedGeneration <= generation,
		"a verdict is never taken back":              s.ObservedGeneration >= w.observed[o.GetUID()],
		"ready and stalled exclude each other":       !is(phase.Ready) || !is(phase.Stuck),
		"ready and reconciling exclude each other":   !is(phase.Ready) || !is(phase.Reconciling),
		"stalled and reconciling exclude each other": !is(phase.Stuck) || !is(phase.Reconciling),
		"ready is the verdict on its own spec":       !is(phase.Ready) || of(phase.Ready) == s.ObservedGeneration,
		"stalled is the verdict on its own spec":     !is(phase.Stuck) || !o.GetDeletionTimestamp().IsZero() || of(phase.Stuck) == s.ObservedGeneration,
		"whoever isn't ready says what is going on": is(phase.Ready) || is(phase.Stuck) || is(phase.Reconciling) || is(phase.Paused) ||
			len(s.Conditions) == 0,
	}
	for _, c := range s.Conditions {
		rules["a condition is about a spec that exists"] = rules["a condition is about a spec that exists"] || c.ObservedGeneration > generation
	}
	rules["a condition is about a spec that exists"] = !rules["a condition is about a spec that exists"]
	w.observed[o.GetUID()] = s.ObservedGeneration
	for rule, holds := range rules {
		if !holds {
			w.broken = append(w.broken, fmt.Sprintf("%s: %T %s, generation %d: %+v", rule, o, o.GetName(), generation, s))
		}
	}
}

// verdict fails the test when a version broke a rule.
func (w *watcher) verdict(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == 0 {
		t.Error("the watcher has seen nothing")
	}
	for _, b := range w.broken {
		t.Error(b)
	}
	t.Logf("%d versions of resources seen", w.seen)
}
