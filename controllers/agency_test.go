package controllers_test

import (
	"time"

	"github.com/google/uuid"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var _ = Describe("an Agency", func() {
	var s *v1alpha1.DatabaseServer
	BeforeEach(func(ctx SpecContext) { s = server(ctx, MakeServer("ag"+nextNumber())) })

	It("gets its namespace, rights, quota, network policy, database, hosts and invitation", func(ctx SpecContext) {
		a := MakeAgency("whole", s.Name).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		in := func(name string) client.ObjectKey { return client.ObjectKey{Namespace: a.Status.Namespace, Name: name} }

		var binding rbacv1.RoleBinding
		Expect(the.client.Get(ctx, in("omnicrm-agency"), &binding)).To(Succeed())
		Expect(binding.Subjects[0].Name).To(Equal("omnicrm:agency:" + a.Name))
		var quota corev1.ResourceQuota
		Expect(the.client.Get(ctx, in("omnicrm"), &quota)).To(Succeed())
		Expect(quota.Spec.Hard.Name("count/subaccounts.omnicrm.io", "").Value()).To(Equal(int64(100)))
		var policy networkingv1.NetworkPolicy
		Expect(the.client.Get(ctx, in("omnicrm-default-deny"), &policy)).To(Succeed())
		Expect(policy.Spec.PolicyTypes).To(HaveLen(2))
		Expect(policy.Spec.Ingress).To(BeEmpty())

		found, err := the.directory.AgencyByHost(ctx, a.Spec.Hosts[0])
		Expect(err).NotTo(HaveOccurred())
		Expect(found.ID.String()).To(Equal(a.Status.ID))
		var invitation corev1.Secret
		Expect(the.client.Get(ctx, in("owner-invitation"), &invitation)).To(Succeed())
		Expect(string(invitation.Data["link"])).To(HavePrefix("http://" + a.Spec.Hosts[0] + "/invitations/omi_"))
		Expect(a.Status.TenantDatabase).To(Equal("agency-" + a.Name))
	})

	It("puts right what somebody changed in its namespace", func(ctx SpecContext) {
		a := MakeAgency("drifted", s.Name).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		policy := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: a.Status.Namespace, Name: "omnicrm-default-deny"}}
		Expect(the.client.Delete(ctx, policy)).To(Succeed())
		nudge(ctx, a)
		Eventually(func() error { return reload(ctx, policy) }).Should(Succeed())
	})

	It("leaves a namespace alone that is somebody else's, until it is handed over", func(ctx SpecContext) {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: unique("theirs")}}
		create(ctx, ns)
		a := MakeAgency("claimer", s.Name).Namespace(ns.Name).Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, phase.Stuck)).Should(Equal("True NamespaceTaken"))
		Expect(reload(ctx, ns)).To(Succeed())
		Expect(ns.Labels).NotTo(HaveKey(v1alpha1.LabelAgency))
		change(ctx, ns, func(o *corev1.Namespace) { o.Labels = map[string]string{v1alpha1.LabelAgency: a.Name} })
		nudge(ctx, a)
		waitReady(ctx, a)
	})

	It("does not get a host that leads to another agency", func(ctx SpecContext) {
		first := MakeAgency("first", s.Name).Obj()
		create(ctx, first)
		waitReady(ctx, first)
		second := MakeAgency("second", s.Name).Hosts(unique("second")+".example", first.Spec.Hosts[0]).Obj()
		create(ctx, second)
		Eventually(verdict(ctx, second, v1alpha1.ConditionHosts)).Should(Equal("False HostTaken"))
		Expect(message(second, phase.Ready)).To(ContainSubstring(first.Spec.Hosts[0]))
		found, err := the.directory.AgencyByHost(ctx, first.Spec.Hosts[0])
		Expect(err).NotTo(HaveOccurred())
		Expect(found.Name).To(Equal(first.Name))
		change(ctx, second, func(o *v1alpha1.Agency) { o.Spec.Hosts = o.Spec.Hosts[:1] })
		waitReady(ctx, second)
	})

	It("shares a database with others where it is small", func(ctx SpecContext) {
		one, two := MakeAgency("tiny-a", s.Name).Isolation(v1alpha1.IsolationShared).Obj(), MakeAgency("tiny-b", s.Name).Isolation(v1alpha1.IsolationShared).Obj()
		create(ctx, one, two)
		waitReady(ctx, one)
		waitReady(ctx, two)
		Expect(one.Status.TenantDatabase).To(Equal("shared-" + s.Name))
		Expect(two.Status.TenantDatabase).To(Equal(one.Status.TenantDatabase))
	})

	It("invites its owner until they have joined", func(ctx SpecContext) {
		a := MakeAgency("invites", s.Name).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: a.Status.Namespace, Name: "owner-invitation"}}
		Expect(reload(ctx, secret)).To(Succeed())
		former := string(secret.Data["link"])

		By("issuing a new link when the former was lost")
		Expect(the.client.Delete(ctx, secret)).To(Succeed())
		Eventually(func() string { _ = reload(ctx, secret); return string(secret.Data["link"]) }).
			Should(And(HavePrefix("http"), Not(Equal(former))))

		By("taking the link away once they have joined")
		link := string(secret.Data["link"])
		_, err := the.access.Accept(ctx, access.AcceptInput{
			Agency: uuid.MustParse(a.Status.ID), Token: link[len("http://"+a.Spec.Hosts[0]+"/invitations/"):], Name: "Ada Byron",
			Password: "seven turquoise herons wade at dusk", IP: "127.0.0.1",
		})
		Expect(err).NotTo(HaveOccurred())
		nudge(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionInvitation)).Should(Equal("True Accepted"))
		Expect(client.IgnoreNotFound(reload(ctx, secret))).To(Succeed())
		Expect(a.Status.Invitation.Accepted).To(BeTrue())
	})

	It("says which Secret the carrier's credentials want", func(ctx SpecContext) {
		a := MakeAgency("phones", s.Name).Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
	})

	It("waits for its SubAccounts, then keeps its data or destroys it, as it says", func(ctx SpecContext) {
		a := MakeAgency("leaving", s.Name).Deletion(v1alpha1.DeletionDelete, the.clock.grace(time.Hour)).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		sub := MakeSubAccount("last").Of(a).Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		tdb := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: a.Status.TenantDatabase}}
		Expect(reload(ctx, tdb)).To(Succeed())

		Expect(the.client.Delete(ctx, a)).To(Succeed())
		Eventually(verdict(ctx, a, v1alpha1.ConditionCleanup)).Should(Equal("False SubAccountsLeft"))
		Expect(message(a, v1alpha1.ConditionCleanup)).To(ContainSubstring("last"))
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		Eventually(verdict(ctx, a, v1alpha1.ConditionCleanup)).Should(Equal("False GracePeriod"))
		Expect(databaseExists(ctx, tdb.Status.DatabaseName)).To(BeTrue())

		the.clock.Advance(2 * time.Hour)
		nudge(ctx, a)
		waitGone(ctx, a)
		Expect(databaseExists(ctx, tdb.Status.DatabaseName)).To(BeFalse())
		_, err := the.directory.AgencyOf(ctx, a.Name, string(a.UID))
		Expect(err).To(HaveOccurred())
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: a.Status.Namespace}}
		Expect(client.IgnoreNotFound(reload(ctx, ns))).To(Succeed())
	})

	It("is retained by default, and adopted with its database under another name", func(ctx SpecContext) {
		a := MakeAgency("retained", s.Name).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		Expect(the.client.Delete(ctx, a)).To(Succeed())
		waitGone(ctx, a)
		entry, err := the.directory.Agency(ctx, uuid.MustParse(a.Status.ID))
		Expect(err).NotTo(HaveOccurred())
		Expect(entry.Status).To(Equal(tenancy.Retained))

		heir := MakeAgency("heir", s.Name).Obj()
		annotate(heir, v1alpha1.AnnotationAdopt, a.Status.ID)
		create(ctx, heir)
		waitReady(ctx, heir)
		Expect(heir.Status.ID).To(Equal(a.Status.ID))
		Expect(heir.Status.TenantDatabase).To(Equal(a.Status.TenantDatabase))
	})
})

func carrierSecret(a *v1alpha1.Agency) *corev1.Secret {
	account := the.carrier.Account()
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "agency-" + a.Name, Name: "twilio"},
		StringData: map[string]string{"accountSid": account.SID, "authToken": account.Token},
	}
}
