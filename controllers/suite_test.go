package controllers_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/prometheus/client_golang/prometheus"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/omnicrm/omnicrm/controllers"
	"github.com/omnicrm/omnicrm/modules/access"
	"github.com/omnicrm/omnicrm/modules/audit"
	"github.com/omnicrm/omnicrm/modules/directory"
	"github.com/omnicrm/omnicrm/modules/sms"
	"github.com/omnicrm/omnicrm/platform/auth"
	"github.com/omnicrm/omnicrm/platform/clock"
	"github.com/omnicrm/omnicrm/platform/db"
	"github.com/omnicrm/omnicrm/platform/kube"
	"github.com/omnicrm/omnicrm/platform/limit"
	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/sandbox/parts/janitor"
	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

const operatorNamespace = "omnicrm-system"

// world is what the suite runs on: a Kubernetes API, PostgreSQL, the sandbox's carrier, and the operator with all its
// controllers and modules as the product wires them.
type world struct {
	config    *rest.Config
	client    client.Client
	postgres  parts.Server
	clock     *shifted
	directory *directory.Service
	access    *access.Service
	carrier   *carrier.Server
	faults    *flaky
	metrics   *prometheus.Registry
	log       syncBuffer
}

var the *world

func TestControllers(t *testing.T) {
	the = newWorld(t)
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(20 * time.Second)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	RunSpecs(t, "controllers")
	if t.Failed() {
		t.Log(the.log.String())
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{config: kubetest.Start(t), postgres: parts.Postgres(t), clock: &shifted{Clock: clock.System()}, metrics: prometheus.NewRegistry()}
	w.carrier = carrier.Start(t, carrier.Options{Numbers: []string{"+14155550100", "+14155550101", "+14155550102", "+14155550103"}})
	var err error
	if w.client, err = client.New(w.config, client.Options{Scheme: kube.Scheme()}); err != nil {
		t.Fatal(err)
	}
	w.openModules(t)
	w.prepare(t)
	w.startOperator(t)
	return w
}

func (w *world) openModules(t *testing.T) {
	t.Helper()
	control, err := db.NewControl(t.Context(), parts.ControlDB(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(control.Close)
	keyset, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	box, err := secrets.NewBox(keyset)
	if err != nil {
		t.Fatal(err)
	}
	auditor := audit.New(audit.Options{Control: control, Clock: w.clock})
	w.directory = directory.New(directory.Options{Control: control, Box: box, Clock: w.clock, Auditor: auditor})
	w.access = access.New(access.Options{
		Control: control, Box: box, Hasher: auth.NewHasher(auth.Params{MemoryKiB: 8, Passes: 1, Lanes: 1}, 1024),
		Limiter: limit.New(nil, w.clock), Clock: w.clock, Directory: places{w.directory}, Auditor: auditor,
	})
}

// prepare makes the operator's namespace, with the credentials of a superuser and, as other tests share the server, the
// passwords that its roles have already.
func (w *world) prepare(t *testing.T) {
	t.Helper()
	parts.TenantDB(t) // makes the roles
	for _, o := range []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: operatorNamespace}},
		credentials("postgres", w.postgres.User, w.postgres.Password),
	} {
		if err := w.client.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	w.grant(t)
}

// grant applies config/rbac, so that the suite also proves that its rights suffice.
func (w *world) grant(t *testing.T) {
	t.Helper()
	tree, err := parts.Tree()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(tree, "config", "rbac", "*.yaml"))
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files in config/rbac: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // of our own tree
		if err != nil {
			t.Fatal(err)
		}
		for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096); ; {
			var o unstructured.Unstructured
			if err := decoder.Decode(&o.Object); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if o.GetKind() == "Kustomization" || len(o.Object) == 0 {
				continue
			}
			if err := w.client.Create(t.Context(), &o); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
		}
	}
}

func (w *world) startOperator(t *testing.T) {
	t.Helper()
	logf.SetLogger(funcr.New(func(prefix, args string) { _, _ = fmt.Fprintln(&w.log, prefix, args) }, funcr.Options{LogTimestamp: true}))
	options := kube.ManagerOptions()
	options.Metrics = metricsserver.Options{BindAddress: "0"}
	as := rest.CopyConfig(w.config)
	as.Impersonate = rest.ImpersonationConfig{
		UserName: "system:serviceaccount:" + operatorNamespace + ":omnicrm-operator",
		Groups:   []string{"system:serviceaccounts", "system:serviceaccounts:" + operatorNamespace, "system:authenticated"},
	}
	mgr, err := ctrl.NewManager(as, options)
	if err != nil {
		t.Fatal(err)
	}
	twilio, err := sms.NewTwilio(sms.TwilioOptions{Origin: w.carrier.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.faults = &flaky{Twilio: twilio}
	err = controllers.SetupWithManager(mgr, controllers.Options{
		Clock: w.clock, Namespace: operatorNamespace, Postgres: &db.Provisioner{}, Migrate: db.MigrateTenant,
		Directory: w.directory, Access: w.access, Carrier: w.faults, Metrics: w.metrics,
		InvitationLink: func(host, token string) string { return "http://" + host + "/invitations/" + token },
		WebhookURL:     func(id uuid.UUID) string { return "https://hooks.example/webhooks/twilio/" + id.String() + "/messages" },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 2)
	go func() { done <- mgr.Start(ctx) }()
	go func() { done <- janitor.Run(ctx, w.config, &w.log) }()
	t.Cleanup(func() {
		w.dropDatabases(t)
		stop()
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// dropDatabases removes what the suite's resources left on the shared server.
func (w *world) dropDatabases(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, w.postgres.DSN)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = conn.Close(ctx) }()
	rows, err := conn.Query(ctx, `select datname from pg_database where datname like 'omnicrm_%' || $1 || '%'`, suffix)
	if err != nil {
		t.Error(err)
		return
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Error(err)
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, fmt.Sprintf("drop database if exists %q with (force)", name)); err != nil {
			t.Error(err)
		}
	}
}

// suffix keeps the databases of this process apart from others' on the shared server.
var suffix = strings.ToLower(rand.Text()[:6])

func unique(name string) string { return name + "-" + suffix }

// places answers access from the directory, as the product's wiring does.
type places struct{ *directory.Service }

func (p places) Agency(ctx context.Context, id uuid.UUID) (access.AgencyInfo, error) {
	a, err := p.Service.Agency(ctx, id)
	return access.AgencyInfo{ID: a.ID, Name: a.DisplayName, Status: a.Status}, err
}

func (p places) Account(ctx context.Context, id uuid.UUID) (access.Account, error) {
	s, err := p.SubAccount(ctx, id)
	return access.Account{ID: s.ID, Agency: s.Agency, Name: s.DisplayName, Status: s.Status}, err
}

func (p places) Accounts(context.Context, uuid.UUID) ([]access.Account, error) { return nil, nil }

// shifted is the machine's clock, put forward: the API server stamps deletions by the machine's own.
type shifted struct {
	clock.Clock
	by atomic.Int64
}

func (s *shifted) Now() time.Time          { return s.Clock.Now().Add(time.Duration(s.by.Load())) }
func (s *shifted) Advance(d time.Duration) { s.by.Add(int64(d)) }

// grace is a grace period that ends d from now, however far the clock was put forward before.
func (s *shifted) grace(d time.Duration) time.Duration {
	return (time.Duration(s.by.Load()) + d).Round(time.Second)
}

// syncBuffer is a log that many write to at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// flaky loses the answers of the carrier when it is told to.
type flaky struct {
	*sms.Twilio
	mu   sync.Mutex
	left int // answers to lose
	lost string
}

// lose makes the next answer to the creation of an account get lost.
func (f *flaky) lose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = 1
}

// lastLost is the name of the account whose answer got lost.
func (f *flaky) lastLost() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.lost
}

func (f *flaky) EnsureAccount(ctx context.Context, p sms.Parent, friendlyName string) (sms.Account, error) {
	a, err := f.Twilio.EnsureAccount(ctx, p, friendlyName)
	f.mu.Lock()
	defer f.mu.Unlock()
	if err == nil && f.left > 0 {
		f.left--
		f.lost = friendlyName
		return sms.Account{}, context.DeadlineExceeded
	}
	return a, err
}

// accountsNamed counts the carrier's open accounts of a name.
func (w *world) accountsNamed(ctx context.Context, name string) (int, error) {
	root := w.carrier.Account()
	address := w.carrier.URL + "/2010-04-01/Accounts.json?" + url.Values{"FriendlyName": {name}, "Status": {"active"}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	req.SetBasicAuth(root.SID, root.Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	var list struct{ Accounts []json.RawMessage }
	err = json.NewDecoder(res.Body).Decode(&list)
	return len(list.Accounts), err
}
