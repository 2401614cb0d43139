package operator

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/test/faults/stack"
	"github.com/omnicrm/omnicrm/test/rig"
)

// Process is `omnicrm operator`, as it is shipped, on the stage. No fault sees it.
type Process struct {
	metrics string
	kept    *parts.Kept
}

// Run starts the process; it ends with the test.
func (s *Stage) Run(t testing.TB) *Process {
	t.Helper()
	port, err := parts.FreePort(t.Context())
	ok(t, err)
	p := &Process{metrics: "127.0.0.1:" + strconv.Itoa(port)}
	log, err := os.Create(filepath.Join(t.TempDir(), "operator.log")) //nolint:gosec // of the test's own folder
	ok(t, err)
	p.kept, err = parts.StartKept(t.Context(), parts.Keep{
		Command: []string{stack.Binary(t), "operator"}, Signal: syscall.SIGTERM, Dir: os.TempDir(), Log: log,
		Env: []string{
			"OMNICRM_CONTROL_DSN=" + s.plainDSN, "OMNICRM_REDIS_URL=" + s.redisURL, "OMNICRM_KEYSET=" + s.keyset,
			"OMNICRM_WEBHOOK_URL=https://hooks.example", "OMNICRM_CARRIER_URL=" + s.Carrier.URL,
			"OMNICRM_NAMESPACE=" + Namespace, "OMNICRM_METRICS_LISTEN=" + p.metrics, "KUBECONFIG=" + s.kubeconfig,
		},
	})
	ok(t, err)
	t.Cleanup(func() {
		p.kept.Stop()
		_ = log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("the operator's log:\n%s", text)
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		if _, err := p.Metric(ctx, "process_resident_memory_bytes"); err == nil {
			return p
		}
		select {
		case <-p.kept.Done():
			t.Fatal("the operator ended at once")
		case <-ctx.Done():
			t.Fatal("the operator doesn't start")
		case <-tick.C:
		}
	}
}

// Memory is what the process has in memory now.
func (p *Process) Memory(t testing.TB) rig.Memory {
	t.Helper()
	return rig.MemoryOf(t, rig.Child(t, p.kept.Pid()))
}

// Stop ends the process as Kubernetes does.
func (p *Process) Stop() { p.kept.Stop() }

// Busy tells whether the operator has anything in hand: resources that wait in its queues or are being worked on.
func (p *Process) Busy(ctx context.Context) (bool, error) {
	var inHand float64
	seen := false
	err := p.metricLines(ctx, func(name string, value float64) {
		if strings.HasPrefix(name, "workqueue_depth{") || strings.HasPrefix(name, "controller_runtime_active_workers{") {
			inHand, seen = inHand+value, true
		}
	})
	return inHand > 0 || !seen, err
}

// Looks counts how often the process has looked at SubAccounts since its start.
func (p *Process) Looks(ctx context.Context) (looks float64, err error) {
	err = p.metricLines(ctx, func(name string, value float64) {
		if strings.HasPrefix(name, `controller_runtime_reconcile_total{controller="subaccount"`) {
			looks += value
		}
	})
	return looks, err
}

// Metric reads a metric by its name and labels.
func (p *Process) Metric(ctx context.Context, name string) (value float64, err error) {
	found := false
	err = p.metricLines(ctx, func(n string, v float64) {
		if n == name {
			value, found = v, true
		}
	})
	if err == nil && !found {
		err = fmt.Errorf("operator: no metric %s", name)
	}
	return value, err
}

func (p *Process) metricLines(ctx context.Context, fn func(name string, value float64)) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.metrics+"/metrics", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		i := strings.LastIndexByte(lines.Text(), ' ')
		if i < 0 || lines.Text()[0] == '#' {
			continue
		}
		if value, err := strconv.ParseFloat(lines.Text()[i+1:], 64); err == nil {
			fn(lines.Text()[:i], value)
		}
	}
	return lines.Err()
}
