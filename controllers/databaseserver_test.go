package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var _ = Describe("a DatabaseServer", func() {
	It("tells what it found and makes the roles", func(ctx SpecContext) {
		s := server(ctx, MakeServer("found"))
		Expect(s.Status.Version).NotTo(BeEmpty())
		Expect(s.Status.Superuser).To(BeTrue())
		Expect(s.Status.Search).To(Equal(v1alpha1.SearchLeakproof))
		Expect(s.Status.RolesSecretName).To(Equal(s.Name + "-roles"))
		Expect(meta.IsStatusConditionFalse(s.Status.Conditions, phase.Stuck)).To(BeTrue())
		Expect(s.Status.ObservedGeneration).To(Equal(s.Generation))
	})

	It("says which Secret is missing, and goes on once it is there", func(ctx SpecContext) {
		name := unique("late")
		s := MakeServer("late").Credentials(name).Obj()
		create(ctx, rolesSecret(s.Name), s)
		Eventually(verdict(ctx, s, phase.Stuck)).Should(Equal("True SecretMissing"))
		Expect(message(s, phase.Ready)).To(ContainSubstring("Create the Secret " + name))
		create(ctx, credentials(name, the.postgres.User, the.postgres.Password))
		waitReady(ctx, s)
	})

	It("says that the credentials are refused, and takes rotated ones without a restart", func(ctx SpecContext) {
		secret := credentials(unique("wrong"), the.postgres.User, "not it")
		s := MakeServer("wrong").Credentials(secret.Name).Obj()
		create(ctx, secret, rolesSecret(s.Name), s)
		Eventually(verdict(ctx, s, v1alpha1.ConditionConnection)).Should(Equal("False CredentialsRefused"))
		Expect(message(s, phase.Ready)).To(And(ContainSubstring("mend the credentials Secret"), Not(ContainSubstring("not it"))))
		change(ctx, secret, func(o *corev1.Secret) { o.Data["password"] = []byte(the.postgres.Password) })
		waitReady(ctx, s)
	})

	It("keeps trying a server that doesn't answer", func(ctx SpecContext) {
		port, err := parts.FreePort(ctx)
		Expect(err).NotTo(HaveOccurred())
		s := MakeServer("away").Port(port).Obj()
		create(ctx, rolesSecret(s.Name), s)
		Eventually(verdict(ctx, s, phase.Ready)).Should(Equal("False Unreachable"))
		Expect(verdict(ctx, s, phase.Reconciling)()).To(Equal("True Unreachable"))
		Expect(verdict(ctx, s, phase.Stuck)()).To(HavePrefix("False"))
		Expect(message(s, phase.Ready)).To(ContainSubstring("start it, or mend host, port and sslMode"))
		change(ctx, s, func(o *v1alpha1.DatabaseServer) { o.Spec.Port = int32(the.postgres.Port) })
		waitReady(ctx, s)
	})

	It("is ready and says that it is full", func(ctx SpecContext) {
		s := server(ctx, MakeServer("full").Capacity(0))
		Expect(verdict(ctx, s, v1alpha1.ConditionCapacity)()).To(Equal("False Full"))
		Expect(message(s, v1alpha1.ConditionCapacity)).To(ContainSubstring("raise capacity.databases"))
	})

	It("keeps hands off while it is paused", func(ctx SpecContext) {
		s := MakeServer("paused").Obj()
		annotate(s, v1alpha1.AnnotationPaused, "true")
		create(ctx, rolesSecret(s.Name), s)
		Eventually(verdict(ctx, s, phase.Paused)).Should(Equal("True Paused"))
		Expect(s.Finalizers).To(BeEmpty())
		change(ctx, s, func(o *v1alpha1.DatabaseServer) { delete(o.Annotations, v1alpha1.AnnotationPaused) })
		waitReady(ctx, s)
		Expect(verdict(ctx, s, phase.Paused)()).To(Equal("none"))
	})
})
