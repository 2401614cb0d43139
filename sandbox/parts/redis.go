package parts

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// Redis returns the URL of a Redis of the test's own, gone with the test: a
// real one where redis-server is on the PATH, else miniredis, and it says so.
// A server starts in 10 ms, so no test shares keys, channels or FLUSHALL with
// another.
func Redis(t testing.TB) string {
	t.Helper()
	return RedisServerFor(t).URL
}

// RedisServerFor is [Redis] for tests that stop and start the server.
func RedisServerFor(t testing.TB) *RedisServer {
	t.Helper()
	server, err := StartRedis(t.Context(), RedisOptions{})
	if errors.Is(err, ErrNoRedis) {
		t.Log("redis-server is not on the PATH: using miniredis")
		server, err = StartMiniredis(0)
	}
	if err != nil {
		t.Fatalf("a Redis for the test: %v", err)
	}
	t.Cleanup(server.Stop)
	return server
}

// ErrNoRedis says that the machine has no redis-server.
var ErrNoRedis = errors.New("redis-server is not on the PATH")

// RedisOptions says how a Redis server is to run. It keeps nothing on disk:
// Redis holds nothing that can't be rebuilt.
type RedisOptions struct {
	Port int      // 0: a free one
	Log  *os.File // its log; nil for none
}

// RedisServer is a running Redis that this process owns.
type RedisServer struct {
	URL  string
	Port int

	kept *Kept
	mini *miniredis.Miniredis
}

// StartRedis starts redis-server and returns when it answers. The error is
// [ErrNoRedis] where there is none.
func StartRedis(ctx context.Context, o RedisOptions) (*RedisServer, error) {
	bin, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, ErrNoRedis
	}
	for try := 0; ; try++ {
		server, err := startRedisOnce(ctx, bin, o)
		// A port that was free may have been taken meanwhile.
		if err == nil || o.Port != 0 || try == 4 || ctx.Err() != nil {
			return server, err
		}
	}
}

func startRedisOnce(ctx context.Context, bin string, o RedisOptions) (*RedisServer, error) {
	port := o.Port
	if port == 0 {
		free, err := FreePort(ctx)
		if err != nil {
			return nil, err
		}
		port = free
	}
	kept, err := StartKept(ctx, Keep{
		Command: []string{
			bin, "--bind", "127.0.0.1", "--port", strconv.Itoa(port),
			"--save", "", "--appendonly", "no", "--daemonize", "no",
		},
		Dir: os.TempDir(), Log: o.Log, Grace: 5 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	if err := awaitRedis(ctx, port, kept.Done()); err != nil {
		kept.Stop()
		return nil, err
	}
	return &RedisServer{URL: redisURL(port), Port: port, kept: kept}, nil
}

// StartMiniredis starts a Redis inside this process, for machines without one.
// Port 0 takes a free one.
func StartMiniredis(port int) (*RedisServer, error) {
	m := miniredis.NewMiniRedis()
	if err := m.StartAddr("127.0.0.1:" + strconv.Itoa(port)); err != nil {
		return nil, fmt.Errorf("start miniredis: %w", err)
	}
	got, err := strconv.Atoi(m.Port())
	if err != nil {
		return nil, fmt.Errorf("start miniredis: %w", err)
	}
	return &RedisServer{URL: redisURL(got), Port: got, mini: m}, nil
}

// Real reports whether this is redis-server, not miniredis.
func (s *RedisServer) Real() bool { return s.mini == nil }

// Done is closed when redis-server has ended; nil, so never, for miniredis.
func (s *RedisServer) Done() <-chan struct{} {
	if s.mini != nil {
		return nil
	}
	return s.kept.Done()
}

// Stop stops the server and forgets what it held. Stopping twice is fine.
func (s *RedisServer) Stop() {
	if s.mini != nil {
		s.mini.Close()
		return
	}
	s.kept.Stop()
}

// Restart starts a stopped server again, empty, on the same port.
func (s *RedisServer) Restart(ctx context.Context) error {
	if s.mini != nil {
		s.mini.FlushAll()
		return s.mini.Restart()
	}
	fresh, err := StartRedis(ctx, RedisOptions{Port: s.Port})
	if err != nil {
		return err
	}
	s.kept = fresh.kept
	return nil
}

// Flush has the server forget everything it holds, as FLUSHALL does.
func (s *RedisServer) Flush(ctx context.Context) error {
	if s.mini != nil {
		s.mini.FlushAll()
		return nil
	}
	return askRedis(ctx, s.Port, "FLUSHALL", "+OK")
}

func redisURL(port int) string { return "redis://127.0.0.1:" + strconv.Itoa(port) + "/0" }

func awaitRedis(ctx context.Context, port int, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if pingRedis(ctx, port) {
			return nil
		}
		select {
		case <-ended:
			return fmt.Errorf("start Redis: it ended at once; is port %d taken?", port)
		case <-ctx.Done():
			return fmt.Errorf("start Redis: no answer on port %d: %w", port, ctx.Err())
		case <-time.After(3 * time.Millisecond):
		}
	}
}

func pingRedis(ctx context.Context, port int) bool {
	return askRedis(ctx, port, "PING", "+PONG") == nil
}

// askRedis gives an inline command and holds the answer against what it should be.
func askRedis(ctx context.Context, port int, command, want string) error {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	deadline, _ := ctx.Deadline()
	_ = c.SetDeadline(deadline)
	if _, err := c.Write([]byte(command + "\r\n")); err != nil {
		return err
	}
	line, err := bufio.NewReader(c).ReadString('\n')
	if err == nil && line != want+"\r\n" {
		err = fmt.Errorf("redis answers %s with %q", command, line)
	}
	return err
}
