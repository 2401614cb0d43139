package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/controllers/subaccount"
)

var _ = Describe("a paused resource", func() {
	It("is not touched, nor is what it stands for, and says so, until it is resumed", func(ctx SpecContext) {
		s := server(ctx, MakeServer("pause"))
		a := MakeAgency("pause", s.Name).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		sub := MakeSubAccount("pause").Of(a).Isolation(v1alpha1.IsolationDedicated).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		t := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: sub.Status.TenantDatabase}}
		Expect(reload(ctx, t)).To(Succeed())
		binding := &corev1.ResourceQuota{ObjectMeta: metav1.ObjectMeta{Namespace: a.Status.Namespace, Name: "omnicrm"}}

		all := []phase.Object{s, a, sub, t}
		for _, o := range all {
			change(ctx, o, func(o phase.Object) { annotate(o, v1alpha1.AnnotationPaused, "true") })
			Eventually(verdict(ctx, o, phase.Paused)).Should(Equal("True Paused"))
		}
		change(ctx, a, func(o *v1alpha1.Agency) { o.Spec.DisplayName = "Changed while paused" })
		change(ctx, sub, func(o *v1alpha1.SubAccount) { o.Spec.Suspended = true })
		execute(ctx, t.Status.DatabaseName, "revoke insert on contact from omnicrm_app")
		Expect(the.client.Delete(ctx, binding)).To(Succeed())
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		for _, o := range all {
			nudge(ctx, o)
		}
		Consistently(func(g Gomega) {
			for _, o := range all {
				g.Expect(verdict(ctx, o, phase.Paused)()).To(Equal("True Paused"))
			}
			g.Expect(a.Status.ObservedGeneration).To(BeNumerically("<", a.Generation))
			g.Expect(client.IgnoreNotFound(reload(ctx, binding))).To(Succeed())
			g.Expect(binding.UID).To(BeEmpty())
			g.Expect(statusOf(ctx, sub)).To(BeEquivalentTo("active"))
			g.Expect(query[bool](ctx, t.Status.DatabaseName, "select has_table_privilege('omnicrm_app', 'contact', 'insert')")).To(BeFalse())
		}, "1s").Should(Succeed())

		for _, o := range all {
			change(ctx, o, func(o phase.Object) {
				annotations := o.GetAnnotations()
				delete(annotations, v1alpha1.AnnotationPaused)
				o.SetAnnotations(annotations)
			})
		}
		waitGone(ctx, sub)
		for _, o := range []phase.Object{s, a, t} {
			Eventually(verdict(ctx, o, phase.Paused)).Should(Equal("none"))
			waitReady(ctx, o)
		}
		Expect(reload(ctx, binding)).To(Succeed())
		Expect(query[bool](ctx, t.Status.DatabaseName, "select has_table_privilege('omnicrm_app', 'contact', 'insert')")).To(BeTrue())
	})
})

var _ = Describe("adoption", Ordered, func() {
	var s *v1alpha1.DatabaseServer
	var a *v1alpha1.Agency
	BeforeAll(func(ctx SpecContext) {
		s = server(ctx, MakeServer("adopts"))
		a = MakeAgency("adopts", s.Name).Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
	})

	It("imports a database that is on the server already", func(ctx SpecContext) {
		name := "omnicrm_restored_" + suffix
		execute(ctx, "postgres", "create database "+name)
		t := MakeDatabase("restored", s.Name).Name(name).Adopt(name).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		Expect(query[string](ctx, name, "select datdba::regrole::text from pg_database where datname = current_database()")).To(Equal("omnicrm_migrator"))
	})

	DescribeTable("of a database is refused with words, and nothing is touched or made", func(ctx SpecContext, prepare func(ctx SpecContext, name string), adopt, reason, says string) {
		name := "omnicrm_refused" + nextNumber() + "_" + suffix
		prepare(ctx, name)
		if adopt == "" {
			adopt = name
		}
		t := MakeDatabase("refused"+nextNumber(), s.Name).Name(name).Adopt(adopt).Obj()
		create(ctx, t)
		Eventually(verdict(ctx, t, phase.Stuck)).Should(Equal("True " + reason))
		Expect(message(t, phase.Ready)).To(ContainSubstring(says))
	},
		Entry("that holds something else", func(ctx SpecContext, name string) {
			execute(ctx, "postgres", "create database "+name)
			execute(ctx, name, "create table precious ()")
		}, "", "NotAdoptable", "holds tables of something else"),
		Entry("that is another resource's", func(ctx SpecContext, name string) {
			other := MakeDatabase("owner"+nextNumber(), s.Name).Name(name).Obj()
			create(ctx, other)
			waitReady(ctx, other)
		}, "", "NameTaken", "did not make"),
		Entry("that is not there", func(SpecContext, string) {}, "", "NotAdoptable", "has none"),
		Entry("by an id that nothing was retained under", func(SpecContext, string) {}, "0199a3c2-7f5e-7000-8000-000000000000", "AdoptInvalid", "none was made"),
	)

	It("imports a carrier account that exists, under our name", func(ctx SpecContext) {
		theirs, err := the.faults.Twilio.EnsureAccount(ctx, the.parent(), "Bright Dental "+suffix)
		Expect(err).NotTo(HaveOccurred())
		sub := MakeSubAccount("imports").Of(a).Number("").Obj()
		sub.Annotations = map[string]string{v1alpha1.AnnotationExternalName: theirs.SID}
		create(ctx, sub)
		waitReady(ctx, sub)
		Expect(sub.Status.CarrierAccount).To(Equal(theirs.SID))
		Expect(the.accountsNamed(ctx, subaccount.FriendlyName(sub.Status.ID))).To(Equal(1))
	})

	DescribeTable("of a carrier account is refused with words", func(ctx SpecContext, sid func(ctx SpecContext) string) {
		spy := MakeSubAccount("taker" + nextNumber()).Of(a).Number("").Obj()
		spy.Annotations = map[string]string{v1alpha1.AnnotationExternalName: sid(ctx)}
		create(ctx, spy)
		Eventually(verdict(ctx, spy, phase.Stuck)).Should(Equal("True AccountTaken"))
		Expect(message(spy, phase.Ready)).To(ContainSubstring("mend or remove the annotation"))
		_, err := the.directory.Telephony(ctx, phase.FormerID(spy.Status.ID))
		Expect(err).To(HaveOccurred(), "its token went to somebody else")
	},
		Entry("that is another sub-account's", func(ctx SpecContext) string {
			victim := MakeSubAccount("victim").Of(a).Number("").Obj()
			create(ctx, victim)
			waitReady(ctx, victim)
			return victim.Status.CarrierAccount
		}),
		Entry("that is the agency's own", func(SpecContext) string { return the.parent().AccountSID }),
	)
})
