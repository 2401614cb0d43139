package controllers_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	"github.com/jackc/pgx/v5"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	logf "sigs.k8s.io/controller-runtime/pkg/log"

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

// patience bounds a wait for what must come about; it matters to a spec that fails alone, however busy the machine is.
const patience = 2 * time.Minute

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
	replicas  []*replica
	requests  requests
	watcher   watcher
	books     *db.Control // the directory's database, where a test changes rows as a person does
	own       *parts.OwnServer
	log       syncBuffer
}

var the *world

func TestControllers(t *testing.T) {
	the = newWorld(t)
	RegisterFailHandler(Fail)
	SetDefaultEventuallyTimeout(patience)
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	RunSpecs(t, "controllers")
	the.watcher.verdict(t)
	if config, _ := GinkgoConfiguration(); len(config.FocusStrings)+len(config.FocusFiles)+len(config.SkipStrings) == 0 {
		the.requests.compare(t)
	}
	if t.Failed() {
		t.Log(the.log.String())
	}
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{config: kubetest.Start(t), postgres: parts.Postgres(t), clock: &shifted{Clock: clock.System()}}
	w.carrier = carrier.Start(t, carrier.Options{Numbers: []string{"+14155550100", "+14155550101", "+14155550102", "+14155550103", "+14155550104", "+14155550105"}})
	var err error
	if w.client, err = client.New(w.config, client.Options{Scheme: kube.Scheme()}); err != nil {
		t.Fatal(err)
	}
	w.openModules(t)
	w.own = parts.OwnPostgres(t) // for what would disturb those who share the other
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
	w.books = control
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

// startOperator starts two replicas of the operator, and what ends namespaces in a cluster.
func (w *world) startOperator(t *testing.T) {
	t.Helper()
	logf.SetLogger(funcr.New(func(prefix, args string) { _, _ = fmt.Fprintln(&w.log, prefix, args) }, funcr.Options{LogTimestamp: true}))
	twilio, err := sms.NewTwilio(sms.TwilioOptions{Origin: w.carrier.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.faults = &flaky{Twilio: twilio}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	for range 2 {
		r := &replica{w: w}
		w.replicas = append(w.replicas, r)
		go func() { done <- r.keep(ctx, t) }()
	}
	go func() { done <- janitor.Run(ctx, w.config, &w.log) }()
	go func() { done <- w.watcher.run(ctx, w.config) }()
	t.Cleanup(func() {
		w.dropDatabases(t)
		stop()
		for range len(w.replicas) + 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// dropDatabases removes what the suite's resources left on the shared server.
func (w *world) dropDatabases(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
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
