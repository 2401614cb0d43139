package controllers_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
)

var _ = Describe("a crowd that fails", func() {
	It("is tried ever more rarely, and a good resource comes before it", func(ctx SpecContext) {
		s := server(ctx, MakeServer("crowd"))
		failing, good := MakeAgency("crowd", s.Name).Telephony("twilio").Obj(), MakeAgency("calm", s.Name).Obj()
		create(ctx, failing, good)
		Eventually(verdict(ctx, failing, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(failing))
		waitReady(ctx, failing)
		waitReady(ctx, good)

		the.faults.away(true)
		DeferCleanup(func() { the.faults.away(false) })
		begun := time.Now()
		var subs []client.Object
		for i := range crowd {
			sub := MakeSubAccount(fmt.Sprintf("crowd-%d", i)).Of(failing).Number("").Obj()
			sub.Annotations = map[string]string{v1alpha1.AnnotationExternalName: "AC00000000000000000000000000000000"}
			create(ctx, sub)
			subs = append(subs, sub)
		}
		Eventually(func() int { return triedOf(ctx, failing) }, "10m").Should(Equal(crowd), "each has failed once")

		By("serving a good one meanwhile")
		sub := MakeSubAccount("calm").Of(good).Obj()
		applied, tries := time.Now(), the.faults.refused()
		create(ctx, sub)
		// Until its first pass: how many follow in how long is the machine's affair.
		Eventually(func() []string { _ = reload(ctx, sub); return sub.Finalizers }, patience, "1ms").ShouldNot(BeEmpty())
		between := the.faults.refused() - tries
		waitReady(ctx, sub)
		GinkgoWriter.Printf("its turn came after %d failing attempts, ready after %s and %d\n", between, time.Since(applied), the.faults.refused()-tries)
		Expect(between).To(BeNumerically("<", crowd), "it stood in a queue behind all of them")

		By("not hammering, however busy the machine is: it gets quieter by itself")
		Eventually(func() float64 {
			window, tries := time.Now(), the.faults.refused()
			<-time.After(3 * time.Second)
			perSecond := float64(the.faults.refused()-tries) / time.Since(window).Seconds()
			GinkgoWriter.Printf("%.1f attempts a second, %d in %s\n", perSecond, the.faults.refused(), time.Since(begun))
			return perSecond
		}, "10m").Should(BeNumerically("<", 25))
		the.faults.away(false)
		for _, o := range subs {
			change(ctx, o.(*v1alpha1.SubAccount), func(o *v1alpha1.SubAccount) { annotate(o, v1alpha1.AnnotationOrphan, "true") })
			Expect(the.client.Delete(ctx, o)).To(Succeed())
		}
	})
})

// triedOf counts an agency's sub-accounts that a pass has said something of.
func triedOf(ctx context.Context, a *v1alpha1.Agency) int {
	var all v1alpha1.SubAccountList
	Expect(the.client.List(ctx, &all, client.InNamespace(a.Status.Namespace))).To(Succeed())
	tried := 0
	for i := range all.Items {
		if meta.IsStatusConditionFalse(all.Items[i].Status.Conditions, phase.Ready) {
			tried++
		}
	}
	return tried
}

// crowd is how many fail at once; `make faults` has the thousand.
var crowd = map[bool]int{false: 200, true: 1000}[os.Getenv("OMNICRM_FAULTS") == "long"]

var _ = Describe("a quiet minute", func() {
	It("writes nothing and tells nothing, however often it is looked at", func(ctx SpecContext) {
		s := server(ctx, MakeServer("quiet"))
		a := MakeAgency("quiet", s.Name).Hosts(unique("z-quiet")+".example", unique("b-quiet")+".example", unique("a-quiet")+".example").Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
		sub := MakeSubAccount("quiet-sub").Of(a).Number("+14155550105").Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		t := databaseOf(a)
		waitReady(ctx, t)
		objects := map[string]phase.Object{"agency": a, "subaccount": sub, "tenantdatabase": t}
		told := func(since time.Time) func() int { // by when it was told: it reaches the API a while later
			return func() (n int) {
				var all eventsv1.EventList
				Expect(the.client.List(ctx, &all)).To(Succeed())
				for i := range all.Items {
					e := &all.Items[i]
					last := e.EventTime.Time
					if e.Series != nil {
						last = e.Series.LastObservedTime.Time
					}
					for _, o := range objects {
						if e.Regarding.UID == o.GetUID() && last.After(since) {
							n++
						}
					}
				}
				return n
			}
		}
		entries := func() string {
			return the.text(ctx, `select count(*)::text from audit_entry where agency_id = '`+a.Status.ID+`'`)
		}
		look := func(strict bool) {
			for controller, o := range objects {
				before := reconciles(controller)
				nudge(ctx, o)
				version := o.GetResourceVersion()
				Eventually(func() float64 { return reconciles(controller) }).Should(BeNumerically(">", before))
				if strict {
					Consistently(func() string { _ = reload(ctx, o); return o.GetResourceVersion() }, "100ms").Should(Equal(version), controller+" was written")
				}
			}
		}
		Eventually(told(time.Time{})).Should(BeNumerically(">", 0))
		look(false) // whatever was under way has ended
		look(false)
		quiet, audited := time.Now(), entries()
		for range 5 {
			look(true)
		}
		Consistently(told(quiet), "1s").Should(BeZero())
		Expect(entries()).To(Equal(audited))

		By("being counted all the while")
		for _, series := range []string{
			`omnicrm_resources{kind="SubAccount",state="ready"}`,
			`omnicrm_provider_call_seconds{operation="ensure_number",outcome="ok",provider="carrier"}`,
		} { // by whoever leads now: on a machine that stood still it may be another
			Eventually(func() bool { nudge(ctx, sub); return the.measured(series) }, patience, "500ms").Should(BeTrue())
		}
	})
})

// reconciles is how many passes a controller has ended.
func reconciles(controller string) (n float64) {
	families, err := metrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, family := range families {
		if family.GetName() != "controller_runtime_reconcile_total" {
			continue
		}
		for _, m := range family.GetMetric() {
			for _, label := range m.GetLabel() {
				if label.GetName() == "controller" && label.GetValue() == controller {
					n += m.GetCounter().GetValue()
				}
			}
		}
	}
	return n
}

// measured tells whether the leader's metrics have the one that is written so.
func (w *world) measured(series string) bool {
	GinkgoHelper()
	families, err := w.leader().metrics.Load().Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, family := range families {
		for _, m := range family.GetMetric() {
			var labels []string
			for _, label := range m.GetLabel() {
				labels = append(labels, fmt.Sprintf("%s=%q", label.GetName(), label.GetValue()))
			}
			if family.GetName()+"{"+strings.Join(labels, ",")+"}" == series {
				return true
			}
		}
	}
	return false
}
