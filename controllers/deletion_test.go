package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/subaccount"
)

var _ = Describe("deletion", func() {
	var s *v1alpha1.DatabaseServer
	BeforeEach(func(ctx SpecContext) { s = server(ctx, MakeServer("del"+nextNumber())) })

	full := func(ctx SpecContext, name string) (a *v1alpha1.Agency, plain, alone, keeps *v1alpha1.SubAccount) {
		GinkgoHelper()
		a = MakeAgency(name, s.Name).Telephony("twilio").Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
		plain = MakeSubAccount("plain").Of(a).Number("").Deletion(v1alpha1.DeletionDelete, 0).Obj()
		alone = MakeSubAccount("alone").Of(a).Isolation(v1alpha1.IsolationDedicated).Deletion(v1alpha1.DeletionDelete, 0).Obj()
		keeps = MakeSubAccount("keeps").Of(a).Obj()
		for _, sub := range []*v1alpha1.SubAccount{plain, alone, keeps} {
			create(ctx, sub)
			waitReady(ctx, sub)
		}
		return a, plain, alone, keeps
	}

	It("of an agency with everything in it goes in order, says what remains and why, and leaves nothing", func(ctx SpecContext) {
		a, plain, alone, keeps := full(ctx, "everything")
		database, dedicated := physical(ctx, a), "omnicrm_everything_"+suffix
		Expect(the.client.Delete(ctx, a)).To(Succeed())
		Eventually(verdict(ctx, a, v1alpha1.ConditionCleanup)).Should(Equal("False SubAccountsLeft"))
		Expect(message(a, v1alpha1.ConditionCleanup)).To(ContainSubstring("alone, keeps, plain"))

		By("each sub-account following its own policy")
		for _, sub := range []*v1alpha1.SubAccount{plain, alone, keeps} {
			Expect(the.client.Delete(ctx, sub)).To(Succeed())
			waitGone(ctx, sub)
		}
		Expect(the.accountsNamed(ctx, subaccount.FriendlyName(plain.Status.ID))).To(BeZero())
		Expect(query[int64](ctx, "postgres", `select count(*) from pg_database where datname like $1`, dedicated+"_alone%")).To(BeZero())

		By("holding on to all as long as retained data is in it")
		Eventually(func() string { _ = reload(ctx, a); return message(a, v1alpha1.ConditionCleanup) }).Should(ContainSubstring("were retained"))
		Expect(databaseExists(ctx, database)).To(BeTrue())
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: a.Status.Namespace}}
		Expect(reload(ctx, ns)).To(Succeed())
		Expect(ns.DeletionTimestamp).To(BeNil())

		By("letting the retained one be adopted, and deleted for good")
		heir := MakeSubAccount("heir").Of(a).Adopt(keeps.Status.ID).Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, heir)
		waitReady(ctx, heir)
		Expect(the.client.Delete(ctx, heir)).To(Succeed())
		waitGone(ctx, heir)
		nudge(ctx, a)
		waitGone(ctx, a)
		Expect(databaseExists(ctx, database)).To(BeFalse())
		Expect(client.IgnoreNotFound(reload(ctx, ns))).To(Succeed())
		Expect(the.asks(ctx, `select not exists (select from agency where id = '`+a.Status.ID+`')
			and not exists (select from sub_account where agency_id = '`+a.Status.ID+`')`)).To(BeTrue())
	})

	It("of an agency is cut short by the orphan annotation alone, and leaves all of it", func(ctx SpecContext) {
		a, _, _, keeps := full(ctx, "orphaned")
		Expect(the.client.Delete(ctx, a)).To(Succeed())
		Eventually(verdict(ctx, a, v1alpha1.ConditionCleanup)).Should(Equal("False SubAccountsLeft"))
		change(ctx, a, func(o *v1alpha1.Agency) { annotate(o, v1alpha1.AnnotationOrphan, "true") })
		waitGone(ctx, a)
		Expect(databaseExists(ctx, "omnicrm_agency_orphaned_"+suffix)).To(BeTrue())
		Expect(reload(ctx, keeps)).To(Succeed())
		Expect(the.asks(ctx, `select exists (select from agency where id = '`+a.Status.ID+`')`)).To(BeTrue())
	})

	It("of a sub-account in the middle of being made leaves nothing behind", func(ctx SpecContext) {
		a := MakeAgency("midway", s.Name).Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		sub := MakeSubAccount("midway").Of(a).Isolation(v1alpha1.IsolationDedicated).Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, sub)
		Eventually(func() bool { _ = reload(ctx, sub); return controllerutil.ContainsFinalizer(sub, v1alpha1.Finalizer) }).Should(BeTrue())
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		waitGone(ctx, sub)
		t := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: a.Name + ".midway"}}
		Eventually(func() error { return client.IgnoreNotFound(reload(ctx, t)) }).Should(Succeed())
		Expect(t.UID == "" || !t.DeletionTimestamp.IsZero()).To(BeTrue())
		Eventually(func() int64 {
			return query[int64](ctx, "postgres", `select count(*) from pg_database where datname like $1`, "omnicrm_midway_"+suffix+"_midway%")
		}).Should(BeZero())
		Expect(the.asks(ctx, `select not exists (select from sub_account where uid = '`+string(sub.UID)+`')`)).To(BeTrue())
	})
})
