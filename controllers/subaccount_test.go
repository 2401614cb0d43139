package controllers_test

import (
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var _ = Describe("a SubAccount", Ordered, func() {
	var s *v1alpha1.DatabaseServer
	var a *v1alpha1.Agency
	BeforeAll(func(ctx SpecContext) {
		s = server(ctx, MakeServer("subs"))
		a = MakeAgency("subs", s.Name).Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
	})

	It("lives in its agency's database, with its owner invited", func(ctx SpecContext) {
		sub := MakeSubAccount("plain").Of(a).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		Expect(sub.Status.Agency).To(Equal(a.Name))
		Expect(sub.Status.TenantDatabase).To(Equal(a.Status.TenantDatabase))
		Expect(sub.Status.Isolation).To(Equal(v1alpha1.IsolationAgency))
		place, err := the.directory.Locate(ctx, uuid.MustParse(sub.Status.ID))
		Expect(err).NotTo(HaveOccurred())
		Expect(place.Status).To(Equal(tenancy.Active))
		conn, err := pgx.Connect(ctx, place.Database.DSN)
		Expect(err).NotTo(HaveOccurred())
		Expect(conn.Close(ctx)).To(Succeed())
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: sub.Namespace, Name: "plain-owner-invitation"}}
		Expect(reload(ctx, secret)).To(Succeed())
		Expect(string(secret.Data["link"])).To(HavePrefix("http://" + a.Spec.Hosts[0]))
	})

	It("is stopped by a suspension and loses nothing", func(ctx SpecContext) {
		sub := MakeSubAccount("suspended").Of(a).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		change(ctx, sub, func(o *v1alpha1.SubAccount) { o.Spec.Suspended = true })
		Eventually(verdict(ctx, sub, phase.Ready)).Should(Equal("True Suspended"))
		Expect(verdict(ctx, sub, v1alpha1.ConditionSuspended)()).To(Equal("True Suspended"))
		Expect(statusOf(ctx, sub)).To(Equal(tenancy.Suspended))
		change(ctx, sub, func(o *v1alpha1.SubAccount) { o.Spec.Suspended = false })
		Eventually(func() tenancy.Status { return statusOf(ctx, sub) }).Should(Equal(tenancy.Active))
	})

	It("says that a time zone doesn't exist", func(ctx SpecContext) {
		sub := MakeSubAccount("lost").Of(a).Timezone("Mars/Olympus").Obj()
		create(ctx, sub)
		Eventually(verdict(ctx, sub, phase.Stuck)).Should(Equal("True Invalid"))
		Expect(message(sub, phase.Ready)).To(ContainSubstring("timezone must be an IANA name"))
	})

	It("waits in a namespace that no agency has", func(ctx SpecContext) {
		sub := MakeSubAccount("stray").Obj()
		sub.Namespace = "default"
		create(ctx, sub)
		Eventually(verdict(ctx, sub, phase.Ready)).Should(Equal("False NoAgency"))
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		waitGone(ctx, sub)
	})

	It("gets a carrier account and its number, and gives them back when it is deleted", func(ctx SpecContext) {
		sub := MakeSubAccount("texts").Of(a).Number("+14155550101").Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		Expect(verdict(ctx, sub, v1alpha1.ConditionTelephony)()).To(Equal("True Connected"))
		Expect(sub.Status.PhoneNumber).To(Equal("+14155550101"))
		account, err := the.directory.Telephony(ctx, uuid.MustParse(sub.Status.ID))
		Expect(err).NotTo(HaveOccurred())
		Expect(account.AccountSID).To(Equal(sub.Status.CarrierAccount))
		Expect(sub.Annotations).To(And(HaveKey(v1alpha1.AnnotationCreatePending), HaveKey(v1alpha1.AnnotationCreateSucceeded)))

		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		waitGone(ctx, sub)
		again := MakeSubAccount("texts-again").Of(a).Number("+14155550101").Obj()
		create(ctx, again)
		waitReady(ctx, again)
		Expect(again.Status.CarrierAccount).NotTo(Equal(sub.Status.CarrierAccount))
	})

	It("has one carrier account although the answer to its creation was lost", func(ctx SpecContext) {
		the.faults.lose()
		sub := MakeSubAccount("once").Of(a).Number("+14155550102").Obj()
		create(ctx, sub)
		Eventually(verdict(ctx, sub, v1alpha1.ConditionTelephony)).Should(Equal("False Settling"))
		the.clock.Advance(2 * time.Minute)
		nudge(ctx, sub)
		waitReady(ctx, sub)
		Expect(the.accountsNamed(ctx, the.faults.lastLost())).To(Equal(1))
	})

	It("leaves no carrier account behind although it goes before the answer to the creation came", func(ctx SpecContext) {
		the.faults.lose()
		sub := MakeSubAccount("brief").Of(a).Number("+14155550103").Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, sub)
		Eventually(verdict(ctx, sub, v1alpha1.ConditionTelephony)).Should(Equal("False Settling"))
		name := the.faults.lastLost()
		Expect(the.accountsNamed(ctx, name)).To(Equal(1))
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		the.clock.Advance(2 * time.Minute)
		nudge(ctx, sub)
		waitGone(ctx, sub)
		Expect(the.accountsNamed(ctx, name)).To(Equal(0))
	})

	It("gives its number back when telephony is no longer asked for", func(ctx SpecContext) {
		sub := MakeSubAccount("quiet").Of(a).Number("+14155550103").Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		change(ctx, sub, func(o *v1alpha1.SubAccount) { o.Spec.Telephony = nil })
		Eventually(verdict(ctx, sub, v1alpha1.ConditionTelephony)).Should(Equal("True NotAsked"))
		heir := MakeSubAccount("loud").Of(a).Number("+14155550103").Obj()
		create(ctx, heir)
		waitReady(ctx, heir)
		Expect(heir.Status.PhoneNumber).To(Equal("+14155550103"))
	})

	It("learns nothing of another agency's sub-account by naming its id", func(ctx SpecContext) {
		other := MakeAgency("curious", s.Name).Obj()
		create(ctx, other)
		waitReady(ctx, other)
		secret := MakeSubAccount("secret").Of(a).Obj()
		create(ctx, secret)
		waitReady(ctx, secret)
		spy := MakeSubAccount("spy").Of(other).Adopt(secret.Status.ID).Obj()
		create(ctx, spy)
		Eventually(verdict(ctx, spy, phase.Stuck)).Should(Equal("True AdoptInvalid"))
		Expect(spy.Status.TenantDatabase).To(BeEmpty())
		Expect(spy.Status.Isolation).To(BeEmpty())
	})

	It("names a number that the agency doesn't own", func(ctx SpecContext) {
		sub := MakeSubAccount("foreign-number").Of(a).Number("+14155559999").Obj()
		create(ctx, sub)
		Eventually(verdict(ctx, sub, phase.Stuck)).Should(Equal("True NumberMissing"))
		Expect(message(sub, phase.Ready)).To(ContainSubstring("does not own +14155559999"))
		Expect(sub.Status.Invitation.SecretName).NotTo(BeEmpty())
	})

	It("with policy Retain keeps everything, for adoption by its id", func(ctx SpecContext) {
		sub := MakeSubAccount("kept").Of(a).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		fill(ctx, sub, a)
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		waitGone(ctx, sub)
		Expect(statusOf(ctx, sub)).To(Equal(tenancy.Retained))
		Expect(rowsOf(ctx, sub, a)).To(Equal(int64(3)))

		heir := MakeSubAccount("kept-heir").Of(a).Adopt(sub.Status.ID).Obj()
		create(ctx, heir)
		waitReady(ctx, heir)
		Expect(heir.Status.ID).To(Equal(sub.Status.ID))
		Expect(statusOf(ctx, heir)).To(Equal(tenancy.Active))
	})

	It("with policy Delete is stopped at once, purged after the grace period, and takes nobody's rows with it", func(ctx SpecContext) {
		sub := MakeSubAccount("purged").Of(a).Deletion(v1alpha1.DeletionDelete, the.clock.grace(24*time.Hour)).Obj()
		neighbour := MakeSubAccount("neighbour").Of(a).Obj()
		create(ctx, sub, neighbour)
		waitReady(ctx, sub)
		waitReady(ctx, neighbour)
		fill(ctx, sub, a)
		fill(ctx, neighbour, a)
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		Eventually(verdict(ctx, sub, v1alpha1.ConditionCleanup)).Should(Equal("False GracePeriod"))
		Expect(statusOf(ctx, sub)).To(Equal(tenancy.Deleting))
		Expect(message(sub, v1alpha1.ConditionCleanup)).To(ContainSubstring(sub.Status.PurgeAt.UTC().Format(time.RFC3339)))
		Expect(rowsOf(ctx, sub, a)).To(Equal(int64(3)))

		the.clock.Advance(25 * time.Hour)
		nudge(ctx, sub)
		waitGone(ctx, sub)
		Expect(rowsOf(ctx, sub, a)).To(BeZero())
		Expect(rowsOf(ctx, neighbour, a)).To(Equal(int64(3)))
		_, err := the.directory.SubAccountOf(ctx, sub.Namespace, sub.Name, string(sub.UID))
		Expect(err).To(HaveOccurred())
	})

	It("with a Dedicated database has it for itself, retains it whole and drops it whole", func(ctx SpecContext) {
		sub := MakeSubAccount("alone").Of(a).Isolation(v1alpha1.IsolationDedicated).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		Expect(sub.Status.TenantDatabase).To(Equal(a.Name + ".alone"))
		tdb := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: sub.Status.TenantDatabase}}
		Expect(reload(ctx, tdb)).To(Succeed())
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		waitGone(ctx, sub)
		Expect(databaseExists(ctx, tdb.Status.DatabaseName)).To(BeTrue())

		By("not giving a namesake the retained data")
		namesake := MakeSubAccount("alone").Of(a).Isolation(v1alpha1.IsolationDedicated).Obj()
		create(ctx, namesake)
		Eventually(verdict(ctx, namesake, phase.Stuck)).Should(Equal("True Retained"))
		Expect(message(namesake, phase.Ready)).To(ContainSubstring(sub.Status.ID))

		By("giving it to who names it, and dropping it with that one")
		change(ctx, namesake, func(o *v1alpha1.SubAccount) {
			annotate(o, v1alpha1.AnnotationAdopt, sub.Status.ID)
			o.Spec.DeletionPolicy, o.Spec.DeletionGracePeriod = v1alpha1.DeletionDelete, &metav1.Duration{}
		})
		waitReady(ctx, namesake)
		Expect(the.client.Delete(ctx, namesake)).To(Succeed())
		waitGone(ctx, namesake)
		Expect(databaseExists(ctx, tdb.Status.DatabaseName)).To(BeFalse())
	})

	It("lets go of everything as it is when it is orphaned", func(ctx SpecContext) {
		sub := MakeSubAccount("orphan").Of(a).Deletion(v1alpha1.DeletionDelete, 0).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		fill(ctx, sub, a)
		change(ctx, sub, func(o *v1alpha1.SubAccount) { annotate(o, v1alpha1.AnnotationOrphan, "true") })
		Expect(the.client.Delete(ctx, sub)).To(Succeed())
		waitGone(ctx, sub)
		Expect(rowsOf(ctx, sub, a)).To(Equal(int64(3)))
	})
})

func statusOf(ctx SpecContext, sub *v1alpha1.SubAccount) tenancy.Status {
	GinkgoHelper()
	entry, err := the.directory.SubAccount(ctx, uuid.MustParse(sub.Status.ID))
	Expect(err).NotTo(HaveOccurred())
	return entry.Status
}

// fill gives a sub-account three rows, one of which the application could not delete.
func fill(ctx SpecContext, sub *v1alpha1.SubAccount, a *v1alpha1.Agency) {
	GinkgoHelper()
	name := physical(ctx, a)
	for _, sql := range []string{
		`insert into job (sub_account_id, id, queue, kind, payload, run_at, max_attempts, actor, created_at)
			values ($1, gen_random_uuid(), 'bulk', 'test', '{}', now(), 1, '{}', now())`,
		`insert into event_cursor (sub_account_id) values ($1)`,
		`insert into audit_entry (sub_account_id, id, kind, subject_kind, subject_id, actor, occurred_at)
			values ($1, gen_random_uuid(), 'test', 'test', gen_random_uuid(), '{}', now())`,
	} {
		execute(ctx, name, sql, sub.Status.ID)
	}
}

func rowsOf(ctx SpecContext, sub *v1alpha1.SubAccount, a *v1alpha1.Agency) int64 {
	GinkgoHelper()
	return query[int64](ctx, physical(ctx, a), `select (select count(*) from job where sub_account_id = $1)
		+ (select count(*) from event_cursor where sub_account_id = $1) + (select count(*) from audit_entry where sub_account_id = $1)`, sub.Status.ID)
}

func physical(ctx SpecContext, a *v1alpha1.Agency) string {
	GinkgoHelper()
	t := &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: a.Status.TenantDatabase}}
	Expect(reload(ctx, t)).To(Succeed())
	return t.Status.DatabaseName
}
