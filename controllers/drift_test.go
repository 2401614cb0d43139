package controllers_test

import (
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
	})

	// Nobody nudges here: what the operator keeps in the cluster is watched.
	DescribeTable("in the agency's namespace is put right at once", func(ctx SpecContext, o func() client.Object, change func(ctx SpecContext, o client.Object), right func(client.Object) bool, condition string) {
		kept := o()
		if kept.GetName() != a.Status.Namespace {
			kept.SetNamespace(a.Status.Namespace)
		}
		Expect(reload(ctx, kept)).To(Succeed())
		change(ctx, kept)
		Eventually(func() bool { return reload(ctx, kept) == nil && right(kept) }).Should(BeTrue())
		Eventually(func() []string { return eventsOf(ctx, a, phase.ReasonDriftMended) }).Should(ContainElement("Warning " + condition))
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
		the.control(ctx, strings.NewReplacer("$agency", a.Status.ID, "$sub", sub.Status.ID, "$host", a.Spec.Hosts[0]).Replace(sql))
		nudge(ctx, o())
		Eventually(verdict(ctx, o(), condition)).Should(Equal("True DriftMended"))
		Expect(the.asks(ctx, strings.NewReplacer("$agency", a.Status.ID, "$sub", sub.Status.ID, "$host", a.Spec.Hosts[0]).Replace(check))).To(BeTrue())
		forget(ctx, o(), condition)
	},
		Entry("an agency's name", `update agency set display_name = 'Evil', status = 'suspended' where id = '$agency'`, func() phase.Object { return a },
			v1alpha1.ConditionDirectory, `select display_name = 'Agency drifts' and status = 'active' from agency where id = '$agency'`),
		Entry("an agency's place", `update agency set name = 'other' where id = '$agency'`, func() phase.Object { return a },
			v1alpha1.ConditionDirectory, `select name like 'drifts-%' from agency where id = '$agency'`),
		Entry("a host", `update agency_host set host = 'evil.example' where host = '$host'`, func() phase.Object { return a },
			v1alpha1.ConditionHosts, `select count(*) = 1 from agency_host where agency_id = '$agency' and host = '$host' and is_primary`),
	)
})

// forget lets the time go by for which a condition tells of drift.
func forget(ctx SpecContext, o phase.Object, condition string) {
	GinkgoHelper()
	the.clock.Advance(6 * time.Minute)
	nudge(ctx, o)
	Eventually(verdict(ctx, o, condition)).ShouldNot(Equal("True DriftMended"))
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
