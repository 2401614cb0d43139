package controllers_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

var _ = Describe("a TenantDatabase", func() {
	var s *v1alpha1.DatabaseServer
	BeforeEach(func(ctx SpecContext) {
		s = server(ctx, MakeServer("tdb"+nextNumber()))
	})

	It("is made, migrated and listed", func(ctx SpecContext) {
		t := MakeDatabase("made", s.Name).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		Expect(t.Status.SchemaVersion).To(BeNumerically(">", 0))
		Expect(t.Status.Search).To(Equal(v1alpha1.SearchLeakproof))
		Expect(t.Status.Size).To(HaveSuffix("Mi"))
		entry, err := the.directory.DatabaseByName(ctx, t.Name)
		Expect(err).NotTo(HaveOccurred())
		Expect(entry.ID.String()).To(Equal(t.Status.ID))
		Expect(entry.SchemaVersion).To(Equal(t.Status.SchemaVersion))
		Expect(query[bool](ctx, t.Status.DatabaseName, "select has_database_privilege('public', current_database(), 'connect')")).To(BeFalse())
	})

	It("marks functions LEAKPROOF again when somebody took the mark away", func(ctx SpecContext) {
		t := MakeDatabase("drift", s.Name).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		execute(ctx, t.Status.DatabaseName, "alter function texticlike(text, text) not leakproof")
		nudge(ctx, t)
		Eventually(func() bool {
			return query[bool](ctx, t.Status.DatabaseName, "select proleakproof from pg_proc where oid = 'texticlike(text,text)'::regprocedure")
		}).Should(BeTrue())
	})

	It("leaves a database alone that somebody else made", func(ctx SpecContext) {
		name := "omnicrm_theirs_" + suffix
		execute(ctx, "postgres", "create database "+name)
		execute(ctx, name, "create table precious as select 42 as answer")
		t := MakeDatabase("taken", s.Name).Name(name).Deletion(v1alpha1.DeletionDelete).Obj()
		create(ctx, t)
		Eventually(verdict(ctx, t, phase.Stuck)).Should(Equal("True NameTaken"))
		Expect(message(t, phase.Ready)).To(ContainSubstring("Choose another databaseName"))
		Expect(t.Status.ObservedGeneration).To(Equal(t.Generation))

		By("telling it once, on the transition")
		warnings := func() []string { return eventsOf(ctx, t, "NameTaken") }
		Eventually(warnings).Should(ConsistOf("Warning Database", "Warning Ready"))
		before := t.ResourceVersion
		nudge(ctx, t)
		Eventually(func() string { _ = reload(ctx, t); return t.ResourceVersion }).ShouldNot(Equal(before))
		Consistently(warnings, "300ms").Should(HaveLen(2))

		Expect(the.client.Delete(ctx, t)).To(Succeed())
		waitGone(ctx, t)
		Expect(query[int32](ctx, name, "select answer from precious")).To(Equal(int32(42)))
	})

	It("waits for room on a full server, and creates nothing", func(ctx SpecContext) {
		full := server(ctx, MakeServer("packed"+nextNumber()).Capacity(0))
		t := MakeDatabase("crowded", full.Name).Obj()
		create(ctx, t)
		Eventually(verdict(ctx, t, phase.Ready)).Should(Equal("False ServerFull"))
		Expect(databaseExists(ctx, "omnicrm_crowded_"+suffix)).To(BeFalse())
		change(ctx, full, func(o *v1alpha1.DatabaseServer) { o.Spec.Capacity.Databases = ptrTo[int32](10000) })
		waitReady(ctx, t)
	})

	It("is dropped with policy Delete, and only then", func(ctx SpecContext) {
		t := MakeDatabase("dropped", s.Name).Deletion(v1alpha1.DeletionDelete).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		Expect(the.client.Delete(ctx, t)).To(Succeed())
		waitGone(ctx, t)
		Expect(databaseExists(ctx, t.Status.DatabaseName)).To(BeFalse())
		_, err := the.directory.DatabaseByName(ctx, t.Name)
		Expect(err).To(HaveOccurred())
	})

	It("is retained by default, and taken over by its id alone", func(ctx SpecContext) {
		t := MakeDatabase("kept", s.Name).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		id, name := t.Status.ID, t.Status.DatabaseName
		execute(ctx, name, "create table precious as select 42 as answer")
		Expect(the.client.Delete(ctx, t)).To(Succeed())
		waitGone(ctx, t)
		entry, err := the.directory.DatabaseByName(ctx, t.Name)
		Expect(err).NotTo(HaveOccurred())
		Expect(entry.Status).To(Equal(tenancy.Retained))

		again := MakeDatabase("kept", s.Name).Obj()
		create(ctx, again)
		Eventually(verdict(ctx, again, phase.Stuck)).Should(Equal("True Retained"))
		Expect(message(again, phase.Ready)).To(ContainSubstring(id))
		change(ctx, again, func(o *v1alpha1.TenantDatabase) { annotate(o, v1alpha1.AnnotationAdopt, id) })
		waitReady(ctx, again)
		Expect(again.Status.ID).To(Equal(id))
		Expect(query[int32](ctx, name, "select answer from precious")).To(Equal(int32(42)))
	})

	It("holds its server's deletion", func(ctx SpecContext) {
		t := MakeDatabase("holds", s.Name).Deletion(v1alpha1.DeletionDelete).Obj()
		create(ctx, t)
		waitReady(ctx, t)
		Expect(the.client.Delete(ctx, s)).To(Succeed())
		Eventually(verdict(ctx, s, v1alpha1.ConditionCleanup)).Should(Equal("False InUse"))
		Expect(message(s, v1alpha1.ConditionCleanup)).To(ContainSubstring(t.Name))
		Expect(the.client.Delete(ctx, t)).To(Succeed())
		waitGone(ctx, t)
		waitGone(ctx, s)
	})
})
