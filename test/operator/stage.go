package operator

import (
	"bytes"
	"context"
	"net"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/sandbox/parts/janitor"
	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

// Namespace is the operator's own.
const Namespace = "omnicrm-system"

// Stage is what operators stand on, one after another. It stays while they come and go.
type Stage struct {
	Config   *rest.Config  // of the Kubernetes API's administrator
	Client   client.Client // without a cache, not seen by the faults
	Postgres parts.Server  // holds the tenants; its roles are the stage's alone
	Carrier  *carrier.Server
	Control  *db.Control // not seen by the faults
	Log      Log

	kubeconfig string
	keyset     string
	redisURL   string
	plainDSN   string // of the control database, past the faults
	controlDSN string
	box        *secrets.Box
	clock      shifted
	tenants    *wire // PostgreSQL as operators reach it
	control    *wire
}

// NewStage sets the stage, with numbers on the agency's account at the carrier. What own matches, the names of one run's
// resources, is left out of the names of calls.
func NewStage(t testing.TB, numbers []string, own *regexp.Regexp) *Stage {
	t.Helper()
	s := &Stage{Postgres: parts.OwnPostgres(t).Server, clock: shifted{Clock: clock.System()}}
	s.Config, s.kubeconfig = kubetest.Own(t)
	s.redisURL = parts.Redis(t)
	s.Carrier = carrier.Start(t, carrier.Options{Numbers: numbers})
	dsns := parts.ControlDSNs(t)
	server, err := db.ServerOf(dsns.App)
	ok(t, err)
	s.tenants = newWire(t, "tenants", address(s.Postgres.Server), own)
	s.control = newWire(t, "control", address(server), own)
	s.plainDSN = dsns.App
	server.Host, server.Port = "127.0.0.1", s.control.port()
	s.controlDSN = server.DSN(server.MaintenanceDB, server.User, server.Password)
	s.Control, err = db.NewControl(t.Context(), s.plainDSN)
	ok(t, err)
	t.Cleanup(s.Control.Close)
	s.keyset, err = secrets.GenerateKeyset()
	ok(t, err)
	s.box, err = secrets.NewBox(s.keyset)
	ok(t, err)
	s.Client, err = client.New(s.Config, client.Options{Scheme: kube.Scheme()})
	ok(t, err)
	s.prepare(t)
	return s
}

func address(s db.Server) string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// prepare makes the operator's namespace with the credentials of PostgreSQL's superuser, and runs what ends namespaces.
func (s *Stage) prepare(t testing.TB) {
	t.Helper()
	ok(t, client.IgnoreAlreadyExists(s.Client.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: Namespace}})))
	ok(t, s.Client.Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: Namespace, Name: "postgres"},
		Data:       map[string][]byte{"username": []byte(s.Postgres.User), "password": []byte(s.Postgres.Password)},
	}))
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var done sync.WaitGroup
	done.Go(func() {
		if err := janitor.Run(ctx, s.Config, &s.Log); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		stop()
		done.Wait()
	})
}

// TenantsPort is where operators reach PostgreSQL, on 127.0.0.1.
func (s *Stage) TenantsPort() int { return s.tenants.port() }

// Advance puts the operators' clock forward.
func (s *Stage) Advance(d time.Duration) { s.clock.by.Add(int64(d)) }

// Now is the operators' time.
func (s *Stage) Now() time.Time { return s.clock.Now() }

// WebhookURL is where the carrier delivers a sub-account's texts.
func WebhookURL(sub uuid.UUID) string {
	return "https://hooks.example/webhooks/twilio/" + sub.String() + "/messages"
}

// shifted is the machine's clock, put forward: the Kubernetes API stamps deletions by the machine's own.
type shifted struct {
	clock.Clock
	by atomic.Int64
}

func (s *shifted) Now() time.Time { return s.Clock.Now().Add(time.Duration(s.by.Load())) }

// Log is a log that many write to at once.
type Log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

// Write appends.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// Take gives what was written since the last time.
func (l *Log) Take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := l.b.String()
	l.b.Reset()
	return out
}
