package controllers_test

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/subaccount"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/kube"
)

// replica is one process of the operator: it runs again when it ends, as a Deployment's pod does, until it is stopped.
type replica struct {
	w       *world
	metrics atomic.Pointer[prometheus.Registry]
	cut     atomic.Bool // its network is gone
	leads   atomic.Bool
	kill    atomic.Pointer[context.CancelFunc]
}

// keep runs the operator until ctx ends.
func (r *replica) keep(ctx context.Context, t *testing.T) error {
	for ctx.Err() == nil {
		once, kill := context.WithCancel(ctx)
		r.kill.Store(&kill)
		if err := r.run(once, t); err != nil {
			_, _ = r.w.log.Write([]byte("a replica ended: " + err.Error() + "\n"))
		}
		kill()
	}
	return nil
}

func (r *replica) run(ctx context.Context, t *testing.T) error {
	options := kube.ManagerOptions()
	options.Metrics = metricsserver.Options{BindAddress: "0"}
	options.LeaderElection, options.LeaderElectionID, options.LeaderElectionNamespace = true, "omnicrm-operator", operatorNamespace
	options.LeaderElectionReleaseOnCancel = true
	// Short enough for a test to wait for, long enough for a busy machine.
	lease, renew, retry := 8*time.Second, 6*time.Second, 200*time.Millisecond
	options.LeaseDuration, options.RenewDeadline, options.RetryPeriod = &lease, &renew, &retry
	again := true
	options.Controller.SkipNameValidation = &again
	mgr, err := ctrl.NewManager(r.config(), options)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	newest, err := db.NewestTenantVersion()
	if err != nil {
		return err
	}
	err = controllers.SetupWithManager(mgr, controllers.Options{
		Clock: r.w.clock, Namespace: operatorNamespace, Postgres: &db.Provisioner{}, Migrate: db.MigrateTenant, NewestSchema: newest,
		Directory: r.w.directory, Access: r.w.access, Carrier: r.w.faults, Metrics: registry,
		InvitationLink: func(host, token string) string { return "http://" + host + "/invitations/" + token },
		WebhookURL:     func(id uuid.UUID) string { return "https://hooks.example/webhooks/twilio/" + id.String() + "/messages" },
	})
	if err != nil {
		t.Error(err)
		return err
	}
	go func() {
		select {
		case <-mgr.Elected():
			r.metrics.Store(registry)
			r.leads.Store(true)
		case <-ctx.Done():
		}
	}()
	defer r.leads.Store(false)
	return mgr.Start(ctx)
}

// config is the operator's service account, seen by the suite, over a network that may go.
func (r *replica) config() *rest.Config {
	as := rest.CopyConfig(r.w.config)
	as.Impersonate = rest.ImpersonationConfig{
		UserName: "system:serviceaccount:" + operatorNamespace + ":omnicrm-operator",
		Groups:   []string{"system:serviceaccounts", "system:serviceaccounts:" + operatorNamespace, "system:authenticated"},
	}
	as.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(req *http.Request) (*http.Response, error) {
			if r.cut.Load() {
				return nil, errors.New("the network is gone")
			}
			r.w.requests.note(req)
			return next.RoundTrip(req)
		})
	})
	return as
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// leader waits until one leads.
func (w *world) leader() *replica {
	GinkgoHelper()
	var found *replica
	Eventually(func() bool {
		for _, r := range w.replicas {
			if r.leads.Load() {
				found = r
				return true
			}
		}
		return false
	}).Should(BeTrue())
	return found
}

var _ = Describe("a second replica", func() {
	DescribeTable("goes on where the leader ended, and makes nothing twice", func(ctx SpecContext, killed bool) {
		s := server(ctx, MakeServer("ha"+nextNumber()))
		a := MakeAgency("ha"+nextNumber(), s.Name).Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
		former := the.leader()
		var subs []*v1alpha1.SubAccount
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			sub := MakeSubAccount("ha-" + name).Of(a).Number("").Obj()
			create(ctx, sub)
			subs = append(subs, sub)
		}
		Eventually(func() string { _ = reload(ctx, subs[0]); return subs[0].Annotations[v1alpha1.AnnotationCreatePending] }).ShouldNot(BeEmpty())
		if killed {
			former.cut.Store(true) // what it is at can't be ended, and the lease can't be given back
			DeferCleanup(func() { former.cut.Store(false) })
		}
		(*former.kill.Load())()
		Eventually(func() bool { return the.leader() != former || !killed }).Should(BeTrue())
		for _, sub := range subs {
			// A creation whose outcome is unknown settles a minute after its mark, which a leader that is stopping may
			// still make.
			Eventually(func() string {
				the.clock.Advance(2 * time.Minute)
				nudge(ctx, sub)
				return verdict(ctx, sub, phase.Ready)()
			}, patience, "500ms").Should(HavePrefix("True"))
			waitReady(ctx, sub)
			Expect(the.accountsNamed(ctx, subaccount.FriendlyName(sub.Status.ID))).To(Equal(1))
		}
		late := MakeSubAccount("ha-late").Of(a).Obj()
		create(ctx, late)
		waitReady(ctx, late)
	}, Entry("killed", true), Entry("stopped in order", false))
})
