package stack

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// readyTime bounds the start of a process; it only matters to one that fails.
const readyTime = 4 * time.Minute

// Process is one process of the product, which may be killed and started again
// on the same ports.
type Process struct {
	Name    string
	Role    string
	Address string // of an API server; what it serves
	metrics string
	env     []string
	binary  string
	log     *os.File

	mu   sync.Mutex
	kept *parts.Kept
}

func (s *Stack) process(t testing.TB, role string, number int) *Process {
	t.Helper()
	p := &Process{
		Name: role + "-" + strconv.Itoa(number), Role: role, binary: Binary(t),
		Address: freeAddress(t), metrics: freeAddress(t),
	}
	log, err := os.OpenFile(filepath.Join(s.logs, p.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	p.log = log
	p.env = append(s.environment(), "OMNICRM_LISTEN="+p.Address, "OMNICRM_METRICS_LISTEN="+p.metrics)
	t.Cleanup(func() {
		p.Kill()
		_ = log.Close()
	})
	return p
}

// setAddress has an API server listen where the balancer looks for it.
func (p *Process) setAddress(address string) {
	p.Address = address
	p.env = append(p.env, "OMNICRM_LISTEN="+address)
}

// Start starts the process unless it runs; it need not be ready on return.
func (p *Process) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept != nil {
		return nil
	}
	kept, err := parts.StartKept(ctx, parts.Keep{
		Command: []string{p.binary, p.Role}, Signal: syscall.SIGKILL, Env: p.env, Dir: os.TempDir(), Log: p.log,
	})
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	p.kept = kept
	return nil
}

// Kill ends it as kill -9 does.
func (p *Process) Kill() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept != nil {
		p.kept.Kill()
		p.kept = nil
	}
}

// Dead tells that it ended by itself, which no fault excuses.
func (p *Process) Dead() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.kept == nil {
		return false
	}
	select {
	case <-p.kept.Done():
		return true
	default:
		return false
	}
}

// AwaitReady waits until its /readyz says so. Where the process ends instead, or
// takes too long, the error has the last that it wrote.
func (p *Process) AwaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTime)
	defer cancel()
	for {
		last := ready(ctx, "http://"+p.metrics+"/readyz")
		switch {
		case last == nil:
			return nil
		case p.Dead():
			return fmt.Errorf("%s ended by itself; it wrote:\n%s", p.Name, p.lastWords())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w; it wrote:\n%s", p.Name, last, p.lastWords())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// lastWords are the end of its log.
func (p *Process) lastWords() []byte {
	const most = 4 << 10
	text, err := os.ReadFile(p.log.Name())
	if err != nil {
		return []byte(err.Error())
	}
	return text[max(0, len(text)-most):]
}

func ready(ctx context.Context, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Timeout: 5 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s says %s", url, res.Status)
	}
	return nil
}
