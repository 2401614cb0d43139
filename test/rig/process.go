package rig

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/sandbox/parts"
	"github.com/omnicrm/omnicrm/test/faults/stack"
)

const patience = 4 * time.Minute // for a process to be ready on a busy machine

// Process is one of the product's processes, stopped when the test ends.
type Process struct {
	URL     string        // of the API; empty for other roles
	Metrics string        // http://127.0.0.1:port of /metrics and /readyz
	Cold    time.Duration // from the start of the program to ready
	PID     int

	kept *parts.Kept
}

// Start runs `omnicrm role` and returns when it is ready. extra are further
// variables of its environment; later ones win.
func (r *Rig) Start(t testing.TB, role string, extra ...string) *Process {
	t.Helper()
	listen, metrics := port(t), port(t)
	p := &Process{URL: "http://" + listen, Metrics: "http://" + metrics}
	log := filepath.Join(t.TempDir(), role+".log")
	file, err := os.Create(log)
	must(t, err)
	defer func() { _ = file.Close() }()
	env := append([]string{
		"OMNICRM_CONTROL_DSN=" + r.Control.App, "OMNICRM_REDIS_URL=" + r.RedisURL, "OMNICRM_KEYSET=" + r.Keyset,
		"OMNICRM_LISTEN=" + listen, "OMNICRM_METRICS_LISTEN=" + metrics,
		"OMNICRM_WEBHOOK_URL=http://" + listen, "OMNICRM_TRUSTED_PROXIES=", "OMNICRM_LOG_LEVEL=warn",
		"KUBECONFIG=" + nowhere(t),
	}, extra...)
	program := stack.Binary(t)
	began := time.Now()
	p.kept, err = parts.StartKept(t.Context(), parts.Keep{Command: []string{program, role}, Env: env, Log: file})
	must(t, err)
	t.Cleanup(p.kept.Stop)
	if err := p.ready(t.Context()); err != nil {
		text, _ := os.ReadFile(log)
		t.Fatalf("%s: %v\n%s", role, err, text)
	}
	p.Cold = time.Since(began)
	p.PID = Child(t, p.kept.Pid())
	return p
}

// Kill ends the process as kill -9 does, and returns once it is gone.
func (p *Process) Kill(t testing.TB) {
	t.Helper()
	must(t, syscall.Kill(p.PID, syscall.SIGKILL))
	<-p.kept.Done()
}

func (p *Process) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if answers(ctx, p.Metrics+"/readyz") {
			return nil
		}
		select {
		case <-p.kept.Done():
			return fmt.Errorf("it ended: %w", p.kept.Err())
		case <-ctx.Done():
			return errors.New("it was not ready in time")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func answers(ctx context.Context, url string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return false
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// Memory is what the process has in memory now.
func (p *Process) Memory(t testing.TB) Memory { return MemoryOf(t, p.PID) }

func port(t testing.TB) string {
	t.Helper()
	free, err := parts.FreePort(t.Context())
	must(t, err)
	return "127.0.0.1:" + strconv.Itoa(free)
}

// nowhere is a kubeconfig whose server answers nobody: what is measured here
// never asks Kubernetes.
func nowhere(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kubeconfig")
	must(t, os.WriteFile(path, []byte(`{apiVersion: v1, kind: Config, current-context: none,
clusters: [{name: none, cluster: {server: "http://127.0.0.1:1"}}], contexts: [{name: none, context: {cluster: none, user: none}}],
users: [{name: none, user: {}}]}`), 0o600))
	return path
}
