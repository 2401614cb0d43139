package stack

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

var built struct {
	sync.Once
	path string
	err  error
}

// Binary builds `omnicrm` once per test process; with the race detector where
// OMNICRM_FAULTS_RACE is set.
func Binary(t testing.TB) string {
	t.Helper()
	built.Do(func() { built.path, built.err = buildBinary(t) })
	if built.err != nil {
		t.Fatalf("build omnicrm: %v", built.err)
	}
	return built.path
}

func buildBinary(t testing.TB) (string, error) {
	tree, err := parts.Tree()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "omnicrm-faults-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "omnicrm")
	args := []string{"build", "-o", path}
	if os.Getenv("OMNICRM_FAULTS_RACE") != "" {
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(t.Context(), "go", append(args, "./cmd/omnicrm")...)
	cmd.Dir = tree
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
}

// Clean removes what Binary built; for TestMain.
func Clean() {
	if built.path != "" {
		_ = os.RemoveAll(filepath.Dir(built.path))
	}
}
