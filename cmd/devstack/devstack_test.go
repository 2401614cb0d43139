package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestEnvIsReadableByAShellWhateverTheValuesHold(t *testing.T) {
	t.Parallel()
	s := state{dir: t.TempDir()}
	want := `it's $HOME "quoted" \n`
	if err := writeEnv(s, []variable{{"OMNICRM_PASSWORD", want}}); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", `. "$0" && printf %s "$OMNICRM_PASSWORD"`, s.path("env")).Output()
	if err != nil || string(out) != want {
		t.Fatalf("%q, %v", out, err)
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	condition := func(status, reason, message string) map[string]any {
		return map[string]any{"type": "Ready", "status": status, "reason": reason, "message": message}
	}
	object := func(observed int64, conditions ...any) *unstructured.Unstructured {
		return &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "omnicrm.io/v1alpha1", "kind": "Agency",
			"metadata": map[string]any{"name": "acme", "generation": int64(2)},
			"status":   map[string]any{"observedGeneration": observed, "conditions": conditions},
		}}
	}
	for name, tt := range map[string]struct {
		object *unstructured.Unstructured
		at     standing
		says   string
	}{
		"not looked at yet": {object(0), isWaiting, "the operator has not looked at it yet"},
		"waiting":           {object(1, condition("False", "DatabasePending", "Waits.")), isWaiting, "DatabasePending: Waits."},
		"ready before the last change is not ready": {
			object(1, condition("True", "Ready", "As the spec says.")), isWaiting, "Ready: As the spec says.",
		},
		"ready": {object(2, condition("True", "Ready", "As the spec says.")), isReady, "Ready"},
		"stalled": {
			object(2, condition("False", "NameTaken", "Choose another."),
				map[string]any{"type": "Stalled", "status": "True"}), isStuck, "NameTaken: Choose another.",
		},
		"a Secret is ready by being there": {
			&unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Secret"}}, isReady, "there",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, says := verdict(tt.object)
			if at != tt.at || says != tt.says {
				t.Errorf("%v, %q", at, says)
			}
		})
	}
}

func TestTheStackKeepsWhatItMade(t *testing.T) {
	t.Parallel()
	s := state{tree: t.TempDir()}
	s.dir = s.tree + "/.dev"
	first, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	first.Ports["apiserver"] = 1234
	if err := s.save(first); err != nil {
		t.Fatal(err)
	}
	again, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
}

func TestASecondStackFindsOutWhoHasTheFolder(t *testing.T) {
	t.Parallel()
	s := state{dir: t.TempDir()}
	unlock, _, ok, err := s.lock()
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	_, pid, ok, err := s.lock()
	if err != nil || ok || pid != os.Getpid() {
		t.Fatalf("pid %d, ok %v, %v", pid, ok, err)
	}
	unlock()
	if unlock, _, ok, err = s.lock(); err != nil || !ok {
		t.Fatal(ok, err)
	}
	unlock()
}

// A process that is just being started has a copy of every file that is open
// here, until its program runs.
func TestAFolderThatIsGivenBackIsFreeAtOnceWhateverIsBeingStarted(t *testing.T) {
	t.Parallel()
	s := state{dir: t.TempDir()}
	const rounds = 100
	done := make(chan struct{})
	var starting sync.WaitGroup
	starting.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				_ = exec.CommandContext(t.Context(), "true").Run()
			}
		}
	})
	defer starting.Wait()
	defer close(done)
	for range rounds {
		unlock, _, ok, err := s.lock()
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		unlock()
	}
}

func TestATakenPortIsReplacedAndNamed(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	taken := l.Addr().(*net.TCPAddr).Port
	k := &kept{Ports: map[string]int{"apiserver": taken}}
	var out bytes.Buffer
	if err := choosePorts(t.Context(), k, true, &console{out: &out}); err != nil {
		t.Fatal(err)
	}
	if k.Ports["apiserver"] == taken || !strings.Contains(out.String(), strconv.Itoa(taken)) {
		t.Errorf("%d; said %q", k.Ports["apiserver"], out.String())
	}
}

// mortal is a server that a test can let die.
type mortal struct {
	done chan struct{}
	once sync.Once
}

func (m *mortal) Done() <-chan struct{} { return m.done }
func (m *mortal) Stop()                 { m.once.Do(func() { close(m.done) }) }

func TestAServiceThatDiesIsReportedAndStartedAgain(t *testing.T) {
	t.Parallel()
	s := state{dir: t.TempDir()}
	if err := os.Mkdir(s.path("logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	var out lockedBuffer
	super := &supervisor{state: s, console: &console{out: &out}}
	started := make(chan *mortal, 3)
	err := super.start(t.Context(), service{name: "worker", start: func(_ context.Context, log *os.File) (server, error) {
		_, err := log.WriteString("its last words\n")
		m := &mortal{done: make(chan struct{})}
		started <- m
		return m, err
	}})
	if err != nil {
		t.Fatal(err)
	}
	(<-started).Stop()
	second := <-started
	super.stop()
	select {
	case <-second.Done():
	case <-time.After(10 * time.Second):
		t.Error("the second was not stopped")
	}
	for _, want := range []string{"worker died", "its last words", "stopping worker"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, out.String())
		}
	}
}

func TestAServiceThatDoesNotStartShowsItsLog(t *testing.T) {
	t.Parallel()
	s := state{dir: t.TempDir()}
	if err := os.Mkdir(s.path("logs"), 0o755); err != nil {
		t.Fatal(err)
	}
	super := &supervisor{state: s, console: &console{out: &bytes.Buffer{}}}
	err := super.start(t.Context(), service{name: "operator", start: func(_ context.Context, log *os.File) (server, error) {
		_, _ = log.WriteString("no such file: rbac\n")
		return nil, errors.New("it ended at once")
	}})
	if err == nil || !strings.Contains(err.Error(), "no such file: rbac") {
		t.Errorf("%v", err)
	}
	super.stop()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
