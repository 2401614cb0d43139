package controllers_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/omnicrm/omnicrm/api/v1alpha1"
	"github.com/omnicrm/omnicrm/controllers/databaseserver"
	"github.com/omnicrm/omnicrm/controllers/phase"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/tenancy"
)

// traffic is a process of the data plane that asks for a sub-account's rows without a pause, over the directory and the
// pools that the API server and the worker have.
type traffic struct {
	tenants *db.Tenants
	ctx     context.Context
	stop    context.CancelFunc
	done    sync.WaitGroup

	mu      sync.Mutex
	asked   int
	failed  []error
	backend int32
}

func startTraffic(ctx context.Context, sub *v1alpha1.SubAccount) *traffic {
	tr := &traffic{tenants: db.NewTenants(the.directory, db.TenantsOptions{MaxConns: 4, IdleClose: 2 * time.Second})}
	tr.ctx, tr.stop = context.WithCancel(tenancy.WithTenant(ctx, tenancy.Tenant{SubAccount: uuid.MustParse(sub.Status.ID)}))
	tr.done.Go(func() {
		for tr.ctx.Err() == nil {
			tr.ask()
		}
	})
	DeferCleanup(tr.end)
	return tr
}

func (tr *traffic) ask() {
	var backend int32
	err := tr.tenants.InTenant(tr.ctx, func(tx pgx.Tx) error {
		return tx.QueryRow(tr.ctx, `select pg_backend_pid()`).Scan(&backend)
	})
	tr.mu.Lock()
	defer tr.mu.Unlock()
	switch {
	case err == nil:
		tr.asked, tr.backend = tr.asked+1, backend
	case tr.ctx.Err() == nil:
		tr.failed = append(tr.failed, errors.Join(err, errors.Unwrap(err)))
	}
}

func (tr *traffic) end() {
	tr.stop()
	tr.done.Wait()
	tr.tenants.Close()
}

// pid is the connection by which the last answer came.
func (tr *traffic) pid() int32 {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.backend
}

func (tr *traffic) failures() []error {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.failed
}

var _ = Describe("a rotated Secret", func() {
	It("of a server's administrator and of its roles reaches the operator and open pools, and old connections drain", func(ctx SpecContext) {
		own := the.own
		admin := credentials(unique("rotates"), own.User, own.Password)
		s := MakeServer("rotates").Credentials(admin.Name).Port(own.Port).Obj()
		create(ctx, admin, s)
		waitReady(ctx, s)
		a := MakeAgency("rotates", s.Name).Obj()
		create(ctx, a)
		waitReady(ctx, a)
		sub := MakeSubAccount("rotates").Of(a).Obj()
		create(ctx, sub)
		waitReady(ctx, sub)
		onOwn := func(sql string, args ...any) bool {
			GinkgoHelper()
			conn, err := pgx.Connect(ctx, own.Server.Server.DSN("postgres", own.User, own.Password))
			Expect(err).NotTo(HaveOccurred())
			defer func() { _ = conn.Close(ctx) }()
			var out bool
			Expect(conn.QueryRow(ctx, sql, args...).Scan(&out)).To(Succeed())
			return out
		}

		By("the roles' passwords, while requests come in")
		tr := startTraffic(ctx, sub)
		Eventually(tr.pid).ShouldNot(BeZero())
		former, begun := tr.pid(), time.Now()
		roles := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: operatorNamespace, Name: databaseserver.RolesKey(s.Name, "").Name}}
		Expect(reload(ctx, roles)).To(Succeed())
		old := string(roles.Data[db.RoleApp])
		change(ctx, roles, func(o *corev1.Secret) { delete(o.Data, db.RoleApp) })
		Eventually(tr.pid).ShouldNot(Equal(former))
		GinkgoWriter.Printf("the data plane moved after %s, %d requests failed\n", time.Since(begun), len(tr.failures()))
		Eventually(func() bool { return onOwn("select not exists (select from pg_stat_activity where pid = $1)", former) }).Should(BeTrue())
		Expect(tr.failures()).To(BeEmpty())
		_, err := pgx.Connect(ctx, own.Server.Server.DSN(physical(ctx, a), db.RoleApp, old))
		Expect(err).To(HaveOccurred(), "the old password is still good")

		By("the administrator's, changed on the server first")
		onOwn("select true")
		conn, err := pgx.Connect(ctx, own.Server.Server.DSN("postgres", own.User, own.Password))
		Expect(err).NotTo(HaveOccurred())
		_, err = conn.Exec(ctx, "create role other_admin superuser login password 'first'")
		Expect(err).NotTo(HaveOccurred())
		change(ctx, admin, func(o *corev1.Secret) {
			o.Data["username"], o.Data["password"] = []byte("other_admin"), []byte("first")
		})
		Eventually(func() string { _ = verdict(ctx, s, phase.Ready)(); return message(s, v1alpha1.ConditionConnection) }).Should(ContainSubstring("as other_admin"))
		_, err = conn.Exec(ctx, "alter role other_admin password 'second'")
		Expect(err).NotTo(HaveOccurred())
		Expect(conn.Close(ctx)).To(Succeed())
		nudge(ctx, s)
		Eventually(verdict(ctx, s, phase.Stuck)).Should(Equal("True CredentialsRefused"))
		change(ctx, admin, func(o *corev1.Secret) { o.Data["password"] = []byte("second") })
		waitReady(ctx, s)
		t := databaseOf(a)
		Expect(reload(ctx, t)).To(Succeed())
		nudge(ctx, t)
		waitReady(ctx, t)
		Expect(tr.failures()).To(BeEmpty(), "the data plane has a password of its own")
	})

	It("of an agency's carrier account reaches the sub-accounts that were refused", func(ctx SpecContext) {
		s := server(ctx, MakeServer("rotates-carrier"))
		a := MakeAgency("rotates-carrier", s.Name).Telephony("twilio").Obj()
		create(ctx, a)
		Eventually(verdict(ctx, a, v1alpha1.ConditionTelephony)).Should(Equal("False SecretMissing"))
		secret := carrierSecret(a)
		right := secret.StringData["authToken"]
		secret.StringData["authToken"] = "wrong"
		create(ctx, secret)
		waitReady(ctx, a)
		sub := MakeSubAccount("rotates-carrier").Of(a).Number("").Obj()
		create(ctx, sub)
		Eventually(verdict(ctx, sub, phase.Stuck)).Should(Equal("True Refused"))
		change(ctx, secret, func(o *corev1.Secret) { o.Data["authToken"] = []byte(right) })
		waitReady(ctx, sub)
		kept, err := the.directory.AgencyTelephony(ctx, uuid.MustParse(a.Status.ID))
		Expect(err).NotTo(HaveOccurred())
		Expect(kept.AuthToken).To(Equal(right))
	})
})
