package stack

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/omnicrm/omnicrm/platform/secrets"
	"github.com/omnicrm/omnicrm/sandbox/carrier"
	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/sandbox/parts/kubetest"
)

// Options say how large the stack is and how patient.
type Options struct {
	Workers, APIServers int
	Numbers             []string // that the agency's carrier account owns
	Carrier             carrier.Options
	CarrierTimeout      time.Duration
	JobLease            time.Duration
}

// Stack is the running product.
type Stack struct {
	Postgres  *parts.OwnServer
	Redis     *parts.RedisServer
	Carrier   *carrier.Server
	Kube      client.Client
	Operator  *Process
	Workers   []*Process
	Servers   []*Process
	URL       string // where clients and the carrier reach the API servers
	ToData    *Wire  // from the product to PostgreSQL
	ToRedis   *Wire
	ToCarrier *Wire

	options    Options
	keyset     string
	password   string
	logs       string
	kubeconfig string
}

// Start starts everything but sub-accounts, and returns when it is ready.
func Start(t testing.TB, o Options) *Stack {
	t.Helper()
	keyset, err := secrets.GenerateKeyset()
	if err != nil {
		t.Fatal(err)
	}
	s := &Stack{options: o, keyset: keyset, password: strings.ToLower(parts.NewPassword()), logs: logFolder(t)}
	o.Carrier.Numbers = o.Numbers
	s.Postgres, s.Redis, s.Carrier = parts.OwnPostgres(t), parts.RedisServerFor(t), carrier.Start(t, o.Carrier)
	s.ToData = newWire(t, "PostgreSQL", net.JoinHostPort(s.Postgres.Host, strconv.Itoa(s.Postgres.Port)))
	s.ToRedis = newWire(t, "Redis", "127.0.0.1:"+strconv.Itoa(s.Redis.Port))
	s.ToCarrier = newWire(t, "the carrier", strings.TrimPrefix(s.Carrier.URL, "http://"))
	s.connectKube(t)
	s.makeControl(t)

	// The balancer's address is in the processes' environment, so it comes first.
	for i := range o.APIServers {
		s.Servers = append(s.Servers, &Process{Address: freeAddress(t), Name: "apiserver-" + strconv.Itoa(i+1)})
	}
	s.URL = newBalancer(t, s.Servers)
	for i, reserved := range s.Servers {
		p := s.process(t, "apiserver", i+1)
		p.setAddress(reserved.Address)
		s.Servers[i] = p
	}
	for i := range o.Workers {
		s.Workers = append(s.Workers, s.process(t, "worker", i+1))
	}
	s.Operator = s.process(t, "operator", 1)
	for _, p := range s.Processes() {
		if err := p.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range s.Processes() {
		if err := p.AwaitReady(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Processes are all that may be killed.
func (s *Stack) Processes() []*Process {
	all := append([]*Process{}, s.Servers...)
	return append(append(all, s.Workers...), s.Operator)
}

// logFolder is OMNICRM_FAULTS_LOGS, where logs outlive the test, or the test's own.
func logFolder(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("OMNICRM_FAULTS_LOGS")
	if dir == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (s *Stack) connectKube(t testing.TB) {
	t.Helper()
	config, kubeconfig := kubetest.Own(t)
	s.kubeconfig = kubeconfig
	var err error
	if s.Kube, err = newKubeClient(config); err != nil {
		t.Fatal(err)
	}
	if err := s.ensureNamespace(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (s *Stack) environment() []string {
	return []string{
		"OMNICRM_CONTROL_DSN=" + s.controlDSN(controlApp, s.ToData.Address),
		"OMNICRM_MIGRATOR_DSN=" + s.controlDSN(controlOwner, s.ToData.Address),
		"OMNICRM_REDIS_URL=redis://" + s.ToRedis.Address + "/0",
		"OMNICRM_KEYSET=" + s.keyset,
		"OMNICRM_PUBLIC_URL_TEMPLATE=http://{host}",
		"OMNICRM_CARRIER_URL=http://" + s.ToCarrier.Address,
		"OMNICRM_CARRIER_TIMEOUT=" + s.options.CarrierTimeout.String(),
		"OMNICRM_JOB_LEASE=" + s.options.JobLease.String(),
		"OMNICRM_WEBHOOK_URL=" + s.URL,
		"OMNICRM_TRUSTED_PROXIES=127.0.0.0/8",
		"OMNICRM_NAMESPACE=" + namespace,
		"KUBECONFIG=" + s.kubeconfig,
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	port, err := parts.FreePort(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return "127.0.0.1:" + strconv.Itoa(port)
}

func (s *Stack) migrate(ctx context.Context, binary string) error {
	cmd := exec.CommandContext(ctx, binary, "migrate")
	cmd.Env = append(os.Environ(), s.environment()...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return errors.New(string(out))
	}
	return nil
}

func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
