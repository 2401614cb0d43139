package controllers_test

import (
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/modules/sms"
)

var _ = Describe("drift", Ordered, func() {
	var s *v1alpha1.DatabaseServer
	var a *v1alpha1.Agency
	var sub *v1alpha1.SubAccount
	BeforeAll(func(ctx SpecContext) {
		s = server(ctx, MakeServer("drifts"))
		a = MakeAgency("drifts", s.Name).Hosts(unique("drifts")+".example", unique("b-drifts")+".example").Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		create(ctx, carrierSecret(a))
		waitReady(ctx, a)
		sub = MakeSubAccount("drifts").Of(a).Number("+14155550104").Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		nudge(ctx, sub) // the first update by a typed client writes the default 720h as 720h0m0s: another generation
		waitReady(ctx, sub)
	})

	// Nobody nudges here: what the operator keeps in the cluster is watched.
	DescribeTable("in the agency's namespace is put right at once", func(ctx SpecContext, o func() client.Object, change func(ctx SpecContext, o client.Object), right func(client.Object) bool, condition string) {
		kept := o()
		if kept.GetName() != a.Status.Namespace {
			kept.SetNamespace(a.Status.Namespace)
		}
		putRight := func() { Eventually(func() bool { return reload(ctx, kept) == nil && right(kept) }).Should(BeTrue()) }
		repeated(func() {
			Expect(reload(ctx, kept)).To(Succeed())
			change(ctx, kept)
			putRight()
		}, func() bool {
			return slices.Contains(eventsOf(ctx, a, phase.ReasonDriftMended), "Warning "+condition)
		}, "no event tells of the drift of "+condition)
		putRight()
		waitReady(ctx, a)
	},
		Entry("a label of the namespace", theNamespace(&a), func(ctx SpecContext, o client.Object) {
			change(ctx, o, func(o client.Object) { o.GetLabels()["pod-security.kubernetes.io/enforce"] = "privileged" })
		}, func(o client.Object) bool { return o.GetLabels()["pod-security.kubernetes.io/enforce"] == "restricted" }, v1alpha1.ConditionNamespace),
		Entry("the label by which it is ours", theNamespace(&a), func(ctx SpecContext, o client.Object) {
			change(ctx, o, func(o client.Object) { delete(o.GetLabels(), v1alpha1.LabelManagedBy) })
		}, func(o client.Object) bool { return o.GetLabels()[v1alpha1.LabelManagedBy] == v1alpha1.FieldOwner }, v1alpha1.ConditionNamespace),
		Entry("a deleted network policy", kept(&networkingv1.NetworkPolicy{}, "omnicrm-default-deny"), remove, there, v1alpha1.ConditionNetwork),
		Entry("a network policy with a hole", kept(&networkingv1.NetworkPolicy{}, "omnicrm-default-deny"), func(ctx SpecContext, o client.Object) {
			change(ctx, o.(*networkingv1.NetworkPolicy), func(o *networkingv1.NetworkPolicy) { o.Spec.Ingress = []networkingv1.NetworkPolicyIngressRule{{}} })
		}, func(o client.Object) bool { return len(o.(*networkingv1.NetworkPolicy).Spec.Ingress) == 0 }, v1alpha1.ConditionNetwork),
		Entry("a quota that was raised", kept(&corev1.ResourceQuota{}, "omnicrm"), func(ctx SpecContext, o client.Object) {
			change(ctx, o.(*corev1.ResourceQuota), func(o *corev1.ResourceQuota) { o.Spec.Hard["pods"] = resource.MustParse("7") })
		}, func(o client.Object) bool { return o.(*corev1.ResourceQuota).Spec.Hard.Pods().IsZero() }, v1alpha1.ConditionLimits),
		Entry("a subject of the role binding", kept(&rbacv1.RoleBinding{}, "omnicrm-agency"), func(ctx SpecContext, o client.Object) {
			change(ctx, o.(*rbacv1.RoleBinding), func(o *rbacv1.RoleBinding) {
				o.Subjects = append(o.Subjects, rbacv1.Subject{APIGroup: rbacv1.GroupName, Kind: rbacv1.GroupKind, Name: "intruders"})
			})
		}, func(o client.Object) bool { return len(o.(*rbacv1.RoleBinding).Subjects) == 1 }, v1alpha1.ConditionAccess),
		Entry("a role binding to another role", kept(&rbacv1.RoleBinding{}, "omnicrm-agency"), func(ctx SpecContext, o client.Object) {
			Eventually(func() error { // a race with the operator, which makes its own again
				remove(ctx, o)
				return the.client.Create(ctx, &rbacv1.RoleBinding{
					ObjectMeta: metav1.ObjectMeta{Namespace: o.GetNamespace(), Name: o.GetName(), Labels: map[string]string{v1alpha1.LabelManagedBy: v1alpha1.FieldOwner}},
					RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
				})
			}).Should(Succeed())
			nudge(ctx, a)
		}, func(o client.Object) bool { return o.(*rbacv1.RoleBinding).RoleRef.Name == "omnicrm-agency" }, v1alpha1.ConditionAccess),
	)

	DescribeTable("in the directory is put right by the next look", func(ctx SpecContext, sql string, o func() phase.Object, condition, check string) {
		mended(ctx, o(), condition, func() {
			the.control(ctx, strings.NewReplacer("$agency", a.Status.ID, "$sub", sub.Status.ID, "$host", a.Spec.Hosts[0]).Replace(sql))
		})
		Eventually(func() bool {
			return the.asks(ctx, strings.NewReplacer("$agency", a.Status.ID, "$sub", sub.Status.ID, "$host", a.Spec.Hosts[0]).Replace(check))
		}).Should(BeTrue())
		forget(ctx, o(), condition)
	},
		Entry("an agency's name", `update agency set display_name = 'Evil', status = 'suspended' where id = '$agency'`, func() phase.Object { return a },
			v1alpha1.ConditionDirectory, `select display_name = 'Agency drifts' and status = 'active' from agency where id = '$agency'`),
		Entry("an agency's place", `update agency set name = 'other' where id = '$agency'`, func() phase.Object { return a },
			v1alpha1.ConditionDirectory, `select name like 'drifts-%' from agency where id = '$agency'`),
		Entry("a host", `update agency_host set host = 'evil.example' where host = '$host'`, func() phase.Object { return a },
			v1alpha1.ConditionHosts, `select count(*) = 1 from agency_host where agency_id = '$agency' and host = '$host' and is_primary`),
		Entry("a sub-account's status", `update sub_account set status = 'suspended', timezone = 'UTC' where id = '$sub'`, func() phase.Object { return sub },
			v1alpha1.ConditionDirectory, `select status = 'active' and timezone = 'America/New_York' from sub_account where id = '$sub'`),
		Entry("a sub-account's name", `update sub_account set name = 'other' where id = '$sub'`, func() phase.Object { return sub },
			v1alpha1.ConditionDirectory, `select name = 'drifts' from sub_account where id = '$sub'`),
		Entry("a removed sub-account, with its id", `delete from sub_account where id = '$sub'`, func() phase.Object { return sub },
			v1alpha1.ConditionDirectory, `select status = 'active' and telephony is not null and phone_number = '+14155550104' from sub_account where id = '$sub'`),
		Entry("a database's entry", `update tenant_database set dbname = 'evil', status = 'retained' where id = (select database_id from agency where id = '$agency')`,
			func() phase.Object { return databaseOf(a) }, v1alpha1.ConditionDirectory,
			`select dbname like 'omnicrm_agency_%' and status = 'active' from tenant_database where id = (select database_id from agency where id = '$agency')`),
	)

	It("never takes a sub-account for moved because its entry was edited", func(ctx SpecContext) {
		other := MakeDatabase("drifts-other", s.Name).Obj()
		create(ctx, other)
		waitReady(ctx, other)
		right := the.text(ctx, `select database_id::text from sub_account where id = '`+sub.Status.ID+`'`)
		the.control(ctx, `update sub_account set database_id = '`+other.Status.ID+`' where id = '`+sub.Status.ID+`'`)
		nudge(ctx, sub)
		Eventually(verdict(ctx, sub, phase.Stuck)).Should(Equal("True PlacementChanged"))
		Expect(message(sub, phase.Ready)).To(ContainSubstring("it was placed in " + a.Status.TenantDatabase))
		the.control(ctx, `update sub_account set database_id = '`+right+`' where id = '`+sub.Status.ID+`'`)
		nudge(ctx, sub)
		waitReady(ctx, sub)
	})

	DescribeTable("in a tenant database is put right by the next look", func(ctx SpecContext, sql, condition, says, check string) {
		t := databaseOf(a)
		Expect(reload(ctx, t)).To(Succeed())
		mended(ctx, t, condition, func() { execute(ctx, t.Status.DatabaseName, sql) }, says)
		Eventually(func() bool { return query[bool](ctx, t.Status.DatabaseName, check) }).Should(BeTrue())
		forget(ctx, t, condition)
		Eventually(func() []string { return eventsOf(ctx, t, phase.ReasonDriftMended) }).Should(ContainElement("Warning " + condition))
	},
		Entry("a revoked grant", "revoke insert on contact from omnicrm_app", v1alpha1.ConditionGrants, "rights of omnicrm_app on the table contact",
			"select has_table_privilege('omnicrm_app', 'contact', 'insert')"),
		Entry("row-level security", "alter table contact disable row level security", v1alpha1.ConditionGrants, "row-level security of the table contact",
			"select relrowsecurity and relforcerowsecurity from pg_class where relname = 'contact' and relnamespace = 'public'::regnamespace"),
		Entry("a LEAKPROOF mark", "alter function texticlike(text, text) not leakproof", v1alpha1.ConditionSearch, "texticlike",
			"select proleakproof from pg_proc where oid = 'texticlike(text,text)'::regprocedure"),
	)

	It("of a dropped database is healed by itself where nobody's data was in it", func(ctx SpecContext) {
		t := MakeDatabase("empty", s.Name).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		execute(ctx, "postgres", "drop database "+t.Status.DatabaseName+" with (force)")
		nudge(ctx, t)
		Eventually(verdict(ctx, t, v1alpha1.ConditionDatabase)).Should(Equal("True DriftMended"))
		waitReady(ctx, t)
		Expect(query[bool](ctx, t.Status.DatabaseName, "select to_regclass('contact') is not null")).To(BeTrue())
	})

	It("of a dropped database with data is never healed by an empty one, unless somebody asks for that", func(ctx SpecContext) {
		lost := MakeAgency("loses", s.Name).Obj()
		create(ctx, lost)
		waitReady(ctx, lost)
		tenant := MakeSubAccount("loses").Of(lost).Obj()
		create(ctx, tenant)
		waitReady(ctx, tenant)
		t := databaseOf(lost)
		Expect(reload(ctx, t)).To(Succeed())
		execute(ctx, "postgres", "drop database "+t.Status.DatabaseName+" with (force)")
		nudge(ctx, t)
		Eventually(verdict(ctx, t, phase.Stuck)).Should(Equal("True DatabaseLost"))
		Expect(message(t, phase.Ready)).To(And(ContainSubstring("1 sub-accounts"), ContainSubstring("Restore the database"), ContainSubstring(t.Status.ID)))
		Expect(databaseExists(ctx, t.Status.DatabaseName)).To(BeFalse())

		By("taking over one that was restored without its comment")
		execute(ctx, "postgres", "create database "+t.Status.DatabaseName)
		nudge(ctx, t)
		Eventually(verdict(ctx, t, phase.Stuck)).Should(Equal("True NameTaken"))
		change(ctx, t, func(o *v1alpha1.TenantDatabase) { annotate(o, v1alpha1.AnnotationAdopt, t.Status.DatabaseName) })
		waitReady(ctx, t)
		change(ctx, t, func(o *v1alpha1.TenantDatabase) { delete(o.Annotations, v1alpha1.AnnotationAdopt) })

		By("beginning empty where the loss is accepted, and only once")
		execute(ctx, "postgres", "drop database "+t.Status.DatabaseName+" with (force)")
		change(ctx, t, func(o *v1alpha1.TenantDatabase) { annotate(o, v1alpha1.AnnotationRecreate, t.Status.ID) })
		Eventually(verdict(ctx, t, v1alpha1.ConditionDatabase)).Should(Equal("True DriftMended"))
		waitReady(ctx, t)
		Expect(t.Annotations).NotTo(HaveKey(v1alpha1.AnnotationRecreate))
	})

	It("at the carrier is put right by the poll", func(ctx SpecContext) {
		twilio, parent := the.faults.Twilio, the.parent()
		mended(ctx, sub, v1alpha1.ConditionTelephony, func() {
			_, err := twilio.RenameAccount(ctx, parent, sub.Status.CarrierAccount, "Renamed by hand")
			Expect(err).NotTo(HaveOccurred())
			_, err = twilio.EnsureNumber(ctx, parent, sub.Status.CarrierAccount, "+14155550104", "https://elsewhere.example")
			Expect(err).NotTo(HaveOccurred())
		}, "Renamed by hand", "its texts went elsewhere")
		forget(ctx, sub, v1alpha1.ConditionTelephony) // and with it whatever was edited once too often
		account, err := twilio.FetchAccount(ctx, parent, sub.Status.CarrierAccount)
		Expect(err).NotTo(HaveOccurred())
		Expect(account.FriendlyName).To(Equal("omnicrm:" + sub.Status.ID))
		again, err := twilio.EnsureNumber(ctx, parent, account.SID, "+14155550104", "https://hooks.example/webhooks/twilio/"+sub.Status.ID+"/messages")
		Expect(err).NotTo(HaveOccurred())
		Expect(again.Changed).To(BeFalse())

		By("saying what can't be put right")
		_, err = twilio.SetAccountStatus(ctx, parent, account.SID, "suspended")
		Expect(err).NotTo(HaveOccurred())
		nudge(ctx, sub)
		Eventually(verdict(ctx, sub, v1alpha1.ConditionTelephony)).Should(Equal("False AccountSuspended"))
		Expect(twilio.ReturnNumbers(ctx, parent, account.SID)).To(Succeed())
		_, err = twilio.SetAccountStatus(ctx, parent, account.SID, "closed")
		Expect(err).NotTo(HaveOccurred())
		nudge(ctx, sub)
		Eventually(verdict(ctx, sub, phase.Stuck)).Should(Equal("True AccountClosed"))
	})
})

// forget lets the time go by for which a condition tells of drift.
func forget(ctx SpecContext, o phase.Object, condition string) {
	GinkgoHelper()
	Eventually(func() string {
		the.clock.Advance(6 * time.Minute)
		nudge(ctx, o)
		return verdict(ctx, o, condition)()
	}, patience, "500ms").ShouldNot(Equal("True DriftMended"))
}

func theNamespace(a **v1alpha1.Agency) func() client.Object {
	return func() client.Object {
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: (*a).Status.Namespace}}
	}
}

func kept(o client.Object, name string) func() client.Object {
	return func() client.Object {
		fresh := o.DeepCopyObject().(client.Object)
		fresh.SetName(name)
		return fresh
	}
}

func remove(ctx SpecContext, o client.Object) {
	Expect(client.IgnoreNotFound(the.client.Delete(ctx, o.DeepCopyObject().(client.Object)))).To(Succeed())
}

func there(o client.Object) bool { return o.GetDeletionTimestamp().IsZero() }

func databaseOf(a *v1alpha1.Agency) *v1alpha1.TenantDatabase {
	return &v1alpha1.TenantDatabase{ObjectMeta: metav1.ObjectMeta{Name: a.Status.TenantDatabase}}
}

func (w *world) parent() sms.Parent {
	root := w.carrier.Account()
	return sms.Parent{AccountSID: root.SID, AuthToken: root.Token}
}
