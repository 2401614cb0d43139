package parts_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/omnicrm/omnicrm/sandbox/parts"
)

// TestOwnerToBeKilled is the victim of the test below: it starts servers,
// names their ports and waits for its end.
func TestOwnerToBeKilled(t *testing.T) {
	if os.Getenv("OMNICRM_TEST_VICTIM") == "" {
		t.Skip("only as the victim of TestNoServerOutlivesAKilledOwner")
	}
	ctx := t.Context()
	dir, err := os.MkdirTemp(os.Getenv("OMNICRM_TEST_VICTIM"), "postgres-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	var ports [2]int // the other side's: once this process is killed, whoever asks first would be given its own
	if _, err := fmt.Sscan(os.Getenv("OMNICRM_TEST_VICTIM_PORTS"), &ports[0], &ports[1]); err != nil {
		t.Fatal(err)
	}
	postgres, err := parts.StartPostgres(ctx, parts.PostgresOptions{
		Port: ports[0], Dir: filepath.Join(dir, "data"), Password: parts.NewPassword(), Remove: dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	redis, err := parts.StartRedis(ctx, parts.RedisOptions{Port: ports[1]})
	if err != nil {
		redis = &parts.RedisServer{Port: postgres.Port}
	}
	fmt.Printf("VICTIM %d %d %s\n", postgres.Port, redis.Port, dir)
	<-ctx.Done()
	<-make(chan struct{})
}

func TestNoServerOutlivesAKilledOwner(t *testing.T) {
	t.Parallel()
	cache, err := parts.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	owner := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestOwnerToBeKilled$")
	owner.Env = append(os.Environ(), "OMNICRM_TEST_VICTIM="+cache, fmt.Sprintf("OMNICRM_TEST_VICTIM_PORTS=%d %d", somePort(t), somePort(t)))
	owner.Stderr = os.Stderr
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	var postgres, redis int
	var dir string
	for s := bufio.NewScanner(out); dir == "" && s.Scan(); {
		_, _ = fmt.Sscanf(s.Text(), "VICTIM %d %d %s", &postgres, &redis, &dir)
	}
	if dir == "" || parts.PortFree(ctx, postgres) || parts.PortFree(ctx, redis) {
		t.Fatal("the victim's servers did not start")
	}
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = owner.Wait()
	for _, port := range []int{postgres, redis} {
		await(t, ctx, "a free port "+strconv.Itoa(port), func() bool { return parts.PortFree(ctx, port) })
	}
	await(t, ctx, "the data folder's removal", func() bool {
		_, err := os.Stat(dir)
		return os.IsNotExist(err)
	})
}

// await polls the outside world, which tells nobody when it changes.
func await(t *testing.T, ctx context.Context, what string, done func() bool) {
	t.Helper()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited in vain for %s", what)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
