package bench_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/test/operator"
)

// fleet is a stage with one agency on it, and a watch that notes when each sub-account became Ready.
type fleet struct {
	*testing.B
	stage  *operator.Stage
	client client.WithWatch

	mu      sync.Mutex
	applied map[string]time.Time
	ready   map[string]time.Time
	changed chan struct{}
}

const (
	benchServer = "pg"
	benchAgency = "acme"
)

func newFleet(b *testing.B) (*fleet, *operator.Process) {
	b.Helper()
	f := &fleet{
		B: b, stage: operator.NewStage(b, nil, nil), applied: map[string]time.Time{}, ready: map[string]time.Time{},
		changed: make(chan struct{}, 1),
	}
	var err error
	f.client, err = client.NewWithWatch(f.stage.Config, client.Options{Scheme: kube.Scheme()})
	f.ok(err)
	process := f.stage.Run(b)
	f.watch()
	f.ok(f.client.Create(b.Context(), &v1alpha1.DatabaseServer{
		ObjectMeta: metav1.ObjectMeta{Name: benchServer},
		Spec: v1alpha1.DatabaseServerSpec{
			Host: f.stage.Postgres.Host, Port: int32(f.stage.Postgres.Port), SSLMode: "disable", //nolint:gosec // a port
			CredentialsSecretRef: &v1alpha1.LocalSecretRef{Name: "postgres"},
			Capacity:             v1alpha1.ServerCapacity{Databases: ptr.To[int32](10000)},
		},
	}))
	agency := &v1alpha1.Agency{
		ObjectMeta: metav1.ObjectMeta{Name: benchAgency},
		Spec: v1alpha1.AgencySpec{
			DisplayName: "Acme", Owner: v1alpha1.Owner{Email: "ada@acme.example"}, Hosts: []string{"acme.example"},
			Limits: v1alpha1.AgencyLimits{SubAccounts: ptr.To[int32](10000)},
		},
	}
	f.ok(f.client.Create(b.Context(), agency))
	f.await("the agency", func() bool {
		f.ok(f.client.Get(b.Context(), client.ObjectKeyFromObject(agency), agency))
		return phase.IsReady(agency)
	})
	return f, process
}

func (f *fleet) ok(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

// await polls what is not measured.
func (f *fleet) await(what string, condition func() bool) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), 5*time.Minute)
	defer cancel()
	for tick := time.NewTicker(50 * time.Millisecond); !condition(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			f.Fatalf("waiting for %s", what)
		}
	}
}

// watch notes the moment at which each sub-account is seen Ready for the first time.
func (f *fleet) watch() {
	f.Helper()
	w, err := f.client.Watch(f.Context(), &v1alpha1.SubAccountList{})
	f.ok(err)
	go func() {
		for event := range w.ResultChan() {
			sub, is := event.Object.(*v1alpha1.SubAccount)
			if !is || !phase.IsReady(sub) {
				continue
			}
			f.mu.Lock()
			if _, seen := f.ready[sub.Name]; !seen {
				f.ready[sub.Name] = time.Now()
			}
			f.mu.Unlock()
			select {
			case f.changed <- struct{}{}:
			default:
			}
		}
	}()
	f.Cleanup(w.Stop)
}

// apply creates a sub-account.
func (f *fleet) apply(name string, isolation v1alpha1.Isolation) {
	f.Helper()
	f.mu.Lock()
	f.applied[name] = time.Now()
	f.mu.Unlock()
	f.ok(f.client.Create(f.Context(), &v1alpha1.SubAccount{
		ObjectMeta: metav1.ObjectMeta{Namespace: "agency-" + benchAgency, Name: name},
		Spec: v1alpha1.SubAccountSpec{
			DisplayName: "Sub-account " + name, Timezone: "America/New_York", Country: "US", Currency: "USD",
			Owner: v1alpha1.Owner{Email: name + "@acme.example"}, Isolation: isolation,
		},
	}))
}

// applyMany creates sub-accounts from number first to number last-1, as fast as the API takes them.
func (f *fleet) applyMany(first, last int) {
	f.Helper()
	var all sync.WaitGroup
	const side = 8
	for k := range side {
		all.Go(func() {
			for n := first + k; n < last; n += side {
				f.apply(fmt.Sprintf("s%05d", n), "")
			}
		})
	}
	all.Wait()
}

// awaitReady waits until n sub-accounts in all were seen Ready.
func (f *fleet) awaitReady(n int) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), 10*time.Minute)
	defer cancel()
	for {
		f.mu.Lock()
		have := len(f.ready)
		f.mu.Unlock()
		if have >= n {
			return
		}
		select {
		case <-f.changed:
		case <-ctx.Done():
			f.Fatalf("%d of %d are Ready", have, n)
		}
	}
}

// took is how long a sub-account took from its creation until it was seen Ready.
func (f *fleet) took(name string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ready[name].Sub(f.applied[name])
}

// readyAfter are the times since began at which sub-accounts became Ready, in order.
func (f *fleet) readyAfter(began time.Time) []time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []time.Duration
	for _, at := range f.ready {
		if at.After(began) {
			out = append(out, at.Sub(began))
		}
	}
	slices.Sort(out)
	return out
}
