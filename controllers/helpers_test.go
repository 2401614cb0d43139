package controllers_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"

	corev1 "k8s.io/api/core/v1"
)

func create(ctx context.Context, objects ...client.Object) {
	GinkgoHelper()
	for _, o := range objects {
		Expect(the.client.Create(ctx, o)).To(Succeed())
	}
}

// server creates a DatabaseServer whose roles keep the passwords that other tests on the shared PostgreSQL use, and
// waits until it is ready.
func server(ctx context.Context, b serverBuilder) *v1alpha1.DatabaseServer {
	GinkgoHelper()
	s := b.Obj()
	create(ctx, rolesSecret(s.Name), s)
	waitReady(ctx, s)
	return s
}

func rolesSecret(server string) *corev1.Secret {
	key := databaseserver.RolesKey(server, operatorNamespace)
	roles := the.postgres.Roles
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}, Data: map[string][]byte{
		"omnicrm_migrator": []byte(roles.Migrator), "omnicrm_app": []byte(roles.App),
		"omnicrm_readonly": []byte(roles.Readonly), "omnicrm_mover": []byte(roles.Mover),
	}}
}

func reload(ctx context.Context, o client.Object) error {
	return the.client.Get(ctx, client.ObjectKeyFromObject(o), o)
}

// verdict is a condition in one line, for a test to compare.
func verdict(ctx context.Context, o phase.Object, kind string) func() string {
	return func() string {
		if err := reload(ctx, o); err != nil {
			return err.Error()
		}
		c := meta.FindStatusCondition(o.Common().Conditions, kind)
		if c == nil {
			return "none"
		}
		return string(c.Status) + " " + c.Reason
	}
}

func message(o phase.Object, kind string) string {
	if c := meta.FindStatusCondition(o.Common().Conditions, kind); c != nil {
		return c.Message
	}
	return ""
}

func waitReady(ctx context.Context, o phase.Object) {
	GinkgoHelper()
	Eventually(func() error {
		if err := reload(ctx, o); err != nil {
			return err
		}
		if !phase.IsReady(o) {
			return fmt.Errorf("%s is not ready: %+v", o.GetName(), o.Common())
		}
		return nil
	}).Should(Succeed())
}

func waitGone(ctx context.Context, o client.Object) {
	GinkgoHelper()
	Eventually(func() string {
		err := reload(ctx, o)
		if apierrors.IsNotFound(err) {
			return "gone"
		}
		if p, ok := o.(phase.Object); ok {
			return message(p, v1alpha1.ConditionCleanup)
		}
		return "still there"
	}).Should(Equal("gone"))
}

// change edits a resource as a person does.
func change[T client.Object](ctx context.Context, o T, edit func(T)) {
	GinkgoHelper()
	Eventually(func() error {
		if err := reload(ctx, o); err != nil {
			return err
		}
		edit(o)
		return the.client.Update(ctx, o)
	}).Should(Succeed())
}

// nudge wakes the controller, as a resync does.
func nudge[T client.Object](ctx context.Context, o T) {
	GinkgoHelper()
	change(ctx, o, func(o T) { annotate(o, "test/nudge", uuid.NewString()) })
}

// mended edits and has the operator look until it tells of the drift, in these words.
func mended(ctx context.Context, o phase.Object, condition string, edit func(), words ...string) {
	GinkgoHelper()
	repeated(func() { edit(); nudge(ctx, o) }, func() bool {
		told := verdict(ctx, o, condition)() == "True DriftMended"
		for _, w := range words {
			told = told && strings.Contains(message(o, condition), w)
		}
		return told
	}, "no drift of "+condition+" is told of")
}

// repeated edits until it is told of: a pass that is under way may put right what it never saw, between its own look and
// its write. Whoever looks afterwards whether all is right waits for that, as the last edit may have been one too many.
func repeated(edit func(), told func() bool, otherwise string) {
	GinkgoHelper()
	for late := time.Now().Add(patience); time.Now().Before(late); {
		edit()
		for again := time.Now().Add(6 * time.Second); time.Now().Before(again); <-time.After(50 * time.Millisecond) {
			if told() {
				return
			}
		}
	}
	Fail(otherwise)
}

func annotate(o client.Object, key, value string) {
	all := o.GetAnnotations()
	if all == nil {
		all = map[string]string{}
	}
	all[key] = value
	o.SetAnnotations(all)
}

// eventsOf lists type and action of the events of a reason about a cluster-wide resource.
func eventsOf(ctx context.Context, o client.Object, reason string) []string {
	GinkgoHelper()
	var all eventsv1.EventList
	Expect(the.client.List(ctx, &all, client.InNamespace("default"))).To(Succeed())
	var out []string
	for i := range all.Items {
		if e := &all.Items[i]; e.Regarding.UID == o.GetUID() && e.Reason == reason {
			out = append(out, e.Type+" "+e.Action)
		}
	}
	return out
}

// notesOf lists the words of the events of a reason about a cluster-wide resource.
func notesOf(ctx context.Context, o client.Object, reason string) []string {
	GinkgoHelper()
	var all eventsv1.EventList
	Expect(the.client.List(ctx, &all, client.InNamespace("default"))).To(Succeed())
	var out []string
	for i := range all.Items {
		if e := &all.Items[i]; e.Regarding.UID == o.GetUID() && e.Reason == reason {
			out = append(out, e.Note)
		}
	}
	return out
}

// control changes the directory's rows behind everybody's back.
func (w *world) control(ctx context.Context, sql string) {
	GinkgoHelper()
	Expect(w.books.InTx(ctx, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, sql)
		return err
	})).To(Succeed())
}

// text asks the directory's database for one text.
func (w *world) text(ctx context.Context, sql string) (out string) {
	GinkgoHelper()
	Expect(w.books.InTx(ctx, func(tx pgx.Tx) error { return tx.QueryRow(ctx, sql).Scan(&out) })).To(Succeed())
	return out
}

// asks asks the directory's database whether.
func (w *world) asks(ctx context.Context, sql string) bool {
	GinkgoHelper()
	return w.text(ctx, "select ("+sql+")::text") == "true"
}

// query asks a database of the suite's server as its superuser.
func query[T any](ctx context.Context, database, sql string, args ...any) T {
	GinkgoHelper()
	conn, err := pgx.Connect(ctx, the.postgres.Server.DSN(database, the.postgres.User, the.postgres.Password))
	Expect(err).NotTo(HaveOccurred())
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, sql, args...)
	Expect(err).NotTo(HaveOccurred())
	out, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	Expect(err).NotTo(HaveOccurred())
	return out
}

func execute(ctx context.Context, database, sql string, args ...any) {
	GinkgoHelper()
	conn, err := pgx.Connect(ctx, the.postgres.Server.DSN(database, the.postgres.User, the.postgres.Password))
	Expect(err).NotTo(HaveOccurred())
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, sql, args...)
	Expect(err).NotTo(HaveOccurred())
}

func databaseExists(ctx context.Context, name string) bool {
	GinkgoHelper()
	return query[bool](ctx, "postgres", "select exists (select from pg_database where datname = $1)", name)
}

var number atomic.Int64

// nextNumber tells apart what specs make under the same name.
func nextNumber() string { return fmt.Sprint(number.Add(1)) }

func ptrTo[T any](v T) *T { return &v }
